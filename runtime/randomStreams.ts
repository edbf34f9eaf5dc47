// runtime: streams and their seeds. A stream is a container like any other: the function that draws updates it.
import { actual } from './convert.ts'
import { symbolic } from './fn.ts'
import { NDArray } from './ndarray.ts'
import { philox, words } from './random/philox.ts'
import type { RandomState, RandomStreams } from './randomTypes.ts'
import { Shared } from './shared.ts'

/** The state of stream `number` before its first draw: its key is a block under the seed. */
function fresh(seed: number, number: number): Uint32Array {
  philox(number, 0, 0, 0, seed | 0, Math.floor(seed / 4294967296) | 0)
  return Uint32Array.of(words[0], words[1], 0, 0)
}

function checkedSeed(seed: unknown): number {
  if (!(Number.isSafeInteger(seed) && (seed as number) >= 0))
    throw RangeError(`randomStreams: the seed is ${seed}; it must be an integer from 0 to 2 ** 53 - 1`)
  return seed as number
}

function checkedState(state: unknown): RandomState {
  const { seed, streams } = Object(state) as Partial<RandomState>
  const isWords = (s: unknown): boolean => Array.isArray(s) && s.length === 4 && s.every((w) => w >>> 0 === w)
  if (Object(state) !== state || seed === undefined || !(Array.isArray(streams) && streams.every(isWords)))
    throw TypeError(`randomStreams: a state is what \`state\` gave: { seed, streams: [[4 words], …] }, got ${actual(state)}`)
  checkedSeed(seed)
  return { seed, streams: streams.map((s) => [...s]) }
}

class Streams implements RandomStreams {
  /** Where streams begin that are not made yet. */
  #start: RandomState
  readonly #made: Shared[] = []
  readonly uniform = symbolic('rng.uniform')
  readonly normal = symbolic('rng.normal')
  readonly integers = symbolic('rng.integers')
  readonly bernoulli = symbolic('rng.bernoulli')
  readonly binomial = symbolic('rng.binomial')
  readonly poisson = symbolic('rng.poisson')
  readonly exponential = symbolic('rng.exponential')
  readonly gamma = symbolic('rng.gamma')
  readonly beta = symbolic('rng.beta')
  readonly choice = symbolic('rng.choice')
  readonly permutation = symbolic('rng.permutation')
  readonly shuffleRows = symbolic('rng.shuffleRows')
  readonly multinomial = symbolic('rng.multinomial')

  constructor(seed: number) {
    this.#start = { seed: checkedSeed(seed), streams: [] }
  }

  stream(): Shared {
    const number = this.#made.length
    const made = new Shared(new NDArray(this.#initial(number), [4], 'uint32'), `random stream ${number}`, false)
    this.#made.push(made)
    return made
  }

  seed(seed: number): void {
    this.state = { seed: checkedSeed(seed), streams: [] }
  }

  get state(): RandomState {
    const made = this.#made.map((s) => [...s.array.data])
    return { seed: this.#start.seed, streams: [...made, ...this.#start.streams.slice(made.length)] }
  }

  set state(state: RandomState) {
    this.#start = checkedState(state)
    this.#made.forEach((s, number) => s.setValue(this.#initial(number)))
  }

  #initial(number: number): Uint32Array {
    const { seed, streams } = this.#start
    return streams[number] ? Uint32Array.from(streams[number]) : fresh(seed, number)
  }
}

/** Streams of random numbers for functions given to theano.fn. Throws RangeError for a seed that is no integer from 0 to 2⁵³ - 1. */
export function randomStreams(seed: number): RandomStreams {
  return new Streams(seed)
}

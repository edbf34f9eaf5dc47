// test: is a compiled result one that JavaScript's arithmetic could have given? Exactly the plain arrow's, or within what a
// few last places of noise in each operation make of it (stochastic arithmetic: Vignes 1978).
import { type Arrow, helpers } from './generate.ts'

export type Outcome = number | boolean
export type Plain = (...args: number[]) => Outcome

/** Whether some operation left the range of doubles: finite operands gave an infinity, or a product or exp vanished. */
export interface Flags {
  outOfRange: boolean
}

type Shake = (value: Outcome, places?: number) => Outcome
type Noisy = (x: number, y: number, z: number, shake: Shake, power: (a: number, b: number) => Outcome) => Outcome

export function noisyTwin(arrow: Arrow): Noisy {
  const body = `${helpers.map((h) => h.noisy).join('\n')}\n${arrow.noisy}`
  return new Function('x', 'y', 'z', '$n', '$p', body) as Noisy
}

const places = 4

/** Results under noise: each operation up, down, or at random by up to four last places (powers by their multiplications). */
export function samples(twin: Noisy, point: readonly number[], random: () => number, flags: Flags): Outcome[] {
  const modes = [() => 0, () => 1, () => -1, ...Array.from({ length: 13 }, () => () => 2 * random() - 1)]
  return modes.map((noise) => {
    const shake: Shake = (value, n = places) => {
      if (typeof value !== 'number') return value
      if (Math.abs(value) === Infinity || value === 0 || Math.abs(value) < 1e-290) flags.outOfRange = true
      if (Number.isInteger(value) && Math.abs(value) < 2 ** 31 && n === places && random() < 0.5) return value
      const last = Math.abs(value) < 2 ** -1021 ? Math.round(noise() * n) * Number.MIN_VALUE : 0
      const shaken = value * (1 + noise() * n * Number.EPSILON) + last
      if (!Number.isFinite(shaken)) return value
      return shaken * Math.sign(value) > 0 ? shaken : 0 * Math.sign(value)
    }
    const power = (a: number, b: number): Outcome => {
      const whole = Math.round(b)
      // Whether an exponent is whole decides between a number and NaN for negative bases.
      const exponent = Math.abs(b - whole) <= 8 * places * Number.EPSILON * Math.abs(b) && random() < 0.5 ? whole : b
      return shake(a ** exponent, places + Math.min(Math.abs(b) || 0, 512))
    }
    return twin(point[0], point[1], point[2], shake, power)
  })
}

/** Does the noise decide the result, as in tan(1e300)? Then nothing can be said of it. */
export function undetermined(expected: Outcome, seen: readonly Outcome[]): boolean {
  const finite = [expected, ...seen].filter((s): s is number => typeof s === 'number' && Number.isFinite(s))
  const [low, high] = [Math.min(...finite), Math.max(...finite)]
  return high - low > 0.01 * Math.max(Math.abs(low), Math.abs(high))
}

/** Is `actual` the expected value, one of the samples, or between them (the spread once more on both sides)? */
export function acceptable(actual: Outcome, expected: Outcome, seen: readonly Outcome[]): boolean {
  if (Object.is(actual, expected) || seen.some((s) => Object.is(s, actual))) return true
  if (typeof actual !== 'number' || !Number.isFinite(actual)) return false
  const finite = [expected, ...seen].filter((s): s is number => typeof s === 'number' && Number.isFinite(s))
  if (finite.length === 0) return false
  const [low, high] = [Math.min(...finite), Math.max(...finite)]
  if (actual === 0 && low === 0 && high === 0) return false
  const room = high - low + places * Number.EPSILON * Math.max(Math.abs(low), Math.abs(high)) + 8 * Number.MIN_VALUE
  return actual >= low - room && actual <= high + room
}

// runtime: the text of an array, character for character NumPy's str(): precision 8, 75 columns, `...` above 1000 elements.
import type { DType } from './types.ts'

const digits = (v: number, exponential: boolean, places?: number): string[] =>
  /(\d+)\.?(\d*)(?:e(.)(\d+))?/.exec(exponential ? v.toExponential(places) : places ? v.toFixed(places) : String(v)) as unknown as string[]

/** The double with the shortest decimal text that rounds to the float32 `v`. */
function shortest(v: number): number {
  let y = v
  for (let p = 1; Math.fround((y = +v.toPrecision(p))) !== v; p++);
  return y
}

/** Texts of one common layout. Rounding is that of Dragon4: the shortest text, cut at `places` by half to even. */
function floats(values: readonly number[], single: boolean, places: number): string[] {
  const short = values.map((v) => (single && v - v === 0 ? shortest(v) : v))
  const sizes = short.map(Math.abs).filter((v) => v && v < 1 / 0)
  const [low, high] = [Math.min(...sizes), Math.max(...sizes)]
  const exponential = high >= (places > 8 ? 1e16 : single ? 1e6 : 1e8) || low < 1e-4 || (places < 9 && high / low > 1000)
  const parts = values.map((v, i) => {
    if (v - v !== 0) return null
    const size = Math.abs(v)
    let part = digits(Math.abs(short[i]), exponential)
    if (part[2].length > places) {
      const even = /^(.{7}[02468])50*$/.exec(digits(size, exponential, 60)[2])
      part = even ? part.with(2, even[1]) : digits(size, exponential, places)
    }
    const [, whole, fraction, sign, exponent] = part
    return [(v < 0 || Object.is(v, -0) ? '-' : '') + whole + '.', fraction.replace(/0+$/, ''), sign, exponent]
  })
  const longest = (k: number, least: number) => Math.max(least, ...parts.map((p) => p?.[k]?.length ?? 0))
  const [fractions, exponents] = [longest(1, 0), longest(3, 2)]
  return parts.map((p, i) =>
    !p ? String(values[i]).toLowerCase().slice(0, values[i] < 0 ? 4 : 3)
      : exponential ? p[0] + p[1].padEnd(fractions, '0') + 'e' + p[2] + p[3].padStart(exponents, '0')
      : p[0] + p[1].padEnd(fractions))
}

/** `data` (row-major, of `shape`) as NumPy prints it. A rank-0 array prints as its value. */
export function format(data: ArrayLike<number>, shape: readonly number[], dtype: DType): string {
  const rank = shape.length
  const shown: number[] = []
  let texts: string[] | undefined
  let next = 0
  const walk = (axis: number, at: number, indent: string): string => {
    if (axis === rank) return texts ? texts[next++] : (shown.push(data[at]), '')
    const n = shape[axis]
    let [done, line] = ['', indent]
    for (let i = 0; i < n; i++) {
      const skip = i === 3 && n > 6 && data.length > 1000
      const word = skip ? '...' : walk(axis + 1, at * n + i, indent + ' ')
      if (axis < rank - 1) done += (i ? '\n'.repeat(rank - axis - 1) : '') + indent + word
      else {
        if (line.length + word.length > 75 - axis - 1 && line !== indent) {
          done += line.trimEnd() + '\n'
          line = indent
        }
        line += word + ' '
      }
      if (skip) i = n - 4
    }
    return '[' + (axis < rank - 1 ? done : done + line.slice(0, -1)).slice(axis + 1) + ']'
  }
  if (!data.length) return '[]'
  walk(0, 0, ' ')
  texts = dtype === 'bool' ? shown.map((v) => (v ? 'True' : 'False'))
    : dtype[0] === 'f' ? floats(shown, dtype === 'float32', rank ? 8 : 17)
    : shown.map(String)
  const width = rank ? Math.max(dtype === 'bool' ? 5 : 0, ...texts.map((t) => t.length)) : 0
  texts = texts.map((t) => t.padStart(width))
  const text = walk(0, 0, ' ')
  return rank || !text.endsWith('.') ? text : text + '0'
}

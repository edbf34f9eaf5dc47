// runtime: the text of an array, character for character NumPy's str(): precision 8, 75 columns, `...` above 1000 elements.
import type { DType } from './types.ts'

/** The double with the shortest decimal text that rounds to the float32 `v` (at most 9 digits). */
function shortest(v: number): number {
  let y = v
  for (let p = 1; p < 10 && Math.fround((y = +v.toPrecision(p))) !== v; p++);
  return y
}

/** Texts of one common layout. Digits are Dragon4's: the shortest text that is exact, or else 8 places, half to even. */
function floats(values: readonly number[], single: boolean): string[] {
  const short = single ? values.map(shortest) : values
  const sizes = short.map(Math.abs).filter((v) => v && v < Infinity)
  const exponential = Math.max(...sizes) >= (single ? 1e6 : 1e8) || Math.min(...sizes) < 1e-4 || Math.max(...sizes) > 1000 * Math.min(...sizes)
  const write = (v: number, places = 8) => (exponential ? v.toExponential(places) : v.toFixed(places))
  const exact = values.map((v) => +write(v, 60).replace(/(\.\d{7}[02468])50{51}/, '$1'))
  const texts = exact.map((v, i) => (+write(short[i]) === short[i] ? short[i] : +write(v))).map((v) => (exponential ? v.toExponential() : String(v)))
  const longest = (part: RegExp) => Math.max(...texts.map((t) => part.exec(t)?.[1].length ?? 0))
  const [places, exponents] = [longest(/\.(\d+)/), Math.max(2, longest(/e.(\d+)/))]
  return values.map((v, i) =>
    v - v !== 0
      ? texts[i].toLowerCase().replace('inity', '')
      : (v || 1 / v > 0 ? '' : '-') +
        (exponential ? write(exact[i], places) : texts[i]).replace(
          /(\.\d+)?(?:(e.)(\d+))?$/,
          (_, fraction = '.', e = '', digits = '') => fraction.padEnd(places + 1) + e + digits.padStart(e && exponents, '0'),
        ),
  )
}

/** `data` (row-major, of `shape`, of rank 1 or more) as NumPy prints it. */
export function format(data: ArrayLike<number>, shape: readonly number[], dtype: DType): string {
  const shown: number[] = []
  let texts: string[] | undefined
  let next = 0
  const walk = (axis: number, at: number): string => {
    if (axis === shape.length) return texts ? texts[next++] : String(shown.push(data[at]))
    const n = shape[axis]
    const inner = shape.length - axis - 1
    const indent = ' '.repeat(axis + 1)
    const words = []
    for (let i = 0; i < n; i++) {
      words.push(walk(axis + 1, at * n + i))
      if (i === 2 && n > 6 && data.length > 1000) {
        words.push('...')
        i = n - 4
      }
    }
    const text = inner
      ? words.join('\n'.repeat(inner) + indent)
      : words
          .reduce((line, word) => (line.length - line.lastIndexOf('\n') + word.length > 75 - axis ? line.trimEnd() + '\n' + indent : line) + word + ' ', indent)
          .slice(axis + 1, -1)
    return `[${text}]`
  }
  if (!data.length) return '[]'
  walk(0, 0)
  texts = dtype === 'bool' ? shown.map((v) => (v ? ' True' : 'False')) : dtype[0] === 'f' ? floats(shown, dtype === 'float32') : shown.map(String)
  const width = Math.max(...texts.map((t) => t.length))
  texts = texts.map((t) => t.padStart(width))
  return walk(0, 0)
}

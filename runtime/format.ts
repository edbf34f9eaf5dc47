// runtime: the text of an array, character for character NumPy's str(): precision 8, 75 columns, `...` above 1000 elements.
import type { DType } from './types.ts'

/** The double with the shortest decimal text that rounds to the float32 `v` (at most 9 digits). */
function shortest(v: number): number {
  let y = v
  for (let p = 1; p < 10 && Math.fround((y = +v.toPrecision(p))) !== v; p++);
  return y
}

/** Texts of one common layout. Digits are Dragon4's: the shortest exact text, or else 8 places. */
function floats(values: readonly number[], single: boolean): string[] {
  const short = single ? values.map(shortest) : values
  const sizes = short.map(Math.abs).filter((v) => v && v < Infinity)
  const [low, high] = [Math.min(...sizes), Math.max(...sizes)]
  const exponential = high >= (single ? 1e6 : 1e8) || low < 1e-4 || high / low > 1000
  const round = (v: number) => +(exponential ? v.toExponential(8) : v.toFixed(8))
  const parts = short.map((y, i) => {
    const v = round(y) === y ? y : round(values[i])
    return /(.+?)(?:\.(\d+))?(?:e(.)(\d+))?$/.exec((Object.is(values[i], -0) ? '-' : '') + (exponential ? v.toExponential() : v)) as string[]
  })
  const pad = (k: number, least: number) => Math.max(least, ...parts.map((p) => p[k]?.length ?? 0))
  const [places, exponents] = [pad(2, 0), pad(4, 2)]
  return parts.map(([, whole, fraction = '', sign, exponent = ''], i) =>
    values[i] - values[i] !== 0 ? whole.toLowerCase().replace('inity', '')
      : whole + '.' + (exponential ? fraction.padEnd(places, '0') + 'e' + sign + exponent.padStart(exponents, '0') : fraction.padEnd(places)))
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
    let column = 0
    const text = inner ? words.join('\n'.repeat(inner) + indent) : words.reduce((line, word) => {
      const wrap = column && column + word.length > 73 - 2 * axis
      column = (wrap ? 0 : column) + word.length + 1
      return (wrap ? line.trimEnd() + '\n' + indent : line) + word + ' '
    }, '').slice(0, -1)
    return `[${text}]`
  }
  if (!data.length) return '[]'
  walk(0, 0)
  texts = dtype === 'bool' ? shown.map((v) => (v ? 'True' : 'False')) : dtype[0] === 'f' ? floats(shown, dtype === 'float32') : shown.map(String)
  const width = Math.max(dtype === 'bool' ? 5 : 0, ...texts.map((t) => t.length))
  texts = texts.map((t) => t.padStart(width))
  return walk(0, 0)
}

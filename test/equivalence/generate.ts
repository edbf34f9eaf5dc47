// test: random arrows over numbers as TypeScript text, each with a noisy twin: the same program in which every operation's
// result is shaken by a few last places. What noise of that size can do to the result, rounding may do.
import fc from 'fast-check'

export interface Arrow {
  /** `(x: number, …) => …`, ordinary TypeScript. */
  readonly source: string
  /** The same with `$n(value)` and `$p(base, exponent)` around operations; a body for `(x, y, z, $n, $p) =>`. */
  readonly noisy: string
  readonly parameters: readonly string[]
}

interface Code {
  readonly plain: string
  readonly noisy: string
}

/** File-level functions that arrows call. */
export const helpers: readonly Code[] = [
  { plain: 'const affine = (a: number, b = 2) => a * b + 1', noisy: 'const affine = (a, b = 2) => $n($n(a * b) + 1)' },
  {
    plain: 'function norm2(a: number, b: number) { const s = a * a + b * b; return Math.sqrt(s) }',
    noisy: 'function norm2(a, b) { const s = $n($n(a * a) + $n(b * b)); return $n(Math.sqrt(s)) }',
  },
  {
    plain: 'const pair = (a: number, b: number) => ({ sum: a + b, list: [a - b, b] as const })',
    noisy: 'const pair = (a, b) => ({ sum: $n(a + b), list: [$n(a - b), b] })',
  },
  { plain: 'const twice = (f: (v: number) => number) => (v: number) => f(f(v))', noisy: 'const twice = (f) => (v) => f(f(v))' },
]

const arithmetic = ['+', '-', '*', '/', '%']
const bitwise = ['&', '|', '^', '<<', '>>', '>>>']
const comparisons = ['<', '<=', '>', '>=', '===', '!==']
const unaryMath =
  'abs acos acosh asin asinh atan atanh cbrt ceil clz32 cos cosh exp expm1 floor fround log log10 log1p log2 round sign sin sinh sqrt tan tanh trunc'.split(' ')
const constants = ['0', '1', '2', '3', '0.5', '0.1', '10', '1e-9', '123456789', '1e16', 'Math.PI', 'Math.E', 'Math.LN2', 'Infinity', 'NaN']

/** Arrows; the tape of choices shrinks and replays like any array. */
export const arrows: fc.Arbitrary<Arrow> = fc.array(fc.nat(0xffff), { minLength: 12, maxLength: 60, size: 'max' }).map((tape) => new Writer(tape).arrow())

class Writer {
  private readonly tape: readonly number[]
  private at = 0
  private names: string[] = ['x', 'y', 'z']
  private count = 0

  constructor(tape: readonly number[]) {
    this.tape = tape
  }

  arrow(): Arrow {
    const statements: Code[] = []
    for (let n = this.below(4); n > 0; n--) statements.push(this.statement())
    const result = this.below(8) === 0 ? this.condition(2) : this.number(3)
    const body = (key: keyof Code): string => [...statements.map((s) => s[key]), `return ${result[key]}`].join('\n')
    const parameters = ['x', 'y', 'z'].filter((p) => new RegExp(`\\b${p}\\b`).test(body('plain')))
    const typed = parameters.map((p) => `${p}: number`).join(', ')
    const source = statements.length === 0 ? `(${typed}) => ${result.plain}` : `(${typed}) => {\n${body('plain').replace(/^/gm, '  ')}\n}`
    return { source, noisy: body('noisy'), parameters }
  }

  private below(n: number): number {
    const round = Math.floor(this.at / this.tape.length)
    return (this.tape[this.at++ % this.tape.length] + 7919 * round) % n
  }

  private pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]
  }

  private fresh(): string {
    return `v${this.count++}`
  }

  private bind(...names: string[]): void {
    this.names = [...this.names, ...names]
  }

  private statement(): Code {
    const kinds = [this.constant, this.variable, this.list, this.record, this.loop, this.each, this.choice]
    return this.pick(kinds).call(this)
  }

  private constant(): Code {
    const value = this.number(2)
    const name = this.fresh()
    this.bind(name)
    return both(value, (v) => `const ${name} = ${v}`)
  }

  private variable(): Code {
    const start = this.number(1)
    const name = this.fresh()
    const operator = this.pick(['+', '-', '*', '/', '%'])
    const by = this.number(1)
    const up = this.pick(['++', '--', null])
    this.bind(name)
    return {
      plain: `let ${name} = ${start.plain}\n${name} ${operator}= ${by.plain}${up ? `\n${name}${up}` : ''}`,
      noisy: `let ${name} = ${start.noisy}\n${name} = $n(${name} ${operator} ${by.noisy})${up ? `\n${name} = $n(${name} ${up[0]} 1)` : ''}`,
    }
  }

  private list(): Code {
    const [a, b] = [this.number(1), this.number(1)]
    const [p, q] = [this.fresh(), this.fresh()]
    this.bind(p, q)
    return { plain: `const [${p}, ${q}] = [${a.plain}, ${b.plain}]`, noisy: `const [${p}, ${q}] = [${a.noisy}, ${b.noisy}]` }
  }

  private record(): Code {
    const [a, b] = [this.number(1), this.number(1)]
    const [p, q] = [this.fresh(), this.fresh()]
    this.bind(p, q)
    const write = (call: string): string => `const { sum: ${p}, list: [${q}] } = pair(${call})`
    return { plain: write(`${a.plain}, ${b.plain}`), noisy: write(`${a.noisy}, ${b.noisy}`) }
  }

  private loop(): Code {
    const start = this.number(0)
    const name = this.fresh()
    this.bind(name)
    const step = this.number(1)
    const head = `let ${name} = ${start.plain}\nfor (let i = 0; i < ${1 + this.below(3)}; i++) `
    return { plain: `${head}${name} = ${name} * 0.5 + ${step.plain} + i`, noisy: `${head}${name} = $n($n($n(${name} * 0.5) + ${step.noisy}) + i)` }
  }

  private each(): Code {
    const term = this.number(1)
    const name = this.fresh()
    this.bind(name)
    const head = `let ${name} = 0\nfor (const k of [1, -2.5, 3]) `
    return { plain: `${head}${name} += k * ${term.plain}`, noisy: `${head}${name} = $n(${name} + $n(k * ${term.noisy}))` }
  }

  private choice(): Code {
    const [condition, a, b] = [this.condition(1), this.number(1), this.number(1)]
    const name = this.fresh()
    this.bind(name)
    const write = (key: keyof Code): string => `const ${name} = ${condition[key]} ? ${a[key]} : ${b[key]}`
    return { plain: write('plain'), noisy: write('noisy') }
  }

  private number(depth: number): Code {
    if (depth === 0) return this.leaf()
    switch (this.below(14)) {
      case 0:
        return this.leaf()
      case 1:
      case 2:
      case 3:
      case 4:
        return this.binary(arithmetic, depth)
      case 5:
        return this.power(depth)
      case 6:
        return this.binary(bitwise, depth)
      case 7:
      case 8:
        return this.mathCall(this.pick(unaryMath), [this.number(depth - 1)])
      case 9:
        return this.mathCall(this.pick(['max', 'min', 'hypot', 'atan2', 'pow', 'imul']), [this.number(depth - 1), this.number(depth - 1)])
      case 10:
        return this.unary(depth)
      case 11:
        return this.ternary(depth)
      case 12:
        return this.helper(depth)
      default:
        return this.number(depth - 1)
    }
  }

  private leaf(): Code {
    if (this.below(4) === 0) return same(this.pick(constants))
    return same(this.pick(this.names))
  }

  private binary(operators: readonly string[], depth: number): Code {
    const operator = this.pick(operators)
    const [a, b] = [this.number(depth - 1), this.number(depth - 1)]
    return { plain: `(${a.plain} ${operator} ${b.plain})`, noisy: `$n(${a.noisy} ${operator} ${b.noisy})` }
  }

  private power(depth: number): Code {
    const base = this.number(depth - 1)
    const exponent = this.below(3) === 0 ? this.number(depth - 1) : same(this.pick(['2', '3', '0.5', '0', '1', '4', '7', '15']))
    return { plain: `((${base.plain}) ** (${exponent.plain}))`, noisy: `$p(${base.noisy}, ${exponent.noisy})` }
  }

  private mathCall(name: string, operands: readonly Code[]): Code {
    const write = (key: keyof Code): string => operands.map((o) => o[key]).join(', ')
    const noisy = name === 'pow' ? `$p(${write('noisy')})` : `$n(Math.${name}(${write('noisy')}))`
    return { plain: `Math.${name}(${write('plain')})`, noisy }
  }

  private unary(depth: number): Code {
    const operator = this.pick(['-', '+', '~'])
    const value = this.number(depth - 1)
    return both(value, (v) => `(${operator}(${v}))`)
  }

  private ternary(depth: number): Code {
    const [c, a, b] = [this.condition(depth - 1), this.number(depth - 1), this.number(depth - 1)]
    return { plain: `(${c.plain} ? ${a.plain} : ${b.plain})`, noisy: `(${c.noisy} ? ${a.noisy} : ${b.noisy})` }
  }

  private helper(depth: number): Code {
    const [a, b] = [this.number(depth - 1), this.number(depth - 1)]
    const form = this.pick([
      'affine(A)',
      'affine(A, B)',
      'norm2(A, B)',
      'pair(A, B).list[0]',
      'twice((v) => N(v * B))(A)',
      '[A, B].reduce((s, v) => N(s + v), 0)',
    ])
    const fill = (key: keyof Code, noise: string): string => form.replace('N(', noise).replace('A', a[key]).replace('B', b[key])
    return { plain: fill('plain', '('), noisy: fill('noisy', '$n(') }
  }

  private condition(depth: number): Code {
    const [a, b] = [this.number(Math.max(depth - 1, 0)), this.number(Math.max(depth - 1, 0))]
    const operator = this.pick(comparisons)
    const comparison = { plain: `${a.plain} ${operator} ${b.plain}`, noisy: `${a.noisy} ${operator} ${b.noisy}` }
    if (depth === 0) return comparison
    switch (this.below(4)) {
      case 0:
        return both(comparison, (c) => `!(${c})`)
      case 1: {
        const other = this.condition(depth - 1)
        const logical = this.pick(['&&', '||'])
        return { plain: `(${comparison.plain} ${logical} ${other.plain})`, noisy: `(${comparison.noisy} ${logical} ${other.noisy})` }
      }
      default:
        return comparison
    }
  }
}

const same = (text: string): Code => ({ plain: text, noisy: text })
const both = (code: Code, write: (text: string) => string): Code => ({ plain: write(code.plain), noisy: write(code.noisy) })

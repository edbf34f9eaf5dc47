// test: NanGuardMode finds the first value that is not finite or very large, says what it was, and nothing has changed.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { compiled, exportsOf, placeIn, thrown } from './program.ts'

const source = `import * as theano from 'theano-ts'
import { type Matrix, type Vector, dot, grad, log, mean, sqrt, sum, where } from 'theano-ts'
export const roots = theano.fn((x: Vector, y: Vector) => sum(sqrt(x) * y) + 1)
export const inverse = theano.fn((x: Matrix) => 1 / x)
export const scalar = theano.fn((x: number) => log(x))
export const large = theano.fn((x: Vector<'float32'>) => x * 1e6)
export const W = theano.shared([[1, 2], [3, 4]], { name: 'W' })
export const b = theano.shared(1, { name: 'b' })
export const update = theano.fn((x: Vector) => { b.value += 1; W.value = W * x; return sum(log(W)) })
export const selected = theano.fn((x: Vector) => where(x > 0, log(x), 0))
export const integers = theano.fn((i: Vector<'int32'>) => i * 1000000)
export const V = theano.shared([[1, 0], [0, 1]], { name: 'V' })
export const train = theano.fn((x: Matrix) => {
  const cost = mean(dot(x, V) ** 2)
  V.value -= 1e4 * grad(cost, V)
  return cost
})
export const ufunc = theano.fn((x, y) => Math.sqrt(x) * y)
export const other = theano.fn((x: Vector) => sqrt(x), { mode: 'FAST_RUN' })
`
const { lines, place } = placeIn(source)

for (const linker of ['js', 'wasm']) {
  const whole = await exportsOf(source, { linker, mode: 'NanGuardMode' })

  test(`the first value in data-flow order, with its expression, place and operands (${linker})`, () => {
    const { roots } = whole
    assert.is(roots([1, 4], [2, 3]), 9)
    assert.is(
      thrown(() => roots([4, -1, 9], [1, 1, 1])),
      `Error: roots: NaN in \`sqrt(x)\` (sqrt, ${place('sqrt(x) * y')}), at [1] of shape [3]; computed from x of shape [3] from -1 to 9`,
    )
    assert.is(roots([1, 4], [2, 3]), 9)
  })

  test(`Infinity and large values; scalars (${linker})`, () => {
    const { inverse, scalar, large } = whole
    const nested = [
      [1, 2],
      [3, -0],
    ]
    assert.match(thrown(() => inverse(nested))!, 'Error: inverse: -Infinity in `1 / x` (')
    assert.match(thrown(() => inverse(nested))!, 'at [1, 1] of shape [2, 2]')
    assert.is(
      thrown(() => scalar(0)),
      `Error: scalar: -Infinity in \`log(x)\` (log, ${place('log(x))')}); computed from x = 0`,
    )
    assert.is(
      thrown(() => large([1, 2e4])),
      `Error: large: 20000000000, which is larger than 1e10 in magnitude, in \`x * 1e6\` (mul, ${place('x * 1e6')}), at [1] of shape [2]; computed from x of shape [2] from 1 to 20000`,
    )
    assert.equal([...large([1, 1e4]).data], [1e6, 1e10])
  })

  test(`inputs and containers are looked at too, and no container changes (${linker})`, () => {
    const { update, W, b } = whole
    assert.is(
      thrown(() => update([1, Number.NaN])),
      'Error: update: NaN in parameter x, at [1] of shape [2]',
    )
    assert.match(thrown(() => update([1, -1]))!, 'Error: update: NaN in `log(W)` (log, ')
    assert.equal([...W.getValue().data, b.getValue()], [1, 2, 3, 4, 1])
    update([1, 2])
    assert.equal([...W.getValue().data, b.getValue()], [1, 4, 3, 8, 2])
    W.setValue([
      [1, Number.POSITIVE_INFINITY],
      [1, 1],
    ])
    assert.is(
      thrown(() => update([1, 1])),
      'Error: update: Infinity in shared W, at [0, 1] of shape [2, 2]',
    )
  })

  test(`what is not selected counts, as in Theano; integers and empty arrays do not (${linker})`, () => {
    const { selected, integers, large } = whole
    assert.equal([...selected([1, 1]).data], [0, 0])
    assert.match(thrown(() => selected([1, 0]))!, '-Infinity in `log(x)`')
    assert.equal([...integers([2000000000]).data], [Math.imul(2000000000, 1000000)])
    assert.equal([...large([]).data], [])
  })

  test(`a model that diverges stops before it is damaged (${linker})`, () => {
    const { train, V } = whole
    const x = [
      [1, 2],
      [3, 4],
      [5, 6],
    ]
    let message: string | null = null
    let before: readonly number[] = []
    for (let step = 0; step < 10 && message === null; step++) {
      before = [...V.getValue().data]
      message = thrown(() => train(x))
    }
    assert.match(message!, /^Error: train: -?\d[\d.e+]*, which is larger than 1e10 in magnitude, in `.+` \(\w+, a\.ts:1[45]:\d+\)/)
    assert.equal([...V.getValue().data], before)
  })

  test(`ufuncs, on numbers and arrays (${linker})`, () => {
    const { ufunc } = whole
    assert.is(ufunc(4, 3), 6)
    assert.equal([...ufunc([4, 9], 2).data], [4, 6])
    const words = `Error: ufunc: NaN in \`Math.sqrt(x)\` (sqrt, ${place('Math.sqrt')})`
    assert.is(
      thrown(() => ufunc(-1, 3)),
      words,
    )
    assert.is(
      thrown(() => ufunc([4, -1], 2)),
      `${words}, at [1] of shape [2]`,
    )
    assert.match(thrown(() => ufunc(1, 2, 3))!, /expected 2 arguments, got 3/)
  })

  test(`a function may name another mode (${linker})`, () => assert.ok(Number.isNaN(whole.other([-1]).data[0])))
}

test('nothing of it is in functions of other modes', () => {
  const of = (mode: string): string => compiled(lines(1, 3) + lines(20, 20), { mode }).text
  assert.match(of('NanGuardMode'), /nanGuard/)
  for (const mode of ['FAST_RUN', 'FAST_COMPILE']) assert.not.match(of(mode), /nanGuard/)
})

test('an unknown rewrite is an error at the option', () => {
  const { messages } = compiled(`${lines(1, 2)}export const f = theano.fn((x: Vector) => x / 2, { name: 'g', mode: { exclude: ['local_log1'] } })\n`)
  assert.is(messages.length, 1)
  assert.match(messages[0].text, /^TH3060: `local_log1` names no rewrite.*did you mean `local_log1p`\?/)
  assert.is(messages[0].at, "mode: { exclude: ['local_log1'] }")
})

test.run()

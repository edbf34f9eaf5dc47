// test/random: each distribution at fixed keys against SciPy's quantiles and probabilities: Kolmogorov and Smirnov's test at 63 quantiles,
// chi-square, and moments, each at the significance that golden.py states (0.001).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { drawChoice, drawMultinomial, drawPermutation, drawWeighted } from '../../runtime/kernel.ts'
import { binOf, chiSquare, drawn, golden } from './golden.ts'

const { draws, chiSquare: critical } = golden
const state = (draw: number): number[] => [0x2545f491, 0x4f6cdd1d, draw, 0]

function checkMean(sample: ArrayLike<number>, mean: number, std: number): void {
  const found = Array.from(sample).reduce((a, b) => a + b, 0) / sample.length
  const deviation = Math.abs(found - mean) / (std / Math.sqrt(sample.length))
  assert.ok(deviation < golden.normal, `mean ${found} instead of ${mean}: ${deviation} standard deviations`)
}

golden.continuous.forEach(({ op, parameters, edges, mean, std }, k) => {
  for (const [Type, type] of [
    [Float64Array, 'float64'],
    [Float32Array, 'float32'],
  ] as const) {
    // float32 has not the numbers of the outermost bins
    if (type === 'float32' && parameters[0] === 0.05) continue
    test(`${op}(${parameters.join(', ')}), ${type}`, () => {
      const sample = drawn(op, new Type(draws), state(k), parameters)
      const counts = new Array<number>(edges.length + 1).fill(0)
      for (const x of sample) counts[binOf(edges, x)]++
      let below = 0
      const distances = edges.map((_, i) => Math.abs((below += counts[i]) / draws - (i + 1) / counts.length))
      assert.ok(Math.max(...distances) < golden.ks, `Kolmogorov-Smirnov: ${Math.max(...distances)}`)
      const found = chiSquare(counts, () => 1 / counts.length)
      assert.ok(found < critical[edges.length], `chi-square: ${found}`)
      checkMean(sample, mean, std)
    })
  }
})

golden.discrete.forEach(({ op, parameters, edges, probabilities, critical: limit, mean, std }, k) => {
  test(`${op}(${parameters.join(', ')})`, () => {
    const sample = drawn(op, op === 'bernoulli' ? new Uint8Array(golden.counts) : new Int32Array(golden.counts), state(100 + k), parameters)
    const counts = new Array<number>(probabilities.length).fill(0)
    for (const x of sample) counts[binOf(edges, x)]++
    const found = chiSquare(counts, (i) => probabilities[i])
    assert.ok(found < limit, `chi-square: ${found} of at most ${limit}`)
    checkMean(sample, mean, std)
  })
})

test('integers of ranges that do not divide 2³² are not favoured', () => {
  const sample = drawn('integers', new Int32Array(draws), state(7), [-2147483648, 2 ** 30])
  const remainders = [0, 0, 0]
  for (const x of sample) remainders[(x + 2147483648) % 3]++
  const found = chiSquare(remainders, () => 1 / 3)
  assert.ok(found < critical[2], `chi-square: ${found}`)
})

test('parameters of each element: its own distribution, the same numbers as alone', () => {
  const means = Float64Array.from({ length: 1000 }, (_, i) => i % 40)
  const scaled = drawn('normal', new Float64Array(1000), state(1), [means, 2])
  const standard = drawn('normal', new Float64Array(1000), state(1), [0, 1])
  assert.equal(
    [...scaled],
    [...standard].map((z, i) => means[i] + 2 * z),
  )
  const counts = drawn('poisson', new Int32Array(1000), state(1), [means])
  for (const mean of [3, 39]) {
    const alone = drawn('poisson', new Int32Array(1000), state(1), [mean])
    for (let i = 0; i < 1000; i++) if (means[i] === mean) assert.is(counts[i], alone[i])
  }
})

test('a prefix of a draw is the draw of fewer elements', () => {
  for (const { op, parameters } of [...golden.continuous, ...golden.discrete]) {
    const make = (n: number): number[] => [...drawn(op, new (golden.continuous.some((c) => c.op === op) ? Float64Array : Int32Array)(n), state(2), parameters)]
    assert.equal(make(50).slice(0, 37), make(37), op)
  }
})

test('bernoulli of 0 and 1 is certain; ties of eight bits are decided by more', () => {
  assert.ok(drawn('bernoulli', new Uint8Array(10000), state(3), [0]).every((x) => x === 0))
  assert.ok(drawn('bernoulli', new Uint8Array(10000), state(3), [1]).every((x) => x === 1))
  const [half, more] = [0.5, 0.5 + 1e-9].map((p) => drawn('bernoulli', new Uint8Array(100000), state(3), [p]))
  assert.equal(half, more)
})

const permutations = (n: number, seed: number): number[] => {
  const out = new Int32Array(n)
  drawPermutation(out, 0, n, state(seed), 0, n)
  return [...out]
}

test('permutation: all 24 orders of 4 alike', () => {
  const counts = new Map<string, number>()
  for (let i = 0; i < 12000; i++) {
    const key = permutations(4, i).join()
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  assert.is(counts.size, 24)
  const found = chiSquare([...counts.values()], () => 1 / 24)
  assert.ok(found < critical[23], `chi-square: ${found}`)
  const large = permutations(1001, 5)
  assert.equal(
    [...large].sort((a, b) => a - b),
    [...large.keys()],
  )
})

const chosen = (n: number, seed: number, length: number, replace: boolean, p?: readonly number[]): number[] => {
  const out = new Int32Array(n)
  if (p) drawWeighted(out, 0, n, state(seed), 0, Float64Array.from(p), 0, length, replace, 'choice')
  else drawChoice(out, 0, n, state(seed), 0, length, replace, 'choice')
  return [...out]
}
const counted = (list: readonly number[], kinds: number): number[] => Array.from({ length: kinds }, (_, k) => list.filter((x) => x === k).length)

test('choice with replacement: each alike, or by probability', () => {
  const alike = counted(chosen(12000, 1, 12, true), 12)
  assert.ok(chiSquare(alike, () => 1 / 12) < critical[11])
  const p = [0.1, 0, 0.2, 0.65, 0.05]
  const weighted = counted(chosen(12000, 2, 5, true, p), 5)
  assert.is(weighted[1], 0)
  const possible = [0, 2, 3, 4]
  assert.ok(
    chiSquare(
      possible.map((k) => weighted[k]),
      (i) => p[possible[i]],
    ) < critical[3],
  )
})

test('choice without replacement: pairs alike, or one after the other by probability', () => {
  const p = [0.1, 0.2, 0.3, 0.4]
  const pairs = p.flatMap((a, i) => p.flatMap((b, j) => (i === j ? [] : [{ key: `${i},${j}`, alike: 1 / 12, weighted: (a * b) / (1 - a) }])))
  for (const kind of ['alike', 'weighted'] as const) {
    const found = Array.from({ length: 12000 }, (_, seed) => chosen(2, seed, 4, false, kind === 'weighted' ? p : undefined).join())
    const counts = pairs.map(({ key }) => found.filter((x) => x === key).length)
    assert.is(
      counts.reduce((a, b) => a + b),
      12000,
      'no pair of the same',
    )
    const statistic = chiSquare(counts, (i) => pairs[i][kind])
    assert.ok(statistic < critical[11], `${kind}: chi-square ${statistic}`)
  }
})

test('multinomial: rows add up; kinds are binomial, and covary as they must', () => {
  const p = [0.2, 0.5, 0.3]
  const rows = 20000
  for (const n of [1, 10, 400]) {
    const out = new Int32Array(rows * 3)
    drawMultinomial(
      out,
      0,
      rows * 3,
      state(n),
      0,
      n,
      0,
      Float64Array.from({ length: rows * 3 }, (_, i) => p[i % 3]),
      0,
      3,
      'multinomial',
    )
    const column = (k: number): number[] => Array.from({ length: rows }, (_, i) => out[3 * i + k])
    for (let i = 0; i < rows; i++) assert.is(out[3 * i] + out[3 * i + 1] + out[3 * i + 2], n)
    p.forEach((q, k) => checkMean(column(k), n * q, Math.sqrt(n * q * (1 - q))))
    const [a, b] = [column(0), column(1)]
    const covariance = a.reduce((sum, x, i) => sum + (x - n * 0.2) * (b[i] - n * 0.5), 0) / rows
    const deviation = (n * Math.sqrt(0.2 * 0.8 * 0.5 * 0.5)) / Math.sqrt(rows)
    assert.ok(Math.abs(covariance + n * 0.2 * 0.5) < 2 * golden.normal * deviation, `covariance ${covariance}`)
  }
})

test('neighbours, draws and streams are independent: 16 by 16 cells', () => {
  const base = drawn('uniform', new Float64Array(draws), [1, 2, 0, 0], [0, 1])
  const others: Readonly<Record<string, ArrayLike<number>>> = {
    neighbours: base.subarray(1),
    'next draw': drawn('uniform', new Float64Array(draws), [1, 2, 1, 0], [0, 1]),
    'draw 2³² later': drawn('uniform', new Float64Array(draws), [1, 2, 0, 1], [0, 1]),
    'next key': drawn('uniform', new Float64Array(draws), [2, 2, 0, 0], [0, 1]),
    'exchanged key': drawn('uniform', new Float64Array(draws), [2, 1, 0, 0], [0, 1]),
  }
  for (const [name, other] of Object.entries(others)) {
    const counts = new Array<number>(256).fill(0)
    for (let i = 0; i < other.length; i++) counts[Math.floor(base[i] * 16) * 16 + Math.floor(other[i] * 16)]++
    const found = chiSquare(counts, () => 1 / 256)
    assert.ok(found < critical[255], `${name}: chi-square ${found}`)
  }
})

test.run()

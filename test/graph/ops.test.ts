// test/graph: every op against NumPy's numbers: the type its record infers, and its meaning by the reference evaluator,
// with lengths known while building and with lengths known only at the call.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { evaluate } from '../../src/graph/evaluate.ts'
import { ancestors } from '../../src/graph/functionGraph.ts'
import { library } from '../../src/graph/library.ts'
import type { Value } from '../../src/graph/op.ts'
import { type Built, build, type Case, difference, loadGolden, title } from '../golden/load.ts'

const topics = ['elementwise', 'reduce', 'shape', 'indexing', 'linear', 'nnet', 'make', 'special', 'rearrange']

/** Lengths the graph claims to know must be those that come out. */
function wrongType({ output }: Built, expected: Value): string | null {
  if (output.dtype !== expected.dtype) return `inferred ${output.dtype}, expected ${expected.dtype}`
  if (output.rank !== expected.shape.length) return `inferred rank ${output.rank}, expected ${expected.shape.length}`
  const lie = output.shape.findIndex((d, i) => typeof d === 'number' && d !== expected.shape[i])
  return lie < 0 ? null : `inferred length ${output.shape[lie]} of axis ${lie}, expected ${expected.shape[lie]}`
}

const check = (built: Built, c: Case): string | null => wrongType(built, c.result) ?? difference(evaluate([built.output], built.leaves)[0], c)

for (const topic of topics) {
  const golden = loadGolden(topic)
  for (const open of [false, true]) {
    test(`${topic}, lengths ${open ? 'open' : 'known'}`, () => {
      const failures = golden.cases.flatMap((c) => {
        if (open && c.static) return []
        try {
          const found = check(build(golden, c, open), c)
          return found === null ? [] : [`${title(c)}: ${found}`]
        } catch (error) {
          return [`${title(c)}: ${(error as Error).message}`]
        }
      })
      assert.equal(failures, [])
    })
  }
}

test('known lengths are inferred while building, but for masks', () => {
  const unknown = topics.flatMap((topic) => {
    const golden = loadGolden(topic)
    return golden.cases.flatMap((c) => (build(golden, c, false).output.shape.some((d) => typeof d !== 'number') && !title(c).includes('$') ? [title(c)] : []))
  })
  assert.equal(unknown, [])
})

test('every function of the library has cases', () => {
  const covered = new Set(topics.flatMap((t) => loadGolden(t).cases.map((c) => c.op)))
  const onlyGradient = ['stopGradient', 'zeroGrad', 'gradClip', 'gradScale']
  const missing = Object.values(library)
    .flatMap((family) => Object.keys(family))
    .filter((name) => !covered.has(name) && !onlyGradient.includes(name))
  assert.equal(missing, [])
})

test('inputs are older than their users', () => {
  const golden = loadGolden('nnet')
  for (const c of golden.cases) {
    for (const v of ancestors([build(golden, c, true).output], true)) assert.ok(v.owner?.inputs.every((x) => x.id < v.id) ?? true, title(c))
  }
})

test.run()

// test/lowering: every op against NumPy's numbers through the whole compiler under both linkers: rewritten, scheduled, emitted,
// linked, called. Of the four pairs of linker and known or open lengths every case meets js open, wasm open and one with known lengths.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { build, difference, loadGolden, title } from '../golden/load.ts'
import { asArgument, asValue, link, linkers, traced } from '../golden/run.ts'

for (const topic of ['elementwise', 'reduce', 'shape', 'indexing', 'linear', 'nnet', 'make', 'special', 'rearrange']) {
  const golden = loadGolden(topic)
  for (const linker of linkers)
    for (const open of [true, false]) {
      test(`${topic}, lengths ${open ? 'open' : 'known'}, ${linker}`, () => {
        const failures = golden.cases.flatMap((c, i) => {
          // With known lengths the kernels are the same but for constants in their bounds.
          if (open ? c.static : i % 2 === linkers.indexOf(linker)) return []
          try {
            const { output, leaves } = build(golden, c, open)
            const f = link(traced({ inputs: [...leaves.keys()], outputs: [output] }, linker))
            const args = [...leaves.values()].map(asArgument)
            const [first] = f(...args) as unknown[]
            const [again] = f(...args) as unknown[]
            const found = difference(asValue(first, c.result.dtype), c) ?? difference(asValue(again, c.result.dtype), c)
            return found === null ? [] : [`${title(c)}: ${found}`]
          } catch (error) {
            return [`${title(c)}: ${(error as Error).message}`]
          }
        })
        assert.equal(failures.slice(0, 40), [], `${failures.length} failures`)
      })
    }
}

test.run()

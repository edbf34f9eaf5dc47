// Every construct without a meaning, with the code it must get and the text its span must cover.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { memoryProgram } from './program.ts'
import { prelude, refused } from './refused.ts'

const source = ["import * as theano from 'theano-ts'", prelude, ...refused.map(([arrow], i) => `export const f${i} = theano.fn(${arrow})`)].join('\n')
const program = memoryProgram({ 'errors.ts': source })

refused.forEach(([arrow, code, text], i) => {
  test(`${code} ${arrow}`, () => {
    const { function: f, diagnostics } = program.trace('errors.ts', i)
    assert.is(f, null)
    assert.equal(
      diagnostics.map((d) => d.code),
      [code],
      diagnostics[0]?.message,
    )
    const [{ span, message }] = diagnostics
    assert.is(source.slice(span.start, span.end), text)
    assert.not.match(message, /\{\w+\}|\?\?|undefined/)
  })
})

test.run()

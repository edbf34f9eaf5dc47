// Which calls are theano.fn, and what they are called.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { memoryProgram } from './program.ts'

const program = memoryProgram({
  'plain.ts': 'export const fn = (f: unknown) => f\nexport const g = fn(() => 1)\n',
  'barrel.ts': "import { fn } from 'theano-ts'\nexport { fn as compile }\nexport * from './again.ts'\n",
  'again.ts': "export * as deep from 'theano-ts'\n",
  'main.ts': `
import * as theano from 'theano-ts'
import { fn, fn as make, type Vector } from 'theano-ts'
import { compile, deep } from './barrel.ts'
import * as barrel from './barrel.ts'
import { fn as notTheano } from './plain.ts'
const a = theano.fn((x: Vector) => x)
export const b = { inner: fn((x: Vector) => x) }
let c
c = make((x: Vector) => x)
class D { d = (compile((x: Vector) => x)); constructor() { this.d = deep.fn((x: Vector) => x) } }
barrel.compile((x: Vector) => theano.fn((y: Vector) => y)(x as any))
notTheano((x: Vector) => x)
{ const theano = { fn: (f: unknown) => f }; theano.fn((x: Vector) => x) }
`,
})

test('names of the calls, outermost only, in source order', () => {
  assert.equal(
    program.calls('main.ts').map((c) => c.name),
    ['a', 'inner', 'c', 'd', 'd', 'fn'],
  )
})

test('a file without theano-ts has none', () => assert.equal(program.calls('plain.ts'), []))

test.run()

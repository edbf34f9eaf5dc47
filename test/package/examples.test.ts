// test: the examples compile, and their first batches give what their references in NumPy gave (test/golden/examples.py).
// Needs dist (npm test builds it first).
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { environment, root, tspcPath } from './app.ts'

/** What training on the first batches gave, and how many examples of the first validation batches were wrong afterwards. */
type Golden = Record<'logistic-sgd' | 'mlp', { readonly costs: readonly number[]; readonly errors: readonly number[] }>

const golden = JSON.parse(readFileSync(join(root, 'test/golden/examples.json'), 'utf8')) as Golden
const built = join(root, '.tmp/examples')

/** In a process of its own, whose heap holds the data. */
const program = `
import { loadMnist, mnistFolder } from './logistic-sgd/mnist.js'
import * as logistic from './logistic-sgd/functions.js'
import { LogisticRegression } from './logistic-sgd/model.js'
import * as perceptron from './mlp/mlp/src/functions.js'
import { MLP } from './mlp/mlp/src/model.js'
import { RandomState } from './mlp/mlp/src/randomState.js'

const { training, validation } = loadMnist(mnistFolder())
function run({ trainer, errorCounter }, model, batches, checked) {
  const [train, errors] = [trainer(model, training), errorCounter(model, validation)]
  return { costs: Array.from({ length: batches }, (_, i) => train(i)), errors: Array.from({ length: checked }, (_, i) => errors(i)) }
}
console.log(JSON.stringify({
  'logistic-sgd': run(logistic, new LogisticRegression(784, 10), ${golden['logistic-sgd'].costs.length}, ${golden['logistic-sgd'].errors.length}),
  mlp: run(perceptron, new MLP(new RandomState(1234), 784, 500, 10), ${golden.mlp.costs.length}, ${golden.mlp.errors.length}),
}))`

function node(cwd: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8', env: environment })
  assert.equal([status, stderr], [0, ''], stdout + stderr)
  return stdout
}

let ran: Golden
test('the examples compile and run', () => {
  for (const name in golden) assert.is(node(root, tspcPath, '-p', `examples/${name}`, '--outDir', join(built, name)), '')
  ran = JSON.parse(node(built, '--input-type=module', '-e', program)) as Golden
})

for (const name of ['logistic-sgd', 'mlp'] as const) {
  test(`${name} learns as its reference does`, () => {
    const { costs, errors } = golden[name]
    const worst = Math.max(...costs.map((cost, i) => Math.abs(ran[name].costs[i] / cost - 1)))
    assert.is(ran[name].costs.length, costs.length)
    assert.ok(worst < 5e-7, `costs differ by ${worst}`)
    assert.equal(ran[name].errors, errors)
  })
}

test.run()

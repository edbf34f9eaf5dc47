// test: the pages made of the sources are up to date, and what is found out for them by building functions is so.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { factsOf } from '../../scripts/reference/facts.ts'
import { messages } from '../../src/analysis/messages.generated.ts'
import { library } from '../../src/graph/library.ts'

const root = join(import.meta.dirname, '../..')
const headings = (page: string): string[] => [...readFileSync(join(root, page), 'utf8').matchAll(/^### (.+)$/gm)].map((m) => m[1])

test('scripts/docs.ts has nothing to change', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts/docs.ts'), '--check'], { encoding: 'utf8' })
  assert.is(stderr, '')
  assert.is(status, 0)
})

test('every function and every message has its place', () => {
  assert.equal(headings('docs/operations.md'), Object.values(library).flatMap(Object.keys))
  assert.equal(headings('docs/errors.md').sort(), Object.keys(messages).sort())
})

test('every message has an example, but for the failure that nobody can provoke', () => {
  const sections = readFileSync(join(root, 'docs/errors.md'), 'utf8').split(/^### /m).slice(1)
  const without = sections.filter((section) => !section.includes('```')).map((section) => section.slice(0, 6))
  assert.equal(without, ['TH5001'], 'in src/analysis/messages, fixtures/errors or test/analysis/refused.ts')
})

test('links lead to headings', () => {
  const places = new Set(headings('docs/errors.md').map((code) => code.toLowerCase()))
  const links = [...readFileSync(join(root, 'docs/operations.md'), 'utf8').matchAll(/\(errors\.md#(\w+)\)/g)].map((m) => m[1])
  assert.ok(links.length > 100)
  assert.equal(
    links.filter((link) => !places.has(link)),
    [],
  )
})

test('where gradients flow', () => {
  const flows = (name: string, parameters: readonly string[]): unknown => {
    const { gradient, without } = factsOf(name, parameters)
    return gradient.size > 0 ? [...gradient].sort().map((i) => parameters[i]) : without
  }
  assert.equal(flows('where', ['condition', 'a', 'b']), ['a', 'b'])
  assert.equal(flows('pick', ['x', 'i']), ['x'])
  assert.equal(flows('full', ['shape', 'value', 'dtype']), ['value'])
  assert.equal(flows('concatenate', ['list', 'axis']), ['list'])
  assert.is(flows('floor', ['x']), 'zero')
  assert.is(flows('zeroGrad', ['x']), 'zero')
  assert.is(flows('stopGradient', ['x']), 'no dependence')
  assert.is(flows('zerosLike', ['x', 'dtype']), 'no dependence')
  assert.is(flows('argmax', ['x', 'options']), 'not a float')
})

test('dtypes of results', () => {
  assert.equal(
    [...factsOf('div', ['a', 'b']).dtypes],
    [
      ['float64', 'float64'],
      ['float32', 'float32'],
      ['int32', 'float64'],
      ['bool', 'float64'],
    ],
  )
  assert.equal([...new Set(factsOf('argmin', ['x', 'options']).dtypes.values())], ['int32'])
  assert.equal([...factsOf('cast', ['x', 'dtype']).dtypes], [])
})

test('what arguments of another rank, size or dtype give', () => {
  assert.equal(factsOf('sum', ['x', 'options']).codes, ['TH2008', 'TH2012', 'TH2015'])
  assert.equal(factsOf('dot', ['a', 'b']).codes, ['TH2002'])
  assert.equal(factsOf('exp', ['x']).codes, [])
  assert.ok(['TH2018', 'TH2020', 'TH2022'].every((code) => factsOf('at', ['x', 'index']).codes.includes(code)))
  assert.throws(() => factsOf('nothing', []), /nothing has no case in test\/golden/)
})

test.run()

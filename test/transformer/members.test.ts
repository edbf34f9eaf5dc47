// test: members of compiled functions are imported by the files that name them, and by no others.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { members } from '../../runtime/kernel.ts'
import { transformed } from './program.ts'

const model = `import * as theano from 'theano-ts'
import type { CompiledFunction, Described } from 'theano-ts'
export const f = theano.fn((x: number) => 2 * x)
export const models = { f, all: [f] as const, maybe: f as typeof f | undefined }
export interface Extended extends CompiledFunction<number> { extra: number }
export const show = (list: readonly Described[]) => list.length
`

interface Case {
  readonly group: string
  readonly text: string
  readonly modules: readonly string[]
}
const cases: Case[] = []
let group = ''
/** A file beside `model` with this text, which uses these of its names, imports these modules. */
const use = (text: string, modules: readonly string[], names = 'f'): void =>
  void cases.push({ group, text: `import { ${names} } from './model.js'\n${text}\n`, modules })
const cased = (name: string, list: () => void): void => {
  group = name
  list()
}

/** What files of one program with these texts import. */
function importedBy(texts: readonly string[]): string[][] {
  const files = Object.fromEntries(texts.map((text, i) => [`use${i}.ts`, text]))
  const { outputs, messages } = transformed({ 'model.ts': model, ...files })
  assert.equal(
    messages.filter(({ text }) => text.startsWith('TH')),
    [],
  )
  return texts.map((_, i) => [...outputs.get(`use${i}.js`)!.matchAll(/import 'theano-ts\/members\/(\w+)'/g)].map((m) => m[1]))
}

cased('mentions of every form', () => {
  use('f.named({ x: 1 })', ['named'])
  use("f['named']({ x: 1 })", ['named'])
  use('models.maybe?.named({ x: 1 })', ['named'], 'models')
  use('export const { named, inputs: [first] } = f', ['described', 'named'])
  use('export function g({ named } = f) { return named }', ['named'])
  use('let named: unknown; ({ named } = f); named', ['named'])
  use('for (const g of models.all) console.log(g.inputs, g.outputs)', ['described'], 'models')
  use("for (const key of ['named', 'inputs'] as const) console.log(f[key])", ['described', 'named'])
})

cased('types that allow a compiled function count', () => {
  use('export const g = (x: any) => x.named({})', ['named'], 'show')
  use('export const g = (x: Extended) => x.named({})', ['named'], 'type Extended')
  use('export const g = <F extends typeof f>(x: F) => x.named({ x: 1 })', ['named'])
  use('export const g = (x: string | typeof f) => typeof x === "string" ? 0 : x.named({ x: 1 })', ['named'])
  use('export const g = (x: { name: string; named(o: object): unknown }) => x.named({})', ['named'], 'show')
  use('export const g = (x: { inputs: readonly { name: string }[] }) => x.inputs.length', ['described'], 'show')
  use('export const g = (x: object) => "named" in x && x.named', ['named'], 'show')
})

cased('other things of these names do not', () => {
  use('export const g = f(1)', [])
  use('export const g = [f.name, f.shared.length, f.trustInput]', [])
  use('export const g = (x: { inputs: number[]; outputs: number[] }) => x.inputs.length', [], 'show')
  use('const data = { inputs: [1], named: () => 1 }\nexport const g = [data.inputs, data.named()]', [], 'show')
  use('class Net { inputs = 3; named() {} }\nnew Net().named()', [], 'show')
  use('export const g = (x: { named(): void; size: number }) => x.named()', [], 'show')
  use('// f.named({ x: 1 })\nexport const inputs = 1, named = "named"', [], 'show')
})

cased('beside theano.fn itself; a script stays one', () => {
  cases.push({ group, text: `${model}f.named({ x: 1 })`, modules: ['named'] })
  cases.push({ group, text: 'declare const anything: any\nanything.named()', modules: [] })
})

const always = ['trustInput', 'shared']
const optional = members.filter((name) => !always.includes(name))
cased('each member', () => {
  for (const name of optional) use(`console.log(f.${name})`, [])
})

const found = importedBy(cases.map((c) => c.text))
for (const name of new Set(cases.map((c) => c.group))) {
  if (name === 'each member') continue
  test(name, () => {
    cases.forEach(({ group, text, modules }, i) => {
      if (group === name) assert.equal(found[i], modules, text)
    })
  })
}

test('all members are there without a bundler, and the transformer knows the file of each', () => {
  const files = readdirSync(join(import.meta.dirname, '../../runtime/members')).map((name) => name.replace('.ts', ''))
  const each = found.filter((_, i) => cases[i].group === 'each member')
  each.forEach((modules, i) => assert.is(modules.length, 1, optional[i]))
  assert.equal([...new Set(each.flat())].sort(), files.sort())
})

test.run()

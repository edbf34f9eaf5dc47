// test: tspc --incremental, -b and -w: a helper's changed body reaches the functions that inline it, errors stay errors.
import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type App, environment, makeApp, quickTsconfig, tspcPath } from './app.ts'

// Without the types of pages, which each of the many builds would read.
const tsconfig = { ...quickTsconfig, compilerOptions: { ...quickTsconfig.compilerOptions, lib: ['es2023'] } }
const consoleTypes = 'declare const console: { log(...values: unknown[]): void }\n'
const main = `import { fn } from 'theano-ts'
import { middle } from './middle.js'
console.log(fn((x: number) => middle(x))(1))
`
const middle = `import { inner } from './inner.js'
export const middle = (x: number): number => inner(x) * 10
`
const inner = (n: number): string => `export const inner = (x: number): number => x + ${n}\n`

let app: App
test.before(() => {
  app = makeApp({ 'tsconfig.json': tsconfig, 'src/console.d.ts': consoleTypes, 'src/main.ts': main, 'src/middle.ts': middle, 'src/inner.ts': inner(1) })
})
test.after(() => app?.remove())

const run = (): string => app.node('build/main.js').stdout
const fresh = (): void => {
  app.write('src/inner.ts', inner(1))
  rmSync(join(app.folder, 'build'), { recursive: true, force: true })
}

for (const [title, options, command] of [
  ['--incremental', { incremental: true }, ['-p', 'tsconfig.inc.json']],
  ['--incremental with declarations', { incremental: true, declaration: true }, ['-p', 'tsconfig.inc.json']],
  ['--incremental with isolatedModules', { incremental: true, verbatimModuleSyntax: true, isolatedModules: true }, ['-p', 'tsconfig.inc.json']],
  ['-b composite', { composite: true }, ['-b', 'tsconfig.inc.json']],
] as const) {
  test(`${title}: a helper's new body, two files away, is compiled in`, () => {
    fresh()
    app.write('tsconfig.inc.json', { ...tsconfig, compilerOptions: { ...tsconfig.compilerOptions, ...options, tsBuildInfoFile: 'build/info' } })
    for (const n of [1, 2, 3]) {
      app.write('src/inner.ts', inner(n))
      const built = app.tspc(...command)
      assert.is(built.stdout + built.stderr, '')
      assert.is(run(), `${(1 + n) * 10}\n`)
    }
  })
}

test('--incremental with declarations: options and default updates of other files, through types and re-exports', () => {
  fresh()
  const state = `import { shared } from 'theano-ts'
export class State {
  calls = shared(0, { name: 'calls', defaultUpdate: (n) => n + 1 })
}
export const last = shared(0, { defaultUpdate: (n) => n + 1 })
export const scale = shared(2)
`
  const options = `import { scale } from './state.js'
export const options = { givens: [[scale, () => scale + 1]], updates: [[scale, 3]] } as const
`
  const others = {
    options,
    theano: `export * from 'theano-ts'\n`,
    make: `import type { State } from './state.js'
import { fn } from './theano.js'
import { options } from './options.js'
import { last, scale } from './state.js'
export const make = (state: State) => fn((x: number) => [x * scale, state.calls, last] as const, options)
`,
    counter: `import type { State } from './state.js'
import { fn } from './theano.js'
export const counter = (state: State) => fn(() => state.calls.value)
`,
    main: `import { counter } from './counter.js'
import { make } from './make.js'
import { scale, State } from './state.js'
const state = new State()
const f = make(state)
f(1)
console.log(f(1), scale.getValue(), counter(state)(), state.calls.getValue())
`,
  }
  for (const [name, text] of Object.entries(others)) app.write(`src/${name}.ts`, text)
  app.write('tsconfig.inc.json', { ...tsconfig, compilerOptions: { ...tsconfig.compilerOptions, incremental: true, tsBuildInfoFile: 'build/info' } })
  for (const [changed, text, printed] of [
    ['state', state, '[ 4, 1, 1 ] 3 2 3'],
    ['state', state.replaceAll('n + 1', 'n + 10'), '[ 4, 10, 10 ] 3 20 30'],
    ['options', options.replace('scale + 1', 'scale * 10').replace('scale, 3', 'scale, 4'), '[ 40, 10, 10 ] 4 20 30'],
  ]) {
    app.write(`src/${changed}.ts`, text)
    const built = app.tspc('-p', 'tsconfig.inc.json')
    assert.is(built.stdout + built.stderr, '')
    assert.is(run(), `${printed}\n`)
  }
  for (const name of ['state', 'options', 'theano', 'make', 'counter']) rmSync(join(app.folder, `src/${name}.ts`))
  app.write('src/main.ts', main)
})

test('--incremental: an error is reported again until it is mended', () => {
  fresh()
  const mistake = `import { fn } from 'theano-ts'\nexport const f = fn((x: number, y: number) => x)\n`
  app.write('src/mistake.ts', mistake)
  app.write('tsconfig.inc.json', { ...tsconfig, compilerOptions: { ...tsconfig.compilerOptions, incremental: true, tsBuildInfoFile: 'build/info' } })
  for (let i = 0; i < 3; i++) {
    const built = app.tspc('-p', 'tsconfig.inc.json', '--pretty', 'false')
    assert.is.not(built.status, 0, `build ${i}`)
    assert.is(built.stdout.match(/: error /g)?.length, 1, `build ${i}: ${built.stdout}`)
    app.write('src/inner.ts', inner(i))
  }
  app.write('src/mistake.ts', mistake.replace(', y: number', ''))
  assert.is(app.tspc('-p', 'tsconfig.inc.json').status, 0)
  rmSync(join(app.folder, 'src/mistake.ts'))
})

test('-w: a helper’s new body, and an error that comes and goes', async () => {
  fresh()
  const watching = spawn(process.execPath, [tspcPath, '-w', '-p', '.', '--preserveWatchOutput', '--pretty', 'false'], { cwd: app.folder, env: environment })
  try {
    let output = ''
    const builds: ((text: string) => void)[] = []
    watching.stdout.on('data', (chunk: Buffer) => {
      output += chunk
      if (!/Found \d+ errors?\. Watching/.test(output)) return
      builds.shift()?.(output)
      output = ''
    })
    const built = (): Promise<string> => new Promise((resolve) => builds.push(resolve))
    const after = (n: number): Promise<string> => {
      const done = built()
      app.write('src/inner.ts', inner(n))
      return done
    }
    assert.match(await built(), 'Found 0 errors')
    assert.is(run(), '20\n')
    for (const n of [2, 3]) {
      assert.match(await after(n), 'Found 0 errors')
      assert.is(run(), `${(1 + n) * 10}\n`)
    }
    const broken = built()
    app.write('src/main.ts', main.replace('(x: number)', '(x: number, y: number)').replace('(1))', '(1, 2))'))
    assert.match(await broken, /TH3\d\d\d/)
    const mended = built()
    app.write('src/main.ts', main)
    const text = await mended
    assert.match(text, 'Found 0 errors')
    assert.not.match(text, /TH3\d\d\d/)
    assert.match(readFileSync(join(app.folder, 'build/main.js'), 'utf8'), 'link')
  } finally {
    watching.kill()
  }
})

test.run()

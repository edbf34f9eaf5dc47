#!/usr/bin/env node
// transformer/cli: the bin `theano`.
import { run } from './run.ts'

process.exitCode = run(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  pretty: process.stderr.isTTY === true && !process.env.NO_COLOR,
  folder: process.cwd(),
})

// transformer/cli: from arguments to a command and its exit code.
import { inspect, inspectUsage } from './inspect.ts'
import { Problem, type Terminal } from './problem.ts'

const commands: Readonly<Record<string, (args: readonly string[], terminal: Terminal) => number>> = { inspect }

export const usage = `Usage: theano COMMAND

${inspectUsage}
`

/** Runs `theano ...args` and returns its exit code: 0, or 1 for errors. */
export function run(args: readonly string[], terminal: Terminal): number {
  const [command, ...rest] = args
  if (args.includes('--help') || args.includes('-h')) {
    terminal.out(usage)
    return 0
  }
  try {
    if (command === undefined) throw new Problem('which command?', true)
    if (!Object.hasOwn(commands, command)) throw new Problem(`unknown command ${command}; there is ${Object.keys(commands).join(', ')}`, true)
    return commands[command](rest, terminal)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    terminal.err(`theano: ${error.message}\n${error.usage ? `\n${usage}` : ''}`)
    return 1
  }
}

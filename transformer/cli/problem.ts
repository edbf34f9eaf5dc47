// transformer/cli: what a command says instead of doing its work. Invariant: a user's mistake ends in one of these, never in a stack trace.

/** A mistake on the command line or in the project; `usage` where the way to call the command is the answer. */
export class Problem extends Error {
  readonly usage: boolean

  constructor(message: string, usage = false) {
    super(message)
    this.usage = usage
  }
}

/** Where a command writes: results and messages. */
export interface Terminal {
  out(text: string): void
  err(text: string): void
  /** Shows messages in colour, with code frames. */
  readonly pretty: boolean
  readonly folder: string
}

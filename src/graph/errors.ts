// graph: a user's mistake found while a graph is built. `code` and `facts` fill a message of src/analysis/messages;
// whoever knows the span (the tracer, the gradient) turns it into a diagnostic.

export type Facts = Record<string, string | number>

export class GraphError extends Error {
  readonly code: string
  readonly facts: Facts
  /** Source span of the offending expression, when the thrower knows it better than the catcher. */
  readonly span: Span | null

  constructor(code: string, facts: Facts, span: Span | null = null) {
    super(`${code} ${JSON.stringify(facts)}`)
    this.code = code
    this.facts = facts
    this.span = span
  }
}

/** A range of characters in a user's file. */
export interface Span {
  readonly file: string
  readonly start: number
  readonly end: number
}

// analysis: build messages. Their words come from messages/*.md through the generated table.
import type { Facts, Span } from '../graph/errors.ts'
import { messages } from './messages.generated.ts'

export interface Diagnostic {
  readonly code: string
  readonly category: 'error' | 'warning'
  readonly message: string
  readonly span: Span
}

/** The message of `code` with `{placeholders}` filled from facts. TH9xxx are warnings. */
export function diagnostic(code: string, facts: Facts, span: Span): Diagnostic {
  const template = (messages as Readonly<Record<string, string>>)[code]
  const text = template ?? `${messages.TH5001.replace('{problem}', `there is no message ${code}`)}`
  return {
    code,
    category: code.startsWith('TH9') ? 'warning' : 'error',
    message: text.replace(/\{(\w+)\}/g, (_, key: string) => String(facts[key] ?? '?')),
    span,
  }
}

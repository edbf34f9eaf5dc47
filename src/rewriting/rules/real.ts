// rewriting/rules: rules about real numbers, on operands that may be integers.
import { toFloat } from '../../graph/dtype.ts'
import { cast } from '../../graph/ops/logic.ts'
import { type Rule, type RuleFacts, rule } from '../engine.ts'
import { instantiate, type Match } from '../match.ts'
import { isExact, isSigned } from './facts.ts'

/** A rule that takes an integer x for the float that the functions in its pattern make of it: -x must not wrap. */
export function real(name: string, facts: RuleFacts): Rule {
  const { to } = facts
  const floats = (found: Match): Match =>
    Object.fromEntries(Object.entries(found).map(([key, v]) => [key, key === 'x' && isExact(v) ? cast(v, toFloat(v).dtype) : v]))
  return rule(name, { ...facts, to: (found, site) => (typeof to === 'function' ? to(floats(found), site) : instantiate(to, floats(found))) })
}

/** Integer arithmetic in the formula may wrap, and means what it gives. */
export const isReal = ({ x: operand }: Match): boolean => isSigned(operand)

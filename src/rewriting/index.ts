// rewriting: graph in, better graph out.
export { expandComposites } from './composites.ts'
export { type RewriteOptions, type Rule, rewrite, rule, type Table } from './engine.ts'
export { foldConstants } from './fold.ts'
export { expandGradients, gradientAnchors, type Warning } from './gradient.ts'
export { rules } from './rules/index.ts'
export { type Rewrite, rewrites, type Selection, select } from './selection.ts'

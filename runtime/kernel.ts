// runtime: what emitted code imports as `$t` from 'theano-ts/kernel'. Not for users.
export { members } from './allMembers.ts'
export { apart, copyOf } from './apart.ts'
export { enter, leave, put, resident, take } from './arena.ts'
export { broadcast, sumTo } from './broadcast.ts'
export {
  arity,
  assert,
  bound,
  broadcastSize,
  checkReshape,
  distinct,
  failed,
  held,
  index,
  integer,
  length,
  notEmpty,
  position,
  print,
  reentered,
  reserve,
  sameName,
  sameSize,
  taken,
  unchanged,
} from './checks.ts'
export { array, boolean, number, type Self, type Spec } from './convert.ts'
export { vacated } from './free.ts'
export { gemm } from './gemm.ts'
export { globals } from './globals.ts'
export { allocate, type Block, heap, release, reserved, stage } from './heap.ts'
export { copied, giveBack, HeapArray, owned, settle, spare, view } from './heapArray.ts'
export { downcastArray, downcastBoolean, downcastNumber } from './inputs/downcast.ts'
export { exactArray, exactNumber, strictArray, strictBoolean } from './inputs/exact.ts'
export { implicit, kept, passed } from './inputs/kept.ts'
export { later } from './later.ts'
export { type Linked, link, type Outputs, type Signature } from './link.ts'
export { type Debugged, debugMode } from './modes/debugMode.ts'
export { type Looked, nanGuard, nanGuarded } from './modes/nanGuard.ts'
export { NDArray } from './ndarray.ts'
export { now, Profile } from './profile.ts'
export { drawBinomial, drawMultinomial, drawPoisson } from './random/counts.ts'
export { drawBeta, drawGamma } from './random/gamma.ts'
export { drawExponential, drawNormal } from './random/normal.ts'
export { drawChoice, drawPermutation, drawWeighted } from './random/order.ts'
export { advance } from './random/philox.ts'
export { drawBernoulli, drawIntegers, drawUniform } from './random/uniform.ts'
export { Shared } from './shared.ts'
export { erf, erfc, erfcinv, erfcx, erfinv, gelu } from './special/erf.ts'
export { gamma, gammaln, polyGamma, psi } from './special/gamma.ts'
export { streamBack, streamIn, streamOut } from './stage.ts'
export { type Broadcasted, ufunc } from './ufunc.ts'
export { fusedWasm, fusedWasmFile, wasm, wasmFile } from './wasm.ts'

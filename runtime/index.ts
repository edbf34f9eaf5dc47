// runtime: the package's public door: values that run, symbolic functions that the build replaces, and all types.
export { arange, eye, full, ndarray, ones, zeros } from './create.ts'
export { fn, NotCompiledError } from './fn.ts'
export { free } from './free.ts'
export type { CompiledFunction, Container, CopyOptions, Described, FnOptions, InputOptions } from './functionTypes.ts'
export { NDArray } from './ndarray.ts'
export { load } from './persistence/load.ts'
export { save } from './persistence/save.ts'
export type { Profile, ProfiledKernel, ProfiledLine } from './profile.ts'
export { randomStreams } from './randomStreams.ts'
export type { RandomState, RandomStreams } from './randomTypes.ts'
export { shared } from './shared.ts'
export * from './symbolic.ts'
export type {
  AnyValue,
  ArrayTensor,
  Assertable,
  Brand,
  Col,
  DType,
  Fn,
  GradOptions,
  Handle,
  Length,
  Matrix,
  Members,
  Nested,
  Operand,
  Row,
  Scalar,
  Shared,
  SharedOptions,
  Tensor,
  Tensor3,
  Tensor4,
  Tensor5,
  TensorType,
  TypedArray,
  TypedArrays,
  TypedFn,
  Updating,
  Vector,
} from './types.ts'
export { type VerifyGradOptions, verifyGrad } from './verifyGrad.ts'

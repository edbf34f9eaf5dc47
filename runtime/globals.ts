// runtime: the globals that emitted code uses, for files that declare one of these names themselves.
export const globals = {
  Math, Number, Float64Array, Float32Array, Int32Array, Uint32Array, Int16Array, Uint16Array, Int8Array, Uint8Array, Array, Infinity, NaN, undefined,
  TypeError, RangeError, Error, Object, console,
} as const

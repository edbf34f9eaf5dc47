// test: what we write. `python3 npz.py` runs this to have the bytes read by NumPy; the tests compare today's bytes with those.
import { type NDArray, ndarray, save, shared, zeros } from '../../runtime/index.ts'
import type { DType } from '../../runtime/types.ts'

/** Ends of the range, and what floats have besides. */
const values: Readonly<Record<DType, readonly number[]>> = {
  float64: [0.1, -0, Number.NaN, Infinity, -Infinity, 5e-324, Number.MAX_VALUE, -1.5],
  float32: [Math.fround(0.1), -0, Number.NaN, Infinity, -Infinity, 2 ** -149, 3.4028234663852886e38, -1.5],
  int32: [-2147483648, 2147483647, 0, -1],
  uint32: [4294967295, 0, 1, 2147483648],
  int16: [-32768, 32767, 0, -1],
  uint16: [65535, 0, 1, 256],
  int8: [-128, 127, 0, -1],
  uint8: [255, 0, 1, 128],
  bool: [1, 0, 0, 1],
}
const arrays = Object.entries(values).map(([dtype, list]) => [dtype, ndarray(list, [2, list.length / 2], dtype as DType)] as const)

/** Files by name. */
export const persisted: Readonly<Record<string, Uint8Array>> = {
  'matrix.npy': save(arrays[0][1]),
  'vector.npy': save(ndarray([1, 2, 3], undefined, 'int16')),
  'scalar.npy': save(shared(0.1, { dtype: 'float32' }) as never),
  'long.npy': save(ndarray(Array.from({ length: 1234 }, (_, i) => i / 7))),
  'dtypes.npz': save(Object.fromEntries(arrays) as Readonly<Record<string, NDArray>>),
  'shapes.npz': save({ scalar: 0.1, yes: true, empty: zeros([0, 3], 'float32'), deep: ndarray([1, 2, 3, 4, 5, 6], [1, 2, 1, 3, 1], 'int8'), list: [1, 2] }),
  'named.npz': save([shared([[1, 2]], { name: 'W' }), shared(2, { name: 'layer/μ' })]),
  'nothing.npz': save({}),
}

if (import.meta.main)
  console.log(JSON.stringify(Object.fromEntries(Object.entries(persisted).map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]))))

// runtime/persistence: values to the bytes of NumPy's files. No files are written here: that is the caller's, with whatever the platform has.
import { anyArray } from '../create.ts'
import { NDArray } from '../ndarray.ts'
import type { AnyValue } from '../types.ts'
import { type Container, named } from './containers.ts'
import { encodeNpy } from './npy.ts'
import { placeOf } from './place.ts'
import { writeZip } from './zip.ts'

/**
 * The bytes of a `.npy` file for one container or NDArray; of an uncompressed `.npz` for several, by their keys in a record or by the
 * containers' own names in a list (`f.shared`). Containers are shared variables, and `f.container(name)`. Dtypes and shapes are kept; numbers are float64, booleans bool. The same values give the
 * same bytes. Throws TypeError for values that are not arrays and for lists without distinct names, RangeError beyond 4 GiB.
 */
export function save(values: Container | NDArray | readonly Container[] | Readonly<Record<string, Container | AnyValue>>): Uint8Array<ArrayBuffer> {
  if (values instanceof NDArray) return encodeNpy(values)
  const one = placeOf(values)
  if (one) return encodeNpy(one.array)
  return writeZip(
    named('save', values).map(([key, value]) => {
      if (key === '') throw TypeError('save: a name is empty')
      const array = placeOf(value)?.array ?? anyArray(value, { name: key, dtype: 'float64', shape: [] }, { name: 'save' })
      return [`${key}.npy`, encodeNpy(array)]
    }),
  )
}

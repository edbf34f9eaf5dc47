// lowering/wasm/kernels: product of two vectors.
import { Code, f64, get, i32, ins, type WasmFunction } from '../code.ts'
import { bytesOf, equal, memoized, parameters, plus } from './parts.ts'
import { loadWide, narrow, rowSums } from './rowSums.ts'

/**
 * (x, xStep, y, yStep, n): the sum of the products of n elements, f32 or f64, steps in elements. float32 sums go on in float64 after
 * every 128 terms of a lane.
 */
export const dot = memoized(({ bits }: { bits: 32 | 64 }): WasmFunction => {
  const code = new Code(`dot_f${bits}`)
  const [x, xStep, y, yStep, n] = parameters(code, 'x xStep y yStep n')
  code.if(ins('i32.and', equal(xStep, i32(1)), equal(yStep, i32(1))), () => code.return(narrow(bits, rowSums(code, bits, [x], y, n, 8)[0])))
  const sum = code.variable('sum', f64(0))
  const at = [x, y].map((start) => code.variable('at', start))
  const steps = [xStep, yStep].map((step) => code.keep(bytesOf(step, bits)))
  code.for('i', i32(0), n, 1, () => {
    code.set(sum, ins('f64.add', get(sum), ins('f64.mul', loadWide(bits, get(at[0])), loadWide(bits, get(at[1])))))
    at.forEach((address, i) => code.set(address, plus(get(address), steps[i])))
  })
  code.return(narrow(bits, get(sum)))
  return code.function(bits === 64 ? 'f64' : 'f32')
})

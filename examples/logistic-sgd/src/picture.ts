// The weights of each class as a small image: red where ink speaks for the digit, blue where it speaks against it.
import { writeFileSync } from 'node:fs'
import { encode } from 'fast-png'
import type { NDArray } from 'theano-ts'
import type { FloatX } from './floatX.ts'

const side = 28
const zoom = 4
const gap = 4
const columns = 5

/** Writes a PNG of the columns of W (784 × classes), five a row, on one common scale. */
export function writeFilters(W: NDArray<2, FloatX>, path: string): void {
  const classes = W.shape[1]
  const cell = side * zoom + gap
  const width = columns * cell + gap
  const height = Math.ceil(classes / columns) * cell + gap
  const rgb = new Uint8Array(width * height * 3).fill(40)
  const largest = W.data.reduce((a, w) => Math.max(a, Math.abs(w)), 0)
  for (let digit = 0; digit < classes; digit++) {
    const left = gap + (digit % columns) * cell
    const top = gap + Math.floor(digit / columns) * cell
    for (let y = 0; y < side * zoom; y++) {
      for (let x = 0; x < side * zoom; x++) {
        const pixel = Math.floor(y / zoom) * side + Math.floor(x / zoom)
        rgb.set(color(W.data[pixel * classes + digit] / largest), ((top + y) * width + left + x) * 3)
      }
    }
  }
  writeFileSync(path, encode({ width, height, data: rgb, channels: 3 }))
}

/** -1 blue, 0 white, 1 red. */
function color(value: number): [number, number, number] {
  const fade = Math.round(255 * (1 - Math.sqrt(Math.abs(value))))
  return value < 0 ? [fade, fade, 255] : [255, fade, fade]
}

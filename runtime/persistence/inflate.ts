// runtime/persistence: decompression of deflate (RFC 1951). Every read is checked: broken data throws, and never writes beyond the result.

/** A Huffman code as a table over the next `width` bits of the stream: 16 × symbol + length of its word, 0 where there is none. */
interface Huffman {
  readonly width: number
  readonly words: Uint16Array
}

/** RFC 1951, 3.2.2: the code that the lengths of its words determine. Throws Error for lengths that no code has. */
function huffman(lengths: readonly number[]): Huffman {
  const width = Math.max(1, ...lengths)
  const words = new Uint16Array(1 << width)
  let code = 0
  for (let length = 1; length <= width; length++) {
    code <<= 1
    lengths.forEach((l, symbol) => {
      if (l !== length) return
      if (code >> length) throw Error('lengths of words that no code has')
      // Words stand in the stream with their first bit lowest.
      let reversed = 0
      for (let bit = 0; bit < length; bit++) reversed |= ((code >> bit) & 1) << (length - 1 - bit)
      for (let i = reversed; i < words.length; i += 1 << length) words[i] = (symbol << 4) | length
      code++
    })
  }
  return { width, words }
}

/** RFC 1951, 3.2.5: the extra bits of the codes of lengths 257 … 285 and of distances 0 … 29. */
const lengthBits = (code: number): number => (code < 8 || code === 28 ? 0 : (code >> 2) - 1)
const distanceBits = (code: number): number => (code < 4 ? 0 : (code >> 1) - 1)

/** The smallest value of each code: where the values of the codes before it end. */
function bases(codes: number, first: number, bits: (code: number) => number): number[] {
  let next = first
  return Array.from({ length: codes }, (_, code) => {
    const base = next
    next += 1 << bits(code)
    return base
  })
}

const lengthBase = /* @__PURE__ */ bases(28, 3, lengthBits).concat(258)
const distanceBase = /* @__PURE__ */ bases(30, 1, distanceBits)

/** RFC 1951, 3.2.7: in which order the lengths of the code of lengths come. */
const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

/** The bits of a stream, each byte's lowest first. */
interface Bits {
  /** A number of `count` bits. */
  take(count: number): number
  symbol(code: Huffman): number
  /** The next `count` whole bytes, or as many as there are. */
  bytes(count: number): Uint8Array
}

/** Reading bits beyond the end throws Error. */
function bitsOf(bytes: Uint8Array): Bits {
  let [position, held, width] = [0, 0, 0]

  function fill(count: number): void {
    for (; width < count && position < bytes.length; width += 8) held |= bytes[position++] << width
  }

  function drop(count: number): void {
    if (count > width) throw Error('the compressed data ends too early')
    held >>>= count
    width -= count
  }

  return {
    take(count) {
      fill(count)
      const value = held & ((1 << count) - 1)
      drop(count)
      return value
    },
    symbol(code) {
      fill(code.width)
      const word = code.words[held & (code.words.length - 1)]
      if (!word) throw Error('a word that the code does not have')
      drop(word & 15)
      return word >> 4
    },
    bytes(count) {
      const start = position - (width >> 3)
      position = start + count
      held = width = 0
      return bytes.subarray(start, position)
    },
  }
}

type Codes = readonly [literals: Huffman, distances: Huffman]

/** RFC 1951, 3.2.6. */
const fixedCodes = (): Codes => [huffman(Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8))), huffman(Array(30).fill(5))]

/** RFC 1951, 3.2.7. */
function dynamicCodes(bits: Bits): Codes {
  const [literals, distances, count] = [bits.take(5) + 257, bits.take(5) + 1, bits.take(4) + 4]
  const small = Array<number>(19).fill(0)
  for (let i = 0; i < count; i++) small[order[i]] = bits.take(3)
  const code = huffman(small)
  const lengths: number[] = []
  while (lengths.length < literals + distances) {
    const length = bits.symbol(code)
    if (length < 16) lengths.push(length)
    else {
      const repeated = length === 16 ? lengths.at(-1) : 0
      const times = length === 16 ? 3 + bits.take(2) : length === 17 ? 3 + bits.take(3) : 11 + bits.take(7)
      if (repeated === undefined || lengths.length + times > literals + distances) throw Error('a repetition of lengths that does not fit')
      for (let i = 0; i < times; i++) lengths.push(repeated)
    }
  }
  return [huffman(lengths.slice(0, literals)), huffman(lengths.slice(literals))]
}

/** Writes a stored block from `start` on; returns where it ends. */
function stored(bits: Bits, output: Uint8Array, start: number): number {
  const [a, b, c, d] = bits.bytes(4)
  const count = a | (b << 8)
  if (((c | (d << 8)) ^ 0xffff) !== count) throw Error('a stored block with a wrong length')
  const data = bits.bytes(count)
  if (data.length < count || count > output.length - start) throw Error('a stored block that is too long')
  output.set(data, start)
  return start + count
}

/** Writes a compressed block from position `written` on; returns where it ends. */
function block(bits: Bits, [literals, distances]: Codes, output: Uint8Array, written: number): number {
  for (let value = bits.symbol(literals); value !== 256; value = bits.symbol(literals)) {
    if (value < 256) {
      if (written === output.length) throw Error('more data than there should be')
      output[written++] = value
      continue
    }
    const code = value - 257
    if (code > 28) throw Error('a length that does not exist')
    const length = lengthBase[code] + bits.take(lengthBits(code))
    const far = bits.symbol(distances)
    if (far > 29) throw Error('a distance that does not exist')
    const distance = distanceBase[far] + bits.take(distanceBits(far))
    if (distance > written) throw Error('a reference to before the data')
    if (length > output.length - written) throw Error('more data than there should be')
    for (const end = written + length; written < end; written++) output[written] = output[written - distance]
  }
  return written
}

/** The `size` bytes that `bytes` holds compressed. Throws Error where it is not a deflate stream of exactly that many. */
export function inflate(bytes: Uint8Array, size: number): Uint8Array {
  // A length of 258 takes at least two bits.
  if (size > 1032 * bytes.length) throw Error('the compressed data is too short')
  const output = new Uint8Array(size)
  const bits = bitsOf(bytes)
  let written = 0
  for (let last = 0; !last; ) {
    last = bits.take(1)
    const kind = bits.take(2)
    if (kind === 3) throw Error('a block of no known kind')
    written = kind === 0 ? stored(bits, output, written) : block(bits, kind === 1 ? fixedCodes() : dynamicCodes(bits), output, written)
  }
  if (written < size) throw Error('less data than there should be')
  if (bits.bytes(1).length) throw Error('bytes after the compressed data')
  return output
}

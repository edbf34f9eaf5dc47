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

/** RFC 1951, 3.2.7: in which order the lengths of the code of lengths come. */
const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

/** The `size` bytes that `bytes` holds compressed. Throws Error where it is not a deflate stream of exactly that many. */
export function inflate(bytes: Uint8Array, size: number): Uint8Array {
  // A length of 258 takes at least two bits.
  if (size > 1032 * bytes.length) throw Error('the compressed data is too short')
  const output = new Uint8Array(size)
  const lengthBase = bases(28, 3, lengthBits).concat(258)
  const distanceBase = bases(30, 1, distanceBits)
  let [position, held, width, written] = [0, 0, 0, 0]

  function fill(count: number): void {
    for (; width < count && position < bytes.length; width += 8) held |= bytes[position++] << width
  }

  function drop(count: number): void {
    if (count > width) throw Error('the compressed data ends too early')
    held >>>= count
    width -= count
  }

  function take(count: number): number {
    fill(count)
    const value = held & ((1 << count) - 1)
    drop(count)
    return value
  }

  function symbol(code: Huffman): number {
    fill(code.width)
    const word = code.words[held & (code.words.length - 1)]
    if (!word) throw Error('a word that the code does not have')
    drop(word & 15)
    return word >> 4
  }

  function stored(): void {
    position -= width >> 3
    held = width = 0
    const count = take(16)
    if ((take(16) ^ 0xffff) !== count) throw Error('a stored block with a wrong length')
    if (count > bytes.length - position || count > size - written) throw Error('a stored block that is too long')
    output.set(bytes.subarray(position, position + count), written)
    position += count
    written += count
  }

  function dynamicCodes(): [Huffman, Huffman] {
    const [literals, distances, count] = [take(5) + 257, take(5) + 1, take(4) + 4]
    const small = Array<number>(19).fill(0)
    for (let i = 0; i < count; i++) small[order[i]] = take(3)
    const code = huffman(small)
    const lengths: number[] = []
    while (lengths.length < literals + distances) {
      const length = symbol(code)
      if (length < 16) lengths.push(length)
      else {
        const repeated = length === 16 ? lengths.at(-1) : 0
        const times = length === 16 ? 3 + take(2) : length === 17 ? 3 + take(3) : 11 + take(7)
        if (repeated === undefined || lengths.length + times > literals + distances) throw Error('a repetition of lengths that does not fit')
        for (let i = 0; i < times; i++) lengths.push(repeated)
      }
    }
    return [huffman(lengths.slice(0, literals)), huffman(lengths.slice(literals))]
  }

  function block([literals, distances]: readonly [Huffman, Huffman]): void {
    for (let value = symbol(literals); value !== 256; value = symbol(literals)) {
      if (value < 256) {
        if (written === size) throw Error('more data than there should be')
        output[written++] = value
        continue
      }
      const code = value - 257
      if (code > 28) throw Error('a length that does not exist')
      const length = lengthBase[code] + take(lengthBits(code))
      const far = symbol(distances)
      if (far > 29) throw Error('a distance that does not exist')
      const distance = distanceBase[far] + take(distanceBits(far))
      if (distance > written) throw Error('a reference to before the data')
      if (length > size - written) throw Error('more data than there should be')
      for (const end = written + length; written < end; written++) output[written] = output[written - distance]
    }
  }

  for (let last = 0; !last; ) {
    last = take(1)
    const kind = take(2)
    if (kind === 3) throw Error('a block of no known kind')
    if (kind === 0) stored()
    else if (kind === 2) block(dynamicCodes())
    else block([huffman(Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8))), huffman(Array(30).fill(5))])
  }
  if (written < size) throw Error('less data than there should be')
  if (position - (width >> 3) < bytes.length) throw Error('bytes after the compressed data')
  return output
}

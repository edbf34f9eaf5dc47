// runtime/persistence: files in a ZIP archive (PKWARE's APPNOTE 6.3), as NumPy's .npz is one. Written uncompressed; read uncompressed or
// deflated, with 64-bit sizes where Python writes them. What is read has the CRC that the archive says, or throws.
import { inflate } from './inflate.ts'

/** A name and the file's bytes. */
export type Entry = readonly [name: string, bytes: Uint8Array]

/** CRC-32 (ISO 3309), reflected, polynomial 0x04c11db7. */
function crc32(bytes: Uint8Array): number {
  const table = Uint32Array.from({ length: 256 }, (_, byte) => {
    for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? (byte >>> 1) ^ 0xedb88320 : byte >>> 1
    return byte
  })
  let crc = -1
  for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]) & 255] ^ (crc >>> 8)
  return ~crc >>> 0
}

const localHeader = 0x04034b50
const directoryHeader = 0x02014b50
const directoryEnd = 0x06054b50
const directoryEnd64 = 0x06064b50
const locator64 = 0x07064b50

/** 1 January 1980, so that equal values give equal bytes. */
const date = 0x21
/** Names are UTF-8. */
const utf8 = 0x800

/** Numbers of 16 bits one after the other, little endian. */
const record = (...fields: readonly number[]): Uint8Array => Uint8Array.from(fields.flatMap((x) => [x, x >> 8]))

/** A number of 32 bits as two of 16. */
const u32 = (x: number): [number, number] => [x & 0xffff, x >>> 16]

/** An archive of the files, not compressed. Throws RangeError for what takes 64-bit sizes: 4 GiB, or 65,535 files; and for names of more than 65,535 bytes. */
export function writeZip(entries: readonly Entry[]): Uint8Array<ArrayBuffer> {
  const [parts, directory]: Uint8Array[][] = [[], []]
  let size = 0
  const put = (chunk: Uint8Array): void => {
    size += chunk.length
    parts.push(chunk)
  }
  for (const [name, bytes] of entries) {
    const text = new TextEncoder().encode(name)
    if (text.length > 0xffff) throw RangeError(`save: the name ${name.slice(0, 20)}… has ${text.length} bytes, .npz takes 65535`)
    const length = u32(bytes.length)
    const described = [utf8, 0, 0, date, ...u32(crc32(bytes)), ...length, ...length, text.length, 0]
    directory.push(record(...u32(directoryHeader), 20, 20, ...described, 0, 0, 0, 0, 0, ...u32(size)), text)
    for (const part of [record(...u32(localHeader), 20, ...described), text, bytes]) put(part)
  }
  const start = size
  directory.forEach(put)
  put(record(...u32(directoryEnd), 0, 0, entries.length, entries.length, ...u32(size - start), ...u32(start), 0))
  if (size > 0xffffffff || entries.length >= 0xffff) throw RangeError(`save: ${entries.length} arrays in ${size} bytes are too many for one .npz`)
  const archive = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    archive.set(part, at)
    at += part.length
  }
  return archive
}

/** What the directory says of a file. */
interface Described {
  readonly name: string
  readonly flags: number
  readonly method: number
  readonly crc: number
  readonly compressed: number
  readonly size: number
  readonly offset: number
}

/** Reads numbers of an archive, little endian. Positions outside throw Error. */
class Reader {
  readonly bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  slice(at: number, length: number): Uint8Array {
    if (at + length > this.bytes.length || at < 0) throw Error('the archive is truncated')
    return this.bytes.subarray(at, at + length)
  }

  u16(at: number): number {
    const [low, high] = this.slice(at, 2)
    return low | (high << 8)
  }

  u32(at: number): number {
    return this.u16(at) + this.u16(at + 2) * 2 ** 16
  }

  u64(at: number): number {
    return this.u32(at) + this.u32(at + 4) * 2 ** 32
  }

  text(at: number, length: number): string {
    // A copy, because browsers decode nothing in shared memory.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.slice(at, length).slice())
  }
}

/** Where the directory starts and ends, and how many files it has. */
function findDirectory(file: Reader): [start: number, end: number, count: number] {
  // The record that ends the archive has a comment of at most 65,535 bytes after it.
  for (let at = file.bytes.length - 22; at >= Math.max(0, file.bytes.length - 22 - 0xffff); at--) {
    if (file.u32(at) !== directoryEnd || at + 22 + file.u16(at + 20) !== file.bytes.length) continue
    const [count, size, start] = [file.u16(at + 10), file.u32(at + 12), file.u32(at + 16)]
    if (at < 20 || file.u32(at - 20) !== locator64) return [start, ended(start, size, at), count]
    const at64 = file.u64(at - 12)
    if (file.u32(at64) !== directoryEnd64) throw Error('the archive is damaged: its 64-bit directory is missing')
    const start64 = file.u64(at64 + 48)
    return [start64, ended(start64, file.u64(at64 + 40), at64), file.u64(at64 + 32)]
  }
  throw Error('the archive is truncated or damaged: its directory is missing')
}

function ended(start: number, size: number, end: number): number {
  if (start + size !== end) throw Error('the archive is damaged: its directory is not where it should be')
  return end
}

/** The files that the directory lists. Sizes and positions that are all ones stand in the field with ID 1 behind the name instead. */
function* readDirectory(file: Reader): Generator<Described> {
  const [start, end, count] = findDirectory(file)
  let at = start
  let found = 0
  for (; at < end; found++) {
    if (file.u32(at) !== directoryHeader) throw Error('the archive is damaged: its directory has no entry where one should be')
    const [nameLength, extraLength, commentLength] = [file.u16(at + 28), file.u16(at + 30), file.u16(at + 32)]
    const extra = at + 46 + nameLength
    const next = extra + extraLength + commentLength
    let wide = extra
    while (wide + 4 <= extra + extraLength && file.u16(wide) !== 1) wide += 4 + file.u16(wide + 2)
    const wideEnd = Math.min(wide + 4 + (wide < extra + extraLength ? file.u16(wide + 2) : 0), extra + extraLength)
    wide += 4
    const [size, compressed, offset] = [24, 20, 42].map((field) => {
      const value = file.u32(at + field)
      if (value !== 0xffffffff) return value
      if (wide + 8 > wideEnd) throw Error('the archive is damaged: a 64-bit size is missing')
      wide += 8
      return file.u64(wide - 8)
    })
    yield { name: file.text(at + 46, nameLength), flags: file.u16(at + 8), method: file.u16(at + 10), crc: file.u32(at + 16), compressed, size, offset }
    at = next
  }
  if (at !== end || found !== count) throw Error('the archive is damaged: its directory has another length than it says')
}

/** The bytes of one file. */
function extract(file: Reader, { name, flags, method, crc, compressed, size, offset }: Described): Uint8Array {
  if (file.u32(offset) !== localHeader) throw Error('the archive is damaged: the file is not where the directory says')
  const nameLength = file.u16(offset + 26)
  if (file.text(offset + 30, nameLength) !== name) throw Error('the archive is damaged: the file has another name than the directory says')
  if (flags & 1) throw Error('it is encrypted')
  if (method !== 0 && method !== 8) throw Error(`compression method ${method} is not supported; 0 (none) and 8 (deflate) are`)
  const data = file.slice(offset + 30 + nameLength + file.u16(offset + 28), compressed)
  if (method === 0 && compressed !== size) throw Error('the archive is damaged: the file has two sizes')
  const bytes = method === 0 ? data : inflate(data, size)
  if (crc32(bytes) !== crc) throw Error('the archive is damaged: the CRC is wrong')
  return bytes
}

/** The files of an archive, folders aside. Throws Error, prefixed with `where` and the file's name, for what is damaged, encrypted or twice there. */
export function readZip(bytes: Uint8Array, where: string): Entry[] {
  const file = new Reader(bytes)
  const files = new Map<string, Uint8Array>()
  let current = where
  try {
    for (const entry of readDirectory(file)) {
      current = `${where}: ${entry.name}`
      if (files.has(entry.name)) throw Error('the archive has two files of this name')
      const content = extract(file, entry)
      if (!entry.name.endsWith('/')) files.set(entry.name, content)
      current = where
    }
  } catch (error) {
    throw Error(`${current}: ${(error as Error).message}`, { cause: error })
  }
  return [...files]
}

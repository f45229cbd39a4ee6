/** The table directory of an sfnt file. */
import { formatErr, ok, type FormatError, type Result } from '#core/formats'

export type TableView = DataView<ArrayBufferLike>

const collection = 0x74746366
const flavours = new Set([0x00010000, 0x4f54544f, 0x74727565])

/** Views of the tables of one face. Every view ends inside the file. Throws RangeError when the directory itself is cut short. */
export function tablesOf(bytes: Uint8Array, index: number): Result<ReadonlyMap<string, TableView>, FormatError> {
  const file = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let start = 0
  if (file.getUint32(0) === collection) {
    if (index < 0 || index >= file.getUint32(8)) return formatErr('font.not-a-font', '字体集合中没有这一款字体')
    start = file.getUint32(12 + 4 * index)
  } else if (index !== 0) {
    return formatErr('font.not-a-font', '字体集合中没有这一款字体')
  }
  if (!flavours.has(file.getUint32(start))) return formatErr('font.not-a-font', '不是 TrueType 或 OpenType 字体')
  const count = file.getUint16(start + 4)
  const tables = new Map<string, TableView>()
  for (let i = 0; i < count; i++) {
    const record = start + 12 + 16 * i
    const tag = String.fromCharCode(file.getUint8(record), file.getUint8(record + 1), file.getUint8(record + 2), file.getUint8(record + 3))
    const offset = file.getUint32(record + 8)
    const length = file.getUint32(record + 12)
    if (offset + length > bytes.length) return formatErr('font.truncated', '字体文件不完整或已损坏')
    if (!tables.has(tag)) tables.set(tag, new DataView(bytes.buffer, bytes.byteOffset + offset, length))
  }
  return ok(tables)
}

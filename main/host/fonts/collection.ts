/** One face out of a font collection (.ttc) as a font of its own: browsers and embedders take no other. */

/** The face at `index`; a font that is no collection comes back as it is. RangeError when the collection is damaged. */
export const standaloneFace = (bytes: Uint8Array, index: number): Uint8Array => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(0) !== 0x74746366) return bytes
  const start = view.getUint32(12 + 4 * index)
  const count = view.getUint16(start + 4)
  const tables = Array.from({ length: count }, (_, i) => {
    const entry = start + 12 + 16 * i
    return { entry, offset: view.getUint32(entry + 8), length: view.getUint32(entry + 12) }
  })
  const padded = (length: number): number => (length + 3) & ~3
  const head = 12 + 16 * count
  const whole = new Uint8Array(head + tables.reduce((sum, table) => sum + padded(table.length), 0))
  const out = new DataView(whole.buffer)
  whole.set(bytes.subarray(start, start + 12), 0)
  let at = head
  tables.forEach((table, i) => {
    if (table.offset + table.length > bytes.length) throw new RangeError('font collection: table outside the file')
    whole.set(bytes.subarray(table.entry, table.entry + 16), 12 + 16 * i)
    out.setUint32(12 + 16 * i + 8, at)
    whole.set(bytes.subarray(table.offset, table.offset + table.length), at)
    at += padded(table.length)
  })
  return whole
}

/** Which pictures a browser shows by itself, told by their first bytes and never by what the file says of them. */

/** MIME type of a PNG, JPEG, GIF or BMP picture, else null. */
export function imageType(bytes: Uint8Array): 'image/png' | 'image/jpeg' | 'image/gif' | 'image/bmp' | null {
  const starts = (...first: number[]): boolean => first.every((byte, i) => bytes[i] === byte)
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png'
  if (starts(0xff, 0xd8, 0xff)) return 'image/jpeg'
  if (starts(0x47, 0x49, 0x46, 0x38)) return 'image/gif'
  if (starts(0x42, 0x4d) && bytes.length > 54) return 'image/bmp'
  return null
}

export const isShowable = (bytes: Uint8Array): boolean => imageType(bytes) !== null

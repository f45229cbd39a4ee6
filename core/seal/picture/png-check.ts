/** Strict look at a PNG that is to become a seal's picture (PNG 印模): the whole file is sound, small enough, and holds nothing behind it. */
import { crc32, formatErr, ok, type FormatError, type Result } from '#core/formats'
import { readPng } from '#core/output'

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
/** A 60 mm seal at 1,200 dots an inch is 2,835 pixels wide. */
const MAX_SIDE = 4096
const MAX_CHUNKS = 4096

export type PictureSize = { readonly width: number; readonly height: number }

/**
 * Pixels of the picture. Errors seal.picture-format (no PNG, damaged), seal.picture-size (a side over 4,096 pixels or under 16).
 * The size is judged before anything is unpacked, and unpacking stops at what the size allows.
 */
export const checkPng = (bytes: Uint8Array): Result<PictureSize, FormatError> => {
  const bad = (why: string, offset?: number) => formatErr('seal.picture-format', `印章图片不是完好的 PNG：${why}`, offset)
  if (SIGNATURE.some((byte, i) => bytes[i] !== byte)) return bad('文件头不对')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let size: PictureSize | undefined
  let at = SIGNATURE.length
  for (let count = 0; ; count++) {
    if (count > MAX_CHUNKS || at + 12 > bytes.length) return bad('数据块不完整', at)
    const length = view.getUint32(at)
    if (length > bytes.length - at - 12) return bad('数据块长度超出文件', at)
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    if (crc32(bytes.subarray(at + 4, at + 8 + length)) !== view.getUint32(at + 8 + length)) return bad(`数据块 ${/^[A-Za-z]{4}$/.test(type) ? type : '？'} 校验不符`, at)
    if ((count === 0) !== (type === 'IHDR') || (type === 'IHDR' && length !== 13)) return bad('首块不是唯一的 IHDR', at)
    if (type === 'IHDR') {
      size = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) }
      if (size.width > MAX_SIDE || size.height > MAX_SIDE || size.width < 16 || size.height < 16) return formatErr('seal.picture-size', `印章图片应为每边 16 至 ${MAX_SIDE} 像素，这张是 ${size.width}×${size.height}`)
    }
    at += 12 + length
    if (type === 'IEND') break
  }
  if (at !== bytes.length) return bad('图片之后有多余的字节', at)
  const pixels = readPng(bytes)
  if ('code' in pixels || size === undefined) return bad('像素数据损坏或过多')
  return ok(size)
}

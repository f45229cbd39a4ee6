/** The kind and size of a picture from its first bytes: PNG (RFC 2083 §11.2.2) and JPEG (ITU-T T.81 B.2.2). */
import { formatErr, ok, type FormatError, type Result } from '#core/formats'
import { limits } from './limits.ts'

export type PictureSize = { readonly mediaType: 'image/png' | 'image/jpeg'; readonly width: number; readonly height: number }

/** Errors picture.*: too-large (bytes or pixels), unsupported (neither PNG nor JPEG), damaged. Reads the header only. */
export function pictureSize(bytes: Uint8Array): Result<PictureSize, FormatError> {
  if (bytes.length > limits.pictureBytes) return formatErr('picture.too-large', `图片超过 ${limits.pictureBytes / 1024 / 1024} MB 的上限`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const size = isPng(bytes) ? pngSize(view) : bytes[0] === 0xff && bytes[1] === 0xd8 ? jpegSize(view) : undefined
  if (size === undefined) return formatErr('picture.unsupported', '只支持 PNG 和 JPEG 图片')
  if (size === null || size.width < 1 || size.height < 1) return formatErr('picture.damaged', '图片不完整或已损坏')
  if (size.width > limits.pictureSide || size.height > limits.pictureSide) return formatErr('picture.too-large', `图片边长超过 ${limits.pictureSide} 像素的上限`)
  return ok(size)
}

function isPng(bytes: Uint8Array): boolean {
  return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a].every((byte, i) => bytes[i] === byte)
}

function pngSize(view: DataView): PictureSize | null {
  if (view.byteLength < 33 || view.getUint32(12) !== 0x49484452) return null
  return { mediaType: 'image/png', width: view.getUint32(16), height: view.getUint32(20) }
}

function jpegSize(view: DataView): PictureSize | null {
  let at = 2
  while (at + 9 < view.byteLength) {
    if (view.getUint8(at) !== 0xff) return null
    const marker = view.getUint8(at + 1)
    if (marker === 0xff) {
      at++
      continue
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
    if (isFrame) return { mediaType: 'image/jpeg', width: view.getUint16(at + 7), height: view.getUint16(at + 5) }
    const length = view.getUint16(at + 2)
    if (length < 2) return null
    at += 2 + length
  }
  return null
}

/** JPEG for a PDF: what the dictionary must say about data that passes through. ITU-T T.81, ISO 32000-1 §7.4.8 */

export type JpegFacts = {
  readonly width: number
  readonly height: number
  readonly components: 1 | 3
  /** the three components are red, green and blue, and nothing in the data says so to every reader */
  readonly isPlainRgb: boolean
}

export type PictureProblem = { readonly code: 'output.picture-broken' | 'output.picture-kind'; readonly message: string }

const broken: PictureProblem = { code: 'output.picture-broken', message: '图片数据不完整或已损坏' }
const kind = (message: string): PictureProblem => ({ code: 'output.picture-kind', message })

/** Reads the frame header. Four-component (CMYK) pictures are refused: their colours mean nothing without a profile. */
export function readJpeg(bytes: Uint8Array): JpegFacts | PictureProblem {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return broken
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let hasAdobe = false
  let facts: JpegFacts | null = null
  let at = 2
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return broken
    const marker = bytes[at + 1]!
    if (marker === 0xff) {
      at += 1
      continue
    }
    if (marker === 0xd9) return broken
    if ((marker >= 0xd0 && marker <= 0xd8) || marker === 0x01) {
      at += 2
      continue
    }
    const length = view.getUint16(at + 2)
    if (length < 2 || at + 2 + length > bytes.length) return broken
    if (marker === 0xee && length >= 14 && String.fromCharCode(...bytes.subarray(at + 4, at + 9)) === 'Adobe') hasAdobe = true
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      if (marker > 0xc2) return kind('图片为不支持的 JPEG 类型（无损或算术编码），请另存为普通 JPEG 或 PNG')
      const components = bytes[at + 9]!
      if (length < 8 + 3 * components) return broken
      if (bytes[at + 4] !== 8) return kind('图片每个分量超过 8 位，请另存为普通 JPEG')
      if (components === 4) return kind('图片为印刷四色（CMYK），请转换为 RGB 后再插入')
      if (components !== 1 && components !== 3) return broken
      const height = view.getUint16(at + 5)
      const width = view.getUint16(at + 7)
      if (width === 0 || height === 0) return broken
      const isPlainRgb = components === 3 && bytes[at + 10] === 0x52 && bytes[at + 13] === 0x47 && bytes[at + 16] === 0x42
      facts = { width, height, components, isPlainRgb }
    }
    if (marker === 0xda) {
      // The end may be followed by what cameras append.
      const hasEnd = bytes.lastIndexOf(0xd9) > at
      return facts === null || !hasEnd ? broken : { ...facts, isPlainRgb: facts.isPlainRgb && !hasAdobe }
    }
    at += 2 + length
  }
  return broken
}

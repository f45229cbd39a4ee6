/** Pixels to PNG (ISO/IEC 15948): with a palette where 256 colours are enough, as they are for a seal of one ink. */
import { concatBytes, crc32, deflateZlib, utf8 } from '#core/formats'
import type { Pixels } from './raster.ts'

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)

/** `pixelsPerMetre` tells readers the size (pHYs). */
export const writePng = ({ width, height, rgba }: Pixels, pixelsPerMetre: number): Uint8Array => {
  const palette = paletteOf(rgba)
  const density = concatBytes(number(pixelsPerMetre), number(pixelsPerMetre), Uint8Array.of(1))
  const head = (colourType: number): Uint8Array => concatBytes(number(width), number(height), Uint8Array.of(8, colourType, 0, 0, 0))
  const parts = palette === undefined
    ? [chunk('IHDR', head(6)), chunk('pHYs', density), chunk('IDAT', deflateZlib(filtered(rgba, width * 4, height, 2)))]
    : [
        chunk('IHDR', head(3)), chunk('PLTE', palette.colours), chunk('tRNS', palette.alphas), chunk('pHYs', density),
        chunk('IDAT', deflateZlib(filtered(palette.indexes, width, height, 0))),
      ]
  return concatBytes(SIGNATURE, ...parts, chunk('IEND', new Uint8Array(0)))
}

const number = (value: number): Uint8Array => Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255)

const chunk = (type: string, body: Uint8Array): Uint8Array => {
  const named = concatBytes(utf8(type), body)
  return concatBytes(number(body.length), named, number(crc32(named)))
}

type Palette = { readonly colours: Uint8Array; readonly alphas: Uint8Array; readonly indexes: Uint8Array }

const paletteOf = (rgba: Uint8Array): Palette | undefined => {
  const known = new Map<number, number>()
  const indexes = new Uint8Array(rgba.length / 4)
  for (let i = 0; i < indexes.length; i++) {
    const alpha = rgba[4 * i + 3]!
    // All that is fully transparent is one colour.
    const key = alpha === 0 ? 0 : ((rgba[4 * i]! << 24) | (rgba[4 * i + 1]! << 16) | (rgba[4 * i + 2]! << 8) | alpha) >>> 0
    let index = known.get(key)
    if (index === undefined) {
      if (known.size === 256) return undefined
      index = known.size
      known.set(key, index)
    }
    indexes[i] = index
  }
  const keys = [...known.keys()]
  return { colours: Uint8Array.from(keys.flatMap((key) => [key >>> 24, (key >>> 16) & 255, (key >>> 8) & 255])), alphas: Uint8Array.from(keys.map((key) => key & 255)), indexes }
}

/** Lines with their filter byte: 0 as they are, 2 as the difference to the line above. */
const filtered = (samples: Uint8Array, lineBytes: number, height: number, filter: 0 | 2): Uint8Array => {
  const out = new Uint8Array((lineBytes + 1) * height)
  for (let row = 0; row < height; row++) {
    const at = row * (lineBytes + 1)
    out[at] = filter
    const line = samples.subarray(row * lineBytes, (row + 1) * lineBytes)
    if (filter === 0 || row === 0) out.set(line, at + 1)
    else for (let i = 0; i < lineBytes; i++) out[at + 1 + i] = line[i]! - samples[(row - 1) * lineBytes + i]!
  }
  return out
}

/** Pages as pixels, and how far two of them differ to the eye (光栅比对). docs/spec/ofd.md §4 */
import { inflateSync } from 'node:zlib'

/** 8 bits for red, green and blue, rows from the top. */
export type Raster = { readonly width: number; readonly height: number; readonly data: Uint8Array }

/** A binary PPM as mutool writes it. */
export function readPpm(bytes: Uint8Array): Raster {
  const head = /^P6\s+(?:#[^\n]*\s+)*(\d+)\s+(\d+)\s+255\s/u.exec(Buffer.from(bytes.subarray(0, 200)).toString('latin1'))
  if (head === null) throw new Error('not a PPM')
  const [width, height] = [Number(head[1]), Number(head[2])]
  return { width, height, data: bytes.subarray(head[0].length, head[0].length + 3 * width * height) }
}

/** A PNG as Chromium writes screenshots: 8 bits, RGB or RGBA, not interlaced. */
export function readPng(bytes: Uint8Array): Raster {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const [width, height] = [view.getUint32(16), view.getUint32(20)]
  const channels = ({ 2: 3, 6: 4 } as Record<number, number>)[bytes[25]!]
  if (channels === undefined || bytes[24] !== 8 || bytes[28] !== 0) throw new Error('not such a PNG')
  const packed: Uint8Array[] = []
  for (let at = 8; at < bytes.length; at += 12 + view.getUint32(at)) {
    if (Buffer.from(bytes.subarray(at + 4, at + 8)).toString('latin1') === 'IDAT') packed.push(bytes.subarray(at + 8, at + 8 + view.getUint32(at)))
  }
  const raw = inflateSync(Buffer.concat(packed))
  const stride = width * channels
  const rows = new Uint8Array(stride * height)
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)]!
    for (let x = 0; x < stride; x++) {
      const left = x >= channels ? rows[y * stride + x - channels]! : 0
      const up = y > 0 ? rows[(y - 1) * stride + x]! : 0
      const corner = x >= channels && y > 0 ? rows[(y - 1) * stride + x - channels]! : 0
      const guess = filter === 0 ? 0 : filter === 1 ? left : filter === 2 ? up : filter === 3 ? (left + up) >> 1 : paeth(left, up, corner)
      rows[y * stride + x] = raw[y * (stride + 1) + 1 + x]! + guess
    }
  }
  const data = new Uint8Array(3 * width * height)
  for (let i = 0; i < width * height; i++) data.set(rows.subarray(i * channels, i * channels + 3), 3 * i)
  return { width, height, data }
}

function paeth(left: number, up: number, corner: number): number {
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)]
  return a <= b && a <= c ? left : b <= c ? up : corner
}

/** Each pixel the mean of `times` × `times`; what is left at the right and bottom is cut off. */
export function shrunk({ width, data, ...size }: Raster, times: number): Raster {
  const [newWidth, newHeight] = [Math.floor(width / times), Math.floor(size.height / times)]
  const out = new Uint8Array(3 * newWidth * newHeight)
  const sums = new Uint32Array(3 * newWidth)
  for (let y = 0; y < newHeight; y++) {
    sums.fill(0)
    for (let row = 0; row < times; row++) {
      let from = 3 * width * (y * times + row)
      for (let x = 0; x < newWidth; x++) {
        for (let column = 0; column < times; column++, from += 3) {
          sums[3 * x]! += data[from]!
          sums[3 * x + 1]! += data[from + 1]!
          sums[3 * x + 2]! += data[from + 2]!
        }
      }
    }
    for (let i = 0; i < sums.length; i++) out[3 * newWidth * y + i] = Math.round(sums[i]! / (times * times))
  }
  return { width: newWidth, height: newHeight, data: out }
}

export type Difference = {
  /** pixels of either picture that no pixel of the other within one pixel's distance comes within half of full contrast of */
  readonly visible: number
  /** the largest such distance found, 0–1 of full contrast */
  readonly largest: number
  /** share of the common area that is inked in the first */
  readonly inked: number
}

const half = 128

/** Compares the area that both have. Edges may fall on neighbouring pixels and be softened differently; shapes may not differ. */
export function difference(a: Raster, b: Raster): Difference {
  const [width, height] = [Math.min(a.width, b.width), Math.min(a.height, b.height)]
  const seen = new Uint8Array(width * height)
  let largest = 0
  let inked = 0
  for (let channel = 0; channel < 3; channel++) {
    const [first, second] = [plane(a, channel, width, height), plane(b, channel, width, height)]
    if (channel === 1) for (const value of first) if (value < half) inked++
    for (const [one, other] of [[first, second], [second, first]] as const) {
      const low = spread(other, width, height, Math.min)
      const high = spread(other, width, height, Math.max)
      for (let i = 0; i < seen.length; i++) {
        const distance = Math.max(one[i]! - high[i]!, low[i]! - one[i]!)
        if (distance > largest) largest = distance
        if (distance >= half) seen[i] = 1
      }
    }
  }
  return { visible: seen.reduce((sum, value) => sum + value, 0), largest: largest / 255, inked: inked / seen.length }
}

function plane({ width: stride, data }: Raster, channel: number, width: number, height: number): Uint8Array {
  const out = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) out[y * width + x] = data[3 * (y * stride + x) + channel]!
  return out
}

/** The least or greatest value of the 3 × 3 pixels around each. */
function spread(values: Uint8Array, width: number, height: number, pick: (a: number, b: number) => number): Uint8Array {
  const across = new Uint8Array(values.length)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x
      across[at] = pick(pick(values[at]!, x > 0 ? values[at - 1]! : values[at]!), x < width - 1 ? values[at + 1]! : values[at]!)
    }
  }
  const out = new Uint8Array(values.length)
  for (let at = 0; at < values.length; at++) {
    out[at] = pick(pick(across[at]!, at >= width ? across[at - width]! : across[at]!), at < values.length - width ? across[at + width]! : across[at]!)
  }
  return out
}

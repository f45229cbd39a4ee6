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
  /** the largest such distance found, 0–1 of full contrast; half when any is visible */
  readonly largest: number
  /** share of the common area that is inked in the first */
  readonly inked: number
}

const half = 128

/** Compares the area that both have. Edges may fall on neighbouring pixels and be softened differently; shapes may not differ. */
export function difference(a: Raster, b: Raster): Difference {
  const [width, height] = [Math.min(a.width, b.width), Math.min(a.height, b.height)]
  const [visible, inked] = [new Set<number>(), { count: 0 }]
  let largest = 0
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [here, there] = [3 * (y * a.width + x), 3 * (y * b.width + x)]
      if (a.data[here + 1]! < half) inked.count++
      for (let channel = 0; channel < 3; channel++) {
        // The nearest pixel of the neighbourhood is never further off than the one at the same place.
        if (Math.abs(a.data[here + channel]! - b.data[there + channel]!) <= largest) continue
        const distance = Math.max(
          distanceTo(b, x, y, channel, a.data[here + channel]!, width, height),
          distanceTo(a, x, y, channel, b.data[there + channel]!, width, height),
        )
        if (distance >= half) visible.add(here)
        else if (distance > largest) largest = distance
      }
    }
  }
  return { visible: visible.size, largest: (visible.size > 0 ? half : largest) / 255, inked: inked.count / (width * height) }
}

/** How far a value is from the range of the 3 × 3 pixels around a place. */
function distanceTo({ width: stride, data }: Raster, x: number, y: number, channel: number, value: number, width: number, height: number): number {
  let [low, high] = [255, 0]
  for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
    for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
      const other = data[3 * (row * stride + column) + channel]!
      if (other < low) low = other
      if (other > high) high = other
    }
  }
  return Math.max(value - high, low - value)
}

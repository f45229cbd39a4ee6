/** Small pictures made on the spot, for tests of the writers. */
import { zlibSync } from 'fflate'

type PngRequest = {
  readonly width: number
  readonly height: number
  readonly colourType: number
  readonly depth?: number
  readonly order?: 'plain' | 'interlaced'
  /** compressed data in place of the real ones */
  readonly data?: Uint8Array
  /** sizes that the head states in place of the real ones */
  readonly claims?: { readonly width: number; readonly height: number }
}

const passes = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]] as const

/** A PNG with a pattern; lines use every filter in turn, none of them in its trivial form. */
export function png({ width, height, colourType, depth = 8, order = 'plain', data, claims = { width, height } }: PngRequest): Uint8Array {
  const channels = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }[colourType]!
  const most = 2 ** depth - 1
  const sample = (x: number, y: number, c: number): number => (x * 37 + y * 59 + c * 101) % (colourType === 3 ? Math.min(most + 1, 16) : most + 1)
  const step = Math.max(1, (channels * depth) >> 3)
  const raw: number[] = []
  for (const [x0, y0, dx, dy] of order === 'plain' ? [[0, 0, 1, 1] as const] : passes) {
    const columns = Math.ceil((width - x0) / dx)
    const rows = Math.ceil((height - y0) / dy)
    if (columns <= 0 || rows <= 0) continue
    let above = new Uint8Array(Math.ceil((columns * channels * depth) / 8))
    for (let row = 0; row < rows; row++) {
      const line = new Uint8Array(above.length)
      for (let n = 0; n < columns * channels; n++) {
        const value = sample(x0 + Math.floor(n / channels) * dx, y0 + row * dy, n % channels)
        if (depth === 16) line.set([value >> 8, value & 255], 2 * n)
        else line[(n * depth) >> 3]! |= value << (8 - depth - ((n * depth) & 7))
      }
      raw.push(row % 5, ...line.map((byte, i) => byte - predicted(row % 5, i < step ? 0 : line[i - step]!, above[i]!, i < step ? 0 : above[i - step]!)))
      above = line
    }
  }
  const head = new Uint8Array(13)
  const view = new DataView(head.buffer)
  view.setUint32(0, claims.width)
  view.setUint32(4, claims.height)
  head.set([depth, colourType, 0, 0, order === 'plain' ? 0 : 1], 8)
  const palette = colourType === 3 ? [chunk('PLTE', Uint8Array.from({ length: 48 }, (_, i) => i * 5)), chunk('tRNS', Uint8Array.of(0, 128))] : []
  const parts = [Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10), chunk('IHDR', head), ...palette, chunk('IDAT', data ?? zlibSync(Uint8Array.from(raw))), chunk('IEND', new Uint8Array())]
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 4) return [left, up, corner].toSorted((a, b) => Math.abs(left + up - corner - a) - Math.abs(left + up - corner - b))[0]!
  return [0, left, up, (left + up) >> 1][filter]!
}

/** Without a checksum: readers of ours do not look at it, as the files are addressed by their hash. */
function chunk(type: string, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + body.length)
  new DataView(bytes.buffer).setUint32(0, body.length)
  bytes.set([...type].map((char) => char.charCodeAt(0)), 4)
  bytes.set(body, 8)
  return bytes
}

/** The markers of a JPEG around no picture: enough for what only passes through. */
export function jpeg({ width, height, components }: { readonly width: number; readonly height: number; readonly components: number }): Uint8Array {
  const frame = [8, height >> 8, height & 255, width >> 8, width & 255, components, ...Array.from({ length: components }, (_, i) => [i + 1, 0x11, 0]).flat()]
  return Uint8Array.from([0xff, 0xd8, 0xff, 0xc0, 0, frame.length + 2, ...frame, 0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0x12, 0x34, 0xff, 0xd9])
}

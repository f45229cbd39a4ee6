/** Undoes a PNG's line filters and interlacing. ISO/IEC 15948 §8, §9 */

export type PngHead = {
  readonly width: number
  readonly height: number
  /** bits a sample */
  readonly depth: number
  readonly colourType: number
  readonly channels: number
  readonly isInterlaced: boolean
}

type Pass = { readonly x: number; readonly y: number; readonly dx: number; readonly dy: number }
const whole: readonly Pass[] = [{ x: 0, y: 0, dx: 1, dy: 1 }]
const adam7: readonly Pass[] = [
  { x: 0, y: 0, dx: 8, dy: 8 }, { x: 4, y: 0, dx: 8, dy: 8 }, { x: 0, y: 4, dx: 4, dy: 8 }, { x: 2, y: 0, dx: 4, dy: 4 },
  { x: 0, y: 2, dx: 2, dy: 4 }, { x: 1, y: 0, dx: 2, dy: 2 }, { x: 0, y: 1, dx: 1, dy: 2 },
]

/** One byte a sample: the value brought to 0–255, but palette indexes as they are. Null when data are missing. */
export function readSamples(raw: Uint8Array, head: PngHead): Uint8Array | null {
  const { width, height, depth, channels } = head
  const out = new Uint8Array(width * height * channels)
  const pixelBytes = Math.max(1, (channels * depth) >> 3)
  let at = 0
  for (const pass of head.isInterlaced ? adam7 : whole) {
    const columns = Math.ceil((width - pass.x) / pass.dx)
    const rows = Math.ceil((height - pass.y) / pass.dy)
    if (columns <= 0 || rows <= 0) continue
    const lineBytes = Math.ceil((columns * channels * depth) / 8)
    let previous = new Uint8Array(lineBytes)
    for (let row = 0; row < rows; row++) {
      if (at + 1 + lineBytes > raw.length) return null
      const line = raw.slice(at + 1, at + 1 + lineBytes)
      if (!unfilter(raw[at]!, line, previous, pixelBytes)) return null
      spread(line, out, head, pass, row, columns)
      previous = line
      at += 1 + lineBytes
    }
  }
  return out
}

function unfilter(filter: number, line: Uint8Array, above: Uint8Array, step: number): boolean {
  switch (filter) {
    case 0:
      return true
    case 1:
      for (let i = step; i < line.length; i++) line[i]! += line[i - step]!
      return true
    case 2:
      for (let i = 0; i < line.length; i++) line[i]! += above[i]!
      return true
    case 3:
      for (let i = 0; i < line.length; i++) line[i]! += ((i < step ? 0 : line[i - step]!) + above[i]!) >> 1
      return true
    case 4:
      for (let i = 0; i < line.length; i++) line[i]! += paeth(i < step ? 0 : line[i - step]!, above[i]!, i < step ? 0 : above[i - step]!)
      return true
    default:
      return false
  }
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner
  const a = Math.abs(estimate - left)
  const b = Math.abs(estimate - up)
  const c = Math.abs(estimate - corner)
  return a <= b && a <= c ? left : b <= c ? up : corner
}

/** Samples of a line to their pixels. */
function spread(line: Uint8Array, out: Uint8Array, head: PngHead, pass: Pass, row: number, columns: number): void {
  const { depth, channels, width } = head
  const most = (1 << depth) - 1
  const isIndex = head.colourType === 3
  const base = (pass.y + row * pass.dy) * width
  for (let column = 0; column < columns; column++) {
    const target = (base + pass.x + column * pass.dx) * channels
    for (let c = 0; c < channels; c++) {
      const n = column * channels + c
      if (depth === 8) out[target + c] = line[n]!
      else if (depth === 16) out[target + c] = line[2 * n]!
      else {
        const bit = n * depth
        const value = (line[bit >> 3]! >> (8 - depth - (bit & 7))) & most
        out[target + c] = isIndex ? value : Math.round((value * 255) / most)
      }
    }
  }
}

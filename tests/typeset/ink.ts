/** Where ink really is: part of a page drawn by pdftoppm at 20 pixels a mm. */
import type { Fixture } from './fixtures.ts'
import { runBytes } from './tools.ts'

const perMm = 20

/** The inked box inside a window of a page, mm; null when there is none. Exact to half a pixel, 0.025 mm. */
export function inkBox(fixture: Fixture, page: number, window: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number }) {
  const place = { x: Math.floor(window.left * perMm), y: Math.floor(window.top * perMm) }
  const size = { width: Math.ceil(window.right * perMm) - place.x, height: Math.ceil(window.bottom * perMm) - place.y }
  const { width, height, data } = readPgm(runBytes('pdftoppm', '-gray', '-r', String(perMm * 25.4), '-f', String(page), '-l', String(page),
    '-x', String(place.x), '-y', String(place.y), '-W', String(size.width), '-H', String(size.height), fixture.pdf))
  let [left, top, right, bottom] = [width, height, -1, -1]
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[y * width + x]! > 150) continue
      left = Math.min(left, x)
      right = Math.max(right, x)
      top = Math.min(top, y)
      bottom = y
    }
  }
  if (bottom < 0) return null
  return { left: (place.x + left) / perMm, top: (place.y + top) / perMm, right: (place.x + right + 1) / perMm, bottom: (place.y + bottom + 1) / perMm }
}

function readPgm(bytes: Uint8Array): { readonly width: number; readonly height: number; readonly data: Uint8Array } {
  const head = /^P5\s+(?:#[^\n]*\n)?\s*(\d+)\s+(\d+)\s+255\s/u.exec(new TextDecoder('latin1').decode(bytes.subarray(0, 200)))
  if (head === null) throw new Error('not a PGM')
  return { width: Number(head[1]), height: Number(head[2]), data: bytes.subarray(head[0].length) }
}

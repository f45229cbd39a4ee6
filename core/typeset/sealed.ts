/** Sealed documents (加盖印章的公文): one organ, or the seals of a joint issue in rows. GB/T 9704 §7.3.5.1 */
import type { Plan, SignatureSize } from './closing-plan.ts'
import { area, charsPerLine, lead, linePitch, type3 } from './grid.ts'

/** How far the seal's top stays from the text at least, mm; at most it is one line. */
const sealClearance = 0.5
/** Least distance between two seals, mm: they neither cross nor touch. */
const sealGap = 2
/** Least distance between two signatures of a row, cells. */
const signatureGap = 1
/** More seals than this do not stand in one row. */
const mostInRow = 3

/**
 * The date keeps 4 characters on its right; the last 署名 is centred over it; each seal is centred on its 署名, the last one on
 * 署名 and date. Signatures stand in rows in the order of the organs, neatly lined up from the right. Widths in cells.
 */
export function sealedPlan(signatures: readonly SignatureSize[], dateWidth: number, diameter: number): Plan {
  const widths = signatures.map((signature) => signature.width)
  const dateLeft = charsPerLine - 4 - dateWidth
  const count = Math.max(1, widths.length)
  const radius = diameter / 2 / type3.cell
  const widest = Math.max(0, ...widths)
  const pitch = Math.max(2 * radius + sealGap / type3.cell, widest + (count > 1 ? signatureGap : 0))
  // No signature and no seal of a joint issue passes the edge of the 版心; a single one keeps to the date.
  const half = Math.max(widest / 2, radius)
  const wish = dateLeft + dateWidth / 2
  const last = count === 1 ? wish : Math.min(wish, charsPerLine - half)
  const perRow = Math.max(1, Math.min(mostInRow, Math.floor((last - half) / pitch + 1e-6) + 1))
  const rowCount = Math.ceil(count / perRow)
  const columns = Math.ceil(count / rowCount)
  const firstTop = topOf(diameter)
  const rowStep = Math.ceil((diameter + sealGap) / linePitch) * linePitch
  const places = Array.from({ length: count }, (_, i) => {
    const row = Math.floor(i / columns)
    const inRow = Math.min(columns, count - row * columns)
    const centre = last - (inRow - 1 - (i % columns)) * pitch
    return { centre, top: firstTop + row * rowStep }
  })
  const date = { left: dateLeft, top: places.at(-1)!.top + linePitch }
  return {
    // More lines stand above the last one, where the blank lines are.
    signatures: signatures.map(({ width, lines }, i) => ({ left: signatureLeft(places[i]!.centre, width), top: places[i]!.top - (lines - 1) * linePitch })),
    date: count > 1 ? { ...date, left: last - dateWidth / 2 } : date,
    // 署名 and date lie a little below the seal's centre.
    seals: places.map(({ centre, top }) => ({ x: area.left + centre * type3.cell, y: top, diameter })),
  }
}

/** A long 署名 stops at the edge of the 版心. */
function signatureLeft(centre: number, width: number): number {
  return Math.max(0, Math.min(centre - width / 2, charsPerLine - width))
}

/** As few blank lines as keep the seal off the text: its top is then within one line of it. mm below the text */
function topOf(diameter: number): number {
  let blank = 0
  while (lead + blank * linePitch - diameter / 2 < sealClearance) blank++
  return lead + blank * linePitch
}

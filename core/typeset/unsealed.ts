/** Documents without a seal (不加盖印章) and with a signature stamp (加盖签名章). GB/T 9704 §7.3.5.2–7.3.5.3 */
import type { Plan, SignatureSize } from './closing-plan.ts'
import { charsPerLine, lead, linePitch, type3 } from './grid.ts'

/** Room kept for a signature stamp, mm. */
const stampBox = { width: 40, height: 20 } as const
/** Between the stamps of a joint issue, mm. */
const stampGap = 4

/**
 * One blank line; 署名 2 from the right; the date starts 2 characters after it, or keeps 2 itself when it is longer. Joint: the
 * host's 署名 first, the others below it, lined up on the left, and the date below the last. Widths in cells.
 */
export function unsealedPlan(signatures: readonly SignatureSize[], dateWidth: number): Plan {
  const first = lead + linePitch
  const width = Math.max(0, ...signatures.map((signature) => signature.width))
  const isDateLonger = dateWidth > width
  const left = Math.max(0, isDateLonger ? charsPerLine - 2 - dateWidth - 2 : charsPerLine - 2 - width)
  const before = (end: number): number => signatures.slice(0, end).reduce((sum, signature) => sum + signature.lines, 0)
  const count = Math.max(1, before(signatures.length))
  return {
    signatures: signatures.map((_, i) => ({ left, top: first + before(i) * linePitch })),
    date: { left: Math.min(left + 2, charsPerLine - dateWidth), top: first + count * linePitch },
    seals: [],
  }
}

/**
 * Two blank lines, the stamp 4 from the right, the post 2 characters left of it and centred on its height; the date one blank
 * line below the last stamp, 4 from the right. Joint: one organ a line, the host's first, aligned.
 */
export function stampPlan(widths: readonly number[], dateWidth: number): Plan {
  const firstTop = lead + 2 * linePitch
  const stampLeft = charsPerLine - 4 - stampBox.width / type3.cell
  const count = Math.max(1, widths.length)
  const step = stampBox.height + stampGap
  return {
    signatures: widths.map((width, i) => ({
      left: Math.max(0, stampLeft - 2 - width), top: firstTop + i * step + (stampBox.height - type3.size) / 2,
    })),
    date: { left: charsPerLine - 4 - dateWidth, top: firstTop + (count - 1) * step + stampBox.height + lead + linePitch },
    seals: [],
  }
}

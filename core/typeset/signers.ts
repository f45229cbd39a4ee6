/** How 签发人 stand beside the 发文字号. GB/T 9704 §7.2.6 */
import { charsPerLine } from './grid.ts'

/** Cells of 签发人：. */
const label = 4

/** Columns of names; widths in cells of 三号. */
export type SignerColumns = {
  readonly perLine: number
  /** from the left edge of one column to that of the next */
  readonly column: number
  /** left edge of the first column, from that of the 版心 */
  readonly left: number
  /** whether the number has room on the line of the last name, or takes the line below it */
  readonly number: 'beside' | 'below'
}

/**
 * Two names a line in two equal columns, the number one cell from the left on the line of the last name. Where names would meet the
 * number the columns are as wide as their own names, then the names stand one a line; where even that leaves no room the number goes
 * below them: two texts never lie upon each other.
 */
export function signerColumns(names: readonly number[], number: number): SignerColumns {
  const widest = Math.max(...names)
  const columns = (perLine: number, first: number, last: number): SignerColumns => {
    const left = charsPerLine - 1 - last - (perLine - 1) * (first + 1)
    const lastStarts = names.length <= perLine ? left - label : left
    return { perLine, column: first + 1, left, number: number === 0 || lastStarts >= 1 + number + 1 ? 'beside' : 'below' }
  }
  if (names.length === 1) return columns(1, widest, widest)
  const ofColumn = (at: number): number => Math.max(...names.filter((_, i) => i % 2 === at))
  const pairs = [columns(2, widest, widest), columns(2, ofColumn(0), ofColumn(1))]
  return pairs.find(({ number: place, left }) => place === 'beside' && left >= label) ?? columns(1, widest, widest)
}

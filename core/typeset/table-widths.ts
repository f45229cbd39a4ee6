/** Widths of a table's columns: as stated, or by what stands in them. */
import type { Table } from '#core/document'
import type { TypeSize } from './grid.ts'
import { widthOf, type Measurer } from './measure.ts'

/** Cells of text that a column may be narrowed to when the table is crowded. */
const narrowest = 3
/** Longest cell that counts for its column's wish: beyond it a text is broken anyway. */
const widest = 40

/** Widths in mm, together `total`. `isRoomy`: whether every column holds at least its longest word and some characters. */
export function columnWidths(
  table: Table,
  total: number,
  type: TypeSize,
  blank: number,
  measurer: Measurer,
): { readonly widths: readonly number[]; readonly isRoomy: boolean } {
  const wishes = table.columns.map((_, c) => wishOf(table, c, measurer))
  const least = wishes.map((wish) => wish.least * type.cell + blank)
  const shares = table.columns.map((column) => column.share)
  const sum = shares.reduce((a, b) => a + b, 0)
  if (sum > 0) {
    const widths = shares.map((share) => (total * Math.max(share, 1)) / shares.reduce((a, b) => a + Math.max(b, 1), 0))
    return { widths, isRoomy: widths.every((width, c) => width >= least[c]! - 1e-6) }
  }
  const needed = least.reduce((a, b) => a + b, 0)
  if (needed > total) return { widths: least.map((width) => (width * total) / needed), isRoomy: false }
  const wanted = wishes.map((wish) => wish.most * type.cell + blank)
  const surplus = wanted.map((width, c) => Math.max(0, width - least[c]!))
  const allSurplus = surplus.reduce((a, b) => a + b, 0)
  const free = total - needed
  if (allSurplus <= free) {
    // Every wish is met: what is left goes to all in proportion, so that the table fills the line.
    const met = wanted.map((width, c) => Math.max(width, least[c]!))
    const all = met.reduce((a, b) => a + b, 0)
    return { widths: met.map((width) => (width * total) / all), isRoomy: true }
  }
  return { widths: least.map((width, c) => width + (free * surplus[c]!) / allSurplus), isRoomy: true }
}

/** In cells: the width in which nothing has to be broken, and the least that is still readable. */
function wishOf(table: Table, column: number, measurer: Measurer): { readonly most: number; readonly least: number } {
  let most = 1
  let word = 0
  for (const row of table.rows) {
    const atoms = measurer.atoms(row[column] ?? '', '仿宋')
    most = Math.max(most, Math.min(widthOf(atoms), widest))
    let run = 0
    for (const atom of atoms) {
      run = atom.isLatin ? run + atom.width : 0
      word = Math.max(word, Math.min(run, 12))
    }
  }
  return { most, least: Math.min(most, Math.max(narrowest, word)) }
}

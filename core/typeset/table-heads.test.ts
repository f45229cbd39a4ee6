/** Merged cells of table heads. Rules of docs/spec/layout.md. */
import { describe, expect, it } from 'vitest'
import type { Table } from '#core/document'
import { testFonts } from './fonts.fixture.ts'
import { typesetText } from './index.ts'
import { headCells } from './table-heads.ts'

describe('merged cells of a table head', () => {
  const table = (headRows: number, ...rows: readonly (readonly string[])[]): Table => ({ kind: 'table', caption: '', orientation: 'portrait', headRows, rows, columns: rows[0]!.map(() => ({ align: 'centre', share: 0 })) })
  const shapes = (...heads: readonly (readonly string[])[]): string[] => headCells(table(heads.length, ...heads)).flatMap((row, r) => row.flatMap((cell, c) => (cell.row === r && cell.column === c ? [`${heads[r]![c]} ${cell.rows}×${cell.columns}`] : [])))
  it('Y68 what is repeated or left out belongs to the cell that said it', () => {
    const wanted = ['单位 2×1', '人员 1×2', '编制 1×1', '实有 1×1']
    expect(shapes(['单位', '人员', '人员'], ['单位', '编制', '实有'])).toEqual(wanted)
    expect(shapes(['单位', '人员', ''], ['', '编制', '实有'])).toEqual(wanted)
    expect(shapes(['单位', '人员', '人员', '人员'], ['单位', '编制', '编制', '实有'], ['单位', '行政', '事业', '实有'])).toEqual(['单位 3×1', '人员 1×3', '编制 1×2', '实有 2×1', '行政 1×1', '事业 1×1'])
  })
  it('Y68 a single row and two columns of one name stay as they are', () => {
    expect(shapes(['姓名', '姓名', ''])).toEqual(['姓名 1×1', '姓名 1×1', ' 1×1'])
    expect(shapes(['电话', '电话'], ['电话', '电话'])).toEqual(['电话 2×1', '电话 2×1'])
  })
  it('Y68 is drawn once, without rules through it, its text in the middle', () => {
    const [page] = typesetText({ title: '题', blocks: [table(2, ['单位', '人员', '人员'], ['单位', '编制', '实有'], ['甲', '1', '2'])] }, testFonts).pages
    const at = (char: string): readonly { readonly x: number; readonly y: number }[] => page!.glyphs.filter((glyph) => glyph.char === char)
    expect(at('单')).toHaveLength(1)
    expect(at('员')).toHaveLength(1)
    expect(Math.abs(at('单')[0]!.y - (at('员')[0]!.y + at('编')[0]!.y) / 2)).toBeLessThan(0.01)
    const between = page!.rules.filter(({ y1, y2 }) => y1 === y2 && y1 > at('员')[0]!.y && y1 < at('编')[0]!.y)
    expect(between).toHaveLength(1)
    expect(between[0]!.x1).toBeGreaterThan(at('单')[0]!.x + 5)
    const upright = page!.rules.filter(({ x1, x2, y1 }) => x1 === x2 && y1 < at('员')[0]!.y)
    expect(upright).toHaveLength(3)
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { blockText, type Block, type Table } from '#core/document'
import { fieldAt, fieldsOf, oneLine, withField } from './places.ts'
import { findIn, fold, replaceAll } from './search.ts'
import { alignColumn, blankTable, fillGrid, insertColumn, insertRow, removeColumn, removeRow, setHeadRows, widenColumn } from './table-edits.ts'

const plain = (text: string): Block => ({ kind: 'paragraph', level: 0, number: null, text })
const table: Table = { kind: 'table', caption: '表', orientation: 'portrait', headRows: 1, columns: [{ align: 'left', share: 0 }, { align: 'left', share: 0 }], rows: [['甲', ''], ['', '乙丙']] }

describe('places in a block', () => {
  test('every field starts where blockText has its text', () => {
    for (const block of [table, { ...table, caption: '' }, plain('文字')]) {
      for (const { start, text } of fieldsOf(block)) expect(blockText(block).slice(start, start + text.length)).toBe(text)
    }
  })

  test('an offset leads to its field, also where fields are empty', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7, 8, 99].map((offset) => { const at = fieldAt(table, offset); return `${at.field.place}+${at.offset}` }))
      .toEqual(['caption+0', 'caption+1', '0,0+0', '0,0+1', '0,1+0', '1,0+0', '1,1+0', '1,1+1', '1,1+2', '1,1+2'])
    expect(fieldAt({ ...table, caption: '' }, 0).field.place).toBe('0,0')
  })

  test('what is written into a field is read from it', () => {
    expect(withField(table, '1,0', '新')).toEqual({ ...table, rows: [['甲', ''], ['新', '乙丙']] })
    expect(withField(table, 'caption', '新')).toEqual({ ...table, caption: '新' })
  })

  test('lines join without a blank between Han characters, with one between Latin words', () => {
    expect(oneLine('第一行\r\n第二行\n\n word\tone\nword two\u0000')).toBe('第一行第二行word one word two')
  })
})

describe('find and replace', () => {
  test('full and half width alike only when asked; capitals always', () => {
    expect(findIn([plain('（ＡＢＣ）abc')], { text: '(abc', widths: 'same' }).map(({ start, end }) => [start, end])).toEqual([[0, 4]])
    expect(findIn([plain('（ＡＢＣ）ABC')], { text: 'abc', widths: 'exact' }).map(({ start }) => start)).toEqual([5])
  })

  test('folding keeps every offset', () => {
    fc.assert(fc.property(fc.string({ unit: fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code)), maxLength: 50 }), (text) => { expect(fold(text, 'same').length).toBe(text.length) }))
  })

  test('matches never overlap, and replacing all leaves what is between them', () => {
    const words = fc.string({ unit: fc.constantFrom('a', 'b', 'Ａ', '甲'), maxLength: 12 })
    fc.assert(fc.property(words, words, fc.string({ unit: fc.constantFrom('x', 'y'), maxLength: 3 }), (text, needle, by) => {
      const blocks = [plain(text), { ...table, rows: [[text, ''], ['', text]] }]
      const matches = findIn(blocks, { text: needle, widths: 'exact' })
      const wanted = needle === '' ? text : text.split(new RegExp(needle, 'giu')).join(by)
      expect(replaceAll(blocks, matches, by)).toEqual([plain(wanted), { ...table, rows: [[wanted, ''], ['', wanted]] }])
    }))
  })
})

describe('changes of a table', () => {
  const isWhole = (value: Table): boolean => value.rows.length > 0 && value.columns.length > 0 && value.headRows <= value.rows.length && value.rows.every((row) => row.length === value.columns.length)

  test('any row of changes leaves a whole table', () => {
    const at = fc.nat({ max: 6 })
    const change = fc.oneof(
      at.map((n) => (value: Table) => insertRow(value, Math.min(n, value.rows.length))), at.map((n) => (value: Table) => removeRow(value, Math.min(n, value.rows.length - 1))),
      at.map((n) => (value: Table) => insertColumn(value, Math.min(n, value.columns.length))), at.map((n) => (value: Table) => removeColumn(value, Math.min(n, value.columns.length - 1))),
      at.map((n) => (value: Table) => setHeadRows(value, n)), at.map((n) => (value: Table) => widenColumn(value, n, 1)), at.map((n) => (value: Table) => alignColumn(value, n, 'right')),
      at.map((n) => (value: Table) => fillGrid(value, Math.min(n, value.rows.length - 1), 0, [['甲', '乙', '丙'], ['丁']])),
    )
    fc.assert(fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
      expect(isWhole(changes.reduce((value, apply) => apply(value), blankTable(2, 2)))).toBe(true)
    }))
  })

  test('a row above the body stays out of the head, one between head rows joins it', () => {
    expect(insertRow(table, 1).headRows).toBe(1)
    expect(insertRow(table, 0).headRows).toBe(2)
    expect(removeRow(table, 0).headRows).toBe(0)
  })

  test('a pasted grid keeps the cells beside it', () => {
    expect(fillGrid(table, 1, 1, [['1', '2'], ['3']]).rows).toEqual([['甲', '', ''], ['', '1', '2'], ['', '3', '']])
  })
})

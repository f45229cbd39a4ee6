/** Where text stands inside a block (文内位置): the fields of a table or a picture, and offsets in `blockText`. */
import { blockText, type Block, type Table } from '#core/document'

/** A text that can be typed into: the text of a paragraph, a caption, or a cell as `row,column` from 0. */
export type Place = 'text' | 'caption' | `${number},${number}`

/** `start`: UTF-16 offset of the field in `blockText(block)`. */
export type Field = { readonly place: Place; readonly start: number; readonly text: string }

/** All fields of a block in reading order. An empty caption is a field of its own although `blockText` has no line for it. */
export const fieldsOf = (block: Block): readonly Field[] => {
  switch (block.kind) {
    case 'paragraph': return [{ place: 'text', start: 0, text: block.text }]
    case 'picture': return [{ place: 'caption', start: 0, text: block.caption }]
    case 'table': {
      const fields: Field[] = [{ place: 'caption', start: 0, text: block.caption }]
      let at = block.caption === '' ? 0 : block.caption.length + 1
      block.rows.forEach((row, r) => row.forEach((text, c) => {
        fields.push({ place: `${r},${c}`, start: at, text })
        at += text.length + 1
      }))
      return fields
    }
  }
}

/** The field that holds an offset of `blockText`, and the offset inside it. */
export const fieldAt = (block: Block, offset: number): { readonly field: Field; readonly offset: number } => {
  const within = Math.min(Math.max(0, offset), blockText(block).length)
  const fields = fieldsOf(block)
  // An empty caption shares its offset with the first cell, which is meant.
  const field = fields.findLast((entry) => entry.start <= within && (entry.place !== 'caption' || entry.text !== '' || fields.length === 1)) ?? fields[0]!
  return { field, offset: Math.min(within - field.start, field.text.length) }
}

/** The block with the text of one field replaced. */
export const withField = (block: Block, place: Place, text: string): Block => {
  switch (block.kind) {
    case 'paragraph': return { ...block, text }
    case 'picture': return { ...block, caption: text }
    case 'table': return place === 'caption' ? { ...block, caption: text } : withCell(block, place, text)
  }
}

const withCell = (table: Table, place: Place, text: string): Table => {
  const { row, column } = cellOf(place)
  return { ...table, rows: table.rows.map((cells, r) => (r === row ? cells.map((cell, c) => (c === column ? text : cell)) : cells)) }
}

export const cellOf = (place: string): { readonly row: number; readonly column: number } => {
  const [row = 0, column = 0] = place.split(',').map(Number)
  return { row: Number.isInteger(row) ? row : 0, column: Number.isInteger(column) ? column : 0 }
}

/** What a document cannot carry; it can only come from a foreign clipboard or program. */
export const unprintable = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff]/gu

/** One line of text without anything a document cannot carry. Line ends between Han characters are nothing, elsewhere a blank. */
export const oneLine = (text: string): string =>
  joinLines(text.toWellFormed().replaceAll('\t', ' ').split(/[\r\n\u2028\u2029\u0085]+/u)).replaceAll(unprintable, '')

export const joinLines = (lines: readonly string[]): string => {
  let joined = ''
  for (const line of lines) {
    const next = line.trim()
    if (next === '') continue
    const needsBlank = joined !== '' && !/[\p{sc=Han}，。、；：！？）》”’]$/u.test(joined.slice(-2)) && !/^[\p{sc=Han}（《“‘]/u.test(next.slice(0, 2))
    joined += (needsBlank ? ' ' : '') + next
  }
  return joined
}

// @vitest-environment happy-dom
import { createHeadlessEditor } from '@lexical/headless'
import fc from 'fast-check'
import { $createTextNode, $getRoot, $isElementNode, type LexicalEditor } from 'lexical'
import { describe, expect, test } from 'vitest'
import { blockText, numberText, type Block, type Level } from '#core/document'
import { $readBlocks, $writeBlocks, createBlockReader, writtenBlocks } from './convert.ts'
import { $isLevelParagraph, editorNodes } from './paragraph-node.ts'

const open = (): LexicalEditor => createHeadlessEditor({ nodes: editorNodes, onError: (error: Error) => { throw error } })
const plain = (text: string): Block => ({ kind: 'paragraph', level: 0, number: null, text })
const written = (blocks: readonly Block[]): readonly Block[] => {
  const editor = open()
  editor.update(() => $writeBlocks(blocks), { discrete: true })
  return editor.read($readBlocks)
}

const line = fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.toWellFormed().replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff]/gu, ''))
const paragraph = fc.record({ level: fc.constantFrom<Level>(0, 1, 2, 3, 4), value: fc.option(fc.integer({ min: 1, max: 99 })), text: line })
  .map(({ level, value, text }): Block => ({ kind: 'paragraph', level, number: level === 0 || value === null ? null : numberText(level, value), text }))
const side = fc.constantFrom('left', 'centre', 'right')
const table = fc.record({ columns: fc.array(fc.record({ align: side, share: fc.nat({ max: 100 }) }), { minLength: 1, maxLength: 5 }), height: fc.integer({ min: 1, max: 5 }), caption: line, headRows: fc.nat({ max: 1 }) })
  .chain(({ columns, height, caption, headRows }) => fc.array(fc.array(line, { minLength: columns.length, maxLength: columns.length }), { minLength: height, maxLength: height })
    .map((rows): Block => ({ kind: 'table', caption, orientation: 'portrait', columns, headRows, rows } as Block)))
const picture = fc.record({ caption: line, width: fc.nat({ max: 156 }) })
  .map(({ caption, width }): Block => ({ kind: 'picture', caption, width, pixels: { width: 4, height: 3 }, file: { fileName: '图.png', mediaType: 'image/png', size: 9, hash: 'a'.repeat(64) } }))
const block = fc.oneof({ weight: 5, arbitrary: paragraph }, table, picture)

describe('editor state ⇄ blocks', () => {
  test('every body comes back as it was written, numbers and blanks included', () => {
    fc.assert(fc.property(fc.array(block, { minLength: 1, maxLength: 30 }), (blocks) => {
      expect(written(blocks)).toEqual(blocks)
    }))
  })

  test('a stored state survives its JSON', () => {
    fc.assert(fc.property(fc.array(block, { minLength: 1, maxLength: 10 }), (blocks) => {
      const editor = open()
      editor.update(() => $writeBlocks(blocks), { discrete: true })
      const again = open()
      again.setEditorState(again.parseEditorState(JSON.stringify(editor.getEditorState())))
      expect(again.read($readBlocks)).toEqual(blocks)
    }), { numRuns: 50 })
  })

  type Edit = { readonly at: number; readonly kind: 'text' | 'piece' | 'level' | 'remove' | 'move' | 'empty'; readonly words: string }
  const edit: fc.Arbitrary<Edit> = fc.record({ at: fc.nat(), kind: fc.constantFrom('text', 'piece', 'level', 'remove', 'move', 'empty'), words: line })
  const $make = ({ at, kind, words }: Edit): void => {
    const child = $getRoot().getChildAtIndex(at % Math.max(1, $getRoot().getChildrenSize()))
    if (child === null) return
    if (kind === 'remove' && $getRoot().getChildrenSize() > 1) child.remove()
    if (kind === 'move') $getRoot().append(child)
    if (!$isLevelParagraph(child) || !$isElementNode(child)) return
    if (kind === 'level') child.setLevel(((child.getLevel() + 1) % 5) as Level, null)
    if (kind === 'empty') child.clear()
    if (kind === 'piece') child.append($createTextNode(words).toggleUnmergeable())
    if (kind === 'text') for (const text of child.getAllTextNodes()) text.setTextContent(words)
  }

  test('reading again gives what reading anew gives, and the same objects for what nobody touched', () => {
    fc.assert(fc.property(fc.array(block, { minLength: 1, maxLength: 12 }), fc.array(edit, { minLength: 1, maxLength: 8 }), (blocks, edits) => {
      const editor = open()
      editor.update(() => $writeBlocks(blocks), { discrete: true })
      const read = createBlockReader(editor)
      const first = read()
      read().forEach((value, index) => expect(value).toBe(first[index]))
      for (const each of edits) {
        read()
        const before = editor.getEditorState()
        editor.update(() => $make(each), { discrete: true })
        expect(read()).toEqual(editor.read($readBlocks))
        // As undo and redo do it.
        const after = editor.getEditorState()
        editor.setEditorState(before)
        expect(read()).toEqual(editor.read($readBlocks))
        editor.setEditorState(after)
        expect(read()).toEqual(editor.read($readBlocks))
      }
    }), { numRuns: 60 })
  })

  test('an empty body is one empty paragraph to type into', () => {
    expect(written([])).toEqual([plain('')])
    const editor = open()
    editor.update(() => $writeBlocks([]), { discrete: true })
    expect(editor.read(() => $getRoot().getChildrenSize())).toBe(1)
  })

  test('empty paragraphs stay out of the content', () => {
    const blocks = [plain('甲'), plain(''), plain('  '), plain('乙')]
    expect(writtenBlocks(blocks).map(blockText)).toEqual(['甲', '乙'])
  })
})

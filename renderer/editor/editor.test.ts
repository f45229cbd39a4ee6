// @vitest-environment happy-dom
import { createHeadlessEditor } from '@lexical/headless'
import fc from 'fast-check'
import { $getRoot, type LexicalEditor } from 'lexical'
import { describe, expect, test } from 'vitest'
import { blockText, numberText, type Block, type Level, type Paragraph } from '#core/document'
import { $readBlocks, $writeBlocks, writtenBlocks, writtenIndex } from './convert.ts'
import { editorNodes } from './paragraph-node.ts'
import { blocksOfHtml, blocksOfText, withoutIdleNumbers } from './paste.ts'


const open = (): LexicalEditor => createHeadlessEditor({ nodes: editorNodes, onError: (error: Error) => { throw error } })
const plain = (text: string): Block => ({ kind: 'paragraph', level: 0, number: null, text })
const written = (blocks: readonly Block[]): readonly Block[] => {
  const editor = open()
  editor.update(() => $writeBlocks(blocks), { discrete: true })
  return editor.read($readBlocks)
}

const line = fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.toWellFormed().replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff]/gu, ''))
const block = fc.record({ level: fc.constantFrom<Level>(0, 1, 2, 3, 4), value: fc.option(fc.integer({ min: 1, max: 99 })), text: line })
  .map(({ level, value, text }): Block => ({ kind: 'paragraph', level, number: level === 0 || value === null ? null : numberText(level, value), text }))

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

  test('an empty body is one empty paragraph to type into', () => {
    expect(written([])).toEqual([plain('')])
    const editor = open()
    editor.update(() => $writeBlocks([]), { discrete: true })
    expect(editor.read(() => $getRoot().getChildrenSize())).toBe(1)
  })

  test('empty paragraphs stay out of the content, and the caret still finds its paragraph', () => {
    const blocks = [plain('甲'), plain(''), plain('  '), plain('乙')]
    expect(writtenBlocks(blocks).map(blockText)).toEqual(['甲', '乙'])
    expect([0, 1, 2, 3].map((index) => writtenIndex(blocks, index))).toEqual([0, 0, 0, 1])
  })
})

describe('paste', () => {
  const parse = (html: string): Document => new DOMParser().parseFromString(html, 'text/html')
  const levels = (blocks: readonly Block[]): unknown => blocks.map((entry) => entry.kind === 'paragraph' ? [entry.level, entry.number, entry.text] : entry.kind)

  test('plain text keeps its levels and loses its indentation', () => {
    const read = blocksOfText('　　各盟行政公署：\n　　一、总体要求\n（一）工作目标。到2027年\n1.加强领导\n（1）落实责任\n1.5亿元')
    expect(read.ok && levels(read.value)).toEqual([
      [0, null, '各盟行政公署：'], [1, null, '总体要求'], [2, null, '工作目标。到2027年'], [3, null, '加强领导'], [4, null, '落实责任'], [0, null, '1.5亿元'],
    ])
  })

  test('a word processor’s HTML gives text and levels only', () => {
    const html = `<html><head><style>p{color:red}</style></head><body><p class=MsoNormal><span style='mso-list:Ignore'>一、</span><b>总体\n要求</b><o:p></o:p></p>
      <p onclick="alert(1)">（一）<a href="javascript:alert(1)">目标</a><br>第二行</p><script>alert(2)</script><ol><li>甲<ol><li>乙</li></ol></li></ol><ul><li>丙</li></ul></body></html>`
    const read = blocksOfHtml(html, parse)
    expect(read.ok && levels(read.value.pieces as Block[])).toEqual([
      [1, null, '总体要求'], [2, null, '目标'], [0, null, '第二行'], [1, null, '甲'], [2, null, '乙'], [0, null, '丙'],
    ])
  })

  test('binary rubbish is refused with a sentence, not inserted', () => {
    const read = blocksOfText('a\u0000b')
    expect(read.ok).toBe(false)
    expect(!read.ok && read.error.message).toMatch(/控制字符/)
  })

  test('a number that is what would be computed goes, any other stays', () => {
    const blocks: Block[] = [
      { kind: 'paragraph', level: 1, number: null, text: '甲' }, { kind: 'paragraph', level: 1, number: '二、', text: '乙' },
      { kind: 'paragraph', level: 1, number: '九、', text: '丙' },
    ]
    expect(withoutIdleNumbers(blocks).map((entry) => (entry as Paragraph).number)).toEqual([null, null, '九、'])
  })
})

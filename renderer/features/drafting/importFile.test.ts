import { emptyContent, writeSource, type DocumentContent } from '#core/document'
import { documentToDocx } from '#core/output'
import { describe, expect, it } from 'vitest'
import { importFile, type ImportResult } from './importFile.ts'

const organ = '苍原市财政局'
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const content: DocumentContent = {
  ...emptyContent({ kind: '通知', organName: organ, title: '苍原市财政局关于开展资产清查的通知' }),
  recipients: ['各区财政局'],
  body: [{ kind: 'paragraph', level: 0, number: null, text: '现就资产清查通知如下。' }, { kind: 'paragraph', level: 1, number: null, text: '清查范围' }],
}
const codeOf = (result: ImportResult): string => (result.ok ? 'taken' : result.error.code)

describe('a file on its way into a draft', () => {
  it('.gw comes in as it went out; number and date stay outside and that is told', () => {
    const read = importFile('稿.gw', bytes(writeSource(content, { number: '苍财发〔2026〕1号', date: '2026-11-25', printDate: '2026-11-25' })), organ)
    expect(read).toMatchObject({ ok: true, value: { content, repairs: [{ message: expect.stringContaining('没有带入') as unknown }] } })
  })
  it('.docx of our own comes in with title, recipients and levels', () => {
    const read = importFile('稿.docx', documentToDocx(content, null, { pictures: () => undefined }), organ)
    expect(read).toMatchObject({ ok: true, value: { content: { title: content.title, recipients: content.recipients, body: content.body } } })
  })
  it('.txt gets its levels and its kind, and what was guessed is told', () => {
    const read = importFile('稿.txt', bytes('关于加强安全工作的意见\n一、总体要求\n（一）目标。'), organ)
    expect(read).toMatchObject({ ok: true, value: { content: { kind: '意见', issuers: [organ], body: [{ level: 1 }, { level: 2 }] } } })
  })
  it.each([
    ['a classified source', '密.gw', bytes(writeSource({ ...content, secrecy: { level: '秘密', period: '5年' } }, null)), 'import.classified'],
    ['an old format', '稿.doc', bytes('x'), 'import.old-format'],
    ['another kind of file', '图.png', bytes('x'), 'import.unknown'],
    ['bytes that are no text', '稿.txt', Uint8Array.from([0, 1, 2, 255, 254, 0]), 'import.not-text'],
    ['a source with a typing slip', '稿.gw', bytes('---\n标提: x\n---\n'), 'gw.unknown-key'],
    ['a source with a picture', '稿.gw', bytes('---\n文种: 通知\n发文机关: 甲局\n标题: 关于甲的通知\n---\n![图](a.png)\n'), 'gw.image'],
  ])('%s is refused with its reason', (_, name, given, code) => {
    expect(codeOf(importFile(name, given, organ))).toBe(code)
  })
  it.each([bytes(''), bytes('PK\u0003\u0004'), Uint8Array.from({ length: 4000 }, (_, i) => i % 251)])('bytes that are no DOCX are refused, never thrown', (given) => {
    expect(codeOf(importFile('坏.docx', given, organ))).not.toBe('taken')
  })
})

import { emptyContent, writeSource, type DocumentContent } from '#core/document'
import { documentToDocx } from '#core/output'
import { describe, expect, it } from 'vitest'
import { zipSync } from 'fflate'
import { importFile, importFiles, type ImportResult } from './importFile.ts'

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
  it('.txt gives up its elements as typed; what issuing makes stays outside', () => {
    const read = importFile('稿.txt', bytes('苍原市财政局关于清查的通知\n各区财政局：\n请认真清查。\n附件：清查表\n苍原市财政局\n2026年3月5日\n（此件公开发布）'), organ)
    expect(read).toMatchObject({ ok: true, value: { content: { recipients: ['各区财政局'], body: [{ text: '请认真清查。' }], attachments: [{ name: '清查表' }], note: '此件公开发布' } } })
    expect(read.ok && read.value.repairs.map(({ message }) => message).join()).toMatch(/认出了主送机关、附件说明、附注.*署名、成文日期没有带入/u)
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
    ['a source without its picture', '稿.gw', bytes('---\n文种: 通知\n发文机关: 甲局\n标题: 关于甲的通知\n---\n![图](a.png)\n'), 'gw.image'],
  ])('%s is refused with its reason', (_, name, given, code) => {
    expect(codeOf(importFile(name, given, organ))).toBe(code)
  })
  it.each([bytes(''), bytes('PK\u0003\u0004'), Uint8Array.from({ length: 4000 }, (_, i) => i % 251)])('bytes that are no DOCX are refused, never thrown', (given) => {
    expect(codeOf(importFile('坏.docx', given, organ))).not.toBe('taken')
  })
})

describe('a source with its pictures', () => {
  const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 4, 0, 0, 0, 2, 8, 0, 0, 0, 0, 0, 0, 0, 0])
  const source = bytes('---\n文种: 通知\n发文机关: 甲局\n标题: 关于甲的通知\n---\n正文。\n![图一](图/一.png)\n![图二](二.PNG)\n')
  const given = [{ name: '一.png', bytes: png }, { name: '稿.gw', bytes: source }, { name: '二.png', bytes: Uint8Array.from([...png, 1]) }]
  it('comes in when they are selected together', () => {
    const read = importFiles(given, organ)
    expect(read).toMatchObject({ ok: true, value: { content: { body: [{ text: '正文。' }, { kind: 'picture', file: { fileName: '一.png' }, pixels: { width: 4, height: 2 } }, { kind: 'picture' }] }, repairs: [] } })
    expect(read.ok && read.value.files).toHaveLength(2)
  })
  it('comes in as an archive, whatever folder it lies in and whatever a system added', () => {
    const zip = zipSync({ '公文/稿.gw': source, '公文/图/一.png': png, '公文/二.png': Uint8Array.from([...png, 1]), '__MACOSX/公文/._稿.gw': bytes('x') })
    expect(importFiles([{ name: '稿.zip', bytes: zip }], organ)).toMatchObject({ ok: true, value: { content: { title: '关于甲的通知' }, repairs: [] } })
  })
  it('names every picture that is missing, and every file that is not needed', () => {
    const read = importFiles(given.slice(1, 2), organ)
    expect(read).toMatchObject({ ok: false, error: { code: 'gw.image', message: expect.stringMatching(/“图\/一\.png”、“二\.PNG”.*一起选中/u) as unknown } })
    expect(importFiles([...given, { name: '三.png', bytes: png }], organ)).toMatchObject({ ok: true, value: { repairs: [{ message: expect.stringContaining('1 个正文没有用到') as unknown }] } })
  })
  it.each([
    ['two documents', [{ name: 'a.gw', bytes: source }, { name: 'b.txt', bytes: source }], 'import.several'],
    ['pictures alone', given.filter(({ name }) => name.endsWith('png')), 'import.no-document'],
    ['nothing', [], 'import.empty'],
    ['a broken archive', [{ name: '稿.zip', bytes: bytes('PK') }], 'zip.'],
    ['a picture that is none', [{ name: '稿.gw', bytes: source }, { name: '一.png', bytes: bytes('x') }, { name: '二.png', bytes: png }], 'picture.'],
  ])('%s: refused with a reason', (_, files, code) => {
    const read = importFiles(files, organ)
    expect(read.ok ? 'taken' : read.error.code).toContain(code)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { documentToDocx, readDocx } from '../index.ts'
import { anyDocument, anyIssue, issued, notice, paragraphOf, picturesOf } from './documents.fixture.ts'

const options = { pictures: picturesOf }

function back(bytes: Uint8Array) {
  const reading = readDocx(bytes)
  if (!reading.ok) throw new Error(`${reading.error.code} ${reading.error.message}`)
  return reading.value
}

describe('a document written as DOCX', () => {
  it('reads back as the same document, with nothing to repair', () => {
    const reading = back(documentToDocx(notice, issued, options))
    expect(reading.content).toEqual(notice)
    expect(reading.issue).toEqual(issued)
    expect(reading.repairs).toEqual([])
    expect([...reading.pictures.keys()]).toHaveLength(1)
  })

  it('has the same bytes twice', () => {
    expect(documentToDocx(notice, issued, options)).toEqual(documentToDocx(notice, issued, options))
  })

  it('reads back as the same whatever document it was (property)', () => {
    fc.assert(
      fc.property(anyDocument, anyIssue, (content, issue) => {
        const reading = back(documentToDocx(content, issue, options))
        expect(reading.content).toEqual(content)
        expect(reading.issue).toEqual(issue)
      }),
      { numRuns: 60 },
    )
  }, 90_000)

  it('keeps signers, secrecy and several issuers of an upward document', () => {
    const content = { ...notice, kind: '请示' as const, title: '关于追加经费的请示', issuers: ['甲厅', '乙厅'], signature: '甲厅 乙厅', authentication: '不盖章' as const, secrecy: { level: '机密' as const, period: '1年' }, urgency: '特急' as const, copyNumber: '000012' }
    const issue = { ...issued, signers: ['李敏', '欧阳青山', '赵刚'] }
    const reading = back(documentToDocx(content, issue, options))
    expect(reading.content).toEqual(content)
    expect(reading.issue).toEqual(issue)
  })

  it('brings recipients that moved to the 版记 back', () => {
    const content = { ...notice, recipients: Array.from({ length: 40 }, (_, i) => `第${i}号旗县区人民政府`) }
    expect(back(documentToDocx(content, issued, options)).content).toEqual(content)
  })

  it('never fails on characters that XML cannot hold', () => {
    const content = { ...notice, body: [paragraphOf('坏\u0000字\ufffe符\ud800。')] }
    expect(back(documentToDocx(content, issued, options)).content?.body).toEqual([paragraphOf('坏字符。')])
  })

  it('names a picture whose bytes are not at hand', () => {
    expect(back(documentToDocx(notice, issued, { pictures: () => undefined })).content?.body.some((block) => block.kind === 'paragraph' && block.text === '［图片缺失：示意图.png］')).toBe(true)
  })
})

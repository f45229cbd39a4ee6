/** Files that LibreOffice wrote: from our own documents, and from a web page. Rules D20–D22 of docs/spec/docx.md. */
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Block, DocumentContent, Issue } from '#core/document'
import { documentToDocx, readDocx, type DocxReading } from '#core/output'
import { readDocumentFile } from '../../cli/source/read.ts'
import { fixtureFolder, fixtureNames } from '../typeset/files.ts'
import { bytesOf, convert, isAbsent } from './office.ts'

const page = `<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"></head><body>
<p style="text-align:center;color:#ff0000;font-size:36pt">锡林郭勒盟行政公署办公室文件</p>
<p style="text-align:center">锡署办发〔2026〕3号</p>
<p style="text-align:center;font-size:22pt">关于做好冬季供暖工作的通知</p>
<p>各旗县市（区）人民政府：</p>
<p>　　现通知如下：</p>
<h1>提高认识</h1><h2>压实责任</h2><p>各地要高度重视。</p><h1>工作要求</h1>
<table border="1"><thead><tr><th>旗县</th><th>户数</th></tr></thead><tbody><tr><td rowspan="2">东乌旗</td><td>12</td></tr><tr><td>13</td></tr></tbody></table>
<ol><li>第一项</li><li>第二项</li></ol>
<p style="text-align:right">锡林郭勒盟行政公署办公室</p><p style="text-align:right">2026年11月5日</p>
</body></html>`

const read = (path: string): DocxReading => {
  const reading = readDocx(bytesOf(path))
  if (!reading.ok) throw new Error(`${path} ${reading.error.code} ${reading.error.message}`)
  return reading.value
}

/** LibreOffice keeps the widths of columns, but not our word that they came from what stands in them. */
function withoutOwnWidths(read: DocumentContent, given: DocumentContent): DocumentContent {
  const blocks = (list: readonly Block[], model: readonly Block[]): Block[] => list.map((block, i) => {
    const other = model[i]
    const isAutomatic = block.kind === 'table' && other?.kind === 'table' && other.columns.every((column) => column.share === 0)
    return isAutomatic ? { ...block, columns: block.columns.map((column) => ({ ...column, share: 0 })) } : block
  })
  return {
    ...read,
    body: blocks(read.body, given.body),
    attachments: read.attachments.map((one, i) => {
      const other = given.attachments[i]
      return one.kind === 'text' && other?.kind === 'text' ? { ...one, body: blocks(one.body, other.body) } : one
    }),
  }
}

/** Every fixture that holds texts only: a file attachment is not carried. */
const names = fixtureNames.filter((name) => name !== '42-附件说明-两件回行')

describe.skipIf(isAbsent)('a file written by LibreOffice', () => {
  const given = new Map<string, { readonly content: DocumentContent; readonly issue: Issue | null }>()
  let again: ReadonlyMap<string, string>
  let web: DocxReading

  beforeAll(async () => {
    const files = new Map<string, Uint8Array>()
    for (const name of names) {
      const source = await readDocumentFile(join(fixtureFolder, `${name}.gw`))
      if (!source.ok || source.value.kind !== 'document') throw new Error(name)
      const { content, issue, pictures } = source.value
      given.set(name, { content, issue })
      files.set(`${name}.docx`, documentToDocx(content, issue, { pictures: (hash) => pictures.get(hash) }))
    }
    // As LibreOffice understood it, written anew by LibreOffice.
    again = convert(files, 'docx:MS Word 2007 XML', 'docx')
    web = read(convert(new Map([['网页.html', page]]), 'docx:MS Word 2007 XML', 'docx').get('网页.html')!)
  })

  it.each(names)('D20 %s saved again by LibreOffice reads as the same document', (name) => {
    const { content, issue } = read(again.get(`${name}.docx`)!)
    expect(withoutOwnWidths(content!, given.get(name)!.content)).toEqual(given.get(name)!.content)
    expect(issue).toEqual(given.get(name)!.issue)
  })

  it('D21 a web page saved as DOCX is recognised', () => {
    expect(web.content).toMatchObject({
      kind: '通知', issuerMark: '锡林郭勒盟行政公署办公室文件', title: '关于做好冬季供暖工作的通知', recipients: ['各旗县市（区）人民政府'], signature: '锡林郭勒盟行政公署办公室',
    })
    expect(web.issue).toEqual({ number: '锡署办发〔2026〕3号', date: '2026-11-05', printDate: '2026-11-05' })
    expect(web.content!.body).toMatchObject([
      { level: 0, text: '现通知如下：' }, { level: 1, text: '提高认识' }, { level: 2, text: '压实责任' }, { level: 0, text: '各地要高度重视。' }, { level: 1, text: '工作要求' },
      { kind: 'table', headRows: 1, rows: [['旗县', '户数'], ['东乌旗', '12'], ['东乌旗', '13']] },
      { level: 3, number: null, text: '第一项' }, { level: 3, number: null, text: '第二项' },
    ])
  })
})

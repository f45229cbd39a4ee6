/** Checking a DOCX judges what is typed in it, not what reading would make of it (K10). */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readSourceForCheck, type Finding } from '#core/check'
import { writeZip, utf8 } from '#core/formats'
import { documentToDocx } from '#core/output'
import { loadFontSet } from '#main/host'
import { checkFile } from '../../cli/check/index.ts'
import { secondBases } from './second-bases.ts'

const folder = mkdtempSync(join(tmpdir(), 'wenshu-check-docx-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const { fonts } = await loadFontSet({ system: false })

async function found(name: string, bytes: Uint8Array): Promise<readonly Finding[]> {
  const path = join(folder, `${name}.docx`)
  writeFileSync(path, bytes)
  const report = await checkFile({ path, off: [], fonts: () => Promise.resolve(fonts) })
  if (!report.ok) throw new Error(`${report.error.code} ${report.error.message}`)
  return report.value.findings
}

describe('K10 a DOCX of ours', () => {
  it.each(Object.keys(secondBases).filter((name) => !name.startsWith('文本')))('%s: as clean as its source', async (name) => {
    const read = readSourceForCheck(secondBases[name]!)
    if (!read.ok) throw new Error(read.error.message)
    const bytes = documentToDocx(read.value.content, read.value.issue, { pictures: () => undefined })
    expect((await found(name, bytes)).map(({ rule, message }) => `${rule} ${message}`)).toEqual([])
  })
})

/** A notice typed in a word processor; `mistakes` are put in place of its right lines. */
function typed(mistakes: Readonly<Record<string, string>>): Uint8Array {
  const main = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'
  const line = (text: string, properties = '', look = ''): string => `<w:p><w:pPr>${properties}</w:pPr><w:r><w:rPr>${look}</w:rPr><w:t xml:space="preserve">${mistakes[text] ?? text}</w:t></w:r></w:p>`
  const centred = '<w:jc w:val="center"/>'
  const right = '<w:jc w:val="right"/>'
  const body = line('临江市人民政府办公室文件', centred, '<w:color w:val="FF0000"/><w:sz w:val="72"/>') + line('临政办发〔2026〕60号', centred) + line('临江市人民政府办公室关于做好防汛工作的通知', centred, '<w:sz w:val="44"/>') +
    line('各县人民政府：') + line('为做好防汛工作，现将有关事项通知如下。') + line('一、落实责任') + line('（一）压实责任。各地要逐级落实。') + line('1.明确分工。') + line('二、加强值守') + line('值班安排见附件。') +
    line('附件：值班安排表') + line('临江市人民政府办公室', right) + line('2026年6月8日', right) + line('（此件公开发布）') + line('附件', '<w:pageBreakBefore/>') + line('值班安排表', centred, '<w:sz w:val="44"/>') + line('值班电话：0719-8832106。') +
    line('抄送：市委办公室。') + line('临江市人民政府办公室　　2026年6月9日印发')
  return writeZip([
    { path: '[Content_Types].xml', bytes: utf8('<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>') },
    { path: '_rels/.rels', bytes: utf8('<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>') },
    { path: 'word/document.xml', bytes: utf8(`<w:document xmlns:w="${main}"><w:body>${body}</w:body></w:document>`) },
  ])
}

describe('K10 a DOCX typed by somebody', () => {
  it('without mistakes: nothing is found', async () => { expect((await found('净', typed({}))).map(({ rule, message }) => `${rule} ${message}`)).toEqual([]) })
  it.each([
    ['docno-brackets', '临政办发〔2026〕60号', '临政办发[2026]60号'],
    ['docno-no-leading-zero', '临政办发〔2026〕60号', '临政办发〔2026〕060号'],
    ['docno-no-di', '临政办发〔2026〕60号', '临政办发〔2026〕第60号'],
    ['recipient-colon', '各县人民政府：', '各县人民政府:'],
    ['level-punct', '一、落实责任', '一.落实责任'],
    ['level-punct', '（一）压实责任。各地要逐级落实。', '(一)压实责任。各地要逐级落实。'],
    ['level-punct', '（一）压实责任。各地要逐级落实。', '（一）、压实责任。各地要逐级落实。'],
    ['level-punct', '1.明确分工。', '1、明确分工。'],
    ['level-sequence', '二、加强值守', '三、加强值守'],
    ['attach-note-colon', '附件：值班安排表', '附件:值班安排表'],
    ['attach-note-number', '附件：值班安排表', '附件：1、值班安排表'],
    ['date-arabic', '2026年6月8日', '二〇二六年六月八日'],
    ['date-no-leading-zero', '2026年6月8日', '2026年06月08日'],
    ['note-brackets', '（此件公开发布）', '(此件公开发布)'],
    ['cc-period', '抄送：市委办公室。', '抄送：市委办公室'],
    ['cc-word', '抄送：市委办公室。', '抄报：市委办公室。'],
    ['print-suffix', '临江市人民政府办公室　　2026年6月9日印发', '临江市人民政府办公室　　2026年6月9日'],
    ['punct-fullwidth', '为做好防汛工作，现将有关事项通知如下。', '为做好防汛工作,现将有关事项通知如下。'],
  ])('%s: %s → %s', async (rule, from, to) => {
    expect((await found('错', typed({ [from]: to }))).map((finding) => finding.rule)).toContain(rule)
  })
})

/** Documents as offices and programs write them (他人所作的 DOCX): rules D24–D26 of docs/spec/docx.md. */
import { describe, expect, it } from 'vitest'
import { codesOf, para, read } from './package.fixture.ts'

const centred = '<w:jc w:val="center"/>'
const right = '<w:jc w:val="right"/>'
const size = (half: number): string => `<w:sz w:val="${half}"/>`
const mark = para('云岭省水利厅文件', centred, `<w:color w:val="FF0000"/>${size(84)}`)
const closing = para('云岭省水利厅', right) + para('2026年6月3日', right)
const request = (signers: string, title: string): string =>
  mark + signers + para(title, centred, size(44)) + para('云岭省人民政府：') + para('拟增加编制。') + para('妥否，请批示。') + closing + para('（联系人：王芳，电话：0719-1234567）')
const tabbed = (left: string, rest: string): string => `<w:p><w:r><w:t>${left}</w:t><w:tab/><w:t>${rest}</w:t></w:r></w:p>`

describe('an upward document', () => {
  it.each([
    ['one signer beside the number, a short title', tabbed('云水请〔2026〕5号', '签发人：张建国'), ['张建国']],
    ['two names parted by a blank', tabbed('云水请〔2026〕5号', '签发人：张建国 李卫东'), ['张建国', '李卫东']],
    ['a name spread to three characters', tabbed('云水请〔2026〕5号', '签发人：王 强'), ['王 强']],
    ['names on three lines, the number on the last', para('签发人：张建国　　李卫东') + para('阿依古丽·买买提　　王芳') + tabbed('云水请〔2026〕5号', '赵敏'), ['张建国', '李卫东', '阿依古丽·买买提', '王芳', '赵敏']],
  ])('D25 %s', (_, signers, names) => {
    const { content, issue } = read({ body: request(signers, '云岭省水利厅关于增加编制的请示') })
    expect(content).toMatchObject({ kind: '请示', title: '云岭省水利厅关于增加编制的请示', recipients: ['云岭省人民政府'], body: [{ text: '拟增加编制。' }, { text: '妥否，请批示。' }], note: '联系人：王芳，电话：0719-1234567' })
    expect(issue).toMatchObject({ number: '云水请〔2026〕5号', signers: names })
  })
  it('D25 a title that is set left and short is no signer', () => {
    const body = mark + tabbed('云水请〔2026〕5号', '签发人：张建国') + para('关于增加编制的请示', '', size(44)) + para('云岭省人民政府：') + para('妥否，请批示。') + closing
    expect(read({ body })).toMatchObject({ content: { title: '关于增加编制的请示', recipients: ['云岭省人民政府'] }, issue: { signers: ['张建国'] } })
  })
})

describe('a head laid out with tables and blanks', () => {
  const row = (...cells: readonly string[]): string => `<w:tr>${cells.map((text) => `<w:tc>${text}</w:tc>`).join('')}</w:tr>`
  const layout = (...rows: readonly string[]): string => `<w:tbl><w:tblGrid><w:gridCol w:w="5000"/><w:gridCol w:w="4000"/></w:tblGrid>${rows.join('')}</w:tbl>`
  it.each([
    ['the number and 签发人 in two cells', layout(row(para('云水请〔2026〕5号'), para('签发人：张建国', right))), ['张建国']],
    ['two names in two paragraphs of a cell', layout(row(para('云水请〔2026〕5号'), para('签发人：张建国') + para('李卫东'))), ['张建国', '李卫东']],
    ['a name parted by two blanks', para('  云水请〔2026〕5号            签发人：何  清'), ['何 清']],
  ])('D25 %s', (_, line, names) => {
    const { content, issue } = read({ body: request(line, '云岭省水利厅关于增加编制的请示') })
    expect(content).toMatchObject({ title: '云岭省水利厅关于增加编制的请示', recipients: ['云岭省人民政府'] })
    expect(issue).toMatchObject({ number: '云水请〔2026〕5号', signers: names })
  })
  it('D25 文件 merged over the rows of a joint mark comes last', () => {
    const red = (text: string): string => para(text, centred, `<w:color w:val="FF0000"/>${size(60)}`)
    const joint = layout(row(red('云岭省水利厅'), `<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>${red('文件')}`), row(red('云岭省财政厅'), `<w:tcPr><w:vMerge/></w:tcPr>${para('')}`))
    const body = joint + para('云水发〔2026〕5号', centred) + para('关于下达资金的通知', centred, size(44)) + para('各市水利局：') + para('现下达资金。') + para('云岭省水利厅　　云岭省财政厅', right) + para('2026年6月3日', right)
    expect(read({ body }).content).toMatchObject({ issuerMark: '云岭省水利厅 云岭省财政厅 文件', issuers: ['云岭省水利厅', '云岭省财政厅'] })
  })
  it('D25 the organ of minutes is what stands before the name of the meeting', () => {
    const body = para('云岭省水利厅党组会议纪要', centred, `<w:color w:val="FF0000"/>${size(64)}`) + para('〔2026〕5号', centred) + para('研究防汛工作', centred, size(44)) + para('2026年6月3日，厅长主持召开会议。') + para('出席：张建国、李卫东')
    expect(read({ body }).content).toMatchObject({ kind: '纪要', issuers: ['云岭省水利厅'], issuerMark: '云岭省水利厅党组会议纪要' })
  })
})

describe('what offices lay out by hand', () => {
  const title = para('关于下达资金的通知', centred, size(44))
  const number = para('云水发〔2026〕5号', centred)
  const text = para('各市水利局：') + para('现下达资金，请抓紧落实，于年底前报送使用情况。')
  const of = (body: string): ReturnType<typeof read> => read({ body })
  const lineBreak = (first: string, second: string): string => `<w:p><w:pPr>${right}</w:pPr><w:r><w:t>${first}</w:t><w:br/><w:t>${second}</w:t></w:r></w:p>`
  it('D25 署名 and date on one paragraph, and in a table', () => {
    const cells = (words: string): string => `<w:tr><w:tc>${para('')}</w:tc><w:tc>${para(words, centred)}</w:tc></w:tr>`
    const table = `<w:tbl><w:tblGrid><w:gridCol w:w="4000"/><w:gridCol w:w="4000"/></w:tblGrid>${cells('云岭省水利厅')}${cells('2026年6月3日')}</w:tbl>`
    for (const end of [lineBreak('云岭省水利厅', '2026年6月3日'), table]) {
      expect(of(mark + number + title + text + end)).toMatchObject({ content: { signature: '云岭省水利厅', body: [{ kind: 'paragraph' }] }, issue: { date: '2026-06-03' } })
    }
  })
  it('D25 a table of the text that holds a date stays one', () => {
    const table = `<w:tbl><w:tblGrid><w:gridCol w:w="4000"/><w:gridCol w:w="4000"/></w:tblGrid><w:tr><w:tc>${para('检查日期')}</w:tc><w:tc>${para('2026年5月3日')}</w:tc></w:tr></w:tbl>`
    expect(of(mark + number + title + text + table + para('请按时报送。') + closing).content).toMatchObject({ body: [{ kind: 'paragraph' }, { kind: 'table' }, { kind: 'paragraph' }] })
  })
  it.each(['2026.6.3', '2026-06-03', '2026/6/3'])('D25 the date %s', (date) => {
    expect(of(mark + number + title + text + para('云岭省水利厅', right) + para(date, right))).toMatchObject({ content: { signature: '云岭省水利厅' }, issue: { date: '2026-06-03' } })
  })
  it('D25 a mark that nobody coloured, with a number below it', () => {
    expect(of(para('云岭省水利厅文件', centred, size(72)) + number + title + text + closing).content).toMatchObject({ issuerMark: '云岭省水利厅文件', title: '关于下达资金的通知' })
  })
  it('D25 a mark on two lines is one organ’s, one in two scripts the Han organ’s', () => {
    const red = (words: string): string => para(words, centred, `<w:color w:val="FF0000"/>${size(60)}`)
    expect(of(red('云岭省人民政府') + red('办公厅文件') + number + title + text + closing).content).toMatchObject({ issuers: ['云岭省人民政府办公厅'], issuerMark: '云岭省人民政府办公厅文件' })
    expect(of(red('ᠮᠣᠩᠭᠣᠯ') + mark + number + title + text + closing).content).toMatchObject({ issuers: ['云岭省水利厅'] })
  })
  it('D25 recipients without their colon', () => {
    expect(of(mark + number + title + para('各市水利局，厅直属各单位') + para('现下达资金，请抓紧落实，于年底前报送使用情况。') + closing)).toMatchObject({ content: { recipients: ['各市水利局', '厅直属各单位'] }, typed: { recipientLine: '各市水利局，厅直属各单位' } })
  })
  it('D25 what is printed along without a label is an attachment, whole', () => {
    const plan = para('云岭省节水行动方案', centred, size(44)) + para('为节约用水，制定本方案。') + para('一、目标') + para('用水总量不增长。')
    expect(of(mark + number + title + text + closing + plan).content).toMatchObject({ body: [{ kind: 'paragraph' }], attachments: [{ name: '云岭省节水行动方案', body: [{ text: '为节约用水，制定本方案。' }, { text: '目标' }, { text: '用水总量不增长。' }] }] })
  })
  it('D26 rules typed with signs are dropped and told, 公开方式 is read', () => {
    const reading = of(mark + number + title + text + closing + para('公开方式：依申请公开') + para('________________________') + para('抄送：云岭省财政厅。'))
    expect(reading.content).toMatchObject({ disclosure: '依申请公开', copies: ['云岭省财政厅'], body: [{ kind: 'paragraph' }] })
    expect(codesOf(reading)).toContain('docx.shape-dropped')
  })
})

describe('a table', () => {
  const cell = (text: string, properties = ''): string => `<w:tc><w:tcPr>${properties}</w:tcPr>${para(text)}</w:tc>`
  const table = (...rows: readonly string[]): string => `<w:tbl><w:tblGrid><w:gridCol w:w="2000"/><w:gridCol w:w="2000"/><w:gridCol w:w="2000"/></w:tblGrid>${rows.map((row) => `<w:tr>${row}</w:tr>`).join('')}</w:tbl>`
  it('D26 whose head is merged over two rows has two head rows', () => {
    const reading = read({ body: table(cell('单位', '<w:vMerge w:val="restart"/>') + cell('人员', '<w:gridSpan w:val="2"/>'), cell('', '<w:vMerge/>') + cell('带班') + cell('值班'), cell('水利局') + cell('张某') + cell('李某')) })
    expect(reading.blocks).toMatchObject([{ kind: 'table', headRows: 2, rows: [['单位', '人员', '人员'], ['单位', '带班', '值班'], ['水利局', '张某', '李某']] }])
  })
  it('D26 with a first column merged throughout has one', () => {
    expect(read({ body: table(cell('甲', '<w:vMerge w:val="restart"/>') + cell('乙') + cell('丙'), cell('', '<w:vMerge/>') + cell('1') + cell('2')) }).blocks).toMatchObject([{ headRows: 1 }])
  })
})

describe('what people type', () => {
  it('D25 署名 of two organs on one line, parted by blanks', () => {
    const body = mark + para('云水发〔2026〕5号', centred) + para('云岭省水利厅 云岭省财政厅关于下达资金的通知', centred, size(44)) + para('各市水利局：') + para('现下达资金。') + para('云岭省水利厅　　　　云岭省财政厅', right) + para('2026年6月3日', right)
    expect(read({ body }).content).toMatchObject({ signature: '云岭省水利厅 云岭省财政厅' })
  })
  it.each([
    ['一. 甲', '二. 乙', 1], ['一．甲', '二．乙', 1], ['一丶甲', '二丶乙', 1], ['（一）、甲', '（二）、乙', 2], ['1）甲', '2）乙', 4], ['1)甲', '2)乙', 4],
  ])('D24 %s and %s become numbers of level %i', (first, second, level) => {
    const reading = read({ body: para(first) + para(second) })
    expect(reading.blocks).toEqual(['甲', '乙'].map((text) => ({ kind: 'paragraph', level, number: null, text })))
    expect(codesOf(reading)).toContain('docx.number-form')
  })
  it.each(['三. 不是下一个', '5）不是下一个', '一. ABC'])('D24 “%s” stays text', (text) => {
    expect(read({ body: para(text) }).blocks).toMatchObject([{ level: 0, text }])
  })
  it('D26 what an unfilled control says is dropped and told', () => {
    const control = (text: string): string => `<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>${text}</w:sdtContent></w:sdt>`
    const reading = read({ body: control(para('单击此处输入文字')) + `<w:p>${control('<w:r><w:t>选择日期</w:t></w:r>')}<w:r><w:t>正文。</w:t></w:r></w:p>` })
    expect(reading.blocks).toMatchObject([{ text: '正文。' }])
    expect(reading.repairs.find(({ code }) => code === 'docx.placeholders')?.message).toContain('2 处')
  })
})

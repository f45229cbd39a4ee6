import { describe, expect, it } from 'vitest'
import { sm3Hex } from '#core/crypto'
import { pngOf } from './documents.fixture.ts'
import { codesOf, para, read, strict } from './package.fixture.ts'

const textsOf = (blocks: readonly unknown[]): unknown[] => (blocks as readonly { level: number; number: string | null; text: string }[]).map((block) => [block.level, block.number, block.text])
const styled = (id: string, name: string, rest = ''): string => `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${name}"/>${rest}</w:style>`
const centred = '<w:jc w:val="center"/>'
const size = (half: number): string => `<w:sz w:val="${half}"/>`

/** A notice as people type it: red head, Normal style throughout, manual indents. */
const typed = [
  para('000012'),
  para('机密★1年　　特急'),
  para('锡林郭勒盟行政公署办公室文件', centred, `<w:color w:val="FF0000"/>${size(72)}`),
  para('锡署办发[2026]  03号', centred),
  para(''),
  para('锡林郭勒盟行政公署办公室', centred, size(44)),
  para('关于做好冬季供暖工作的通知', centred, size(44)),
  para(''),
  para('各旗县市（区）人民政府，盟直各部门:'),
  para('　　为做好今冬明春供暖工作，现通知如下：'),
  para('    一、提高认识'),
  para('　　（一）压实责任。各地要高度重视。'),
  para('(二)加强调度。每日报送数据。'),
  para('1、落实储煤任务。'),
  para('１.5亿元专项资金尽快下达。'),
  para('二、工作要求'),
  para('请认真贯彻落实。'),
  para('附件：1.供暖企业名单'),
  para('      2.值班电话'),
  para(''),
  para('　　　　　　　　　　　　锡林郭勒盟行政公署办公室'),
  para('二〇二六年十一月五日', '<w:jc w:val="right"/>'),
  para('（此件依申请公开）'),
  para('附件1', '<w:pageBreakBefore/>'),
  para('供暖企业名单', centred, size(44)),
  para('甲公司、乙公司。'),
  para('附件2', '<w:pageBreakBefore/>'),
  para('值班电话', centred, size(44)),
  para('见内网。'),
  para('抄送：盟委办公室，盟人大工委办公室。'),
  para('锡林郭勒盟行政公署办公室　　　　　2026年11月6日印发'),
].join('')

describe('a notice typed in a word processor', () => {
  const reading = read({ body: typed })

  it('is recognised with all its elements', () => {
    expect(reading.content).toMatchObject({
      kind: '通知', form: '文件', issuers: ['锡林郭勒盟行政公署办公室'], issuerMark: '锡林郭勒盟行政公署办公室文件',
      copyNumber: '000012', secrecy: { level: '机密', period: '1年' }, urgency: '特急', disclosure: '依申请公开',
      title: '锡林郭勒盟行政公署办公室关于做好冬季供暖工作的通知',
      recipients: ['各旗县市（区）人民政府', '盟直各部门'],
      signature: '锡林郭勒盟行政公署办公室', authentication: '盖章', note: '此件依申请公开',
      copies: ['盟委办公室', '盟人大工委办公室'], printer: '锡林郭勒盟行政公署办公室',
    })
    expect(reading.issue).toEqual({ number: '锡署办发〔2026〕3号', date: '2026-11-05', printDate: '2026-11-06' })
  })

  it('gets its levels from the typed numbers', () => {
    expect(textsOf(reading.content!.body)).toEqual([
      [0, null, '为做好今冬明春供暖工作，现通知如下：'],
      [1, null, '提高认识'], [2, null, '压实责任。各地要高度重视。'], [2, null, '加强调度。每日报送数据。'], [3, null, '落实储煤任务。'],
      [0, null, '１.5亿元专项资金尽快下达。'],
      [1, null, '工作要求'], [0, null, '请认真贯彻落实。'],
    ])
  })

  it('gets its attachments from the parts that follow', () => {
    expect(reading.content!.attachments).toEqual([
      { kind: 'text', name: '供暖企业名单', body: [{ kind: 'paragraph', level: 0, number: null, text: '甲公司、乙公司。' }] },
      { kind: 'text', name: '值班电话', body: [{ kind: 'paragraph', level: 0, number: null, text: '见内网。' }] },
    ])
  })

  it('names every repair in Chinese', () => {
    expect(codesOf(reading)).toEqual(expect.arrayContaining(['docx.number', 'docx.title-joined', 'docx.date', 'docx.manual-indent', 'docx.typed-numbers', 'docx.number-form']))
    for (const { message } of reading.repairs) expect(message).toMatch(/[\u4e00-\u9fff]/u)
  })
})

describe('levels', () => {
  const abstract = `<w:abstractNum w:abstractNumId="7">
    <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>
    <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
    <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>
    <w:lvl w:ilvl="3"><w:start w:val="1"/><w:numFmt w:val="decimalEnclosedCircle"/><w:lvlText w:val="%4"/></w:lvl>
    <w:lvl w:ilvl="4"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val=""/></w:lvl></w:abstractNum>
    <w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>
    <w:num w:numId="2"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="2"><w:startOverride w:val="5"/></w:lvlOverride></w:num>`
  const listed = (text: string, level: number, num = 1): string => para(text, `<w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="${num}"/></w:numPr>`)

  it('come from automatic numbering, going on, restarting and starting elsewhere', () => {
    const body = [listed('甲', 0), listed('甲一', 1), listed('甲二', 1), listed('甲二1', 2), listed('乙', 0), listed('乙一', 1), listed('乙一五', 2, 2), listed('乙一六', 2, 2), listed('圈', 3), listed('点', 4)].join('')
    const reading = read({ body: para('某某工作方案', centred, size(44)) + body, numbering: abstract })
    expect(reading.content).toBeNull()
    expect(reading.title).toBe('某某工作方案')
    expect(textsOf(reading.blocks)).toEqual([
      [1, null, '甲'], [2, null, '甲一'], [2, null, '甲二'], [3, null, '甲二1'], [1, null, '乙'], [2, null, '乙一'], [3, '5.', '乙一五'], [3, null, '乙一六'], [0, null, '①圈'], [0, null, '点'],
    ])
    expect(codesOf(reading)).toEqual(expect.arrayContaining(['docx.auto-numbers', 'docx.bullets']))
  })

  it('come from numbering that a heading style carries', () => {
    const styles = styled('1', '标题 1', '<w:pPr><w:outlineLvl w:val="0"/><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>')
    const reading = read({ styles, numbering: abstract, body: para('总体要求', '<w:pStyle w:val="1"/>') + para('重点任务', '<w:pStyle w:val="1"/>') })
    expect(textsOf(reading.blocks)).toEqual([[1, null, '总体要求'], [1, null, '重点任务']])
  })

  it.each([
    ['Word, English', styled('H1', 'heading 1', '<w:pPr><w:outlineLvl w:val="0"/></w:pPr>') + styled('H2', 'heading 2')],
    ['WPS, Chinese', styled('H1', '标题 1') + styled('H2', '标题 2')],
    ['named after the levels', styled('H1', '一级标题') + styled('H2', '二级标题')],
    ['based on headings', styled('1', 'heading 1') + styled('2', 'heading 2') + styled('H1', '我的章', '<w:basedOn w:val="1"/>') + styled('H2', '我的节', '<w:basedOn w:val="2"/>')],
    ['outline levels only', styled('H1', 'x', '<w:pPr><w:outlineLvl w:val="0"/></w:pPr>') + styled('H2', 'y', '<w:pPr><w:outlineLvl w:val="1"/></w:pPr>')],
  ])('come from heading styles: %s', (_, styles) => {
    const reading = read({ styles, body: para('某某工作方案', centred, size(44)) + para('总则', '<w:pStyle w:val="H1"/>') + para('依据', '<w:pStyle w:val="H2"/>') + para('正文。') + para('附则', '<w:pStyle w:val="H1"/>') })
    expect(textsOf(reading.blocks)).toEqual([[1, null, '总则'], [2, null, '依据'], [0, null, '正文。'], [1, null, '附则']])
    expect(codesOf(reading)).toContain('docx.headings-numbered')
  })
})

describe('tables and pictures', () => {
  const cell = (text: string, properties = ''): string => `<w:tc><w:tcPr>${properties}</w:tcPr>${para(text)}</w:tc>`

  it('merged cells are filled, nested tables flattened, widths kept', () => {
    const inner = `<w:tbl><w:tr>${cell('里甲')}${cell('里乙')}</w:tr></w:tbl>`
    const table = `<w:tbl><w:tblGrid><w:gridCol w:w="1000"/><w:gridCol w:w="3000"/></w:tblGrid><w:tr><w:trPr><w:tblHeader/></w:trPr>${cell('合并', '<w:gridSpan w:val="2"/>')}</w:tr>
      <w:tr>${cell('竖', '<w:vMerge w:val="restart"/>')}${cell('一')}</w:tr><w:tr>${cell('', '<w:vMerge/>')}<w:tc>${para('二')}${inner}</w:tc></w:tr></w:tbl>`
    const reading = read({ body: para('表1 数据', centred) + table + para('后文。') })
    expect(reading.blocks[0]).toEqual({
      kind: 'table', caption: '表1 数据', orientation: 'portrait', headRows: 1, columns: [{ align: 'left', share: 1 }, { align: 'left', share: 3 }],
      rows: [['合并', '合并'], ['竖', '一'], ['竖', '二 里甲 里乙']],
    })
    expect(codesOf(reading)).toEqual(expect.arrayContaining(['docx.merged-cells', 'docx.nested-tables', 'docx.cell-paragraphs']))
  })

  it('a table in a landscape section lies across', () => {
    const section = '<w:p><w:pPr><w:sectPr><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/></w:sectPr></w:pPr></w:p>'
    const reading = read({ body: `${para('前文。')}<w:p><w:pPr><w:sectPr/></w:pPr></w:p><w:tbl><w:tr>${cell('甲')}</w:tr></w:tbl>${section}${para('后文。')}<w:sectPr/>` })
    expect(reading.blocks).toMatchObject([{ text: '前文。' }, { kind: 'table', orientation: 'landscape' }, { text: '后文。' }])
  })

  it('PNG in DrawingML and VML is taken, anything else named', () => {
    const png = pngOf(800, 600)
    const drawing = '<w:p><w:r><w:drawing><wp:inline><wp:extent cx="1800000" cy="1350000"/><a:graphic><a:graphicData><a:blip r:embed="p"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>'
    const vml = '<w:p><w:r><w:pict><v:shape><v:imagedata r:id="p"/></v:shape></w:pict></w:r></w:p>'
    const emf = '<w:p><w:r><w:drawing><wp:inline><a:graphic><a:graphicData><a:blip r:embed="e"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>'
    const reading = read({ body: drawing + para('图1 流程', centred) + vml + emf, relations: { p: ['image', 'media/image1.png'], e: ['image', 'media/image2.emf'] }, parts: { 'word/media/image1.png': png, 'word/media/image2.emf': Uint8Array.of(1, 0, 0, 0) } })
    const hash = sm3Hex(png)
    expect(reading.blocks).toMatchObject([{ kind: 'picture', caption: '图1 流程', width: 50, file: { hash, fileName: 'image1.png', mediaType: 'image/png', size: png.length } }, { kind: 'picture', width: 0 }])
    expect(reading.pictures.get(hash)).toEqual(png)
    expect(codesOf(reading)).toContain('docx.picture-unsupported')
  })
})

describe('what a word processor leaves in a text', () => {
  const textOf = (markup: string, more: Parameters<typeof read>[0] = {}): readonly [string, string[]] => {
    const reading = read({ body: `<w:p>${markup}</w:p>`, ...more })
    return [reading.blocks.map((block) => (block.kind === 'paragraph' ? block.text : '')).join('|'), codesOf(reading)]
  }
  const t = (text: string): string => `<w:r><w:t xml:space="preserve">${text}</w:t></w:r>`

  it.each([
    ['insertions are accepted', `${t('甲')}<w:ins>${t('乙')}</w:ins>`, '甲乙', 'docx.insertions'],
    ['deletions dropped', `${t('甲')}<w:del><w:r><w:delText>乙</w:delText></w:r></w:del>`, '甲', 'docx.deletions'],
    ['comments dropped', `<w:commentRangeStart w:id="0"/>${t('甲')}<w:r><w:commentReference w:id="0"/></w:r>`, '甲', 'docx.comments'],
    ['links become text', `<w:hyperlink r:id="x">${t('网址')}</w:hyperlink>`, '网址', 'docx.hyperlinks'],
    ['fields show their result', `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DATE</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>${t('今天')}<w:r><w:fldChar w:fldCharType="end"/></w:r>${t('。')}`, '今天。', 'docx.fields'],
    ['soft line breaks part paragraphs', `${t('甲')}<w:r><w:br/></w:r>${t('乙')}`, '甲|乙', 'docx.line-breaks'],
    ['soft hyphens go', `${t('甲')}<w:r><w:softHyphen/></w:r>${t('乙')}`, '甲乙', 'docx.soft-hyphens'],
    ['hidden text goes', `${t('甲')}<w:r><w:rPr><w:vanish/></w:rPr><w:t>密</w:t></w:r>`, '甲', 'docx.hidden'],
    ['manual indents go', `<w:r><w:tab/></w:r>${t('　　甲')}`, '甲', 'docx.manual-indent'],
    ['private-use characters are named', t('甲\ue123'), '甲\ue123', 'docx.private-use'],
    ['symbols of symbol fonts', `${t('甲')}<w:r><w:sym w:font="Wingdings" w:char="F0FF"/></w:r>`, '甲□', 'docx.symbol'],
    ['content controls are opened', `<w:sdt><w:sdtContent>${t('控件')}</w:sdtContent></w:sdt>`, '控件', null],
    ['non-breaking blanks and hyphens', `${t('A\u00a0B')}<w:r><w:noBreakHyphen/></w:r>${t('C')}`, 'A B-C', null],
    ['text boxes are read in place', `${t('外')}<w:r><mc:AlternateContent><mc:Choice><w:drawing><wp:anchor><wps:txbx><w:txbxContent><w:p>${t('框')}</w:p></w:txbxContent></wps:txbx></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent><w:p>${t('框')}</w:p></w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>`, '外|框', 'docx.text-boxes'],
  ])('%s', (_, markup, text, code) => {
    const [got, codes] = textOf(markup)
    expect(got).toBe(text)
    expect(code === null ? codes : codes.filter((one) => one === code)).toEqual(code === null ? [] : [code])
  })

  it('footnotes go into brackets at their place', () => {
    const [text, codes] = textOf(`${t('甲')}<w:r><w:footnoteReference w:id="2"/></w:r>${t('乙')}`, { footnotes: `<w:footnote w:id="2"><w:p>${t('说明')}</w:p></w:footnote>` })
    expect(text).toBe('甲（脚注：说明）乙')
    expect(codes).toContain('docx.notes')
  })

  it('a strict document with another prefix reads the same', () => {
    const body = '<x:p><x:r><x:t>一、严格格式</x:t></x:r></x:p>'
    expect(textsOf(read({ body, namespace: strict, prefix: 'x' }).blocks)).toEqual([[1, null, '严格格式']])
  })
})

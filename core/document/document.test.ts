import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cpuTimeOf } from '../../tests/harness/cpuTime.ts'
import {
  attachmentManifest, chineseNumeral, chineseValue, diffBlocks, diffContents, diffText, emptyContent, formatDocNumber, frozenBytes,
  kindOfTitle, limits, numberBlocks, parseDocNumber, parseNumber, readFrozen, readSource, validateContent, writeSource,
  type Block, type DocumentContent, type Level,
} from './index.ts'

const paragraph = (level: Level, text: string, number: string | null = null): Block => ({ kind: 'paragraph', level, number, text })
const base: DocumentContent = { ...emptyContent({ kind: '通知', organName: '内蒙古自治区人民政府办公厅' }), title: '关于草原防火的通知' }

describe('level numbers', () => {
  it('spells Chinese numerals', () => {
    expect([1, 10, 11, 20, 21, 99, 100, 101, 110, 115, 1001].map(chineseNumeral)).toEqual([
      '一', '十', '十一', '二十', '二十一', '九十九', '一百', '一百零一', '一百一十', '一百一十五', '一千零一',
    ])
  })
  it('reads every numeral it writes, and no other spelling', () => {
    for (let n = 1; n <= 9999; n++) expect(chineseValue(chineseNumeral(n))).toBe(n)
    for (const bad of ['', '零', '一十', '十十', '二三', '百']) expect(chineseValue(bad)).toBeNull()
  })
  it('restarts below a higher level and continues from an override', () => {
    const blocks = [
      paragraph(1, ''), paragraph(2, ''), paragraph(3, ''), paragraph(0, ''), paragraph(3, ''), paragraph(4, ''),
      paragraph(2, ''), paragraph(3, '', '3.'), paragraph(3, ''), paragraph(1, ''), paragraph(2, ''), paragraph(3, ''),
    ]
    expect(numberBlocks(blocks)).toEqual(['一、', '（一）', '1.', '', '2.', '（1）', '（二）', '3.', '4.', '二、', '（一）', '1.'])
  })
  it.each([
    ['一、总体要求', 1, '一、', '总体要求'],
    ['（二）总体目标。到2025年', 2, '（二）', '总体目标。到2025年'],
    ['(三) 半角', 2, '(三)', '半角'],
    ['72.形成评估体系', 3, '72.', '形成评估体系'],
    ['3、顿号', 3, '3、', '顿号'],
    ['（12）四级', 4, '（12）', '四级'],
  ])('recognises %s', (line, level, number, rest) => {
    expect(parseNumber(line)).toMatchObject({ level, number, rest })
  })
  it.each(['1.5亿元', '2025年', '12345热线', '（以下简称方案）', '一般事项', '〇、'])('leaves %s alone', (line) => {
    expect(parseNumber(line)).toBeNull()
  })
})

describe('validation', () => {
  it('accepts a new document and returns it unchanged', () => {
    expect(validateContent(base)).toEqual({ ok: true, value: base })
  })
  it.each<[string, unknown, string, string]>([
    ['unknown key', { ...base, colour: 'red' }, 'colour', 'content.unknown-key'],
    ['prototype key', JSON.parse(JSON.stringify(base).replace('{', '{"__proto__":1,')), '__proto__', 'content.unknown-key'],
    ['missing key', (({ title: _, ...rest }) => rest)(base), 'title', 'content.missing-key'],
    ['long title', { ...base, title: '长'.repeat(201) }, 'title', 'content.too-long'],
    ['NUL', { ...base, body: [paragraph(0, 'a\0b')] }, 'body[0].text', 'content.control'],
    ['lone surrogate', { ...base, title: '\ud800' }, 'title', 'content.control'],
    ['line end inside a paragraph', { ...base, body: [paragraph(0, 'a\nb')] }, 'body[0].text', 'content.control'],
    ['number of another level', { ...base, body: [paragraph(1, 'a', '（一）')] }, 'body[0].number', 'content.number'],
    ['number without level', { ...base, body: [paragraph(0, 'a', '1.')] }, 'body[0].number', 'content.number'],
    ['level 5', { ...base, body: [{ ...paragraph(0, 'a'), level: 5 }] }, 'body[0].level', 'content.not-allowed'],
    ['hole', { ...base, body: new Array(1) }, 'body[0]', 'content.not-object'],
    ['not an object', null, '', 'content.not-object'],
    ['blocks', { ...base, body: Array.from({ length: 5001 }, () => paragraph(0, 'a')) }, 'body', 'content.too-many'],
    ['size', { ...base, body: Array.from({ length: 200 }, () => paragraph(0, '字'.repeat(5000))) }, '', 'content.too-large'],
  ])('refuses %s with its path', (_, value, path, code) => {
    const result = validateContent(value)
    expect(result).toMatchObject({ ok: false, error: expect.arrayContaining([expect.objectContaining({ path, code })]) })
  })
  it('never throws on any value', () => {
    fc.assert(fc.property(fc.anything({ withNullPrototype: true }), (value) => !validateContent(value).ok))
  })
  it('bounds the report', () => {
    const result = validateContent({ ...base, body: Array.from({ length: 5000 }, () => 0) })
    expect(!result.ok && result.error.length).toBe(100)
  })
})

describe('frozen form', () => {
  it('reads back what it froze, and nothing else', () => {
    const bytes = frozenBytes(base)
    expect(readFrozen(bytes)).toEqual({ ok: true, value: base })
    const text = new TextDecoder().decode(bytes)
    const encode = (changed: string) => readFrozen(new TextEncoder().encode(changed))
    expect(encode(`${text} `)).toMatchObject({ ok: false, error: { code: 'canonical.not-canonical' } })
    expect(encode(text.replace('"urgency":""', '"urgency":"急"'))).toMatchObject({ ok: false, error: { code: 'content.not-allowed' } })
    expect(readFrozen(new Uint8Array(limits.bytes + 1))).toMatchObject({ ok: false, error: { code: 'canonical.too-large' } })
  })
})

describe('attachment manifest', () => {
  it('names text attachments and pins files', () => {
    const file = { fileName: 'a.pdf', mediaType: 'application/pdf', size: 3, hash: 'ab'.repeat(32) }
    const attachments = [{ kind: 'text', name: '方案', body: [] }, { kind: 'file', name: '表', file }] as const
    expect(attachmentManifest({ attachments })).toEqual([
      { name: '方案', kind: 'text' },
      { name: '表', kind: 'file', fileName: 'a.pdf', size: 3, hash: 'ab'.repeat(32) },
    ])
  })
})

describe('document numbers', () => {
  it('writes one form and reads the usual ones', () => {
    const number = { mark: '内政办发', year: 2026, serial: 12 }
    expect(formatDocNumber(number)).toBe('内政办发〔2026〕12号')
    for (const text of ['内政办发〔2026〕12号', '内政办发[2026]12号', '内政办发【2026】 12 号', ' 内政办发(2026)012号', '内政办发（2026）第12号']) {
      expect(parseDocNumber(text)).toEqual(number)
    }
    for (const text of ['', '内政办发2026-12号', '〔2026〕12号', '内政办发〔26〕12号', '内政办发〔2026〕0号', '内政办发〔2026〕12']) {
      expect(parseDocNumber(text)).toBeNull()
    }
  })
})

describe('titles', () => {
  it.each([
    ['关于印发方案的通知', '通知'], ['关于做好工作的意见（试行）', '意见'], ['自治区人民政府令', '命令'], ['数字政府建设实施方案', null],
  ])('%s', (title, kind) => expect(kindOfTitle(title)).toBe(kind))
})

describe('differences', () => {
  const texts = fc.array(fc.constantFrom('甲', '乙', '丙', '，', 'a'), { maxLength: 30 }).map((list) => list.join(''))
  it('spans rebuild both texts', () => {
    fc.assert(fc.property(texts, texts, (before, after) => {
      const spans = diffText(before, after)
      const without = (op: string) => spans.filter((span) => span.op !== op).map((span) => span.text).join('')
      expect([without('added'), without('removed')]).toEqual([before, after])
    }))
  })
  it('visits every paragraph of both sides once, in order', () => {
    const blocks = fc.array(texts.map((text) => paragraph(0, text)), { maxLength: 12 })
    fc.assert(fc.property(blocks, blocks, (before, after) => {
      const changes = diffBlocks(before, after)
      expect(changes.flatMap((change) => ('before' in change ? [change.before] : []))).toEqual(before.map((_, i) => i))
      expect(changes.flatMap((change) => ('after' in change ? [change.after] : []))).toEqual(after.map((_, i) => i))
      const same = changes.filter((change) => change.op === 'same')
      expect(same.map((change) => before[change.before])).toEqual(same.map((change) => after[change.after]))
    }))
  })
  it('finds the one changed character', () => {
    const after = { ...base, title: '关于草原防火的决定', body: [paragraph(1, '总体'), paragraph(0, '共三十条措施。')] }
    const before = { ...base, body: [paragraph(1, '总体'), paragraph(0, '共二十条措施。')] }
    const diff = diffContents(before, after)
    expect(diff.fields.map((field) => field.field)).toEqual(['title'])
    expect(diff.body[1]).toMatchObject({ op: 'changed', spans: [
      { op: 'same', text: '共' }, { op: 'removed', text: '二' }, { op: 'added', text: '三' }, { op: 'same', text: '十条措施。' },
    ] })
    expect(diffContents(after, after).isSame).toBe(true)
    expect(diffContents({ ...base, recipients: ['甲，乙'] }, { ...base, recipients: ['甲', '乙'] }).isSame).toBe(false)
  })
  it('stays fast on two large unlike documents', () => {
    const many = (seed: string) => Array.from({ length: 5000 }, (_, i) => paragraph(0, `${seed}${i % 7}${'字'.repeat(50)}`))
    const spent = cpuTimeOf(() => {
      diffBlocks(many('a'), many('b'))
      diffText('甲乙'.repeat(10_000), '乙丙'.repeat(10_000))
    })
    expect(spent).toBeLessThan(3000)
  })
})

describe('.gw source', () => {
  const source = `---
文种: 通知
发文机关: [内蒙古自治区人民政府办公厅]
发文字号: 内政办发〔2026〕12号
份号: 000012
紧急程度: 加急
标题: 关于印发方案的通知
主送: [各盟行政公署、市人民政府, 自治区各委、办、厅、局]
附件: [{名称: 实施方案}]
成文日期: 2026-11-24
---
　　现印发给你们。
一、要求
（一）认真执行。

=== 附件1 实施方案
1. 5亿元
\\1. 不是序号
`
  it('reads head, body and parts', () => {
    const result = readSource(source)
    expect(result).toMatchObject({
      ok: true,
      value: {
        issue: { number: '内政办发〔2026〕12号', date: '2026-11-24', printDate: '2026-11-24' },
        content: {
          copyNumber: '000012', form: '文件', issuerMark: '内蒙古自治区人民政府办公厅文件',
          recipients: ['各盟行政公署、市人民政府', '自治区各委、办、厅、局'],
          body: [paragraph(0, '现印发给你们。'), paragraph(1, '要求'), paragraph(2, '认真执行。')],
          attachments: [{ kind: 'text', name: '实施方案', body: [paragraph(3, '5亿元'), paragraph(0, '1. 不是序号')] }],
        },
      },
    })
  })
  it.each([
    ['no head', '标题: x', 'gw.no-head', '---'],
    ['unknown key', source.replace('主送:', '主送机关:'), 'gw.unknown-key', '主送'],
    ['unknown attachment key', source.replace('名称', '名字'), 'gw.unknown-key', '名称'],
    ['duplicate key', source.replace('文种: 通知', '文种: 通知\n文种: 函'), 'gw.yaml', '重复的键「文种」（第 3 行）'],
    ['full-width colon', source.replace('文种: 通知', '文种：通知'), 'gw.yaml', '第 2 行「文种：通知」：键后应为半角冒号'],
    ['no blank after the colon', source.replace('文种: 通知', '文种:通知'), 'gw.yaml', '键后应为半角冒号'],
    ['a colon in a value', source.replace('文种: 通知', '文种: 通知\n附注: 甲: 乙'), 'gw.yaml', '引号'],
    ['alias', source.replace('文种: 通知', '文种: &a 通知\n附注: *a'), 'gw.yaml', 'YAML'],
    ['wrong kind', source.replace('文种: 通知', '文种: 公告书'), 'content.not-allowed', '文种'],
    ['date', source.replace('2026-11-24', '二〇二六年'.repeat(5)), 'gw.bad-date', '成文日期'],
    ['missing title', source.replace(/标题: .*\n/u, ''), 'gw.missing-key', '标题'],
    ['unlisted part', `${source}=== 附件2 另一件\n正文\n`, 'gw.attachment', '另一件'],
    ['ragged table', `${source}| a | b |\n| c |\n`, 'gw.bad-table', '每行的格数应相同'],
    ['missing image', `${source}![x](a.png)\n`, 'gw.image', '找不到图片「a.png」'],
    ['image line', `${source}![x\n`, 'gw.image', '看不懂的图片行'],
    ['NUL', `${source}\0`, 'text.control', '控制字符'],
  ])('refuses %s', (_, text, code, word) => {
    const result = readSource(text)
    expect(result).toMatchObject({ ok: false, error: { code, message: expect.stringContaining(word) } })
  })
  it('keeps what an attachment says of itself, so that the check can compare it with the note', () => {
    const read = (text: string) => {
      const result = readSource(text)
      if (!result.ok) throw new Error(result.error.message)
      return result.value.content.attachments[0]
    }
    expect(read(source.replace('=== 附件1 实施方案', '=== 附件2 工作方案'))).toMatchObject({ name: '实施方案', heading: '工作方案', label: 2 })
    expect(read(source.replace(/=== [\s\S]*/u, ''))).toEqual({ kind: 'text', name: '实施方案', body: [] })
  })
  it('takes the usual ways of writing one thing', () => {
    const joint = source.replace('[内蒙古自治区人民政府办公厅]', '[青城市财政局, 青城市教育局]').replace('文种: 通知', '文种: 令\n密级: 机密★1年\n署名: [青城市财政局, 青城市教育局]')
    expect(readSource(joint)).toMatchObject({ ok: true, value: { content: {
      kind: '命令', secrecy: { level: '机密', period: '1年' }, signature: '青城市财政局 青城市教育局', issuers: ['青城市财政局', '青城市教育局'],
    } } })
  })
  it('leaves out of a head what its form settles: an order is stamped and called as its title says, minutes are neither sealed nor signed', () => {
    const of = (head: string): unknown => {
      const read = readSource(`---\n${head}\n---\n正文。\n`)
      return read.ok ? read.value.content : read.error
    }
    expect(of('文种: 命令\n发文机关: [青城市人民政府]\n标题: 青城市人民政府令')).toMatchObject({ issuerMark: '青城市人民政府令', authentication: '签名章' })
    expect(of('文种: 命令\n发文机关: [青城市人民政府]\n标题: 青城市人民政府嘉奖命令')).toMatchObject({ issuerMark: '青城市人民政府命令' })
    expect(of('文种: 纪要\n发文机关: [青城市人民政府]\n标题: 青城市人民政府常务会议纪要')).toMatchObject({ authentication: '不盖章', signature: '' })
    expect(of('文种: 纪要\n发文机关: [青城市人民政府]\n标题: 青城市人民政府常务会议纪要\n署名: 青城市人民政府\n印章: 盖章')).toMatchObject({ authentication: '盖章', signature: '青城市人民政府' })
  })
  it('takes blocks of YAML and its words for nothing as they are meant, and quoted ones as they are written', () => {
    const read = readSource(source.replace(/^标题: (.*)$/mu, '标题: >\n  内蒙古自治区人民政府办公厅\n  关于防火的通知\n附注: ~\n抄送: ["null", "~"]'))
    expect(read).toMatchObject({ ok: true, value: { content: { title: '内蒙古自治区人民政府办公厅 关于防火的通知', note: '', copies: ['null', '~'] } } })
  })
  it('keeps a date in another form as it stands', () => {
    expect(readSource(source.replace('2026-11-24', '2026-02-30'))).toMatchObject({ ok: true, value: { issue: { date: '2026-02-30' } } })
  })
  it('writes what it reads', () => {
    const word = fc.array(fc.constantFrom('字', '一、', '1.', '5', '|', '\\', '===', '：', '"', '#', '- ', 'x'), { minLength: 1, maxLength: 6 })
      .map((list) => list.join('').trim()).filter((text) => text !== '')
    const blocks = fc.array(fc.record({
      kind: fc.constant('paragraph' as const), level: fc.constantFrom<Level>(0, 1, 2, 3, 4), number: fc.constant(null), text: word,
    }), { maxLength: 8 })
    const contents = fc.record({
      title: word, note: fc.oneof(word, fc.constant('')), recipients: fc.array(word, { maxLength: 3 }), body: blocks,
      copyNumber: fc.constantFrom(null, '000012', '1'),
      attachments: fc.array(fc.oneof(
        fc.record({ kind: fc.constant('text' as const), name: fc.constantFrom('方案', '1号表', '：名'), body: blocks }),
        fc.record({ kind: fc.constant('file' as const), name: word, file: fc.record({
          fileName: word, mediaType: fc.constant('a/b'), size: fc.nat(), hash: fc.constant('0a'.repeat(32)),
        }) }),
      ), { maxLength: 3 }),
    }).map((part): DocumentContent => ({ ...base, ...part }))
    fc.assert(fc.property(contents, (content) => {
      const again = readSource(writeSource(content, null))
      expect(again).toEqual({ ok: true, value: { content, issue: null } })
    }))
  })
})

/** The engine: settings, score, order, caching, and inputs that mean harm. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Block, DocumentContent } from '#core/document'
import { applyFix, checkDocument, createChecker, readSourceForCheck, readTextForCheck, rules, scoreOf, type Finding } from './index.ts'
import { sampleDocument } from './sample.fixture.ts'

const paragraph = (text: string): Block => ({ kind: 'paragraph', level: 0, number: null, text })
const withBody = (...texts: readonly string[]): DocumentContent => ({ ...sampleDocument({}).content, body: texts.map(paragraph) })
const { issue } = sampleDocument({})
const finding = (rule: string, severity: Finding['severity']): Finding => ({ rule, severity, clause: '', message: '', where: { element: '正文' } })

describe('settings', () => {
  const content = withBody('近日，各地要高度重视,认真落实。')
  it('off names rules that do not run', () => {
    const ids = createChecker({ off: ['punct-fullwidth'] }).check(content, issue).findings.map(({ rule }) => rule)
    expect(ids).toEqual(['relative-time'])
  })
  it('practice off leaves what a text asks for', () => {
    const ids = createChecker({ practice: 'off' }).check(content, issue).findings.map(({ rule }) => rule)
    expect(ids).toEqual(['punct-fullwidth'])
  })
})

describe('score', () => {
  it('is 100 without findings', () => expect(scoreOf([])).toBe(100))
  it('takes 8, 3 and 1, at most three times a rule', () => {
    expect(scoreOf([finding('a', 'error'), finding('b', 'warning'), finding('c', 'info')])).toBe(88)
    expect(scoreOf(Array.from({ length: 50 }, () => finding('a', 'warning')))).toBe(91)
  })
  it('never falls below 0 and does not depend on the order', () => {
    fc.assert(fc.property(fc.array(fc.record({ rule: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), severity: fc.constantFrom('error', 'warning', 'info') as fc.Arbitrary<Finding['severity']> })), (list) => {
      const findings = list.map(({ rule, severity }) => finding(rule, severity))
      expect(scoreOf(findings)).toBe(scoreOf([...findings].reverse()))
      expect(scoreOf(findings)).toBeGreaterThanOrEqual(0)
    }))
  })
})

describe('where and fix', () => {
  it('offsets name exactly the wrong characters, in cells too', () => {
    const table: Block = { kind: 'table', caption: '表', orientation: 'portrait', headRows: 1, columns: [{ align: 'left', share: 0 }, { align: 'left', share: 0 }], rows: [['甲', '乙'], ['好', '共１２人']] }
    const content = { ...sampleDocument({}).content, body: [table] }
    const [found] = checkDocument(content, issue).findings.filter(({ rule }) => rule === 'extra-fullwidth-digit')
    expect('表\n甲\t乙\n好\t共１２人'.slice(found!.where.start, found!.where.end)).toBe('１２')
    const fixed = applyFix(content, issue, found!).content.body[0]
    expect(fixed?.kind === 'table' && fixed.rows[1]![1]).toBe('共12人')
    expect(content.body[0]).toBe(table)
  })
  it('one fix mends every place of a habit', () => {
    const content = withBody('《甲》、《乙》、《丙》', '“甲”、“乙”')
    const [found] = checkDocument(content, issue).findings.filter(({ rule }) => rule === 'punct-booktitle-adjacent')
    expect(applyFix(content, issue, found!).content.body.map((block) => (block.kind === 'paragraph' ? block.text : ''))).toEqual(['《甲》《乙》《丙》', '“甲”“乙”'])
  })
})

describe('an edited document', () => {
  it('gives the same report as a fresh check', () => {
    const checker = createChecker()
    const before = withBody('高度重视,落实。', '按15日前报送。')
    checker.check(before, issue)
    const after = { ...before, body: [before.body[0]!, paragraph('每组5-8人。')] }
    expect(checker.check(after, issue)).toEqual(checkDocument(after, issue))
  })
  it('does not read the texts of blocks that stayed the same again', () => {
    const checker = createChecker()
    const texts = Array.from({ length: 1500 }, (_, i) => `第${i}项工作要认真落实，压实责任，确保各项任务按期完成，到${2000 + (i % 30)}年取得成效。`)
    const before = withBody(...texts)
    const time = (content: DocumentContent): number => {
      const started = process.cpuUsage()
      checker.check(content, issue)
      const { user, system } = process.cpuUsage(started)
      return (user + system) / 1000
    }
    time(before)
    const times = Array.from({ length: 5 }, (_, i) => time({ ...before, body: [paragraph(`新段落${i}。`), ...before.body.slice(1)] })).sort((a, b) => a - b)
    // 50 pages hold about 500 paragraphs; this has three times as many, with an order of magnitude to spare for a loaded machine.
    expect(times[2]).toBeLessThan(500)
  })
})

describe('hostile texts', () => {
  const pieces = ['（', '《', '“', '，', '。。', '1', '2026年', '一是', '壹佰', 'X', '×', ' ', '附件1、', '〔', '5-', '甲', '的', '占50%', '其中', '电话：0', 'O', '、', '.', '-', '12月31日至']
  it.each([...pieces, '重复词语', '9'].map((piece) => [piece]))('a paragraph of 20,000 characters of %s is read in linear time', (piece) => {
    const content = withBody(piece.repeat(Math.floor(20_000 / piece.length)))
    const started = process.cpuUsage()
    const report = checkDocument(content, issue)
    const { user, system } = process.cpuUsage(started)
    expect((user + system) / 1000).toBeLessThan(2500)
    expect(report.findings.length).toBeLessThan(100 * rules.length)
  })
  it('never throws on any text, and its places lie inside the text', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'grapheme', maxLength: 6 })), { maxLength: 40 }), (words) => {
      const text = words.join('').replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/gu, '')
      for (const { where } of checkDocument(withBody(text), issue).findings) {
        if (where.element !== '正文' || where.start === undefined) continue
        expect(where.start).toBeLessThan(where.end!)
        expect(where.end).toBeLessThanOrEqual(text.length)
      }
    }), { numRuns: 300 })
  })
})

describe('a source read leniently', () => {
  const head = '---\n文种: 通知\n发文机关: [甲市人民政府]\n标题: 甲市人民政府关于防汛的通知\n主送: [各区人民政府]\n'
  const ids = (text: string): readonly string[] => {
    const read = readSourceForCheck(text)
    if (!read.ok) return [read.error.code]
    return checkDocument(read.value.content, read.value.issue, { written: read.value.written }).findings.map(({ rule }) => rule)
  }
  it.each([
    ['成文日期: 2026-02-30', 'date-real'], ['成文日期: 2026年01月05日', 'date-no-leading-zero'], ['成文日期: 二〇二六年一月五日', 'date-arabic'], ['成文日期: 2026年1月', 'date-full'],
    ['密级: 内部', 'secrecy-value'], ['保密期限: 5年', 'secrecy-value'], ['密级: 机密*5年', 'secrecy-format'], ['份号: 十二', 'copyno-6-digits'], ['紧急程度: 紧急', 'urgency-value'],
    ['附件: [{名称: 分工表}]', 'attach-match'],
  ])('%s becomes a finding', (line, rule) => {
    expect(ids(`${head}${line}\n---\n请认真落实。\n`)).toContain(rule)
  })
  it('密级 and its period in one value are taken apart', () => expect(ids(`${head}密级: 机密★5年\n份号: "000001"\n---\n请落实。\n`)).toEqual(['secrecy-not-on-this-network']))
  it('an unknown kind is a finding', () => expect(ids(`${head.replace('文种: 通知', '文种: 总结')}---\n请落实。\n`)).toContain('title-statutory-type'))
  it.each([['发文机管: 甲', 'gw.unknown-key'], ['主送: {甲: 乙}', 'gw.bad-value'], ['印章: 随便', 'content.not-allowed'], ['附注: [', 'gw.yaml']])('%s is refused with a code', (line, code) => {
    expect(ids(head.replace(/^主送.*\n/mu, '') + `${line}\n---\n请落实。\n`)).toEqual([code])
  })
  it('an attachment without a place in the list, and one with another title', () => {
    expect(ids(`${head}附件: [{名称: 分工表}]\n---\n见附件。\n=== 附件1 任务表\n甲。\n`)).toContain('attach-match')
    expect(ids(`${head}附件: [{名称: 分工表}]\n---\n见附件。\n=== 附件1 分工表\n甲。\n=== 附件2 电话表\n乙。\n`)).toContain('attach-match')
  })
})

describe('a plain text', () => {
  const ids = (text: string): readonly string[] => {
    const read = readTextForCheck(text)
    if (!read.ok) return [read.error.code]
    return checkDocument(read.value.content, read.value.issue, { written: read.value.written }).findings.map(({ rule }) => rule)
  }
  it('without a statutory kind needs a carrier document', () => expect(ids('甲市防汛工作方案\n为做好防汛工作，制定本方案。')).toEqual(['title-statutory-type']))
  it('says nothing about a clean one', () => {
    expect(ids('甲市人民政府关于做好防汛工作的通知\n各区人民政府：\n为做好防汛工作，现通知如下。\n请认真落实，具体安排见附件。\n附件：防汛任务安排表\n甲市人民政府\n2026年5月8日\n（此件公开发布）\n抄送：市委办公室。')).toEqual([])
  })
  it('finds what was typed wrong in its elements', () => {
    const found = ids('甲市人民政府关于做好防汛工作的通知\n各区人民政府:\n请认真落实。\n附件:1、防汛任务安排表；\n甲市人民政府\n二〇二六年五月八日\n(此件公开发布)\n抄送：市委办公室')
    for (const rule of ['recipient-colon', 'attach-note-colon', 'attach-note-number', 'date-arabic', 'note-brackets', 'cc-period']) expect(found).toContain(rule)
  })
  it('refuses what is no text', () => {
    expect(ids('')).toEqual(['text.empty'])
    expect(ids('甲\u0000乙')).toEqual(['text.control'])
    expect(ids(`甲市规划\n${'防'.repeat(20_001)}`)).toEqual(['content.too-long'])
    expect(ids(`甲市规划\n${'防'.repeat(3 * 1024 * 1024)}`)).toEqual(['text.too-large'])
  })
})

/** Rules of the level numbers. GB/T 9704-2012 §7.3.3, GB/T 15834-2011 */
import { chineseNumeral, numberText, parseNumber, type Block, type Paragraph } from '#core/document'
import { documentRule, matchesOf, textRule, type CheckContext, type Draft, type Rule } from '../rule.ts'
import { bodiesOf, blockPlace } from '../units.ts'

const levelNames = ['', '一、', '（一）', '1.', '（1）'] as const

type Numbered = { readonly block: number; readonly paragraph: Paragraph }

const numberedOf = (blocks: readonly Block[]): Numbered[] => blocks.flatMap((paragraph, block) => (paragraph.kind === 'paragraph' && paragraph.level > 0 ? [{ block, paragraph }] : []))

function orderOf(context: CheckContext): Draft[] {
  return bodiesOf(context.content).flatMap(({ part, blocks }) => {
    const numbered = numberedOf(blocks)
    const used = new Set(numbered.map(({ paragraph }) => paragraph.level))
    const drafts: Draft[] = []
    let last = 0
    for (const { block, paragraph: { level } } of numbered) {
      // With two levels in all, 一、 and then 1. is usual.
      const isTwoLevels = level === 3 && last === 1 && !used.has(2)
      // A list that begins on its own level and stays there is an attachment's or a short notice's.
      const isOnlyLevel = last === 0 && used.size === 1 && part !== null
      if (level > last + 1 && !isTwoLevels && !isOnlyLevel) {
        drafts.push({ where: blockPlace(part, block), message: last === 0 ? `层次序数应从“一、”开始，这里直接用了“${levelNames[level]}”` : `“${levelNames[last]}”之下应为“${levelNames[last + 1]}”，这里跳用了“${levelNames[level]}”` })
      }
      last = level
    }
    return drafts
  })
}

function sequenceOf(context: CheckContext): Draft[] {
  return bodiesOf(context.content).flatMap(({ part, blocks }) => {
    const counts = [0, 0, 0, 0]
    const lasts = [0, 0, 0, 0]
    let plainSince = true
    const drafts: Draft[] = []
    blocks.forEach((paragraph, block) => {
      if (paragraph.kind !== 'paragraph' || paragraph.level === 0) {
        plainSince = true
        return
      }
      const at = paragraph.level - 1
      const value = paragraph.number === null ? counts[at]! + 1 : (parseNumber(paragraph.number)?.value ?? counts[at]! + 1)
      // A series may run on through the document, and a list may begin again after a text.
      const isRight = value === counts[at]! + 1 || value === lasts[at]! + 1 || (value === 1 && at >= 2 && plainSince && counts[at]! > 1)
      if (!isRight) {
        const wanted = counts[at]! + 1
        drafts.push({
          where: blockPlace(part, block), message: `同级序数不连续：这里应为“${numberText(paragraph.level as 1 | 2 | 3 | 4, Math.min(wanted, 9999))}”，写的是“${paragraph.number}”`,
          fix: { label: '改为连续的序数', edits: [{ target: 'level', part, block, level: paragraph.level, number: null }] },
        })
      }
      counts[at] = value
      lasts[at] = value
      counts.fill(0, at + 1)
      plainSince = false
    })
    return drafts
  })
}

/** Numbers that were typed in another shape than the standard one. */
function shapesOf(context: CheckContext): Draft[] {
  return bodiesOf(context.content).flatMap(({ part, blocks }) => blocks.flatMap((paragraph, block): Draft[] => {
    if (paragraph.kind !== 'paragraph') return []
    if (paragraph.level === 0) return unreadShape(paragraph.text, part, block)
    const parsed = paragraph.number === null ? null : parseNumber(paragraph.number)
    const right = parsed === null ? null : numberText(parsed.level, parsed.value)
    if (right !== null && right !== paragraph.number) {
      return [{ where: blockPlace(part, block), message: `序数“${paragraph.number}”的标点不规范，应写作“${right}”`, fix: { label: `改为「${right}」`, edits: [{ target: 'level', part, block, level: paragraph.level, number: right }] } }]
    }
    const stray = /^[、，,.．。：:]+/u.exec(paragraph.text)?.[0]
    if (stray === undefined) return []
    return [{
      where: blockPlace(part, block, 0, stray.length), message: `序数后不再加“${stray}”，请删去`,
      fix: { label: '删去多余的标点', edits: [{ target: 'text', part, block, start: 0, end: stray.length, text: '' }] },
    }]
  }))
}

/** A number in a shape that cannot be read as one: 一. or 1) before a text. */
function unreadShape(text: string, part: number | null, block: number): Draft[] {
  const found = /^(?:([一二三四五六七八九十]{1,3})[.．，,：:丶﹑､\s]|([1-9]\d?)[)），,。：:])\s?(?=\p{Script=Han})/u.exec(text)
  // 一，… may begin a sentence; a heading is short and has no sentence mark.
  if (found === null || (!/[.．。丶﹑､)）]\s?$/u.test(found[0]) && (text.length > maxHeading || /[，。；：]/u.test(text.slice(found[0].length))))) return []
  const right = found[1] !== undefined ? `${found[1]}、` : /[)）]\s?$/u.test(found[0]) ? `（${found[2]}）` : `${found[2]}.`
  return [{
    where: blockPlace(part, block, 0, found[0].length), message: `序数“${found[0]}”的标点不规范，应写作“${right}”`,
    fix: { label: `改为「${right}」`, edits: [{ target: 'text', part, block, start: 0, end: found[0].length, text: right }] },
  }]
}

const maxHeading = 30

type Heading = { readonly block: number; readonly level: number; readonly text: string; readonly stops: 'stops' | 'open' }

/** Numbered lines of the first two levels that stand alone above the text they head. */
function headingsOf(blocks: readonly Block[]): readonly Heading[] {
  const lines = numberedOf(blocks).filter(({ paragraph: { level } }) => level <= 2).map(({ block, paragraph: { level, text } }) => {
    const next = blocks[block + 1]
    const heads = next !== undefined && (next.kind !== 'paragraph' || next.level === 0 || next.level > level)
    // A heading has no sentence in it.
    return { block, level, text, heads, isShort: text.length <= maxHeading && !/[，。；：]./u.test(text) }
  })
  return [1, 2].flatMap((level) => {
    const same = lines.filter((line) => line.level === level)
    // Where most lines follow one another directly they are items, and the last one is only followed by the closing.
    if (same.filter(({ heads }) => heads).length * 2 <= same.length) return []
    return same.filter(({ heads, isShort }) => heads && isShort).map(({ block, text }): Heading => ({ block, level, text, stops: /[。；：，、]$/u.test(text) ? 'stops' : 'open' }))
  })
}

function headingEnds(context: CheckContext): Draft[] {
  return bodiesOf(context.content).flatMap(({ part, blocks }) => {
    const headings = headingsOf(blocks)
    const second = headings.filter(({ level }) => level === 2)
    // A unit that ends every heading of the second level with a full stop has decided so.
    const isHouseStyle = second.length > 2 && second.every(({ text }) => text.endsWith('。'))
    return headings.filter(({ level, stops }) => stops === 'stops' && (level === 1 || !isHouseStyle)).map(({ block, text }): Draft => ({
      where: blockPlace(part, block, text.length - 1, text.length),
      message: `独立成行的标题末尾不加“${text.at(-1)!}”，请删去`,
      fix: { label: '删去末尾标点', edits: [{ target: 'text', part, block, start: text.length - 1, end: text.length, text: '' }] },
    }))
  })
}

/** 首先, 第三: the second is missing, whatever it would be called. */
const secondMissing = (text: string): { readonly start: number; readonly end: number; readonly message: string }[] =>
  (/(?:^|[。；：])(?:首先|第一)，/u.test(text) && !/(?:^|[。；：])(?:其次|第二|其二)/u.test(text) ? matchesOf(text, /(?<=[。；])(?:第三|再次|其三)，/gu).slice(0, 1).map((match) => ({ ...match, message: '列举缺少“第二”，请补齐或改正序数' })) : [])

export const levelRules: readonly Rule[] = [
  documentRule('level-order', {
    message: '层次序数依次用“一、”“（一）”“1.”“（1）”，不得跳级',
    check: orderOf,
    examples: { fails: [{ body: ['一、总体要求', '（1）明确责任。'] }, { body: ['（一）总体要求。', '（二）主要任务。'] }], passes: [{ body: ['一、总体要求', '（一）指导思想。', '1.坚持统筹。', '（1）分级负责。'] }, { body: ['一、总体要求', '1.坚持统筹。'] }] },
  }),
  documentRule('level-sequence', {
    message: '同级序数应当连续',
    check: sequenceOf,
    examples: { fails: [{ body: ['一、总体要求', '三、主要任务'] }, { body: ['一、总体要求', '二、主要任务', '二、保障措施'] }], passes: [{ body: ['一、总体要求', '（一）统筹。', '1.甲。', '2.乙。', '（二）分工。', '3.丙。', '二、任务'] }] },
  }),
  documentRule('level-punct', {
    message: '“一、”用顿号，“（一）”“（1）”后不加标点，“1.”用下脚点',
    check: shapesOf,
    examples: { fails: [{ body: ['一.总体要求', '认真落实。'] }, { body: ['1)明确责任。'] }, { body: ['一丶总体要求'] }, { body: ['一、总体要求', '1。明确责任。'] }, { body: ['一、总体要求', '（一）、统筹。'] }, { body: ['一、总体要求', '1、统筹。'] }, { body: ['一、总体要求', '(一)统筹。'] }], passes: [{ body: ['一、总体要求', '（一）统筹。', '1.甲。'] }, { body: ['一个时期以来，各地认真落实。'] }] },
  }),
  textRule('extra-enumeration-gap', {
    message: '列举缺项，请补齐或改正', on: ['paragraph'],
    check: (text) => [...(text.includes('首先') ? secondMissing(text) : []), ...gapsIn(text, /(?<=^|[。；：，、])(?:第)?([一二三四五六七八九十]{1,2})是(?!否)/gu, '是'), ...gapsIn(text, /(?<=^|[。；：])第([一二三四五六七八九十]{1,2})，/gu, ''), ...gapsIn(text, /(?<=^|[。；：，、])第([一二三四五六七八九十]{1,2})(?:阶段|步|方面)/gu, '')],
    examples: { fails: ['主要做好三件事：一是加强领导；三是落实责任。', '首先，压实责任。第三，强化问责。', '第一，加强领导。第三，落实责任。', '第一阶段为动员部署，第三阶段为总结验收。'], passes: ['一是加强领导；二是落实责任；三是强化督查。', '这一是历史经验，另一方面是现实需要。'] },
  }),
  documentRule('heading-end-punct', {
    message: '独立成行的标题末尾不加句号，请删去',
    check: headingEnds,
    examples: { fails: [{ body: ['一、总体要求。', '认真落实。'] }, { body: ['一、总体要求', '（一）指导思想。', '认真落实各项要求。', '（二）基本原则', '坚持统筹。'] }], passes: [{ body: ['一、切实提高认识。', '二、严格落实责任。', '特此通知。'] }, { body: ['一、总体要求', '认真落实。'] }, { body: ['一、总体要求', '（一）指导思想。认真落实各项要求。'] }] },
  }),
]

/** 一是…三是…: members that are missing between the first and the last. */
function gapsIn(text: string, pattern: RegExp, word: string): { readonly start: number; readonly end: number; readonly message: string }[] {
  const members = matchesOf(text, pattern).flatMap((match) => {
    const value = numerals.indexOf(/[一二三四五六七八九十]+/u.exec(text.slice(match.start, match.end))?.[0] ?? '')
    return value > 0 ? [{ ...match, value }] : []
  })
  return members.flatMap(({ start, end, value }, i) => {
    const before = members[i - 1]
    if (before === undefined || value <= before.value + 1) return []
    const missing = word === '' ? `“第${numerals[before.value + 1]}”` : `“${numerals[before.value + 1]}${word}”`
    return [{ start, end, message: `列举缺少${missing}，请补齐或改正序数` }]
  })
}

const numerals = ['', ...Array.from({ length: 20 }, (_, i) => chineseNumeral(i + 1))]

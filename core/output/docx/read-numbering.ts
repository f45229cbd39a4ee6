/** Automatic numbering (自动编号): the label that a word processor shows before a paragraph. ECMA-376 Part 1 §17.9 */
import { childElements, type XmlNode } from '#core/formats'
import { chineseNumeral } from '#core/document'
import { at, attributeOf, valueAt } from './read-package.ts'
import type { Repairs } from './repairs.ts'

type NumberLevel = { readonly format: string; readonly text: string; readonly start: number; readonly restart: number | null; readonly style: string | undefined }
type Series = { readonly abstractId: string; readonly levels: readonly (NumberLevel | undefined)[]; readonly starts: ReadonlyMap<number, number> }

export type Label = { readonly text: string; readonly isBullet: boolean }

/** Counts as the paragraphs come, in order. */
export type Numbering = {
  /** The label of the next paragraph of a series and level (0–8); null when there is none. */
  next(numId: string, level: number): Label | null
}

const levelCount = 9

export function readNumbering(root: XmlNode | null, repairs: Repairs): Numbering {
  const abstracts = new Map((root === null ? [] : childElements(root, 'abstractNum')).map((element) => [attributeOf(element, 'abstractNumId') ?? '', element]))
  const nums = new Map((root === null ? [] : childElements(root, 'num')).map((element) => [attributeOf(element, 'numId') ?? '', element]))
  const series = new Map<string, Series | null>()
  const seriesOf = (numId: string): Series | null => {
    let known = series.get(numId)
    if (known === undefined) {
      known = readSeries(numId, nums, abstracts, repairs)
      series.set(numId, known)
    }
    return known
  }
  // Series of one abstract definition go on counting together, as they do on the screen of a word processor.
  const counts = new Map<string, (number | null)[]>()
  const started = new Set<string>()
  return {
    next(numId, level) {
      if (numId === '0' || level < 0 || level >= levelCount) return null
      const found = seriesOf(numId)
      const own = found?.levels[level]
      if (found === null || found === undefined || own === undefined) return null
      const state = counts.get(found.abstractId) ?? new Array<number | null>(levelCount).fill(null)
      counts.set(found.abstractId, state)
      if (!started.has(numId)) {
        started.add(numId)
        for (const at of found.starts.keys()) state[at] = null
      }
      const start = found.starts.get(level) ?? own.start
      const before = state[level]
      state[level] = before === null || before === undefined ? start : before + 1
      for (let below = level + 1; below < levelCount; below++) {
        const restart = found.levels[below]?.restart
        if (restart !== 0 && (restart === null || restart === undefined || level + 1 <= restart)) state[below] = null
      }
      if (own.format === 'bullet') return { text: '', isBullet: true }
      return { text: labelText(found, state, level), isBullet: false }
    },
  }
}

function labelText(series: Series, state: readonly (number | null)[], level: number): string {
  return (series.levels[level]?.text ?? '').replaceAll(/%([1-9])/gu, (_, digit: string) => {
    const at = Number(digit) - 1
    const of = series.levels[at]
    return of === undefined ? '' : formatted(state[at] ?? series.starts.get(at) ?? of.start, of.format)
  })
}

function readSeries(numId: string, nums: ReadonlyMap<string, XmlNode>, abstracts: ReadonlyMap<string, XmlNode>, repairs: Repairs): Series | null {
  const num = nums.get(numId)
  const abstractId = valueAt(num, 'abstractNumId')
  if (num === undefined || abstractId === undefined) return null
  let abstract = abstracts.get(abstractId)
  const seen = new Set<string>()
  // A series may point at the series of a list style, which points on.
  for (let link = valueAt(abstract, 'numStyleLink'); link !== undefined; link = valueAt(abstract, 'numStyleLink')) {
    if (seen.has(link)) {
      repairs.add('docx.numbering-cycle', '自动编号之间循环引用，已从循环处断开')
      break
    }
    seen.add(link)
    const target = link
    const next = [...abstracts.values()].find((one) => valueAt(one, 'styleLink') === target)
    if (next === undefined) break
    abstract = next
  }
  const levels = new Array<NumberLevel | undefined>(levelCount).fill(undefined)
  for (const element of abstract === undefined ? [] : childElements(abstract, 'lvl')) setLevel(levels, element)
  const starts = new Map<number, number>()
  for (const override of childElements(num, 'lvlOverride')) {
    const level = Number(attributeOf(override, 'ilvl') ?? Number.NaN)
    const start = Number(valueAt(override, 'startOverride') ?? Number.NaN)
    if (Number.isInteger(start) && start >= 0 && Number.isInteger(level)) starts.set(level, start)
    const own = at(override, 'lvl')
    if (own !== undefined) setLevel(levels, own)
  }
  return { abstractId, levels, starts }
}

function setLevel(levels: (NumberLevel | undefined)[], element: XmlNode): void {
  const level = Number(attributeOf(element, 'ilvl') ?? Number.NaN)
  if (!Number.isInteger(level) || level < 0 || level >= levelCount) return
  const start = Number(valueAt(element, 'start') ?? '1')
  const restart = valueAt(element, 'lvlRestart')
  levels[level] = {
    format: valueAt(element, 'numFmt') ?? 'decimal',
    text: (valueAt(element, 'lvlText') ?? '').slice(0, 40),
    start: Number.isInteger(start) ? start : 1,
    restart: restart === undefined ? null : Number(restart),
    style: valueAt(element, 'pStyle'),
  }
}

/** A count in a number format. §17.18.59 */
function formatted(value: number, format: string): string {
  const count = Math.max(0, Math.min(9999, value))
  switch (format) {
    case 'none':
      return ''
    case 'chineseCounting':
    case 'chineseCountingThousand':
    case 'ideographDigital':
    case 'japaneseCounting':
    case 'japaneseDigitalTenThousand':
    case 'taiwaneseCounting':
    case 'taiwaneseCountingThousand':
    case 'taiwaneseDigital':
    case 'koreanDigital':
      return count === 0 ? '零' : chineseNumeral(count)
    case 'chineseLegalSimplified':
    case 'ideographLegalTraditional':
      return count === 0 ? '零' : [...chineseNumeral(count)].map((char) => '壹贰叁肆伍陆柒捌玖拾佰仟'['一二三四五六七八九十百千'.indexOf(char)] ?? char).join('')
    case 'decimalEnclosedCircle':
    case 'decimalEnclosedCircleChinese':
      return count >= 1 && count <= 20 ? String.fromCodePoint(0x245f + count) : String(count)
    case 'decimalFullWidth':
    case 'decimalFullWidth2':
      return [...String(count)].map((digit) => String.fromCodePoint(digit.codePointAt(0)! + 0xfee0)).join('')
    case 'decimalZero':
      return String(count).padStart(2, '0')
    case 'upperLetter':
      return letters(count)
    case 'lowerLetter':
      return letters(count).toLowerCase()
    case 'upperRoman':
      return roman(count)
    case 'lowerRoman':
      return roman(count).toLowerCase()
    default:
      return String(count)
  }
}

/** A, B … Z, AA, BB … */
function letters(count: number): string {
  return count === 0 ? '' : String.fromCodePoint(65 + ((count - 1) % 26)).repeat(Math.min(10, Math.ceil(count / 26)))
}

function roman(count: number): string {
  let left = Math.min(count, 3999)
  let text = ''
  for (const [value, sign] of [[1000, 'M'], [900, 'CM'], [500, 'D'], [400, 'CD'], [100, 'C'], [90, 'XC'], [50, 'L'], [40, 'XL'], [10, 'X'], [9, 'IX'], [5, 'V'], [4, 'IV'], [1, 'I']] as const) {
    while (left >= value) {
      text += sign
      left -= value
    }
  }
  return text
}

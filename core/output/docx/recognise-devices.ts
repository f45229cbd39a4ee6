/** What people lay a document out with instead of styles (排版手段): tables without borders, line breaks, typed rules. All become plain paragraphs. */
import type { RawItem, RawParagraph } from './raw.ts'
import { dateOf } from './recognise-closing.ts'
import { roleOf } from './read-roles.ts'
import type { Repairs } from './repairs.ts'

export const textOf = (item: RawParagraph): string => item.text.replaceAll(/[\s\u3000\u00a0]+/gu, ' ').trim()

const organEnd = /(?:政府|公署|委员会|办公[厅室]|[局委厅院会部]|中心|公司)$/u
const typedRule = /^[_＿—━─－\-=]{8,}$/u

/** The items with tables that only place things taken apart, closings on one paragraph split, and rules made of characters left out. */
export function withoutDevices(items: readonly RawItem[], repairs: Repairs): RawItem[] {
  const holdsDate = (item: RawItem): boolean => (item.kind === 'paragraph' ? item.text.split('\n').some((line) => dateOf(line) !== null) : item.kind === 'table' && item.cells.flat().some((cell) => cell.paragraphs.some((one) => dateOf(one.text) !== null)))
  const lastDate = items.findLastIndex(holdsDate)
  return items.flatMap((item, i) => {
    if (item.kind === 'paragraph' && typedRule.test(textOf(item))) {
      repairs.add('docx.shape-dropped', '用符号打出来的横线已略去，横线由排版画出')
      return []
    }
    return explode(item, i === lastDate)
  })
}

/** 署名 and date on one paragraph, parted by a line break. */
function splitClosing(item: RawParagraph): RawItem[] {
  const lines = item.text.split('\n')
  if (lines.length < 2 || lines.length > 4 || dateOf(lines.at(-1)!) === null || lines.some((line) => line.trim().length > 40)) return [item]
  return lines.map((text): RawParagraph => ({ ...item, text }))
}

/** A table that only places things (a joint mark, a 版记) becomes its paragraphs, each row of short cells one line. */
function explode(item: RawItem, isLastDate: boolean): RawItem[] {
  if (item.kind === 'paragraph') return splitClosing(item)
  if (item.kind !== 'table') return [item]
  const cells = [...new Set(item.cells.flat())]
  const paragraphs = cells.flatMap((cell) => cell.paragraphs).filter((one) => one.text.trim() !== '')
  const isMark = paragraphs.some((one) => one.isRed && one.size >= 40)
  const isColophon = paragraphs.some((one) => /^(?:抄送|抄报|分送)[：:]/u.test(textOf(one)) || /\d{4}年\d{1,2}月\d{1,2}日\s*印发$/u.test(textOf(one)) || roleOf(one) === 'printer' || roleOf(one) === 'copies')
  // The number beside 签发人, set in a table without borders.
  const isNumberLine = item.cells.length <= 6 && paragraphs.length <= 12 && paragraphs.some((one) => /^签发人\s*[：:]/u.test(textOf(one)))
  const isClosing = isLastDate && item.cells.length <= 4 && paragraphs.length <= 5 && paragraphs.some((one) => dateOf(one.text) !== null) && paragraphs.every((one) => dateOf(one.text) !== null || organEnd.test(textOf(one)))
  if (!isMark && !isColophon && !isNumberLine && !isClosing) return [item]
  const seen = new Set<unknown>()
  return item.cells.flatMap((row): RawItem[] => {
    const own = row.filter((cell) => !seen.has(cell) && seen.add(cell)).flatMap((cell) => cell.paragraphs).filter((one) => one.text.trim() !== '')
    const [first] = own
    if (first === undefined) return []
    return (isColophon || own.some((one) => /签发人/u.test(one.text))) && own.length > 1 && row.length > 1 ? [{ ...first, text: own.map((one) => one.text.trim()).join('\t') }] : own
  })
}

/** The colophon (版记) at the end of a file: 抄送, 印发机关和印发日期, recipients moved there. GB/T 9704 §7.4 */
import { cleanLine, cleanLines, organsOf } from './clean.ts'
import type { RawItem, RawParagraph } from './raw.ts'
import { dateOf } from './recognise-closing.ts'
import { roleOf } from './read-roles.ts'
import type { Repairs } from './repairs.ts'

export type Colophon = {
  readonly recipients: readonly string[]
  readonly copies: readonly string[]
  /** null when there is no such line */
  readonly printer: string | null
  /** YYYY-MM-DD; '' for the blank of a draft, null when there is no such line */
  readonly printDate: string | null
}

const printerPattern = /^(.*?)\s*(\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|[〇○零一二三四五六七八九]{4}年[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}日|[\s\u3000]*年[\s\u3000]*月[\s\u3000]*日)\s*印发?$/u
/** The same where 印发 was forgotten: an organ, a gap and a date right below 抄送. */
const loosePrinter = /^(\S.{1,60}?)[\s\u3000]+(\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日)$/u
const namesPattern = /^(抄\s*[送报发呈]|分\s*送|主\s*送)\s*[：:]/u

/** Takes the lines of a colophon off wherever they stand in the last part of the file (a text box comes where it is anchored). */
export function readColophon(items: readonly RawItem[], repairs: Repairs): { readonly colophon: Colophon; readonly rest: readonly RawItem[] } {
  const found = { recipients: [] as string[], copies: [] as string[], printer: null as string | null, printDate: null as string | null }
  const lines: RawParagraph[] = []
  const rest = items.filter((item, i) => {
    if (item.kind !== 'paragraph' || !isColophonLine(item, items, i)) return true
    lines.push(item)
    return false
  })
  for (const line of lines) takeLine(line, found, repairs)
  return { colophon: found, rest }
}

function isColophonLine(item: RawParagraph, items: readonly RawItem[], i: number): boolean {
  const role = roleOf(item)
  if (role === 'copies' || role === 'printer') return true
  const text = item.text.replaceAll('\n', '').trim()
  if (text.length > 3000) return false
  if (printerPattern.test(text) && text.length <= 120) return true
  if (loosePrinter.test(text) && items.slice(Math.max(0, i - 2), i).some((above) => above.kind === 'paragraph' && namesPattern.test(above.text.trim()))) return true
  if (!namesPattern.test(text)) return false
  // 主送： at the head of a file is an address written another way, not a colophon.
  return !text.startsWith('主') || item.place === 'box' || items.slice(i + 1, i + 4).some((next) => next.kind === 'paragraph' && /^抄\s*送\s*[：:]|印发$/u.test(next.text.trim()))
}

function takeLine(item: RawParagraph, found: { recipients: string[]; copies: string[]; printer: string | null; printDate: string | null }, repairs: Repairs): void {
  const raw = item.text.replaceAll('\n', ' ').trim()
  const printer = printerPattern.exec(raw) ?? loosePrinter.exec(raw)
  if (printer !== null) {
    repairs.typed('printLine', raw)
    found.printer = cleanLine(printer[1]!, repairs)
    found.printDate = dateOf(printer[2]!) ?? ''
    return
  }
  const text = cleanLines(item.text, repairs).join('')
  const names = namesPattern.exec(text)
  if (names !== null && !names[1]!.startsWith('主')) repairs.typed('copiesLine', text)
  const organs = organsOf(text.replace(namesPattern, '').replace(/。$/u, ''))
  if (names !== null && names[1]!.startsWith('主')) found.recipients.push(...organs)
  else if (names === null && found.copies.length > 0 && organs.length > 0) {
    // A line typed below 抄送 goes on with it.
    found.copies[found.copies.length - 1] += organs[0]!
    found.copies.push(...organs.slice(1))
  } else found.copies.push(...organs)
}

/** Elements of a document that a plain text carries by how they are typed (纯文本中的公文要素). */
import type { Paragraph } from './content.ts'
import { parseDocNumber } from './docNumber.ts'

/** Lines as typed, so that a checker can judge them; `body` is what no element claims. */
export type TextElements = {
  /** 发文字号 on a line of its own below the title */
  readonly number: string
  readonly recipientLine?: string
  readonly recipients: readonly string[]
  readonly body: readonly Paragraph[]
  /** 附件：1.… and the lines below it */
  readonly attachmentLines: readonly string[]
  readonly signature?: string
  readonly date?: string
  readonly note?: string
  readonly copies?: string
  readonly print?: string
  /** attachments whose text follows the closing: 附件N on a line, its title on the next */
  readonly parts: readonly TextPart[]
}
type TextPart = { readonly label: number | null; readonly title: string; readonly body: readonly Paragraph[] }

const organLike = /(?:政府|公署|委|部|厅|局|办|院|所|中心|公司|学校|单位|部门|机关|团体|银行|处|会|社|队|站|署)[：:；;，,。、]?$/u
const dateLike = /^(?:\d{2,4}|[〇○零一二三四五六七八九Oo０-９]{2,4})\s*[年./-][\d〇○零一二三四五六七八九十元０-９\s年月日./-]{1,14}$/u
const partLike = /^附件\s*([1-9]\d?)?\s*[：:]?$/u

const lineOf = ({ number, text }: Paragraph): string => `${number ?? ''}${text}`

/** Elements from where they stand; what looks like none stays in the body. */
export function elementsOfText(blocks: readonly Paragraph[]): TextElements {
  const first = blocks[0]
  const isNumber = first !== undefined && first.level === 0 && first.text.length < 40 && parseDocNumber(first.text) !== null
  const { main, parts } = partsOf(isNumber ? blocks.slice(1) : blocks)
  const recipientLine = isRecipients(main[0]) ? main[0]!.text : undefined
  const rest = recipientLine === undefined ? main : main.slice(1)
  const tail = tailOf(rest)
  return {
    ...tail.found,
    number: isNumber ? first.text : '',
    ...(recipientLine === undefined ? {} : { recipientLine }),
    recipients: (recipientLine ?? '').replace(/[：:；;，,。、]+$/u, '').split('，').filter((name) => name !== ''),
    body: rest.slice(0, tail.from),
    parts,
  }
}

function isRecipients(line: Paragraph | undefined): boolean {
  if (line === undefined || line.level !== 0 || line.text.length >= 200) return false
  return /[：:]$/u.test(line.text) ? !/[。，]?.{0,20}如下[：:]$/u.test(line.text) : organLike.test(line.text) && !/。./u.test(line.text)
}

/** What stands before the first 附件N that follows a date, and the attachments from there on. */
function partsOf(blocks: readonly Paragraph[]): { readonly main: readonly Paragraph[]; readonly parts: readonly TextPart[] } {
  const isPart = (line: Paragraph): boolean => line.level === 0 && partLike.test(line.text)
  const dateAt = blocks.findIndex((line) => line.level === 0 && dateLike.test(line.text))
  const from = dateAt < 0 ? -1 : blocks.findIndex((line, i) => i > dateAt && isPart(line))
  if (from < 0) return { main: blocks, parts: [] }
  const starts = blocks.flatMap((line, i) => (i >= from && isPart(line) ? [i] : []))
  const parts = starts.map((start, i): TextPart => {
    const label = partLike.exec(blocks[start]!.text)?.[1]
    const body = blocks.slice(start + 1, starts[i + 1] ?? blocks.length)
    return { label: label === undefined ? null : Number(label), title: body[0] === undefined ? '' : lineOf(body[0]), body: body.slice(1) }
  })
  return { main: blocks.slice(0, from), parts }
}

type Tail = { attachmentLines: readonly string[]; signature?: string; date?: string; note?: string; copies?: string; print?: string }

/** The closing elements, from the line of the date or of 附件说明 on. */
function tailOf(body: readonly Paragraph[]): { readonly from: number; readonly found: Tail } {
  const lines = body.map(lineOf)
  const found: Tail = { attachmentLines: [] }
  let from = body.length
  const dateAt = lines.findLastIndex((line, i) => i >= lines.length - 6 && dateLike.test(line))
  if (dateAt >= 0) {
    found.date = lines[dateAt]!.replace(/\s/gu, '')
    from = dateAt
    const above = lines[dateAt - 1] ?? ''
    if (above !== '' && above.length <= 40 && !/[。；：:！]$/u.test(above)) {
      found.signature = above
      from = dateAt - 1
    }
  }
  for (const line of lines.slice(dateAt >= 0 ? dateAt + 1 : Math.max(0, lines.length - 4))) {
    if (/^抄[送报发呈]/u.test(line)) found.copies = line
    else if (/\d日(?:印发)?$/u.test(line)) found.print = line
    else if (dateAt >= 0 && /^[（(【[]?(?:此件|联系人|公开|主动|依申请|发至)/u.test(line)) found.note = line
  }
  const copiesAt = lines.findIndex((line, i) => i >= lines.length - 4 && /^抄[送报发呈][：:]/u.test(line))
  if (copiesAt >= 0) from = Math.min(from, copiesAt)
  const listAt = lines.findLastIndex((line, i) => i < from && i >= from - 15 && /^附件(?:\s*[1-9一二三]?[：:；;.．、，,]|\s+\S)/u.test(line))
  if (listAt >= 0) {
    found.attachmentLines = lines.slice(listAt, from)
    from = listAt
  }
  return { from, found }
}

/** What the form asks for, by kind and layout form (要素随文种). Uncertain practice is a hint, never a bar. */
import { issuerMarkOf, type Block, type DocumentContent, type DocumentKind, type LayoutForm } from '#core/document'
import { usualDirection, type Direction } from './templates.ts'

/** All of a document but its text. */
export type Elements = Omit<DocumentContent, 'body'>

export type ElementHint = 'singleRecipient' | 'publicNone' | 'contact' | 'copiesUp' | 'letterForm' | 'jointLetter' | 'order' | 'minutesSeal' | 'signers'

export type FormShape = {
  readonly direction: Direction
  /** 意见 and 纪要 go in several directions */
  readonly asksDirection: boolean
  readonly forms: readonly LayoutForm[]
  readonly asksSigners: boolean
  readonly asksAttendance: boolean
  /** 署名 is a post and a name */
  readonly isPersonal: boolean
  readonly hints: readonly ElementHint[]
}

const formsOf = (kind: DocumentKind): readonly LayoutForm[] => {
  switch (kind) {
    case '命令': return ['命令']
    case '纪要': return ['纪要', '文件']
    case '函': return ['信函', '文件']
    case '决议': case '决定': case '公报': case '公告': case '通告': case '意见': case '通知': case '通报': case '报告': case '请示': case '批复': case '议案': return ['文件', '信函']
  }
}

/** 条例 Arts. 9, 15; GB/T 9704-2012 §7.2.6, §10 */
export const shapeOf = (content: Pick<DocumentContent, 'kind' | 'form' | 'issuers' | 'recipients'>, stated: Direction | null): FormShape => {
  const { kind, form } = content
  const asksDirection = kind === '意见' || kind === '纪要' || kind === '议案'
  const direction = asksDirection ? stated ?? usualDirection(kind) : usualDirection(kind)
  const isUp = direction === '上行'
  const asksSigners = isUp && form === '文件'
  const when = (holds: boolean, hint: ElementHint): readonly ElementHint[] => (holds ? [hint] : [])
  return {
    direction, asksDirection, forms: formsOf(kind), asksSigners,
    asksAttendance: form === '纪要',
    isPersonal: form === '命令' || kind === '议案',
    hints: [
      ...when(isUp && content.recipients.length > 1, 'singleRecipient'),
      ...when((direction === '公布' || kind === '命令') && content.recipients.length > 0, 'publicNone'),
      ...when(kind === '请示' || (kind === '意见' && isUp), 'contact'),
      ...when(isUp, 'copiesUp'),
      ...when(kind === '函' && form !== '信函', 'letterForm'),
      ...when(form === '信函' && content.issuers.length > 1, 'jointLetter'),
      ...when(form === '命令', 'order'),
      ...when(form === '纪要', 'minutesSeal'),
      ...when(asksSigners, 'signers'),
    ],
  }
}

const signatureOf = (issuers: readonly string[], form: LayoutForm): string => (form === '纪要' ? '' : issuers.join(' '))
const sealOf = (form: LayoutForm): DocumentContent['authentication'] => (form === '命令' ? '签名章' : form === '纪要' ? '不盖章' : '盖章')

/** Other issuers: what still said what the old ones imply follows them, what a person wrote stays. */
export const withIssuers = (content: Omit<DocumentContent, 'body'>, issuers: readonly string[]): Partial<DocumentContent> => ({
  issuers,
  ...(content.issuerMark === issuerMarkOf(content.issuers, content.form) ? { issuerMark: issuerMarkOf(issuers, content.form) } : {}),
  ...(content.signature === signatureOf(content.issuers, content.form) ? { signature: signatureOf(issuers, content.form) } : {}),
  ...(content.printer === (content.issuers[0] ?? '') ? { printer: issuers[0] ?? '' } : {}),
})

/** Another layout form, with the mark, signature and seal that go with it, unless a person chose others. */
export const withForm = (content: Omit<DocumentContent, 'body'>, form: LayoutForm): Partial<DocumentContent> => ({
  form,
  ...(content.issuerMark === issuerMarkOf(content.issuers, content.form) ? { issuerMark: issuerMarkOf(content.issuers, form) } : {}),
  ...(content.signature === signatureOf(content.issuers, content.form) ? { signature: signatureOf(content.issuers, form) } : {}),
  ...(content.authentication === sealOf(content.form) ? { authentication: sealOf(form) } : {}),
})

export const attendanceLabels = ['出席', '请假', '列席'] as const
export type Attendance = Readonly<Record<(typeof attendanceLabels)[number], string>>

const attendanceLine = /^(出席|请假|列席)：(.*)$/u
const lineOf = (block: Block | undefined): RegExpExecArray | null => (block?.kind === 'paragraph' && block.level === 0 ? attendanceLine.exec(block.text) : null)

/** The lists at the end of minutes. GB/T 9704-2012 §10.3 */
export const attendanceOf = (body: readonly Block[]): Attendance => {
  const found: Record<string, string> = { 出席: '', 请假: '', 列席: '' }
  for (let at = body.length - 1; at >= 0; at--) {
    const line = lineOf(body[at])
    if (line === null) break
    found[line[1]!] = line[2]!
  }
  return found as Attendance
}

/** The body with these lists at its end, in the order of the standard; empty ones are left out. */
export const withAttendance = (body: readonly Block[], lists: Attendance): readonly Block[] => {
  let end = body.length
  while (end > 0 && lineOf(body[end - 1]) !== null) end--
  return [
    ...body.slice(0, end),
    ...attendanceLabels.filter((label) => lists[label].trim() !== '').map((label): Block => ({ kind: 'paragraph', level: 0, number: null, text: `${label}：${lists[label].trim()}` })),
  ]
}

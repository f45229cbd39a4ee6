/** Findings as the drafting desk shows them (检查结果): in groups, in words, without those that were set aside. */
import type { Finding } from '#core/check'
import { blockText, type Block, type DocumentContent } from '#core/document'
import type { Ignored } from './notes.ts'
import { createRebase } from './rebase.ts'
import { blanksOf } from './templates.ts'

const bodyOf = (content: DocumentContent, part: number | undefined): readonly Block[] => {
  if (part === undefined) return content.body
  const attachment = content.attachments[part]
  return attachment?.kind === 'text' ? attachment.body : []
}

const listOf = (content: DocumentContent, element: Finding['where']['element']): readonly string[] =>
  element === '主送机关' ? content.recipients : element === '抄送机关' ? content.copies : []

/** The words that a finding stands on; empty when it speaks of an element as a whole. */
export const quoteOf = (content: DocumentContent, { where }: Finding): string => {
  const { element, part, block, start, end } = where
  const text = element === '标题' ? content.title
    : element === '附注' ? content.note
      : element === '发文机关署名' ? content.signature
        : (element === '正文' || element === '附件') && block !== undefined ? textOf(bodyOf(content, part)[block])
          : block !== undefined ? listOf(content, element)[block] ?? '' : ''
  return text.slice(start ?? 0, end ?? (start === undefined ? 24 : start + 24)).slice(0, 80)
}

const textOf = (block: Block | undefined): string => (block === undefined ? '' : blockText(block))

/** Rule and words: setting one slip aside leaves the same slip elsewhere told. */
export const keyOf = (content: DocumentContent, finding: Finding): string => `${finding.rule}/${finding.where.element}/${finding.where.part ?? ''}/${quoteOf(content, finding)}`

export type Told = { readonly id: string; readonly key: string; readonly finding: Finding; readonly quote: string }

/** What is told, gravest first and in reading order inside a group. */
export const toldOf = (content: DocumentContent, findings: readonly Finding[], ignored: readonly Ignored[]): readonly Told[] => {
  const aside = new Set(ignored.map((entry) => entry.key))
  const seen = new Map<string, number>()
  return findings
    .map((finding) => ({ key: keyOf(content, finding), finding, quote: quoteOf(content, finding) }))
    .filter(({ key }) => !aside.has(key))
    .map((entry) => {
      const times = seen.get(entry.key) ?? 0
      seen.set(entry.key, times + 1)
      return { ...entry, id: `${entry.key}#${times}` }
    })
    .sort((a, b) => findingGroups.indexOf(groupOf(a)) - findingGroups.indexOf(groupOf(b)))
}

/** Groups of the panel: what a template left to fill is no slip, and comes first. */
export const findingGroups = ['blank', 'error', 'warning', 'info'] as const
export type FindingGroup = (typeof findingGroups)[number]

const blankRule = 'blank-left'
export const groupOf = ({ finding }: Told): FindingGroup => (finding.rule === blankRule ? 'blank' : finding.severity)
export const countOf = (told: readonly Told[], group: FindingGroup): number => told.filter((entry) => groupOf(entry) === group).length

/** Whether two lists would be shown the same: then the old one stays, and nothing is drawn again for a key. */
export const sameTold = (a: readonly Told[], b: readonly Told[]): boolean => a === b || a.length === b.length && a.every((entry, index) => {
  const other = b[index]!
  const [here, there] = [entry.finding.where, other.finding.where]
  return entry.id === other.id && (entry.finding === other.finding || entry.finding.message === other.finding.message && JSON.stringify(entry.finding.fix) === JSON.stringify(other.finding.fix)
    && here.block === there.block && here.start === there.start && here.end === there.end)
})

/** Findings of an earlier moment on the text as it is now: moved with their words, left out when the words are gone. */
export const movedFindings = (findings: readonly Finding[], before: DocumentContent, now: DocumentContent): readonly Finding[] => {
  if (before.body === now.body) return findings
  const move = createRebase(before.body, now.body)
  return findings.flatMap((finding): readonly Finding[] => {
    const { element, part, block, start, end } = finding.where
    if (element !== '正文' || part !== undefined || block === undefined) return [finding]
    const length = textOf(before.body[block]).length
    const moved = move({ block, start: start ?? 0, end: end ?? Math.max(1, length) })
    if (moved === null) return []
    // The edits of a fix are counted in the old text: they come back with the next check.
    const { fix: _, ...rest } = finding
    const unmoved = moved.block === block && moved.start === (start ?? 0) && moved.end === (end ?? Math.max(1, length))
    return unmoved ? [finding] : [{ ...rest, where: { ...finding.where, block: moved.block, ...(start === undefined ? {} : { start: moved.start, end: moved.end }) } }]
  })
}

/** What a check found in a text. */
export type Report = { readonly content: DocumentContent; readonly findings: readonly Finding[] }

/** Tells a report on the text as it is now, over and over; as long as no finding moves, what was told stays the same list. */
export const createFollower = (): ((report: Report, now: DocumentContent, ignored: readonly Ignored[]) => readonly Told[]) => {
  let last: { readonly findings: readonly Finding[]; readonly ignored: readonly Ignored[]; readonly told: readonly Told[] } | null = null
  return (report, now, ignored) => {
    const findings = movedFindings(report.findings, report.content, now)
    const isSame = last !== null && last.ignored === ignored && last.findings.length === findings.length && findings.every((finding, index) => finding === last?.findings[index])
    if (last === null || !isSame) last = { findings, ignored, told: toldOf(now, findings, ignored) }
    return last.told
  }
}

/** 【…】 that a template left to be filled: told like any other slip, so that F7 goes from one to the next. */
export const blanksIn = (content: DocumentContent): readonly Finding[] => {
  const tell = (text: string, where: Finding['where']): readonly Finding[] => blanksOf(text).map(({ start, end }) => ({
    rule: blankRule, severity: 'error', clause: '', message: `待填：${text.slice(start + 1, end - 1)}`, where: { ...where, start, end },
  }))
  const words = (blocks: readonly Block[], element: '正文' | '附件', part?: number): readonly Finding[] =>
    blocks.flatMap((block, index) => tell(blockText(block), { element, block: index, ...(part === undefined ? {} : { part }) }))
  return [
    ...tell(content.title, { element: '标题' }),
    ...content.recipients.flatMap((name, block) => tell(name, { element: '主送机关', block })),
    ...words(content.body, '正文'),
    ...content.attachments.flatMap((attachment, part) => [...tell(attachment.name, { element: '附件说明', part }), ...(attachment.kind === 'text' ? words(attachment.body, '附件', part) : [])]),
    ...tell(content.signature, { element: '发文机关署名' }),
    ...tell(content.note, { element: '附注' }),
    ...content.copies.flatMap((name, block) => tell(name, { element: '抄送机关', block })),
  ]
}

/** With what a template left to fill in front, and without what speaks of the same blank. */
export const withBlanks = (content: DocumentContent, findings: readonly Finding[]): readonly Finding[] => {
  const blanks = blanksIn(content)
  const places = new Set(blanks.map(({ where }) => `${where.element}/${where.part ?? ''}/${where.block ?? ''}`))
  const isOfBlank = ({ rule, where }: Finding): boolean => (rule === 'placeholder-left' || rule.startsWith('recipient-') || rule.startsWith('note-') || rule === 'request-contact-note') && places.has(`${where.element}/${where.part ?? ''}/${where.block ?? ''}`)
  return blanks.length === 0 ? findings : [...blanks, ...findings.filter((finding) => !isOfBlank(finding))]
}

/** The field of the form that holds an element; null for what stands in the text. */
export const fieldOfElement = (element: Finding['where']['element']): string | null => {
  switch (element) {
    case '标题': return 'title'
    case '主送机关': return 'recipients'
    case '抄送机关': return 'copies'
    case '附注': return 'note'
    case '发文机关署名': case '成文日期': return 'signature'
    case '印章': return 'authentication'
    case '印发机关和印发日期': return 'printer'
    case '发文机关标志': case '发文字号': return 'issuerMark'
    case '签发人': return 'signers'
    case '份号': return 'copyNumber'
    case '密级和保密期限': return 'secrecy'
    case '紧急程度': return 'urgency'
    case '附件说明': case '附件': return 'attachments'
    case '文种': case '版式': return 'form'
    case '正文': case '页码': case '版面': return null
  }
}

/** Whether a fix may be made together with all others: it changes single characters or names, never what the text says. */
export const isSafeFix = (finding: Finding): boolean =>
  finding.fix !== undefined && finding.fix.edits.every((edit) =>
    (edit.target === 'text' || edit.target === 'field') ? [...edit.text].length <= 12 && edit.end - edit.start <= 12 : edit.target === 'organs' || edit.target === 'attachment' || edit.target === 'copyNumber')

/** Whether a document may be filed now, and why not (归档检查). */
import type { DocumentContent } from '#core/document'
import { sealsOf, type DocumentState } from '#core/route'

export type Finding = { readonly key: string; readonly values?: Readonly<Record<string, string | number>> }
export type Readiness = { readonly column: 'ready' | 'amber' | 'red'; readonly findings: readonly Finding[] }

/** Red: filing would make an incomplete 件. Amber: it may be filed, but something is still expected and will be missing. */
export const readinessOf = (state: DocumentState): Readiness => {
  const red: Finding[] = []
  const amber: Finding[] = []
  if (state.approval === null) red.push({ key: 'file.noApproval' })
  if (state.number === null) red.push({ key: 'file.noNumber' })
  if (state.final === null) red.push({ key: 'file.noFinal' })
  if (state.seal === null) red.push({ key: 'file.noSeal' })
  const approved = state.revisions.find((revision) => revision.number === state.approval?.revision)
  if (state.final !== null && state.approval !== null && approved?.hash !== state.final.revisionHash) red.push({ key: 'file.otherText' })
  const targets = state.dispatch?.targets ?? []
  const open = targets.filter((target) => target.receipt === null).length
  if (targets.length === 0) red.push({ key: 'file.notSent' })
  if (open > 0) amber.push({ key: 'file.receiptsOpen', values: { open, total: targets.length } })
  const doubtful = targets.filter((target) => target.receipt !== null && target.receipt.verdict !== 'valid').length
  if (doubtful > 0) amber.push({ key: 'file.receiptsDoubtful', values: { count: doubtful } })
  return { column: red.length > 0 ? 'red' : amber.length > 0 ? 'amber' : 'ready', findings: [...red, ...amber] }
}

export type Paper = { readonly key: string; readonly values: Readonly<Record<string, string | number>> }

/** The 件 in its order: 正本, 定稿, 修改稿, 附件, 处理单, 证据记录 (DA/T 22). */
export const stackOf = (state: DocumentState, content: Pick<DocumentContent, 'attachments'> | null): readonly Paper[] => {
  const approved = state.approval?.revision ?? 0
  const earlier = state.revisions.filter((revision) => revision.number !== approved)
  return [
    { key: 'stack.original', values: { pages: state.final?.pages ?? 0, digest: (state.seal?.sealedHash ?? '').slice(0, 8) } },
    { key: 'stack.final', values: { number: approved } },
    ...earlier.map((revision) => ({ key: 'stack.earlier', values: { number: revision.number, note: revision.note } })),
    ...(content?.attachments ?? []).map((attachment, index) => ({ key: 'stack.attachment', values: { index: index + 1, name: attachment.name } })),
    { key: 'stack.sheet', values: { opinions: state.opinions.length } },
    { key: 'stack.evidence', values: { signatures: state.opinions.filter((opinion) => opinion.signature !== null).length + sealsOf(state).length } },
  ]
}


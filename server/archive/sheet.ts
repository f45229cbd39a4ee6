/** The process sheet (发文处理单) of a document, out of its state. */
import type { Directory } from '#core/access'
import { retentionNames } from '#core/archive'
import type { DocumentContent } from '#core/document'
import type { ProcessSheet, SheetBox } from '#core/output'
import type { DocumentState, StepDefinition } from '#core/route'

const boxOf = (kind: StepDefinition['kind'] | undefined): SheetBox => {
  switch (kind) {
    case 'approve':
      return '签发'
    case 'countersign':
      return '会签'
    case 'review':
    case undefined:
      return '核稿'
  }
}

export const sheetOf = (state: DocumentState, content: DocumentContent, directory: Directory): ProcessSheet => {
  const organ = (id: string): string => directory.organs[id]?.name ?? id
  const person = (id: string): string => directory.people[id]?.name ?? id
  const step = (id: string): StepDefinition | undefined => state.route?.steps.find((candidate) => candidate.id === id)
  const countersigners = (state.route?.steps ?? [])
    .filter((candidate) => candidate.kind === 'countersign')
    .flatMap((candidate) => state.assignments[candidate.id] ?? [])
    .map((id) => organ(directory.people[id]?.organId ?? ''))
  return {
    organName: organ(state.organId), title: content.title, number: state.number?.text ?? '',
    secrecy: content.secrecy === undefined ? '' : `${content.secrecy.level}${content.secrecy.period === '' ? '' : `★${content.secrecy.period}`}`,
    urgency: content.urgency, disclosure: content.disclosure, recipients: content.recipients, copies: content.copies,
    attachments: content.attachments.map((attachment) => attachment.name), countersigners: [...new Set(countersigners)],
    draftingUnit: organ(state.organId), drafter: person(state.createdBy), phone: '', proofreader: '', printRun: '', printDate: state.number?.printDate ?? '',
    retention: state.archive === null ? '' : retentionNames[state.archive.retention], classNumber: state.archive?.category ?? '', archivalCode: state.archive?.code ?? '',
    opinions: state.opinions.map((opinion) => ({
      box: boxOf(step(opinion.stepId)?.kind), organ: organ(opinion.organId), person: person(opinion.by), text: opinion.text,
      decision: opinion.decision === 'agree' ? '同意' : '退回', claimedAt: opinion.claimedAt, receivedAt: opinion.receivedAt,
      // Every command is signed on the device; what did not come in one is not in the state.
      signed: true,
    })),
  }
}

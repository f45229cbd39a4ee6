/** What happened to a document, in order, as a reader may check it (流转记录). Derived from the record alone. */
import { isJoint, sealDeclineOf, sealersOf, sealsOf, type DocumentState } from '#core/route'

export type RecordEntry = {
  readonly key: string
  readonly by: string
  readonly onBehalfOf?: string | null
  readonly organId?: string
  readonly step?: string
  readonly text?: string
  readonly revision?: number
  /** 申报时间: the device's word, or null where the server acts or was asked online */
  readonly claimedAt: string | null
  /** 收到时间: the server's clock */
  readonly receivedAt: string
  readonly isSigned: boolean
}

export const recordsOf = (state: DocumentState): readonly RecordEntry[] => {
  const list: RecordEntry[] = []
  const plain = (key: string, by: string, receivedAt: string, more: Partial<RecordEntry> = {}): void => {
    list.push({ key, by, claimedAt: null, receivedAt, isSigned: false, ...more })
  }
  plain('record.created', state.createdBy, state.createdAt)
  for (const revision of state.revisions) {
    plain(revision.number === 1 ? 'record.submitted' : 'record.amended', revision.by, revision.receivedAt, { revision: revision.number, ...(revision.number === 1 ? {} : { text: revision.note }) })
  }
  for (const opinion of state.opinions) {
    plain(opinion.decision === 'agree' ? 'record.agreed' : 'record.returned', opinion.by, opinion.receivedAt, {
      onBehalfOf: opinion.onBehalfOf, organId: opinion.organId, step: opinion.stepName, text: opinion.text, revision: opinion.revision,
      claimedAt: opinion.claimedAt, isSigned: opinion.signature !== null,
    })
  }
  for (const comment of state.comments) plain('record.commented', comment.by, comment.receivedAt, { text: comment.text, claimedAt: comment.claimedAt })
  if (state.approval !== null) plain('record.approved', state.approval.by, state.approval.receivedAt, { revision: state.approval.revision, claimedAt: state.approval.claimedAt })
  for (const seal of sealsOf(state)) {
    plain('record.sealed', seal.by, seal.receivedAt, {
      text: seal.sealName, isSigned: true, claimedAt: seal.signature.statement.claimedAt, ...(isJoint(state) ? { organId: seal.organId } : {}),
    })
  }
  for (const organId of sealersOf(state)) {
    const declined = sealDeclineOf(state, organId)
    if (declined !== null) plain('record.sealDeclined', declined.by, declined.receivedAt, { organId, text: declined.reason })
  }
  if (state.dispatch !== null) plain('record.dispatched', state.dispatch.by, state.dispatch.receivedAt)
  for (const target of state.dispatch?.targets ?? []) {
    if (target.receipt !== null) plain('record.received', target.receipt.by, target.receipt.receivedAt, { organId: target.organId, claimedAt: target.receipt.claimedAt, isSigned: true })
  }
  if (state.archive !== null) plain('record.filed', state.archive.by, state.archive.receivedAt, { text: state.archive.code })
  // Stable: entries of one moment stay in the order in which things follow from each other.
  return list.map((entry, index) => ({ entry, index }))
    .sort((a, b) => (a.entry.receivedAt < b.entry.receivedAt ? -1 : a.entry.receivedAt > b.entry.receivedAt ? 1 : a.index - b.index))
    .map(({ entry }) => entry)
}

export type Light = 'green' | 'amber' | 'red'

const hours: Readonly<Record<DocumentState['urgency'], number>> = { '': 72, 加急: 24, 特急: 8 }

/** How long the open step has been waiting, hours, and whether that is long for its urgency; null when nobody is waited for. */
export const stayOf = (state: DocumentState, now: string): { readonly light: Light; readonly hours: number } | null => {
  if (state.step === null) return null
  const stayed = Math.max(0, (Date.parse(now) - Date.parse(state.step.openedAt)) / 3_600_000)
  const allowed = hours[state.urgency]
  return { hours: Math.floor(stayed), light: stayed > allowed ? 'red' : stayed > allowed * 0.75 ? 'amber' : 'green' }
}

/** How far the seals of a document are, organ by organ (用印进度). Rules J3–J5 of docs/spec/route.md. */
import { sealDeclineOf, sealersOf, sealOf, sealRequestOf, sealsOf, type DocumentState } from '#core/route'

export type SealRow = {
  readonly organId: string
  readonly look: 'sealed' | 'requested' | 'declined' | 'waiting'
  readonly by?: string
  /** the second clerk, where the seal is under dual control */
  readonly second?: string
  readonly at?: string
  readonly reason?: string
}

/** In the order of the issuers, the host first. */
export const sealRows = (state: DocumentState): readonly SealRow[] => sealersOf(state).map((organId): SealRow => {
  const [seal, request, decline] = [sealOf(state, organId), sealRequestOf(state, organId), sealDeclineOf(state, organId)]
  if (seal !== null) return { organId, look: 'sealed', by: seal.by, at: seal.receivedAt, ...(seal.confirmation === undefined ? {} : { second: seal.confirmation.by }) }
  if (request !== null) return { organId, look: 'requested', by: request.by, at: request.receivedAt }
  if (decline !== null) return { organId, look: 'declined', by: decline.by, at: decline.receivedAt, reason: decline.reason }
  return { organId, look: 'waiting' }
})

export const sealCount = (state: DocumentState): { readonly done: number; readonly total: number } =>
  ({ done: sealRows(state).filter(({ look }) => look === 'sealed').length, total: sealersOf(state).length })

/** The file that is to be looked at: under the newest seal, or as it was composed. SM3, or null before that. */
export const newestFile = (state: DocumentState): string | null => sealsOf(state).at(-1)?.sealedHash ?? state.final?.hash ?? null

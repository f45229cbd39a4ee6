/** Joint issue (联合行文): which organs seal, and how far they are. The one place that reads records of one organ and of several alike. */
import type { AppliedSeal, DocumentState, SealDeclined, SealRequested, SealReturn } from './state.ts'

/** Issuing organs (发文机关), the host (主办机关) first. */
export const issuersOf = ({ issuers, organId }: Pick<DocumentState, 'issuers' | 'organId'>): readonly string[] => issuers ?? [organId]

export const isJoint = (state: Pick<DocumentState, 'issuers' | 'organId'>): boolean => issuersOf(state).length > 1

/** Who seals: every issuing organ; of pages that say nothing about their seals the host alone, as before there were places. */
export const sealersOf = (state: DocumentState): readonly string[] =>
  state.final !== null && state.final.sealGround === undefined ? [state.organId] : issuersOf(state)

/** All seals so far, in order of application. */
export const sealsOf = ({ seals, seal, organId }: DocumentState): readonly AppliedSeal[] => seals ?? (seal === null ? [] : [{ ...seal, organId: seal.organId ?? organId }])

export const sealOf = (state: DocumentState, organId: string): AppliedSeal | null => sealsOf(state).find((seal) => seal.organId === organId) ?? null

const ofOrgan = <T>(state: DocumentState, organId: string, byOrgan: Readonly<Record<string, T>> | undefined, single: T | null | undefined): T | null =>
  byOrgan !== undefined && Object.hasOwn(byOrgan, organId) ? (byOrgan[organId] ?? null) : organId === state.organId ? (single ?? null) : null

export const sealRequestOf = (state: DocumentState, organId: string): SealRequested | null => ofOrgan(state, organId, state.sealRequests, state.sealRequest)
export const sealReturnOf = (state: DocumentState, organId: string): SealReturn | null => ofOrgan(state, organId, state.sealReturns, state.sealReturn)
export const sealDeclineOf = (state: DocumentState, organId: string): SealDeclined | null => ofOrgan(state, organId, state.sealDeclines, null)

/** Organs that have still to seal, in the order of the issuers; none when the document is sealed. */
export const missingSeals = (state: DocumentState): readonly string[] =>
  state.seal !== null ? [] : sealersOf(state).filter((organId) => sealOf(state, organId) === null)

/** Which of `sealGround.places` is the organ's: 署名 stand in the order of the issuers (J1). Null where the pages have none for it. */
export const sealTurn = (state: DocumentState, organId: string): number | null => {
  const turn = sealersOf(state).indexOf(organId)
  return turn < 0 || state.final?.sealGround?.places[turn] === undefined ? null : turn
}

/** Somebody of the organ has agreed on the document (会签, J2). */
export const hasAgreed = (state: DocumentState, organId: string): boolean =>
  state.opinions.some((opinion) => opinion.organId === organId && opinion.decision === 'agree')

/** What the next seal goes on: the newest sealed files, or the composed pages. */
export const sealBase = (state: DocumentState): { readonly hash: string; readonly ofdHash: string | null } => {
  const newest = sealsOf(state).at(-1)
  return newest === undefined ? { hash: state.final?.hash ?? '', ofdHash: state.final?.ofdHash ?? null } : { hash: newest.sealedHash, ofdHash: newest.sealedOfdHash ?? null }
}

/** Where the seals of the other issuing organs are, or will be (联合用印). Rule J6 of docs/spec/route.md. */
import { layoutPosition, sealersOf, sealOf, sealTurn, statedPlace, touches, type DocumentState, type SealPosition } from '#core/route'

export type OtherSeal = { readonly organId: string; readonly look: 'sealed' | 'waiting'; readonly place: SealPosition }

/** Of every issuing organ but `own` that has a place: as its clerk signed it, else as the pages have it. */
export const otherSeals = (state: DocumentState, own: string): readonly OtherSeal[] => {
  const ground = state.final?.sealGround
  if (ground === undefined) return []
  return sealersOf(state).filter((organId) => organId !== own).flatMap((organId): readonly OtherSeal[] => {
    const seal = sealOf(state, organId)
    const turn = sealTurn(state, organId)
    const rule = turn === null ? undefined : ground.places[turn]
    const place = seal === null ? rule === undefined || turn === null ? null : layoutPosition(ground, rule.diameter, turn) : statedPlace(seal.signature.statement)
    return place === null ? [] : [{ organId, look: seal === null ? 'waiting' : 'sealed', place }]
  })
}

/** The first of the others that a seal at `place` would cross or touch, one that is there before one that is to come. */
export const touchedBy = (place: SealPosition, others: readonly OtherSeal[]): OtherSeal | null => {
  const all = others.filter((other) => touches(place, other.place))
  return all.find(({ look }) => look === 'sealed') ?? all[0] ?? null
}

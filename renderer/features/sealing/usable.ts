/** Which seal, and whether it may be used now (可用印章). */
import type { SealEntry } from '#core/sync'

export type SealObstacle = 'suspended' | 'revoked' | 'expired' | 'notYet'

/** Why a seal cannot be used now, or null. The server decides again. @param now ISO 8601 UTC */
export const obstacleOf = ({ status, made }: Pick<SealEntry, 'status' | 'made'>, now: string): SealObstacle | null => {
  if (status !== 'active') return status
  if (made === null) return null
  // Seals know whole seconds, the clock knows more: as text, 08:00:00Z would be later than 08:00:00.5Z.
  const at = Date.parse(now)
  if (at > Date.parse(made.validTo)) return 'expired'
  return at < Date.parse(made.validFrom) ? 'notYet' : null
}

/** The seal that every organ has by the rule of names, for when the register cannot be read. */
export const ownSealId = (organId: string): string => `${organId}-seal`

/** The one that was picked, else the organ's own, else its first that can be used. */
export const sealFor = (seals: readonly SealEntry[], organId: string, picked: string | null, now: string): SealEntry | null => {
  const own = seals.filter((seal) => seal.organId === organId)
  return own.find((seal) => seal.id === picked) ?? own.find((seal) => seal.id === ownSealId(organId)) ?? own.find((seal) => obstacleOf(seal, now) === null) ?? own[0] ?? null
}

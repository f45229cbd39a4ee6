/** People and organs as they are written on screens. */
import type { Directory } from '#core/access'

export const personName = (directory: Directory, personId: string): string => directory.people[personId]?.name ?? personId
export const organName = (directory: Directory, organId: string): string => directory.organs[organId]?.shortName ?? organId
export { when } from '../../ui/index.ts'

/** People, organs and times as they are written on screens. */
import type { Directory } from '#core/access'

export const personName = (directory: Directory, personId: string): string => directory.people[personId]?.name ?? personId
export const organName = (directory: Directory, organId: string): string => directory.organs[organId]?.shortName ?? organId

/** Local date and time to the minute. */
export const when = (instant: string): string =>
  new Date(instant).toLocaleString('zh-CN', { hour12: false, year: 'numeric', month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit' })

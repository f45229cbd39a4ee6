/** From projected documents to rows of a list (列表行). Pure: order, lights and spans of time are decided here. */
import type { Directory } from '#core/access'
import { parseDocNumber, type DocNumber, type Urgency } from '#core/document'
import { boxOf, tasksFor, whereItStands, type Box, type DocumentState } from '#core/route'
import type { ProjectedDocument, Projection } from '#core/sync'

export type LightOfRow = 'late' | 'near' | 'normal' | 'none'

export type DeskRow = {
  readonly id: string
  readonly title: string
  /** 发文字号 as printed, or '' */
  readonly number: string
  readonly parsed: DocNumber | null
  readonly organ: string
  readonly urgency: Urgency
  readonly light: LightOfRow
  /** key of `whereItStands`, the step's name when there is one, and the names of its holders */
  readonly stage: { readonly key: string; readonly step: string | null; readonly holders: string }
  /** ISO 8601 UTC: since when it stands where it stands; null when nobody waits for anything */
  readonly since: string | null
  readonly updatedAt: string
  /** work of this device that the server has not answered */
  readonly unsent: number
}

/**
 * Days that a document usually may rest with one person (办理时限, the common practice of 特急 1, 加急 3, 平件 7 days). It only
 * colours the light; nothing is refused by it.
 */
const restDays: Readonly<Record<Urgency, number>> = { 特急: 1, 加急: 3, '': 7 }
const dayMs = 86_400_000

/** Late when the time is used up, near in its last quarter. */
export const lightOf = (since: string | null, urgency: Urgency, now: string): LightOfRow => {
  if (since === null) return 'none'
  const used = (Date.parse(now) - Date.parse(since)) / (restDays[urgency] * dayMs)
  return used >= 1 ? 'late' : used >= 0.75 ? 'near' : 'normal'
}

const finished: readonly DocumentState['status'][] = ['filed', 'packaged', 'recalled']

const waitingSince = (state: DocumentState): string | null => {
  if (finished.includes(state.status)) return null
  return state.step !== null && !state.revising ? state.step.openedAt : state.updatedAt
}

export const rowOf = ({ state, pending }: ProjectedDocument, directory: Directory, now: string): DeskRow => {
  const where = whereItStands(state)
  const since = waitingSince(state)
  const number = state.number?.text ?? ''
  return {
    id: state.id, title: state.title, number, parsed: number === '' ? null : parseDocNumber(number),
    organ: directory.organs[state.organId]?.shortName ?? '', urgency: state.urgency, light: lightOf(since, state.urgency, now),
    stage: { key: where.key, step: where.step, holders: where.holders.map((id) => directory.people[id]?.name ?? id).join('、') },
    since, updatedAt: state.updatedAt, unsent: pending.length,
  }
}

export type Boxes = Readonly<Record<Box, readonly DeskRow[]>>

/** All four boxes in one pass; they are counted on the menu as well. */
export const boxesOf = (projection: Projection, personId: string, now: string): Boxes => {
  const boxes: Record<Box, DeskRow[]> = { todo: [], toRead: [], inProgress: [], done: [] }
  for (const document of projection.documents.values()) {
    boxes[boxOf(document.state, projection.directory, personId, now)].push(rowOf(document, projection.directory, now))
  }
  return boxes
}

/** How many documents wait for this person, by kind of task (数字 on the menu). */
export const taskCounts = (projection: Projection, personId: string, now: string): { readonly todo: number; readonly draft: number; readonly seal: number; readonly receive: number; readonly file: number } => {
  const counts = { todo: 0, draft: 0, seal: 0, receive: 0, file: 0 }
  for (const { state } of projection.documents.values()) {
    const tasks = tasksFor(state, projection.directory, personId, now)
    if (tasks.length > 0) counts.todo += 1
    if (tasks.some((task) => task.kind === 'draft' || task.kind === 'settleFork' || task.kind === 'revise')) counts.draft += 1
    if (tasks.some((task) => task.kind === 'seal' || task.kind === 'dispatch')) counts.seal += 1
    if (tasks.some((task) => task.kind === 'receive')) counts.receive += 1
    if (tasks.some((task) => task.kind === 'file')) counts.file += 1
  }
  return counts
}

export type SortKey = 'light' | 'number' | 'title' | 'organ' | 'urgency' | 'stage' | 'stay' | 'updated'

const urgencyRank: Readonly<Record<Urgency, number>> = { 特急: 0, 加急: 1, '': 2 }
const lightRank: Readonly<Record<LightOfRow, number>> = { late: 0, near: 1, normal: 2, none: 3 }
const byText = new Intl.Collator('zh-CN', { numeric: true })

/** 文号 by mark, year and serial as numbers, so that 12号 comes after 2号; rows without a number go last. */
const byNumber = (a: DeskRow, b: DeskRow): number => {
  if (a.parsed === null || b.parsed === null) return Number(a.parsed === null) - Number(b.parsed === null)
  return byText.compare(a.parsed.mark, b.parsed.mark) || a.parsed.year - b.parsed.year || a.parsed.serial - b.parsed.serial
}

const compare: Readonly<Record<SortKey, (a: DeskRow, b: DeskRow) => number>> = {
  // What is late first, and among the equally late the urgent, and among those what has waited longest.
  light: (a, b) => lightRank[a.light] - lightRank[b.light] || urgencyRank[a.urgency] - urgencyRank[b.urgency] || (a.since ?? '').localeCompare(b.since ?? ''),
  number: byNumber,
  title: (a, b) => byText.compare(a.title, b.title),
  organ: (a, b) => byText.compare(a.organ, b.organ),
  urgency: (a, b) => urgencyRank[a.urgency] - urgencyRank[b.urgency],
  stage: (a, b) => byText.compare(a.stage.step ?? a.stage.key, b.stage.step ?? b.stage.key) || byText.compare(a.stage.holders, b.stage.holders),
  // Longest rest first.
  stay: (a, b) => (a.since ?? '9').localeCompare(b.since ?? '9'),
  updated: (a, b) => b.updatedAt.localeCompare(a.updatedAt),
}

const isSortKey = (key: string): key is SortKey => Object.hasOwn(compare, key)

/** Stable: equal rows stand newest first whichever way the column points; rows without a number stay last both ways. */
export const sortRows = (rows: readonly DeskRow[], column: string, descending: boolean): readonly DeskRow[] => {
  // The order in which the rows came, e.g. best match first.
  if (column === 'given') return descending ? rows.toReversed() : rows
  const by = isSortKey(column) ? compare[column] : compare.updated
  return [...rows].sort((a, b) => {
    if (column === 'number' && (a.parsed === null) !== (b.parsed === null)) return a.parsed === null ? 1 : -1
    return (descending ? by(b, a) : by(a, b)) || compare.updated(a, b) || a.id.localeCompare(b.id)
  })
}

/** Moments and spans as a list shows them (时间). Device's own time zone; short, tabular, never ambiguous. */

const two = (value: number): string => String(value).padStart(2, '0')

/** Today 14:05 · this year 11-24 14:05 · else 2025-11-24. Empty for what is not a moment. */
export const shortMoment = (at: string, now: string): string => {
  const moment = new Date(at)
  const today = new Date(now)
  if (Number.isNaN(moment.getTime())) return ''
  const clock = `${two(moment.getHours())}:${two(moment.getMinutes())}`
  const day = `${two(moment.getMonth() + 1)}-${two(moment.getDate())}`
  if (moment.getFullYear() !== today.getFullYear()) return `${moment.getFullYear()}-${day}`
  return moment.getMonth() === today.getMonth() && moment.getDate() === today.getDate() ? clock : `${day} ${clock}`
}

export const clockOf = (at: string): string => {
  const moment = new Date(at)
  return Number.isNaN(moment.getTime()) ? '' : `${two(moment.getHours())}:${two(moment.getMinutes())}`
}

export type Span = { readonly unit: 'minutes' | 'hours' | 'days'; readonly count: number }

/** Whole minutes below an hour, whole hours below two days, then whole days. A clock that went back gives zero, never a minus. */
export const spanOf = (since: string, now: string): Span => {
  const minutes = Math.max(0, Math.floor((Date.parse(now) - Date.parse(since)) / 60_000))
  if (minutes < 60) return { unit: 'minutes', count: minutes }
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? { unit: 'hours', count: hours } : { unit: 'days', count: Math.floor(hours / 24) }
}

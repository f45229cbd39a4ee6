/** Moments as they are written on screens (时间). */

const two = (value: number): string => String(value).padStart(2, '0')

/** Local date and time in the one form that reads the same in every column and language (GB/T 7408): 2026-11-24 09:05. Empty for what is not a moment. */
export const when = (instant: string, to: 'minutes' | 'seconds' = 'minutes'): string => {
  const at = new Date(instant)
  if (Number.isNaN(at.getTime())) return ''
  const clock = [at.getHours(), at.getMinutes(), ...(to === 'seconds' ? [at.getSeconds()] : [])].map(two).join(':')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${clock}`
}

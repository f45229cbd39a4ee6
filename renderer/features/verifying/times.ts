/** Times, sizes and kinds as a report prints them. */
import type { VerifyReport } from '#core/seal'

const two = (value: number): string => String(value).padStart(2, '0')

/** Local date and time to the second, with the offset: a report is read far from the machine that made it. */
export const moment = (instant: string): string => {
  const time = new Date(instant)
  if (Number.isNaN(time.getTime())) return instant
  const offset = -time.getTimezoneOffset()
  const zone = `UTC${offset < 0 ? '−' : '+'}${Math.floor(Math.abs(offset) / 60)}${offset % 60 === 0 ? '' : `:${two(Math.abs(offset) % 60)}`}`
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())} ${zone}`
}

/** The day alone, for the validity of a certificate. */
export const day = (instant: string): string => moment(instant).slice(0, 10)

export const sizeText = (bytes: number): string =>
  bytes < 1024 ? `${bytes} B` : bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`

/** A file of no known kind is not called a PDF. */
export const kindWord = ({ kind, warnings }: VerifyReport): VerifyReport['kind'] | 'unknown' =>
  warnings.some((warning) => warning.code === 'verify.unknown-format' || warning.code === 'verify.empty') ? 'unknown' : kind

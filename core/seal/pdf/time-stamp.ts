/** A time-stamp token from an authority that may be down or lie (时间戳机构), RFC 3161 §2.4. Nothing is taken on its word. */
import { readTimeStamp, verifyTimeStamp } from '#core/crypto'
import type { FormatError, Result } from '#core/formats'
import { PdfError } from './value.ts'

/** Asks the authority to stamp the message: the token, or the whole response around it, DER. */
export type TimeStampPort = (message: Uint8Array) => Promise<Result<Uint8Array, FormatError>>

/** What the stamp's time is held against: the sealer's clock, ISO 8601 UTC, and how far both may be apart, seconds. */
export type StampClock = { readonly at: string; readonly tolerance: number }

export const CLOCK_TOLERANCE = 300

/**
 * A token that holds over the message and tells a time near the clock. PdfError seal.timestamp-unavailable (no answer),
 * seal.timestamp-wrong (of other data, badly signed, not an authority), seal.timestamp-clock (too old or in the future).
 */
export const obtainTimeStamp = async (port: TimeStampPort, message: Uint8Array, clock: StampClock): Promise<Uint8Array> => {
  let answer: Result<Uint8Array, FormatError>
  try {
    answer = await port(message)
  } catch (error) {
    throw new PdfError('seal.timestamp-unavailable', `时间戳服务没有应答：${error instanceof Error ? error.message : ''}`)
  }
  if (!answer.ok) throw new PdfError('seal.timestamp-unavailable', `没有取得时间戳：${answer.error.message}（${answer.error.code}）`)
  const stamp = readTimeStamp(answer.value)
  if (!stamp.ok) throw new PdfError('seal.timestamp-wrong', `时间戳无法读取：${stamp.error.message}`)
  const judged = verifyTimeStamp(stamp.value, { bytes: message })
  if (judged.verdict !== 'intact') {
    const why = judged.steps.find((step) => step.result === 'fail' || step.result === 'unknown')
    throw new PdfError('seal.timestamp-wrong', `时间戳不可用：${why?.detail ?? judged.verdict}`)
  }
  const apart = (Date.parse(stamp.value.time) - Date.parse(clock.at)) / 1000
  if (!(Math.abs(apart) <= clock.tolerance)) {
    throw new PdfError('seal.timestamp-clock', `时间戳的时间 ${stamp.value.time} 与用印时间 ${clock.at} 相差过大，请核对时钟或时间戳服务`)
  }
  return stamp.value.token
}

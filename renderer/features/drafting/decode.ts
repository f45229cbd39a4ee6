/** Text files as offices have them (文本文件的编码): UTF-8, or GB18030 from older programs. Anything else is refused, never guessed. */
import type { Result } from '#core/formats'

/** Control characters that no text has; they tell a binary file that happens to decode. */
const binary = /[\u0000-\u0008\u000e-\u001a\u001c-\u001f\ufffd]/u

const decoded = (bytes: Uint8Array, encoding: string): string | null => {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes)
    return binary.test(text) ? null : text
  } catch {
    return null
  }
}

/** Error `not_text`: neither UTF-8 nor GB18030. */
export const decodeText = (bytes: Uint8Array): Result<string, 'not_text'> => {
  const text = decoded(bytes, 'utf-8') ?? decoded(bytes, 'gb18030')
  return text === null ? { ok: false, error: 'not_text' } : { ok: true, value: text }
}

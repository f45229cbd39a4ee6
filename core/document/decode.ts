/** Text files as offices have them (文本文件的编码): UTF-8, UTF-16 with its mark, or GB18030 from older programs. Anything else is refused, never guessed. */
import type { Result } from '#core/formats'

/** Control characters that no text has; they tell a binary file that happens to decode. */
const binary = /[\u0000-\u0008\u000e-\u001a\u001c-\u001f\ufffd]/u

function decoded(bytes: Uint8Array, encoding: string): string | null {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes)
    return binary.test(text) ? null : text
  } catch {
    return null
  }
}

/** The encoding that a byte order mark names; UTF-16 without one cannot be told from chance. */
function marked(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null
}

/** What Chinese texts are made of. */
const usual = /[\p{Script=Han}\x20-\x7e\s\u2010-\u203b\u3000-\u303f\uff00-\uffef]/gu
/** Least share of usual characters in a text whose bytes are not UTF-8, where chance decodes to anything. */
const leastUsual = 0.9

/** Error `not_text`: in none of the three encodings, or where the bytes are not UTF-8, not made of what Chinese texts are made of. */
export function decodeText(bytes: Uint8Array): Result<string, 'not_text'> {
  const plain = decoded(bytes, 'utf-8')
  if (plain !== null) return { ok: true, value: plain }
  const text = decoded(bytes, marked(bytes) ?? 'gb18030')
  return text === null || !/\p{Script=Han}/u.test(text) || (text.match(usual)?.length ?? 0) < leastUsual * [...text].length ? { ok: false, error: 'not_text' } : { ok: true, value: text }
}

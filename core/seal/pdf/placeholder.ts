/**
 * The signature dictionary with its two holes (签名占位): /ByteRange of fixed width and /Contents of fixed room, ISO 32000-1 §12.8.1.
 * The signature is made over bytes that hold the final numbers already, so both holes have their size before anything is signed.
 */
import { concatBytes, toHex, utf8 } from '#core/formats'
import { PdfError } from './value.ts'
import { textString, writeValue, type Update } from './write.ts'

const RANGE_WIDTH = 10
const EMPTY_RANGE = `[0 ${'0'.repeat(RANGE_WIDTH)} ${'0'.repeat(RANGE_WIDTH)} ${'0'.repeat(RANGE_WIDTH)}]`

export type Placeholder = { readonly text: string; readonly rangeAt: number; readonly contentsAt: number; readonly contentsEnd: number }

/** `head` and `tail`: entries before /ByteRange and behind /Contents; `room`: bytes kept for the signature. */
export const placeholder = (head: string, tail: string, room: number): Placeholder => {
  const start = `<<${head}/ByteRange `
  const middle = '/Contents '
  const rangeAt = start.length
  const contentsAt = rangeAt + EMPTY_RANGE.length + middle.length
  return {
    text: `${start}${' '.repeat(EMPTY_RANGE.length)}${middle}<${'0'.repeat(2 * room)}>${tail}>>`,
    rangeAt, contentsAt, contentsEnd: contentsAt + 2 * room + 2,
  }
}

/** Entries that tell who sealed when and why. `at` ISO 8601 UTC; PdfError seal.time. */
export const claims = (at: string, name: string, reason: string): string => {
  const digits = at.replace(/\D/g, '').slice(0, 14)
  if (digits.length !== 14) throw new PdfError('seal.time', '用印时间不合法')
  return `/M(D:${digits}+00'00')/Name${writeValue(textString(name))}/Reason${writeValue(textString(reason))}`
}

/** An update whose holes are known. `covered` is what is signed; `fill` puts the signature in. */
export type OpenSignature = { readonly covered: Uint8Array; readonly fill: (signature: Uint8Array) => Uint8Array }

/** Writes the range into the update. `num`: object number of the dictionary. */
export const openSignature = ({ bytes, bodyAt }: Update, num: number, hole: Placeholder): OpenSignature => {
  const body = bodyAt.get(num)!
  const [rangeAt, contentsAt, contentsEnd] = [body + hole.rangeAt, body + hole.contentsAt, body + hole.contentsEnd]
  const range = `[0 ${contentsAt} ${contentsEnd} ${bytes.length - contentsEnd}`
  bytes.set(utf8(`${range.padEnd(EMPTY_RANGE.length - 1)}]`), rangeAt)
  return {
    covered: concatBytes(bytes.subarray(0, contentsAt), bytes.subarray(contentsEnd)),
    fill: (signature) => {
      const hex = toHex(signature)
      if (hex.length > contentsEnd - contentsAt - 2) throw new PdfError('seal.too-large', '签名数据超出预留空间')
      const out = bytes.slice()
      out.set(utf8(hex), contentsAt + 1)
      return out
    },
  }
}

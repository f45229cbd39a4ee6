/** Pages of a text as a file, for printing and taking along (打印与导出). */
import { failed, type DesktopResult, type MethodInput } from '#core/desktop'
import { picturesOf, readFrozen } from '#core/document'
import { concatBytes, utf8 } from '#core/formats'
import type { Bytes } from './blobs.ts'
import type { ByteAnswer, HostFonts } from './ports.ts'
import type { Profile } from './profile.ts'
import type { ServerClient } from './server/client.ts'
import { onePiece, readBlob } from './transfer.ts'

/** `invalid_input` when the content is none, what `blobs.read` says when a picture cannot be had. */
export const makePages = async (
  profile: Profile, server: ServerClient, fonts: HostFonts, { content: text, issue, format }: MethodInput<'pages.make'>,
): Promise<DesktopResult<ByteAnswer>> => {
  const content = readFrozen(utf8(text))
  if (!content.ok) return failed('invalid_input', `公文内容不合要求：${content.error.message}`)
  const pictures = new Map<string, Uint8Array>()
  for (const file of picturesOf(content.value)) {
    const blob = await readBlob(profile, server, file.hash)
    if (!blob.ok) return blob.error.code === 'not_found' ? failed('not_found', `找不到插图“${file.fileName}”，请在正文中重新插入。`) : blob
    pictures.set(file.hash, await whole(blob.value.chunks))
  }
  const { signers, ...dates } = issue ?? { number: '', date: '', printDate: '' }
  const bytes = await fonts.make(content.value, issue === null ? null : { ...dates, ...(signers === undefined ? {} : { signers }) }, format, pictures)
  return { ok: true, value: { size: bytes.length, chunks: onePiece(bytes) } }
}

const whole = async (chunks: Bytes): Promise<Uint8Array> => {
  const parts: Uint8Array[] = []
  for await (const part of chunks) parts.push(part)
  return concatBytes(...parts)
}

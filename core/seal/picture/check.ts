/** Judges the picture inside a seal before it is shown or stored (印章图像检查). */
import { formatErr, ok, readZip, type FormatError, type Result } from '#core/formats'
import { checkPng } from './png-check.ts'

const MAX_BYTES = 4 * 1024 * 1024
const OFD_LIMITS = { maxEntries: 200, maxEntryBytes: 16 * 1024 * 1024, maxTotalBytes: 32 * 1024 * 1024, maxRatio: 200 } as const
/** A vector picture is an OFD; one that holds a further OFD draws nothing that a seal needs. */
const MAX_NESTING = 1

export type PictureKind = 'png' | 'jpeg' | 'bmp' | 'gif' | 'svg' | 'ofd'

const MAGIC: readonly (readonly [PictureKind, readonly number[]])[] = [
  ['png', [0x89, 0x50, 0x4e, 0x47]], ['jpeg', [0xff, 0xd8, 0xff]], ['bmp', [0x42, 0x4d]], ['gif', [0x47, 0x49, 0x46, 0x38]], ['ofd', [0x50, 0x4b, 0x03, 0x04]],
]
const NAMES: Readonly<Record<string, PictureKind>> = { png: 'png', jpg: 'jpeg', jpeg: 'jpeg', bmp: 'bmp', gif: 'gif', svg: 'svg', ofd: 'ofd' }

/** What the bytes are, whatever they are called. */
export const kindOfPicture = (data: Uint8Array): PictureKind | undefined => {
  const found = MAGIC.find(([, magic]) => magic.every((byte, i) => data[i] === byte))
  if (found !== undefined) return found[0]
  const start = new TextDecoder('latin1').decode(data.subarray(0, 512))
  return /^(\xef\xbb\xbf)?\s*(<\?xml|<svg|<!--)/.test(start) ? 'svg' : undefined
}

/**
 * The kind of a seal's picture when its bytes are that kind and safe to draw. Errors seal.picture-size (over 4 MB, or see
 * checkPng), seal.picture-format (unknown, damaged, named as another kind), seal.picture-nested (an OFD inside the OFD), zip.*.
 */
export const checkPicture = ({ type, data }: { readonly type: string; readonly data: Uint8Array }): Result<PictureKind, FormatError> => {
  if (data.length > MAX_BYTES) return formatErr('seal.picture-size', `印章图像超过 ${MAX_BYTES / 1024 / 1024} MB`)
  const kind = kindOfPicture(data)
  if (kind === undefined) return formatErr('seal.picture-format', `印章图像的格式不能识别（标注为 ${type.slice(0, 20)}）`)
  const named = NAMES[type.trim().toLowerCase()]
  if (named !== undefined && named !== kind) return formatErr('seal.picture-format', `印章图像标注为 ${type}，实际是 ${kind}`)
  if (kind === 'png') {
    const png = checkPng(data)
    if (!png.ok) return png
  }
  const nested = kind === 'ofd' ? checkNesting(data, 0) : ok(undefined)
  return nested.ok ? ok(kind) : nested
}

const checkNesting = (ofd: Uint8Array, depth: number): Result<undefined, FormatError> => {
  const entries = readZip(ofd, OFD_LIMITS)
  if (!entries.ok) return entries
  for (const { bytes } of entries.value) {
    if (kindOfPicture(bytes) !== 'ofd') continue
    if (depth + 1 >= MAX_NESTING) return formatErr('seal.picture-nested', '印章图像是嵌套的 OFD')
    const inner = checkNesting(bytes, depth + 1)
    if (!inner.ok) return inner
  }
  return ok(undefined)
}

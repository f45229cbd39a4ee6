/** The frozen form (冻结稿): the bytes that are hashed, approved and archived. */
import { decodeCanonical, encodeCanonical, formatErr, ok, type CanonicalValue, type FormatError, type Result } from '#core/formats'
import type { DocumentContent } from './content.ts'
import { limits } from './limits.ts'
import { validateContent } from './validate.ts'

/** Canonical bytes of a valid content. The caller hashes them. Throws NotCanonicalError on values that were never validated. */
export function frozenBytes(content: DocumentContent): Uint8Array {
  return encodeCanonical(content as unknown as CanonicalValue)
}

/** The content of frozen bytes. Strict: bytes that are not canonical, or hold anything but a valid content, are refused. */
export function readFrozen(bytes: Uint8Array): Result<DocumentContent, FormatError> {
  const decoded = decodeCanonical(bytes, { maxBytes: limits.bytes, maxDepth: 8 })
  if (!decoded.ok) return decoded
  const valid = validateContent(decoded.value)
  if (valid.ok) return ok(valid.value)
  const first = valid.error[0]
  return formatErr(
    first?.code ?? 'content.invalid',
    `公文内容无效：${first?.path ?? ''} ${first?.message ?? ''}${valid.error.length > 1 ? `（共 ${valid.error.length} 处）` : ''}`,
  )
}

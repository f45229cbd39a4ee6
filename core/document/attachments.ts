/** The list of attachments as a value of its own, so that an approval can name what was attached (附件清单). */
import type { CanonicalValue } from '#core/formats'
import type { Attachment, DocumentContent } from './content.ts'

/** In printing order; file attachments with their size (bytes) and SM3, text ones by name. The caller hashes its canonical bytes. */
export function attachmentManifest(content: Pick<DocumentContent, 'attachments'>): CanonicalValue {
  return content.attachments.map(entry)
}

function entry(attachment: Attachment): CanonicalValue {
  if (attachment.kind === 'text') return { name: attachment.name, kind: 'text' }
  const { fileName, size, hash } = attachment.file
  return { name: attachment.name, kind: 'file', fileName, size, hash }
}

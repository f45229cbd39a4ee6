/** What belongs to a content beside its text, and the list of attachments as a value of its own, so that an approval can name what was attached (附件清单). */
import type { CanonicalValue } from '#core/formats'
import type { AttachedFile, Attachment, Block, DocumentContent } from './content.ts'

/** In printing order; file attachments with their size (bytes) and SM3, text ones by name. The caller hashes its canonical bytes. */
export function attachmentManifest(content: Pick<DocumentContent, 'attachments'>): CanonicalValue {
  return content.attachments.map(entry)
}

function entry(attachment: Attachment): CanonicalValue {
  if (attachment.kind === 'text') return { name: attachment.name, kind: 'text' }
  const { fileName, size, hash } = attachment.file
  return { name: attachment.name, kind: 'file', fileName, size, hash }
}

/** The pictures of a content (插图), those of the body first; each file once. */
export function picturesOf(content: Pick<DocumentContent, 'attachments' | 'body'>): readonly AttachedFile[] {
  const found = new Map<string, AttachedFile>()
  const take = (blocks: readonly Block[]): void => {
    for (const block of blocks) if (block.kind === 'picture' && !found.has(block.file.hash)) found.set(block.file.hash, block.file)
  }
  take(content.body)
  for (const attachment of content.attachments) if (attachment.kind === 'text') take(attachment.body)
  return [...found.values()]
}

/** Every file whose bytes a content needs: file attachments in order, then pictures; each once. */
export function filesOf(content: Pick<DocumentContent, 'attachments' | 'body'>): readonly AttachedFile[] {
  const found = new Map<string, AttachedFile>()
  for (const attachment of content.attachments) if (attachment.kind === 'file' && !found.has(attachment.file.hash)) found.set(attachment.file.hash, attachment.file)
  for (const file of picturesOf(content)) if (!found.has(file.hash)) found.set(file.hash, file)
  return [...found.values()]
}

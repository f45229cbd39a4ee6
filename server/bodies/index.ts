/** bodies: the text of a draft or revision, whole and frozen, by its hash (正文). Rules B1, B3, B5. The only door of this folder. */
import { readFrozen, type DocumentContent } from '#core/document'
import type { BlobStore } from '../blobs/index.ts'

/** B5: larger bodies are refused, bytes. */
export const maxBodyBytes = 4 * 1024 * 1024

/** The content of a stored body; null when there is none, when it is too large or not a frozen content. */
export const loadBody = async (blobs: BlobStore, hash: string): Promise<DocumentContent | null> => {
  const bytes = await blobs.read(hash)
  if (bytes === null || bytes.length > maxBodyBytes) return null
  const content = readFrozen(bytes)
  return content.ok ? content.value : null
}

/** Hashes of the files that a content carries beside its text. */
export const filesOf = (content: DocumentContent | null): readonly string[] =>
  (content?.attachments ?? []).flatMap((attachment) => (attachment.kind === 'file' ? [attachment.file.hash] : []))

/** bodies: the text of a draft or revision, whole and frozen, by its hash (正文). Rules B1, B3, B5. The only door of this folder. */
import { filesOf, limits, readFrozen, type DocumentContent } from '#core/document'
import type { BlobStore } from '../blobs/index.ts'

/** The content of a stored body; null when there is none, when it is too large or not a frozen content. */
export const loadBody = async (blobs: BlobStore, hash: string): Promise<DocumentContent | null> => {
  const bytes = await blobs.read(hash)
  if (bytes === null || bytes.length > limits.bytes) return null
  const content = readFrozen(bytes)
  return content.ok ? content.value : null
}

/** Hashes of the files that a content carries beside its text. */
export const fileHashesOf = (content: DocumentContent | null): readonly string[] => (content === null ? [] : filesOf(content).map((file) => file.hash))

import type { DocumentContent } from './content.ts'

/** The signatures (署名) of a content, the host's first. Those of a joint issue are parted by blanks. */
export const signaturesOf = (content: Pick<DocumentContent, 'signature' | 'issuers'>): readonly string[] => {
  // Half-width blanks part the names of a list; a full-width one may stand inside a post and its name.
  const parts = content.signature.split(content.signature.includes(' ') ? / +/u : /\u3000+/u).map((part) => part.trim()).filter((part) => part !== '')
  return content.issuers.length > 1 && parts.length > 1 ? parts : content.signature === '' ? [] : [content.signature]
}

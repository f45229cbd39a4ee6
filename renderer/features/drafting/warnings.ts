/** What a drafter is told while writing; nothing here stops anyone from keeping the text (起草提示, rule B5). */
import { blockText, limits, type DocumentContent } from '#core/document'

export type DraftWarning = { readonly key: string; readonly count?: number; readonly limit?: number }

const manyBlocks = 2000

export const warningsOf = (content: DocumentContent, bytes: number): readonly DraftWarning[] => {
  const found: DraftWarning[] = []
  const blocks = content.body.length + content.attachments.reduce((sum, item) => sum + (item.kind === 'text' ? item.body.length : 0), 0)
  if (blocks > manyBlocks) found.push({ key: 'warning.blocks', count: blocks, limit: limits.blocks })
  if (bytes > limits.bytes / 2) found.push({ key: 'warning.bytes', count: Math.round(bytes / 1024), limit: limits.bytes / 1024 })
  const longest = content.body.reduce((most, block) => Math.max(most, block.kind === 'paragraph' ? block.text.length : 0), 0)
  if (longest > limits.paragraphChars / 4) found.push({ key: 'warning.paragraph', count: longest, limit: limits.paragraphChars })
  if ([...content.title].length > 80) found.push({ key: 'warning.title', count: [...content.title].length })
  return found
}

/** What still keeps a text from being sent, as word keys. */
export const missingOf = (content: DocumentContent): readonly string[] => [
  ...(content.title.trim() === '' ? ['missing.title'] : []),
  ...(content.body.length === 0 ? ['missing.body'] : []),
]

/** 字数: every Han character one, every run of Latin letters or digits one. */
export const wordCount = (content: DocumentContent): number => {
  const count = (text: string): number => (text.match(/\p{sc=Han}|[\p{sc=Latin}\d]+|\p{sc=Mongolian}+/gu) ?? []).length
  return count(content.title) + content.body.reduce((sum, block) => sum + count(blockText(block)), 0)
}

/** A plain text whose title ends with one of the fifteen kinds, as a document (纯文本成文). */
import type { DocumentContent } from './content.ts'
import { emptyContent } from './newDocument.ts'
import type { PlainText } from './text.ts'
import { kindOfTitle } from './title.ts'

/**
 * The document that a plain text is: kind from the title's last word, issuing organ from what stands before 关于, the rest is
 * body. Nothing is invented: no recipients, no signature. Null when the title names no kind or no organ (a 方案, 办法 …): such a
 * text needs a carrier document.
 */
export function documentOfText(plain: PlainText): DocumentContent | null {
  const kind = kindOfTitle(plain.title)
  const at = plain.title.indexOf('关于')
  const organName = at < 0 ? '' : plain.title.slice(0, at).trim()
  if (kind === null || organName === '') return null
  return {
    ...emptyContent({ kind, organName, form: '文件', title: plain.title }),
    body: plain.blocks, signature: '', authentication: '不盖章',
  }
}

/** A draft as a file of the person's own (导出): .gw keeps everything that is text, .docx is for exchange. */
import { writeSource, type DocumentContent, type Issue } from '#core/document'
import { documentToDocx } from '#core/output'
import type { Layout } from '#core/typeset'
import { fileNameOf, offerFile } from '../../paper/index.ts'

export const exportSource = (content: DocumentContent): void => offerFile(new TextEncoder().encode(writeSource(content, null)), fileNameOf(content.title, 'gw'))

/** @param pictures bytes by hash; what is missing is named in its place */
export const exportDocx = (content: DocumentContent, issue: Issue | null, layout: Layout | null, pictures: ReadonlyMap<string, Uint8Array>): void =>
  offerFile(documentToDocx(content, issue, { pictures: (hash) => pictures.get(hash), ...(layout === null ? {} : { layout }) }), fileNameOf(content.title, 'docx'))

/** A draft as a file of the person's own (导出): .gw keeps everything that is text, .docx is for exchange. */
import { writeSource, type Block, type DocumentContent, type Issue } from '#core/document'
import { documentToDocx } from '#core/output'
import type { Layout } from '#core/typeset'

/** Hands bytes to the person as a file; the browser asks where to put it. */
const offer = (bytes: Uint8Array, fileName: string): void => {
  // A plain type: a page of this origin must never be opened from these bytes.
  const url = URL.createObjectURL(new Blob([bytes.slice()], { type: 'application/octet-stream' }))
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

/** A name that every file system takes. */
export const fileNameOf = (title: string, extension: string): string =>
  `${[...title.replaceAll(/[\\/:*?"<>|\u0000-\u001f]/gu, '').replaceAll(/^[. ]+|[. ]+$/gu, '')].slice(0, 80).join('') || '公文'}.${extension}`

const hashesOf = (blocks: readonly Block[]): readonly string[] => blocks.flatMap((block) => (block.kind === 'picture' ? [block.file.hash] : []))

export const picturesOf = (content: DocumentContent): readonly string[] =>
  [...hashesOf(content.body), ...content.attachments.flatMap((attachment) => (attachment.kind === 'text' ? hashesOf(attachment.body) : []))]

export const exportSource = (content: DocumentContent): void => offer(new TextEncoder().encode(writeSource(content, null)), fileNameOf(content.title, 'gw'))

/** @param pictures bytes by hash; what is missing is named in its place */
export const exportDocx = (content: DocumentContent, issue: Issue | null, layout: Layout | null, pictures: ReadonlyMap<string, Uint8Array>): void =>
  offer(documentToDocx(content, issue, { pictures: (hash) => pictures.get(hash), ...(layout === null ? {} : { layout }) }), fileNameOf(content.title, 'docx'))

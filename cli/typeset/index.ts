/** From a source to its files (排版成文). */
import { isDate } from '#core/document'
import { documentToDocx, textToDocx, type FontSubsetter } from '#core/output'
import { typeset, typesetText, type FontSet, type Layout, type LayoutWarning } from '#core/typeset'
import type { FileSource } from '../source/read.ts'
import { ofdFile, pdfFile, positionsFile, svgFiles, type OutputFile, type Sheets } from './write.ts'

export type { OutputFile }
export const formats = ['pdf', 'ofd', 'svg', 'docx'] as const
export type OutputFormat = (typeof formats)[number]

export type TypesetRequest = {
  readonly fonts: FontSet
  readonly subsets: FontSubsetter
  readonly wanted: readonly OutputFormat[]
  readonly positions: boolean
  readonly profile: 'OFD' | 'OFD-A'
}

export type TypesetResult = { readonly pages: number; readonly files: readonly OutputFile[]; readonly warnings: readonly LayoutWarning[] }

/** A document without a date, or with one that is none, must still give the same bytes every time. */
const undated = '2000-01-01'

/** Sets the source and writes the wanted files. The same source and fonts give the same bytes. */
export const typesetSource = async (source: FileSource, request: TypesetRequest): Promise<TypesetResult> => {
  const isDocument = source.kind === 'document'
  const layout = isDocument ? typeset(source.content, source.issue, request.fonts) : typesetText(source, request.fonts)
  const sheets: Sheets = {
    layout,
    title: isDocument ? source.content.title : source.title,
    author: isDocument ? source.content.issuers.join('、') : '',
    date: [source.kind === 'document' ? source.issue?.date : undefined, source.kind === 'document' ? source.issue?.printDate : undefined].find((date) => date !== undefined && isDate(date)) ?? undated,
    pictures: source.pictures,
    subsets: request.subsets,
  }
  const files: OutputFile[] = []
  for (const format of new Set(request.wanted)) {
    if (format === 'pdf') files.push(await pdfFile(source.name, sheets))
    if (format === 'ofd') files.push(await ofdFile(source.name, sheets, request.profile))
    if (format === 'docx') files.push({ name: `${source.name}.docx`, bytes: docxOf(source, layout) })
    if (format === 'svg') files.push(...(await svgFiles(source.name, sheets)))
  }
  if (request.positions) files.push(positionsFile(layout))
  return { pages: layout.pages.length, files, warnings: layout.warnings }
}

const docxOf = (source: FileSource, layout: Layout): Uint8Array => {
  const pictures = (hash: string): Uint8Array | undefined => source.pictures.get(hash)
  return source.kind === 'document' ? documentToDocx(source.content, source.issue, { pictures, layout }) : textToDocx(source, { pictures, layout })
}

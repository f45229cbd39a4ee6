/** The signature values of a PDF as they stand (签名数据), for looking at seals without judging the file. */
import { ok, type FormatError, type Result } from '#core/formats'
import { MM } from './appearance.ts'
import { pageBoxes } from './field.ts'
import { attempt, openPdf, pagesOf, type PdfFile } from './file.ts'
import { pdfCache } from './objects.ts'
import { openForJudging } from './repair.ts'
import { idOf, signaturesOf } from './signatures.ts'
import { isArray, isString, nameOf, type PdfDict } from './value.ts'

/** /Contents of every signature, padding included, with the name of its field. Errors pdf.*. */
export const embeddedInPdf = (bytes: Uint8Array): Result<readonly { readonly field: string; readonly filter: string; readonly contents: Uint8Array }[], FormatError> => {
  const file = openForJudging(bytes, pdfCache())
  if (!file.ok) return file
  const found = attempt(() => signaturesOf(file.value))
  if (!found.ok) return found
  return ok(found.value.flatMap(({ fieldName, dict }) => {
    const contents = file.value.resolve(dict.entries.get('Contents'))
    return isString(contents) ? [{ field: fieldName, filter: nameOf(dict.entries.get('SubFilter')) ?? '', contents: contents.bytes }] : []
  }))
}

/** The page that a widget is on: the one that lists it. */
const pageWith = (file: PdfFile, field: PdfDict): number => pagesOf(file).findIndex(({ dict }) => {
  const annotations = file.resolve(dict.entries.get('Annots'))
  return isArray(annotations) && annotations.items.some((item) => file.resolve(item) === field)
})

/** Place and width of every signature that shows, mm from the page's upper left, in the order of the form. Errors pdf.*. */
export const impressionsInPdf = (
  bytes: Uint8Array,
): Result<readonly { readonly signature: string; readonly page: number; readonly x: number; readonly y: number; readonly width: number }[], FormatError> => {
  const opened = openPdf(bytes)
  if (!opened.ok) return opened
  const file = opened.value
  return attempt(() => signaturesOf(file).flatMap((signature) => {
    const { field } = signature
    const rect = field === undefined ? null : file.resolve(field.entries.get('Rect'))
    const numbers = isArray(rect) ? rect.items.map((item) => file.resolve(item)).filter((item) => typeof item === 'number') : []
    const page = field === undefined ? -1 : pageWith(file, field)
    if (numbers.length !== 4 || page === -1) return []
    const [x1, y1, x2, y2] = numbers as unknown as readonly [number, number, number, number]
    if (x1 === x2 || y1 === y2) return []
    const box = pageBoxes(file, 'any')(page + 1)
    return [{ signature: idOf(signature), page: page + 1, x: ((x1 + x2) / 2 - box.left) / MM, y: (box.bottom + box.height - (y1 + y2) / 2) / MM, width: Math.abs(x2 - x1) / MM }]
  }))
}

/** The empty seal that a preparation appended to a file (待签印章): one visible signature field over the whole file, and nothing else. */
import { concatBytes, type FormatError, type Result } from '#core/formats'
import { MM } from './appearance.ts'
import { changesBetween } from './changes.ts'
import { pageBoxes } from './field.ts'
import { attempt, openPdf, pagesOf, type PdfFile } from './file.ts'
import { coverageOf, signaturesOf, timeOf, type PdfSignature } from './signatures.ts'
import { isArray, isDict, isRef, isStream, nameOf, PdfError, type PdfDict, type PdfValue } from './value.ts'

/** Page from 1, centre and sides, mm from the page's upper left. `covered`: what the signature will be over. */
type PreparedSeal = {
  readonly page: number; readonly x: number; readonly y: number; readonly width: number; readonly height: number
  readonly time: string | null; readonly covered: Uint8Array
}

/** Members that a field and a signature of this product have: a field can carry scripts and links, which are no part of a seal. */
const FIELD = ['Type', 'Subtype', 'FT', 'T', 'F', 'Rect', 'P', 'AP', 'V']
const SIGNATURE = ['Type', 'Filter', 'SubFilter', 'M', 'Name', 'Reason', 'ByteRange', 'Contents']

const not = (message: string): never => {
  throw new PdfError('desk.pdf-other', `准备的 PDF 不是在所见文件上加一枚印章：${message}`)
}

/** Errors pdf.* (not readable), desk.pdf-other (with what else was done). */
export const preparedSeal = (base: Uint8Array, added: Uint8Array): Result<PreparedSeal, FormatError> => attempt(() => {
  const [before, now] = [opened(base), opened(concatBytes(base, added))]
  if (now.startxref < base.length) not('末尾有不属于任何版本的字节')
  const standing = new Set(signaturesOf(before).map(({ num }) => num))
  const [signature, ...more] = signaturesOf(now).filter(({ num }) => num === undefined || !standing.has(num))
  if (signature === undefined || more.length > 0 || signature.listed !== 'form') return not(`新增的签名域应为一个，实为${more.length + (signature === undefined ? 0 : 1)}个`)
  const { dict, field } = signature
  const coverage = coverageOf(now, signature)
  if (!coverage.ok) throw new PdfError(coverage.error.code, coverage.error.message)
  const { holeStart, holeEnd, end, contents } = coverage.value
  if (end !== now.bytes.length) not('签名范围没有到文件末尾')
  if (contents.bytes.some((byte) => byte !== 0)) not('签名位置已经有内容')
  for (const change of changesBetween(before, now, now)) {
    if (change.kind === 'forbidden' || change.kind === 'annotation') not(change.text)
    else if (change.kind !== 'signature' || change.stamp) not('除印章外还改动了其他内容')
    else if (now.object(Number(change.field)) !== field) not('增加了另一个签名域')
  }
  checkMembers(signature)
  return { ...placeOf(now, field), time: timeOf(now.resolve(dict.entries.get('M'))), covered: concatBytes(now.bytes.subarray(0, holeStart), now.bytes.subarray(holeEnd, end)) }
})

const opened = (bytes: Uint8Array): PdfFile => {
  const file = openPdf(bytes)
  if (!file.ok) throw new PdfError(file.error.code, file.error.message)
  return file.value
}

const checkMembers = ({ dict, field }: PdfSignature): void => {
  const strange = [...[...dict.entries.keys()].filter((key) => !SIGNATURE.includes(key)), ...[...(field?.entries.keys() ?? [])].filter((key) => !FIELD.includes(key))]
  if (strange.length > 0) not(`签名域中有多余的 ${strange.join('、')}`)
  if (nameOf(field?.entries.get('Subtype') ?? null) !== 'Widget') not('签名域不在页面上')
}

const placeOf = (file: PdfFile, field: PdfDict | undefined): Omit<PreparedSeal, 'time' | 'covered'> => {
  const look = field === undefined ? null : file.resolve(field.entries.get('AP'))
  const form = isDict(look) && look.entries.size === 1 ? file.resolve(look.entries.get('N')) : null
  // A form is fitted into its rectangle by readers (ISO 32000-1 §12.5.5): what it draws cannot leave the place.
  if (!isStream(form) || nameOf(form.dict.entries.get('Subtype')) !== 'Form' || form.dict.entries.has('Matrix')) return not('印章没有图样')
  const sides = numbersOf(file, field?.entries.get('Rect'))
  const pages = pagesOf(file).flatMap(({ dict }, index) => {
    const annotations = file.resolve(dict.entries.get('Annots'))
    return isArray(annotations) && annotations.items.some((item) => isRef(item) && file.resolve(item) === field) ? [index + 1] : []
  })
  const [page, ...others] = pages
  if (sides.length !== 4 || page === undefined || others.length > 0) return not('印章应在一页上')
  const [x1, y1, x2, y2] = sides as readonly number[] as readonly [number, number, number, number]
  const box = pageBoxes(file, 'upright')(page)
  return { page, x: ((x1 + x2) / 2 - box.left) / MM, y: (box.bottom + box.height - (y1 + y2) / 2) / MM, width: Math.abs(x2 - x1) / MM, height: Math.abs(y2 - y1) / MM }
}

const numbersOf = (file: PdfFile, value: PdfValue | undefined): readonly number[] => {
  const list = file.resolve(value)
  return isArray(list) ? list.items.map((item) => file.resolve(item)).filter((item) => typeof item === 'number') : []
}

/** The signatures of a PDF and what each one covers (签名域与覆盖范围), ISO 32000-1 §12.7.4.5, §12.8.1. */
import { formatErr, ok, type FormatError, type Result } from '#core/formats'
import { catalogOf, pagesOf, readable, type PdfFile } from './file.ts'
import { indexOf } from './parse.ts'
import { countOf, isArray, isDict, isRef, isString, nameOf, PdfError, textOf, type PdfDict, type PdfRef, type PdfString, type PdfValue } from './value.ts'

export type PdfSignature = {
  readonly fieldName: string
  /** object number of the signature dictionary; undefined when it is written inside the field */
  readonly num: number | undefined
  readonly dict: PdfDict
  /** the field that holds it; undefined for one that no field leads to */
  readonly field: PdfDict | undefined
  /** where the field is found: some programs put it on the page and forget the form, and only some readers look there */
  readonly listed: 'form' | 'page' | 'nowhere'
}

const MAX_FIELDS = 20_000

/**
 * A place that was kept for a signature and never filled: no value and no range. With a range it is a signature that lost its value,
 * which is another matter.
 */
export const isUnfilled = (file: Pick<PdfFile, 'resolve'>, dict: PdfDict): boolean => {
  const range = file.resolve(dict.entries.get('ByteRange'))
  const contents = file.resolve(dict.entries.get('Contents'))
  const ranged = isArray(range) && range.items.some((item) => typeof file.resolve(item) === 'number' && file.resolve(item) !== 0)
  return !ranged && (!isString(contents) || contents.bytes.every((byte) => byte === 0))
}

/** Fields on pages that the form does not list, as references; nothing where the pages cannot be read. */
export const strayFields = (file: PdfFile, listed: ReadonlySet<number>): readonly PdfRef[] => {
  const found = new Map<number, PdfRef>()
  try {
    for (const { dict } of pagesOf(file)) {
      const annotations = file.resolve(dict.entries.get('Annots'))
      for (const item of isArray(annotations) ? annotations.items : []) {
        const widget = isRef(item) && !listed.has(item.num) ? readable(file, item.num) : undefined
        if (!isRef(item) || !isDict(widget) || nameOf(file.resolve(widget.entries.get('Subtype'))) !== 'Widget') continue
        const parent = widget.entries.get('Parent')
        const top = isRef(parent) && isDict(readable(file, parent.num)) ? parent : item
        if (!listed.has(top.num)) found.set(top.num, top)
      }
    }
  } catch (error) {
    if (!(error instanceof PdfError)) throw error
  }
  return [...found.values()]
}

/** Signed signature fields, each dictionary once, in the order of the form; then those that stand on pages only. */
/** As a report names it: its field, or the object where the field has no name. */
export const idOf = ({ fieldName, num }: PdfSignature): string => (fieldName === '' ? `对象 ${num ?? ''}` : fieldName)

export const signaturesOf = (file: PdfFile): readonly PdfSignature[] => {
  const form = file.resolve(catalogOf(file).entries.get('AcroForm'))
  const found: PdfSignature[] = []
  const seen = new Set<number>()
  const signed = new Set<number>()
  let visited = 0
  let listed: 'form' | 'page' = 'form'
  const visit = (value: PdfValue, type: string | undefined, prefix: string, depth: number): void => {
    if (++visited > MAX_FIELDS || depth > 32) throw new PdfError('pdf.form', '表单域过多或过深')
    if (isRef(value)) {
      if (seen.has(value.num)) return
      seen.add(value.num)
    }
    const field = file.resolve(value)
    if (!isDict(field)) return
    const own = nameOf(file.resolve(field.entries.get('FT'))) ?? type
    const part = textOf(file.resolve(field.entries.get('T')))
    const full = part === undefined ? prefix : prefix === '' ? part : `${prefix}.${part}`
    const pointer = field.entries.get('V')
    const dict = file.resolve(pointer)
    if (own === 'Sig' && isDict(dict) && !isUnfilled(file, dict)) {
      const num = isRef(pointer) ? pointer.num : undefined
      if (num === undefined || !signed.has(num)) found.push({ fieldName: full, num, dict, field, listed })
      if (num !== undefined) signed.add(num)
    }
    const kids = file.resolve(field.entries.get('Kids'))
    if (isArray(kids)) for (const kid of kids.items) visit(kid, own, full, depth + 1)
  }
  const fields = isDict(form) ? file.resolve(form.entries.get('Fields')) : null
  if (isArray(fields)) for (const field of fields.items) visit(field, undefined, '', 0)
  listed = 'page'
  for (const field of strayFields(file, seen)) visit(field, undefined, '', 0)
  return found
}

/**
 * Signature dictionaries that no field leads to, in a repaired file or one that shows no signature at all: damage must not make a signed
 * file look unsigned. Usage rights (§12.8.2.3) are signatures of another kind, and nobody's seal.
 */
export const strayIn = (file: PdfFile, listed: readonly PdfSignature[]): readonly PdfSignature[] => {
  if (file.state.repaired.length === 0 && (listed.length > 0 || indexOf(file.bytes, '/ByteRange', 0, file.bytes.length) < 0)) return []
  const permissions = file.resolve(catalogOf(file).entries.get('Perms'))
  const rights = isDict(permissions) ? ['UR', 'UR3'].map((key) => permissions.entries.get(key)) : []
  const known = new Set([...listed.map(({ num }) => num), ...rights.map((value) => (isRef(value) ? value.num : undefined))])
  return [...file.entries.keys()].flatMap((num): readonly PdfSignature[] => {
    const dict = known.has(num) ? undefined : readable(file, num)
    const isSignature = isDict(dict) && dict.entries.has('Contents') && !isUnfilled(file, dict) &&
      (dict.entries.has('ByteRange') || ['Sig', 'DocTimeStamp'].includes(nameOf(dict.entries.get('Type')) ?? ''))
    return isSignature ? [{ fieldName: '', num, dict, field: undefined, listed: 'nowhere' }] : []
  })
}

export type Coverage = {
  /** offsets of the hole that holds /Contents, and the end of what is covered */
  readonly holeStart: number
  readonly holeEnd: number
  readonly end: number
  readonly contents: PdfString
  /** digits without blanks, in one case, an even number of them */
  readonly spelling: 'plain' | 'odd'
}

/**
 * The covered bytes of a signature: everything from the first byte to the end of its revision except its own /Contents
 * token. Any other shape leaves room for bytes that nobody signed, so it is refused (§12.8.1; PAdES §5.1 b).
 */
export const coverageOf = (file: PdfFile, { dict }: PdfSignature): Result<Coverage, FormatError> => {
  const bad = (message: string) => formatErr('pdf.byte-range', message)
  const range = file.resolve(dict.entries.get('ByteRange'))
  const contents = dict.entries.get('Contents')
  const numbers = isArray(range) ? range.items.map((item) => countOf(item)) : []
  const [start, length, resume, rest] = numbers
  if (numbers.length !== 4 || start === undefined || length === undefined || resume === undefined || rest === undefined) {
    return bad('签名范围（ByteRange）应为四个自然数')
  }
  if (!isString(contents) || contents.start < 0) return bad('签名数据（Contents）不是直接写出的字符串')
  if (start !== 0) return bad('签名范围不从文件开头开始')
  if (length !== contents.start || resume !== contents.end) return bad('签名范围的空隙不是签名数据本身')
  const end = resume + rest
  if (rest === 0 || end > file.bytes.length) return bad('签名范围超出文件')
  if (!contents.hex) return bad('签名数据不是十六进制写法')
  const spelling = plainHex(file.bytes.subarray(contents.start + 1, contents.end - 1)) ? 'plain' : 'odd'
  return ok({ holeStart: length, holeEnd: resume, end, contents, spelling })
}

/** A signature does not cover its own spelling, and nobody sees it; one that no program writes is told. */
const plainHex = (digits: Uint8Array): boolean => {
  if (digits.length % 2 !== 0) return false
  let lower = false
  let upper = false
  for (const byte of digits) {
    if (byte >= 0x61 && byte <= 0x66) lower = true
    else if (byte >= 0x41 && byte <= 0x46) upper = true
    else if (byte < 0x30 || byte > 0x39) return false
  }
  return !(lower && upper)
}

/** Time of a PDF date, §7.9.4, as ISO 8601 UTC; null when it is malformed. */
export const timeOf = (value: PdfValue | undefined): string | null => {
  const match = /^D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:Z|([+-])(\d\d)'?(\d\d)?'?)?/.exec(textOf(value) ?? '')
  if (match === null) return null
  const [, year, month, day, hour, minute, second, sign, zoneHour, zoneMinute] = match
  const local = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second ?? 0))
  const zone = (sign === '-' ? -1 : 1) * (Number(zoneHour ?? 0) * 60 + Number(zoneMinute ?? 0))
  const time = new Date(local - zone * 60_000)
  return Number.isNaN(time.getTime()) ? null : `${time.toISOString().slice(0, 19)}Z`
}

/** One PDF file as a set of objects (文件结构). Strict: damage is an error, since repair is where readers part ways (repair.ts is for judging only). */
import { formatErr, ok, type FormatError, type Result } from '#core/formats'
import { cipherOf, type PdfCipher } from './encryption.ts'
import { objectReader, otherCache, pdfCache, type PdfCache } from './objects.ts'
import { isArray, isDict, isRef, isString, nameOf, PdfError, type PdfDict, type PdfValue } from './value.ts'
import { readSections, readStartxref, type XrefEntry, type XrefSection } from './xref.ts'

export type PdfFile = {
  readonly bytes: Uint8Array
  /** newest first */
  readonly sections: readonly XrefSection[]
  readonly startxref: number
  /** offset just behind the last %%EOF */
  readonly end: number
  readonly trailer: PdfDict
  /** the newest entry of every object number */
  readonly entries: ReadonlyMap<number, XrefEntry>
  /** The object, null when it is free or not there. Throws PdfError when it is damaged. */
  readonly object: (num: number) => PdfValue
  /** The value behind any chain of references. */
  readonly resolve: (value: PdfValue | undefined) => PdfValue
  /** what is not as it should be, in a file that was read to be judged only */
  readonly state: PdfState
}

/** `repaired`: why a strict reader cannot read it, in words. `unsure`: why readers may see different things; none: they agree. */
export type PdfState = { readonly repaired: readonly string[]; readonly unsure: readonly string[]; readonly encryption: 'none' | 'open' | 'locked' }

export const PDF_MAX_BYTES = 512 * 1024 * 1024

/** Opens a file. Error codes pdf.*: not a PDF, damaged, encrypted, too large. */
export const openPdf = (bytes: Uint8Array, shared: PdfCache = pdfCache()): Result<PdfFile, FormatError> => attempt(() => readFile(bytes, shared, { encryption: 'refuse', header: 0 }))

const problemOf = (error: unknown): Result<never, FormatError> => {
  if (error instanceof PdfError) return formatErr(error.code, error.message, error.offset)
  if (error instanceof RangeError) return formatErr('pdf.too-deep', '文件结构过深')
  throw error
}

/** Runs a reading step; what it throws becomes an error value. */
export const attempt = <T>(step: () => T): Result<T, FormatError> => {
  try {
    return ok(step())
  } catch (error) {
    return problemOf(error)
  }
}

/** The same for a step that waits for a key or a time stamp. */
export const attemptLater = async <T>(step: () => Promise<T>): Promise<Result<T, FormatError>> => {
  try {
    return ok(await step())
  } catch (error) {
    return problemOf(error)
  }
}

/** How a file is read by its cross-reference. `header`: offset of %PDF, from which all others count (ISO 32000-1 annex H, note 13). */
export type FileManner = { readonly encryption: 'refuse' | 'read'; readonly header: number }

/** PdfError pdf.*. */
export const readFile = (bytes: Uint8Array, shared: PdfCache, { encryption, header }: FileManner): PdfFile => {
  if (bytes.length > PDF_MAX_BYTES) throw new PdfError('pdf.too-large', '文件过大')
  if (String.fromCharCode(...bytes.subarray(header, header + 5)) !== '%PDF-') throw new PdfError('pdf.header', '不是 PDF 文件', header)
  const own = header === 0 ? shared : otherCache(shared, `header ${header}`)
  const entries = new Map<number, XrefEntry>()
  // Cross-reference streams are never encrypted, and no entry is known yet.
  const plain = objectReader(bytes, new Map(), own, {})
  const { offset: startxref, end } = readStartxref(bytes, header)
  const sections = readSections(bytes, startxref, plain.streamAt, own.sections, header)
  for (const section of sections) for (const [num, entry] of section.entries) if (!entries.has(num)) entries.set(num, entry)
  const trailer = sections[0]!.trailer
  const locks = sections.filter((section) => section.trailer.entries.has('Encrypt'))
  if (locks.length > 0 && encryption === 'refuse') throw new PdfError('pdf.encrypted', '文件已加密，无法读取')
  const cipher = locks.length === 0 ? undefined : cipherIn(trailer.entries.has('Encrypt') ? trailer : locks[0]!.trailer, objectReader(bytes, entries, own, {}).resolve)
  const { object, resolve } = objectReader(bytes, entries, cipher === undefined ? own : otherCache(own, cipher.id), cipher === undefined ? {} : { cipher })
  const state = { repaired: [], unsure: [], encryption: cipher === undefined ? 'none' : cipher.locked ? 'locked' : 'open' } as const
  return withRoot({ bytes, sections, startxref, end, trailer, entries, object, resolve, state })
}

/** PdfError without a catalog. */
export const withRoot = (file: PdfFile): PdfFile => {
  const root = file.resolve(file.trailer.entries.get('Root'))
  if (!isDict(root) || nameOf(root.entries.get('Type')) !== 'Catalog') throw new PdfError('pdf.root', '文件没有目录对象')
  return file
}

/** The dictionary of encryption is not encrypted itself. */
export const cipherIn = (trailer: PdfDict, resolve: PdfFile['resolve']): PdfCipher => {
  const encrypt = resolve(trailer.entries.get('Encrypt'))
  const id = resolve(trailer.entries.get('ID'))
  const first = isArray(id) ? resolve(id.items[0]) : null
  if (!isDict(encrypt)) throw new PdfError('pdf.encrypted', '文件已加密，加密信息无法读取')
  return cipherOf(encrypt, isString(first) ? first.bytes : new Uint8Array(0), resolve)
}

/** The object, or undefined when it is damaged: a file may carry rubbish that nobody looks at. */
export const readable = (file: PdfFile, num: number): PdfValue | undefined => {
  try {
    return file.object(num)
  } catch (error) {
    if (error instanceof PdfError) return undefined
    throw error
  }
}

/** The catalog of a file. */
export const catalogOf = (file: PdfFile): PdfDict => {
  const root = file.resolve(file.trailer.entries.get('Root'))
  if (!isDict(root)) throw new PdfError('pdf.root', '文件没有目录对象')
  return root
}

/** Pages in order as object numbers, at most `limit` of them. */
export const pagesOf = (file: PdfFile, limit = 100_000): readonly { readonly num: number; readonly dict: PdfDict }[] => {
  const pages: { num: number; dict: PdfDict }[] = []
  const seen = new Set<number>()
  const visit = (value: PdfValue | undefined, inherited: ReadonlyMap<string, PdfValue>, depth: number): void => {
    if (!isRef(value) || depth > 64) throw new PdfError('pdf.pages', '页面树不正确')
    if (seen.has(value.num)) throw new PdfError('pdf.pages', '页面树成环')
    seen.add(value.num)
    const node = file.resolve(value)
    if (!isDict(node)) throw new PdfError('pdf.pages', '页面树不正确')
    const passed = new Map(inherited)
    for (const key of ['Resources', 'MediaBox', 'CropBox', 'Rotate']) if (node.entries.has(key)) passed.set(key, node.entries.get(key)!)
    const kids = file.resolve(node.entries.get('Kids'))
    if (typeof kids === 'object' && kids?.kind === 'array') {
      for (const kid of kids.items) visit(kid, passed, depth + 1)
      return
    }
    if (pages.length >= limit) throw new PdfError('pdf.pages', '页数过多')
    pages.push({ num: value.num, dict: { kind: 'dict', entries: new Map([...passed, ...node.entries]) } })
  }
  visit(catalogOf(file).entries.get('Pages'), new Map(), 0)
  return pages
}

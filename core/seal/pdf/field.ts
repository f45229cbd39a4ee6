/** Signature fields and read-only stamps in pages and form (签名域、印章注释), ISO 32000-1 §12.5, §12.7. All of one increment. */
import { catalogOf, pagesOf, type PdfFile } from './file.ts'
import { isArray, isDict, isRef, PdfError, type PdfArray, type PdfDict, type PdfValue } from './value.ts'
import { array, dict, name, ref, textString, withEntries, type NewObject } from './write.ts'
import { MM } from './appearance.ts'

/** Print, Locked (§12.5.3): part of the document, not to be moved. */
const WIDGET_FLAGS = 132
/** Print, ReadOnly, Locked, LockedContents. */
const STAMP_FLAGS = 4 + 64 + 128 + 512

export type PageBox = { readonly num: number; readonly left: number; readonly bottom: number; readonly width: number; readonly height: number }

/**
 * Pages with their media box in points. 'upright' refuses turned pages, on which nothing visible can be placed.
 * PdfError seal.page, seal.rotated-page are for the pages that are asked about.
 */
export const pageBoxes = (file: PdfFile, turned: 'upright' | 'any'): ((page: number) => PageBox) => {
  const pages = pagesOf(file)
  return (page) => {
    const found = pages[page - 1]
    if (found === undefined) throw new PdfError('seal.page', `文件没有第 ${page} 页`)
    const rotation = file.resolve(found.dict.entries.get('Rotate'))
    if (turned === 'upright' && typeof rotation === 'number' && rotation % 360 !== 0) throw new PdfError('seal.rotated-page', '不能在旋转的页面上用印')
    const box = file.resolve(found.dict.entries.get('MediaBox'))
    const numbers = isArray(box) ? box.items.map((item) => file.resolve(item)) : []
    if (numbers.length !== 4 || !numbers.every((item) => typeof item === 'number')) throw new PdfError('seal.page', '页面尺寸不正确')
    const [x1, y1, x2, y2] = numbers as readonly number[] as [number, number, number, number]
    return { num: found.num, left: Math.min(x1, x2), bottom: Math.min(y1, y2), width: Math.abs(x2 - x1), height: Math.abs(y2 - y1) }
  }
}

export const pageCount = (file: PdfFile): number => pagesOf(file).length

/** Rectangle of something that stands `x`, `y` mm from the upper left of the page, `width` × `height` points. PdfError seal.place. */
export const rectOn = (box: PageBox, x: number, y: number, width: number, height: number): PdfValue => {
  const left = box.left + x * MM
  const top = box.bottom + box.height - y * MM
  const slack = 0.01
  const inside = left >= box.left - slack && left + width <= box.left + box.width + slack && top <= box.bottom + box.height + slack && top - height >= box.bottom - slack
  if (!inside) throw new PdfError('seal.place', '印章超出页面')
  return array(left, top - height, left + width, top)
}

/** The field and its widget in one dictionary. `form`: its appearance; none for an invisible one, whose rectangle is empty. */
export const signatureField = (num: number, label: string, page: number, signature: number, rect: PdfValue, form: number | undefined): NewObject => ({
  num, gen: 0,
  value: dict({
    Type: name('Annot'), Subtype: name('Widget'), FT: name('Sig'), T: textString(`${label}${num}`), F: WIDGET_FLAGS, Rect: rect, P: ref(page),
    ...(form === undefined ? {} : { AP: dict({ N: ref(form) }) }), V: ref(signature),
  }),
})

/** A further impression of the seal that the same signature covers: several widgets for one signature are read in several ways. */
export const stampAnnotation = (num: number, page: number, rect: PdfValue, form: number, title: string): NewObject => ({
  num, gen: 0,
  value: dict({
    Type: name('Annot'), Subtype: name('Stamp'), Rect: rect, F: STAMP_FLAGS, P: ref(page), NM: textString(`WenshuStamp${num}`), Contents: textString(title),
    AP: dict({ N: ref(form) }),
  }),
})

/** Adds annotations (object numbers by page object number) to the pages, in whichever object the lists are written. */
export const withAnnotations = (file: PdfFile, added: ReadonlyMap<number, readonly number[]>): readonly NewObject[] => {
  const objects = [...added].map(([pageNum, annotations]): NewObject => {
    const page = file.object(pageNum)
    if (!isDict(page)) throw new PdfError('pdf.pages', '页面对象不正确')
    const standing = page.entries.get('Annots')
    const list = file.resolve(standing)
    const extended: PdfArray = { kind: 'array', items: [...(isArray(list) ? list.items : []), ...annotations.map(ref)] }
    if (isRef(standing) && isArray(list)) return { num: standing.num, gen: standing.gen, value: extended }
    return { num: pageNum, gen: genOf(file, pageNum), value: withEntries(page, { Annots: extended }) }
  })
  if (new Set(objects.map(({ num }) => num)).size !== objects.length) throw new PdfError('pdf.pages', '多页共用一个注释表，不能用印')
  return objects
}

/** Adds a signature field to the form, making one when there is none; further catalog entries ride along. */
export const withField = (file: PdfFile, fieldNum: number, catalogEntries: Readonly<Record<string, PdfValue>> = {}): readonly NewObject[] => {
  const catalog = catalogOf(file)
  const standing = catalog.entries.get('AcroForm')
  const form = file.resolve(standing)
  const base = isDict(form) ? form : dict({})
  const fields = file.resolve(base.entries.get('Fields'))
  const extended = withEntries(base, { Fields: { kind: 'array', items: [...(isArray(fields) ? fields.items : []), ref(fieldNum)] }, SigFlags: 3 })
  if (isRef(standing) && isDict(form)) {
    const own: NewObject = { num: standing.num, gen: standing.gen, value: extended }
    return Object.keys(catalogEntries).length === 0 ? [own] : [own, withCatalog(file, catalogEntries)]
  }
  return [withCatalog(file, { ...catalogEntries, AcroForm: extended })]
}

/** The catalog with entries set anew. */
export const withCatalog = (file: PdfFile, entries: Readonly<Record<string, PdfValue>>): NewObject => {
  const root = file.trailer.entries.get('Root')
  if (!isRef(root)) throw new PdfError('pdf.root', '文件没有目录对象')
  return { num: root.num, gen: root.gen, value: withEntries(catalogOf(file), entries) as PdfDict }
}

const genOf = (file: PdfFile, num: number): number => {
  const entry = file.entries.get(num)
  return entry?.kind === 'at' ? entry.gen : 0
}

/** Who refers to an object, and which fields and annotations there are: the map by which a later change is judged. */
import { catalogOf, pagesOf, readable, type PdfFile } from './file.ts'
import { isUnfilled, strayFields } from './signatures.ts'
import { isArray, isDict, isRef, isStream, nameOf, PdfError, textOf, type PdfDict, type PdfValue } from './value.ts'

/** Holder of references in the trailer. */
export const TRAILER = -1

/** One reference: the object that holds it and the entry of its dictionary ('' in an array). */
export type Holder = { readonly num: number; readonly key: string }

export type FormField = { readonly name: string; readonly type: string; readonly signed: boolean; readonly dict: PdfDict }

const MAX_FIELDS = 20_000
type Reference = readonly [key: string, target: number, generation: number]
const known = new WeakMap<object, readonly Reference[]>()

/** References of one object, each with the outermost key that it hangs on. */
const referencesIn = (value: PdfValue): readonly Reference[] => {
  if (typeof value !== 'object' || value === null) return []
  const made = known.get(value)
  if (made !== undefined) return made
  const found: Reference[] = []
  const visit = (item: PdfValue | undefined, key: string): void => {
    if (isRef(item)) found.push([key, item.num, item.gen])
    else if (isArray(item)) for (const each of item.items) visit(each, key)
    else if (isDict(item)) for (const [name, each] of item.entries) visit(each, key === '' ? name : key)
    else if (isStream(item)) visit(item.dict, key)
  }
  visit(value, '')
  known.set(value, found)
  return found
}

/** Holders by target, over all objects of a revision. */
export const holdersIn = (file: PdfFile): ReadonlyMap<number, readonly Holder[]> => {
  const holders = new Map<number, Holder[]>()
  const put = (num: number, value: PdfValue): void => {
    for (const [key, target] of referencesIn(value)) {
      const list = holders.get(target)
      if (list === undefined) holders.set(target, [{ num, key }])
      else list.push({ num, key })
    }
  }
  for (const num of file.entries.keys()) put(num, readable(file, num) ?? null)
  put(TRAILER, file.trailer)
  return holders
}

/** Objects that something in use refers to and that cannot be read, or that it calls by another generation: some readers then see nothing. */
export const unreadableIn = (file: PdfFile): readonly number[] => {
  const seen = new Set<number>()
  const broken = new Set<number>()
  const open: number[] = []
  const take = (value: PdfValue, skip: readonly string[] = []): void => {
    for (const [key, target, generation] of referencesIn(value)) {
      if (skip.includes(key)) continue
      const entry = file.entries.get(target)
      if (entry !== undefined && entry.kind !== 'free' && generation !== (entry.kind === 'at' ? entry.gen : 0)) broken.add(target)
      if (!seen.has(target)) open.push(target)
    }
  }
  take(file.trailer, ['Prev', 'Encrypt'])
  for (let num = open.pop(); num !== undefined; num = open.pop()) {
    if (seen.has(num)) continue
    seen.add(num)
    const value = readable(file, num)
    if (value === undefined) broken.add(num)
    else take(value)
  }
  return [...broken]
}

/** Fields by object number, widgets among them: of the form, and those that stand on pages only. */
export const fieldsIn = (file: PdfFile): ReadonlyMap<number, FormField> => {
  const fields = new Map<number, FormField>()
  const form = file.resolve(catalogOf(file).entries.get('AcroForm'))
  const visit = (value: PdfValue, above: Pick<FormField, 'name' | 'type' | 'signed'>, depth: number): void => {
    if (!isRef(value) || fields.has(value.num)) return
    if (fields.size > MAX_FIELDS || depth > 32) throw new PdfError('pdf.form', '表单域过多或过深')
    const dict = file.resolve(value)
    if (!isDict(dict)) return
    const part = textOf(file.resolve(dict.entries.get('T')))
    const type = nameOf(file.resolve(dict.entries.get('FT'))) ?? above.type
    const own = file.resolve(dict.entries.get('V'))
    const field: FormField = {
      name: part === undefined ? above.name : above.name === '' ? part : `${above.name}.${part}`,
      type, signed: above.signed || (type === 'Sig' && isDict(own) && !isUnfilled(file, own)), dict,
    }
    fields.set(value.num, field)
    const kids = file.resolve(dict.entries.get('Kids'))
    if (isArray(kids)) for (const kid of kids.items) visit(kid, field, depth + 1)
  }
  const list = isDict(form) ? file.resolve(form.entries.get('Fields')) : null
  const top = { name: '', type: '', signed: false }
  if (isArray(list)) for (const item of list.items) visit(item, top, 0)
  for (const item of strayFields(file, new Set(fields.keys()))) visit(item, top, 0)
  return fields
}

export type PageParts = {
  readonly pages: ReadonlySet<number>
  /** object numbers of the arrays that pages have as /Annots */
  readonly lists: ReadonlySet<number>
  readonly annotations: ReadonlySet<number>
}

export const pagePartsIn = (file: PdfFile): PageParts => {
  const pages = new Set<number>()
  const lists = new Set<number>()
  const annotations = new Set<number>()
  for (const { num } of pagesOf(file)) {
    pages.add(num)
    const page = file.object(num)
    const entry = isDict(page) ? page.entries.get('Annots') : undefined
    if (isRef(entry)) lists.add(entry.num)
    const list = file.resolve(entry)
    if (isArray(list)) for (const item of list.items) if (isRef(item)) annotations.add(item.num)
  }
  return { pages, lists, annotations }
}

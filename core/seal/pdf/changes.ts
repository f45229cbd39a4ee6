/**
 * What one revision did to the one before it (签名后的修改). Object sets are compared and every difference is put into a
 * class; whether a class is allowed is for the signature to say (allowed.ts).
 */
import { canConceal } from './concealing.ts'
import { catalogOf, readable, type PdfFile } from './file.ts'
import { fillingOf, type Filling } from './filling.ts'
import { fieldsIn, holdersIn, pagePartsIn, TRAILER, type FormField, type Holder } from './references.ts'
import { growsStructure } from './structure.ts'
import { countOf, isArray, isDict, isRef, isStream, nameOf, sameValue, type PdfArray, type PdfDict, type PdfValue } from './value.ts'

export type Change =
  /** 任何签名都不允许 */
  | { readonly kind: 'forbidden'; readonly text: string }
  /** 填写表单；over：签名时该处已有内容 */
  | { readonly kind: 'fill'; readonly field: string; readonly over: Filling }
  /** 批注；conceals：能遮盖页面内容 */
  | { readonly kind: 'annotation'; readonly text: string; readonly conceals: boolean }
  /** 增加签名或文档时间戳 */
  | { readonly kind: 'signature'; readonly field: string; readonly stamp: boolean }
  /** 验证数据 */
  | { readonly kind: 'evidence' }
  /** 文档属性 */
  | { readonly kind: 'properties' }
  /** 结构标签只有增加 */
  | { readonly kind: 'structure' }

/** `now` begins with `before`; `final` is the newest revision: a field that gets its signature later is judged by what it becomes. */
export const changesBetween = (before: PdfFile, now: PdfFile, final: PdfFile): readonly Change[] => {
  const changes: Change[] = []
  const forbid = (text: string): void => { changes.push({ kind: 'forbidden', text }) }
  const view = { before, now, final, changes, forbid }
  if (!sameValue(before.trailer.entries.get('Root'), now.trailer.entries.get('Root'))) forbid('目录对象被替换')
  const changed = [...new Set([...before.entries.keys(), ...now.entries.keys()])].filter((num) => !sameEntry(before, now, num) && !sameValue(readable(before, num), readable(now, num)))
  if (changed.length === 0) return changes
  const catalog = catalogOf(before)
  const numOf = (value: PdfValue | undefined): number => (isRef(value) ? value.num : -2)
  const catalogNum = numOf(before.trailer.entries.get('Root'))
  const form = catalog.entries.get('AcroForm')
  const formDict = before.resolve(form)
  const fieldList = numOf(isDict(formDict) ? formDict.entries.get('Fields') : undefined)
  const holders = holdersIn(before)
  const fields = fieldsIn(before)
  const { pages, lists, annotations } = pagePartsIn(before)

  for (const num of changed) {
    const was = readable(before, num)
    const is = readable(now, num)
    if (was === undefined || is === undefined) {
      forbid(was === undefined ? `对象 ${num} 在签名时无法读取，后来补上了内容` : `对象 ${num} 被改得无法读取`)
      continue
    }
    if (was === null) {
      // Something signed pointed at nothing; now it points at this (shadow content). What only the trailer names beside the catalog is
      // shown by nobody: exports of office programs name streams there that later revisions do not have.
      if ((holders.get(num) ?? []).some((holder) => shows(before, holder))) forbid(`对象 ${num} 填入了签名时的空引用`)
      continue
    }
    const field = fields.get(num)
    if (isStructural(was) && (is === null || isStructural(is)) && (holders.get(num) ?? []).every(({ key }) => key === 'Extends')) continue
    if (num === catalogNum && isDict(is)) catalogChanges(view, catalog, is)
    else if (num === numOf(form) && isDict(was) && isDict(is)) formChanges(view, was, is)
    else if (num === fieldList && isArray(was) && isArray(is)) fieldListChanges(view, was, is)
    else if (pages.has(num) && isDict(was) && isDict(is)) pageChanges(view, was, is, num)
    else if (lists.has(num) && isArray(was) && isArray(is)) annotationChanges(view, was, is)
    else if (field !== undefined && isDict(was) && isDict(is)) fieldChanges(view, field, was, is, num)
    else if (annotations.has(num) && isDict(was) && nameOf(was.entries.get('Subtype')) !== 'Widget') changes.push({ kind: 'annotation', text: `修改了批注（对象 ${num}）`, conceals: canConceal(now, is) })
    else byOwner(view, ownersOf(num, { catalogNum, holders, fields, annotations, pages, final }), num, was, is)
  }
  return changes
}

type View = { readonly before: PdfFile; readonly now: PdfFile; readonly final: PdfFile; readonly changes: Change[]; readonly forbid: (text: string) => void }

/** Same place in the file means same bytes, since the later file begins with the earlier one. */
const sameEntry = (before: PdfFile, now: PdfFile, num: number): boolean => {
  const a = before.entries.get(num)
  const b = now.entries.get(num)
  if (a === undefined || b === undefined) return a === b
  if (a.kind === 'free' || b.kind === 'free') return a.kind === b.kind
  // The length of a stream may be an object of its own, so the same place can still hold another stream.
  if (a.kind === 'at') return b.kind === 'at' && a.offset === b.offset && a.gen === b.gen && sameAt(before, now, num)
  return b.kind === 'packed' && a.container === b.container && a.index === b.index && sameEntry(before, now, a.container)
}

const sameAt = (before: PdfFile, now: PdfFile, num: number): boolean => {
  const value = readable(before, num)
  // What the revision could not read must not have become readable by what was put behind it.
  return value === undefined ? readable(now, num) === undefined : !isStream(value) || sameValue(value, readable(now, num))
}

/** Whether what an object refers to may be shown: of a trailer, written as a dictionary or as a stream, only the catalog. */
const shows = (file: PdfFile, { num, key }: Holder): boolean => {
  const value = num === TRAILER ? null : readable(file, num)
  const isTrailer = num === TRAILER || (isStream(value) && nameOf(value.dict.entries.get('Type')) === 'XRef')
  return !isTrailer || key === 'Root' || key === 'Encrypt'
}

const isStructural = (value: PdfValue): boolean =>
  isStream(value) && ['XRef', 'ObjStm'].includes(nameOf(value.dict.entries.get('Type')) ?? '')

/** What an object serves: it may be swapped only when everything that refers to it may be. */
type Owner = 'evidence' | 'properties' | 'structure' | 'annotation' | 'signature' | 'other' | { readonly field: string; readonly num: number }

type Relations = {
  readonly catalogNum: number; readonly holders: ReturnType<typeof holdersIn>; readonly fields: ReadonlyMap<number, FormField>
  readonly annotations: ReadonlySet<number>; readonly pages: ReadonlySet<number>; readonly final: PdfFile
}

const ownersOf = (num: number, { catalogNum, holders, fields, annotations, pages, final }: Relations): readonly Owner[] => {
  const owners: Owner[] = []
  const seen = new Set<number>()
  const visit = (target: number): void => {
    if (seen.has(target)) return
    seen.add(target)
    for (const { num: holder, key } of holders.get(target) ?? []) {
      const field = fields.get(holder)
      if (holder === TRAILER) owners.push(key === 'Info' && target === num ? 'properties' : 'other')
      else if (holder === catalogNum) owners.push(key === 'DSS' ? 'evidence' : key === 'StructTreeRoot' ? 'structure' : key === 'Metadata' && target === num ? 'properties' : 'other')
      else if (field !== undefined) owners.push(ownerOfPart(field, holder, key, fieldsOf(final).get(holder)))
      else if (annotations.has(holder)) owners.push('annotation')
      else if (pages.has(holder)) owners.push('other')
      else visit(holder)
    }
  }
  visit(num)
  return owners
}

/** What hangs on a field: its look and its value. The look of an empty signature field is set by signing it. */
const ownerOfPart = (field: FormField, num: number, key: string, later: FormField | undefined): Owner => {
  if (field.signed || (key !== 'AP' && key !== 'V')) return 'other'
  if (field.type !== 'Sig') return { field: field.name, num }
  return key === 'AP' && later?.signed === true ? 'signature' : 'other'
}

const byOwner = ({ before, changes, forbid }: View, owners: readonly Owner[], num: number, was: PdfValue, is: PdfValue): void => {
  const [first] = owners
  if (first === undefined || owners.some((owner) => owner === 'other' || typeof owner !== typeof first || (typeof owner === 'string' && owner !== first))) {
    forbid(`修改了对象 ${num}${describe(was)}`)
  } else if (first === 'structure' && !growsStructure(was, is)) forbid(`修改了已有的结构标签（对象 ${num}）`)
  else if (typeof first === 'object') for (const owner of owners as readonly { field: string; num: number }[]) changes.push({ kind: 'fill', field: owner.field, over: fillingOf(before, owner.num) })
  else if (first === 'annotation') changes.push({ kind: 'annotation', text: `修改了批注的外观（对象 ${num}）`, conceals: true })
  else if (first === 'signature') changes.push({ kind: 'signature', field: String(num), stamp: false })
  else changes.push({ kind: first as 'evidence' | 'properties' | 'structure' })
}

const describe = (value: PdfValue): string => {
  const type = isDict(value) ? nameOf(value.entries.get('Type')) : isStream(value) ? (nameOf(value.dict.entries.get('Type')) ?? '流') : undefined
  return type === undefined ? '' : `（${type}）`
}

/** Keys whose values differ. */
const differing = (was: PdfDict, is: PdfDict): readonly string[] =>
  [...new Set([...was.entries.keys(), ...is.entries.keys()])].filter((key) => !sameValue(was.entries.get(key), is.entries.get(key)))

const NOTHING: PdfDict = { kind: 'dict', entries: new Map() }
const listOf = (value: PdfValue): PdfArray => (isArray(value) ? value : { kind: 'array', items: [] })

const catalogChanges = (view: View, was: PdfDict, is: PdfDict): void => {
  for (const key of differing(was, is)) {
    if (key === 'DSS') view.changes.push({ kind: 'evidence' })
    else if (key === 'Metadata') view.changes.push({ kind: 'properties' })
    else if (key === 'AcroForm') {
      const old = view.before.resolve(was.entries.get('AcroForm'))
      const form = view.now.resolve(is.entries.get('AcroForm'))
      if (isDict(form)) formChanges(view, isDict(old) ? old : NOTHING, form)
      else view.forbid('删除了表单')
    } else if (key !== 'Extensions' && !(key === 'Version' && is.entries.has(key))) view.forbid(`修改了目录的 ${key}`)
  }
}

const formChanges = (view: View, was: PdfDict, is: PdfDict): void => {
  for (const key of differing(was, is)) {
    // Looks that were to be made by the reader are now those that stand in the file.
    if (key === 'NeedAppearances' && view.now.resolve(is.entries.get(key)) !== true) continue
    if (key === 'SigFlags' || ((key === 'DR' || key === 'DA') && !was.entries.has(key))) continue
    if (key === 'DR' && extendsResources(view, was.entries.get(key), is.entries.get(key), 0)) continue
    if (key !== 'Fields') view.forbid(`修改了表单的 ${key}`)
    else fieldListChanges(view, listOf(view.before.resolve(was.entries.get('Fields'))), listOf(view.now.resolve(is.entries.get('Fields'))))
  }
}

/** Resources may be added for the look of a new signature; those that fields draw with already stay as they are. */
const extendsResources = (view: View, was: PdfValue | undefined, is: PdfValue | undefined, depth: number): boolean => {
  if (sameValue(was, is)) return true
  const [old, now] = [view.before.resolve(was), view.now.resolve(is)]
  return depth < 3 && isDict(old) && isDict(now) && [...old.entries].every(([key, value]) => extendsResources(view, value, now.entries.get(key), depth + 1))
}

const startsWith = (list: PdfArray, start: PdfArray): boolean =>
  list.items.length >= start.items.length && start.items.every((item, i) => sameValue(item, list.items[i]))

const fieldListChanges = (view: View, was: PdfArray, is: PdfArray): void => {
  if (!startsWith(is, was)) return view.forbid('改动了已有的表单域')
  for (const item of is.items.slice(was.items.length)) {
    const signed = signedField(item, view)
    if (signed === undefined) view.forbid('增加了不是签名的表单域')
    else view.changes.push(signed)
  }
}

const pageChanges = (view: View, was: PdfDict, is: PdfDict, num: number): void => {
  for (const key of differing(was, is)) {
    if (key !== 'Annots') view.forbid(`修改了页面（对象 ${num}）的 ${key}`)
    else annotationChanges(view, listOf(view.before.resolve(was.entries.get('Annots'))), listOf(view.now.resolve(is.entries.get('Annots'))))
  }
}

const annotationChanges = (view: View, was: PdfArray, is: PdfArray): void => {
  const isWidget = (item: PdfValue, file: PdfFile): boolean => {
    const annotation = file.resolve(item)
    return !isDict(annotation) || nameOf(annotation.entries.get('Subtype')) === 'Widget' || annotation.entries.has('FT')
  }
  const gone = was.items.filter((item) => !is.items.some((other) => sameValue(item, other)))
  if (!startsWith(is, was)) {
    if (gone.length === 0 || gone.some((item) => isWidget(item, view.before))) return view.forbid('改动了页面上已有的注释')
    view.changes.push({ kind: 'annotation', text: '删除了批注', conceals: false })
  }
  for (const item of is.items.filter((each) => !was.items.some((other) => sameValue(each, other)))) {
    const signed = signedField(item, view)
    if (signed !== undefined) view.changes.push(signed)
    else if (isWidget(item, view.now)) view.forbid('在页面上增加了表单控件')
    else view.changes.push({ kind: 'annotation', text: '在页面上增加了注释', conceals: canConceal(view.now, item) })
  }
}

/** Keys that signing an empty field sets, those that it may add where they were left out, and those that filling one in sets. */
const SIGNING: readonly string[] = ['V', 'AP', 'M', 'F', 'AS', 'Lock', 'MK', 'DA']
const ADDING: readonly string[] = ['P', 'Type', 'Ff', 'DR', 'TU', 'StructParent']
const FILLING: readonly string[] = ['V', 'AP', 'M', 'AS', 'I', 'TI', 'RV']

const fieldChanges = (view: View, field: FormField, was: PdfDict, is: PdfDict, num: number): void => {
  const keys = differing(was, is)
  if (field.type === 'Sig') {
    const beyond = keys.filter((key) => !SIGNING.includes(key) && (was.entries.has(key) || !ADDING.includes(key)))
    if (field.signed) view.forbid(`修改了已签名的签名域“${field.name}”`)
    else if (beyond.length > 0) view.forbid(`修改了签名域“${field.name}”的 ${beyond.join('、')}`)
    else {
      const signed = signedField({ kind: 'ref', num, gen: 0 }, view)
      if (signed === undefined) view.forbid(`修改了未签名的签名域“${field.name}”`)
      else view.changes.push(signed)
    }
    return
  }
  const beyond = keys.filter((key) => !FILLING.includes(key))
  if (beyond.length > 0) view.forbid(`修改了表单域“${field.name}”的 ${beyond.join('、')}`)
  else view.changes.push({ kind: 'fill', field: field.name, over: fillingOf(view.before, num) })
}

const formFields = new WeakMap<PdfFile, ReadonlyMap<number, FormField>>()
const fieldsOf = (file: PdfFile): ReadonlyMap<number, FormField> => {
  const fields = formFields.get(file) ?? fieldsIn(file)
  formFields.set(file, fields)
  return fields
}

/**
 * A reference to a signature field, or to the widget of one, whose signature was made after `before`: it is judged as a signature of its
 * own, and covers the field. One that the form does not list is judged by nobody, and one that borrows the value of an earlier signature
 * would show a seal where nobody sealed.
 */
const signedField = (value: PdfValue, { before, final: file }: Pick<View, 'before' | 'final'>): Extract<Change, { kind: 'signature' }> | undefined => {
  const field = isRef(value) && fieldsOf(file).has(value.num) ? file.resolve(value) : null
  if (!isDict(field)) return undefined
  const parent = file.resolve(field.entries.get('Parent'))
  const of = (key: string): PdfValue => {
    const own = file.resolve(field.entries.get(key))
    return own === null && isDict(parent) ? file.resolve(parent.entries.get(key)) : own
  }
  const signature = of('V')
  if (nameOf(of('FT')) !== 'Sig' || !isDict(signature) || coveredTo(file, signature) <= before.bytes.length) return undefined
  return { kind: 'signature', field: String((value as { num: number }).num), stamp: nameOf(signature.entries.get('SubFilter')) === 'ETSI.RFC3161' }
}

/** Offset that the range of a signature says it reaches to; 0 without a range. */
const coveredTo = (file: PdfFile, signature: PdfDict): number => {
  const range = file.resolve(signature.entries.get('ByteRange'))
  const [, , from, length] = isArray(range) ? range.items.map((item) => countOf(file.resolve(item)) ?? 0) : []
  return (from ?? 0) + (length ?? 0)
}

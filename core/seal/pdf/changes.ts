/**
 * What later revisions did to a signed one (签名后的修改). Object sets are compared; only further signatures and what they
 * bring along may be added (ISO 32000-1 §12.8.2.2.2, the strictest reading that still lets several organs sign).
 */
import { catalogOf, pagesOf, type PdfFile } from './file.ts'
import { isArray, isDict, isRef, isStream, nameOf, sameValue, type PdfArray, type PdfDict, type PdfValue } from './value.ts'

export type Changes = {
  /** not allowed after a signature */
  readonly problems: readonly string[]
  /** allowed, but told */
  readonly notes: readonly string[]
}

export const changesBetween = (signed: PdfFile, now: PdfFile): Changes => {
  const problems: string[] = []
  const notes: string[] = []
  const before = catalogOf(signed)
  const after = catalogOf(now)
  if (!sameValue(signed.trailer.entries.get('Root'), now.trailer.entries.get('Root'))) problems.push('目录对象被替换')
  const numOf = (value: PdfValue | undefined): number => (isRef(value) ? value.num : -1)
  const catalogNum = numOf(signed.trailer.entries.get('Root'))
  const formNum = numOf(before.entries.get('AcroForm'))
  const infoNum = numOf(signed.trailer.entries.get('Info'))
  const metadataNum = numOf(before.entries.get('Metadata'))
  const pages = new Set(pagesOf(signed).map((page) => page.num))
  const annotationLists = new Map<number, true>()
  for (const num of pages) {
    const page = signed.object(num)
    const list = isDict(page) ? page.entries.get('Annots') : undefined
    if (isRef(list)) annotationLists.set(list.num, true)
  }
  const fieldList = numOf(fieldsEntry(signed))
  const evidence = reachable(signed, before.entries.get('DSS'))
  const dangling = danglingRefs(signed)

  const judge = (num: number, was: PdfValue, is: PdfValue): void => {
    if (was === null) {
      // Something signed pointed at nothing; now it points at this.
      if (dangling.has(num)) problems.push(`对象 ${num} 填入了签名时的空引用`)
      return
    }
    if (isStructural(was) && (is === null || isStructural(is))) return
    if (num === catalogNum) problems.push(...catalogProblems(before, after, signed, now, notes))
    else if (num === formNum && isDict(was) && isDict(is)) problems.push(...formProblems(was, is, signed, now))
    else if (num === fieldList && isArray(was) && isArray(is)) problems.push(...fieldListProblems(was, is, now))
    else if (pages.has(num) && isDict(was) && isDict(is)) problems.push(...pageProblems(was, is, signed, now, num))
    else if (annotationLists.has(num) && isArray(was) && isArray(is)) problems.push(...annotationProblems(was, is, now))
    else if (isUnsignedField(was) && isDict(is)) problems.push(...fieldProblems(was as PdfDict, is, now, num))
    else if (num === infoNum || num === metadataNum) notes.push('签名后修改了文档属性（元数据）')
    else if (!evidence.has(num)) problems.push(`签名后修改了对象 ${num}${describe(was)}`)
  }
  for (const num of new Set([...signed.entries.keys(), ...now.entries.keys()])) {
    if (sameEntry(signed, now, num)) continue
    const was = signed.object(num)
    const is = now.object(num)
    if (!sameValue(was, is)) judge(num, was, is)
  }
  return { problems: [...new Set(problems)], notes: [...new Set(notes)] }
}

/** Same place in the file means same bytes, since the later file begins with the earlier one. */
const sameEntry = (signed: PdfFile, now: PdfFile, num: number): boolean => {
  const a = signed.entries.get(num)
  const b = now.entries.get(num)
  if (a === undefined || b === undefined) return a === b
  if (a.kind === 'free' || b.kind === 'free') return a.kind === b.kind
  // The length of a stream may be an object of its own, so the same place can still hold another stream.
  if (a.kind === 'at') {
    if (b.kind !== 'at' || a.offset !== b.offset || a.gen !== b.gen) return false
    const value = signed.object(num)
    return !isStream(value) || sameValue(value, now.object(num))
  }
  return b.kind === 'packed' && a.container === b.container && a.index === b.index && sameEntry(signed, now, a.container)
}

const isStructural = (value: PdfValue): boolean =>
  isStream(value) && ['XRef', 'ObjStm'].includes(nameOf(value.dict.entries.get('Type')) ?? '')

const describe = (value: PdfValue): string => {
  const type = isDict(value) ? nameOf(value.entries.get('Type')) : isStream(value) ? (nameOf(value.dict.entries.get('Type')) ?? '流') : undefined
  return type === undefined ? '' : `（${type}）`
}

const fieldsEntry = (file: PdfFile): PdfValue | undefined => {
  const form = file.resolve(catalogOf(file).entries.get('AcroForm'))
  return isDict(form) ? form.entries.get('Fields') : undefined
}

/** Keys whose values differ. */
const differing = (was: PdfDict, is: PdfDict): readonly string[] =>
  [...new Set([...was.entries.keys(), ...is.entries.keys()])].filter((key) => !sameValue(was.entries.get(key), is.entries.get(key)))

const catalogProblems = (was: PdfDict, is: PdfDict, signed: PdfFile, now: PdfFile, notes: string[]): readonly string[] =>
  differing(was, is).flatMap((key) => {
    switch (key) {
      case 'DSS':
      case 'Extensions':
        return []
      case 'Metadata':
        notes.push('签名后修改了文档属性（元数据）')
        return []
      case 'AcroForm': {
        const old = signed.resolve(was.entries.get('AcroForm'))
        const form = now.resolve(is.entries.get('AcroForm'))
        if (!isDict(form)) return ['签名后删除了表单']
        return formProblems(isDict(old) ? old : { kind: 'dict', entries: new Map() }, form, signed, now)
      }
      default:
        return [`签名后修改了目录的 ${key}`]
    }
  })

const formProblems = (was: PdfDict, is: PdfDict, signed: PdfFile, now: PdfFile): readonly string[] =>
  differing(was, is).flatMap((key) => {
    if (key === 'SigFlags' || ((key === 'DR' || key === 'DA') && !was.entries.has(key))) return []
    if (key !== 'Fields') return [`签名后修改了表单的 ${key}`]
    const old = signed.resolve(was.entries.get('Fields'))
    const list = now.resolve(is.entries.get('Fields'))
    return fieldListProblems(isArray(old) ? old : { kind: 'array', items: [] }, isArray(list) ? list : { kind: 'array', items: [] }, now)
  })

const fieldListProblems = (was: PdfArray, is: PdfArray, now: PdfFile): readonly string[] => {
  if (!startsWith(is, was)) return ['签名后改动了已有的表单域']
  return is.items.slice(was.items.length).every((item) => isSignedField(item, now)) ? [] : ['签名后增加了不是签名的表单域']
}

const pageProblems = (was: PdfDict, is: PdfDict, signed: PdfFile, now: PdfFile, num: number): readonly string[] =>
  differing(was, is).flatMap((key) => {
    if (key !== 'Annots') return [`签名后修改了页面（对象 ${num}）的 ${key}`]
    const old = signed.resolve(was.entries.get('Annots'))
    const list = now.resolve(is.entries.get('Annots'))
    return annotationProblems(isArray(old) ? old : { kind: 'array', items: [] }, isArray(list) ? list : { kind: 'array', items: [] }, now)
  })

const annotationProblems = (was: PdfArray, is: PdfArray, now: PdfFile): readonly string[] => {
  if (!startsWith(is, was)) return ['签名后改动了页面上已有的注释']
  return is.items.slice(was.items.length).every((item) => isSignedField(item, now)) ? [] : ['签名后在页面上增加了注释']
}

/** A signature field that stood empty may be signed; nothing else about it may change. */
const fieldProblems = (was: PdfDict, is: PdfDict, now: PdfFile, num: number): readonly string[] => {
  const keys = differing(was, is).filter((key) => !['V', 'AP', 'M', 'F', 'AS', 'Lock', 'MK', 'DA'].includes(key))
  if (keys.length > 0) return [`签名后修改了签名域（对象 ${num}）的 ${keys.join('、')}`]
  return isDict(now.resolve(is.entries.get('V'))) ? [] : ['签名后修改了未签名的签名域']
}

const startsWith = (list: PdfArray, start: PdfArray): boolean =>
  list.items.length >= start.items.length && start.items.every((item, i) => sameValue(item, list.items[i]))

/** A reference to a signature field, or to the widget of one, that holds a signature: it is judged as a signature of its own. */
const isSignedField = (value: PdfValue, file: PdfFile): boolean => {
  if (!isRef(value)) return false
  const field = file.resolve(value)
  if (!isDict(field)) return false
  const parent = file.resolve(field.entries.get('Parent'))
  const of = (key: string): PdfValue => {
    const own = file.resolve(field.entries.get(key))
    return own === null && isDict(parent) ? file.resolve(parent.entries.get(key)) : own
  }
  const signature = of('V')
  return nameOf(of('FT')) === 'Sig' && isDict(signature) && signature.entries.has('ByteRange')
}

const isUnsignedField = (value: PdfValue): boolean => isDict(value) && nameOf(value.entries.get('FT')) === 'Sig' && !value.entries.has('V')

const refsIn = (value: PdfValue | undefined, visit: (num: number) => void): void => {
  if (isRef(value)) visit(value.num)
  else if (isArray(value)) for (const item of value.items) refsIn(item, visit)
  else if (isDict(value)) for (const item of value.entries.values()) refsIn(item, visit)
  else if (isStream(value)) refsIn(value.dict, visit)
}

/** Object numbers that the signed revision refers to without having them. */
const danglingRefs = (file: PdfFile): ReadonlySet<number> => {
  const missing = new Set<number>()
  for (const num of file.entries.keys()) {
    refsIn(file.object(num), (target) => {
      const entry = file.entries.get(target)
      if (entry === undefined || entry.kind === 'free') missing.add(target)
    })
  }
  refsIn(file.trailer, (target) => {
    if (!file.entries.has(target)) missing.add(target)
  })
  return missing
}

/** Object numbers that hang on a value (used for the evidence store, whose parts do not refer elsewhere). */
const reachable = (file: PdfFile, value: PdfValue | undefined): ReadonlySet<number> => {
  const found = new Set<number>()
  const visit = (num: number): void => {
    if (found.has(num) || found.size > 10_000) return
    const target = file.object(num)
    if (isDict(target) && ['Page', 'Pages', 'Catalog', 'Annot'].includes(nameOf(target.entries.get('Type')) ?? '')) return
    found.add(num)
    refsIn(target, visit)
  }
  refsIn(value, visit)
  return found
}

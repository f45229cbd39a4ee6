/** Tags of a document for those who listen to it (结构标签), ISO 32000-1 §14.7: a signature may hang its field on them, nothing that stands there may change. */
import { isArray, isDict, sameValue, type PdfValue } from './value.ts'

const LISTS: readonly string[] = ['K', 'Kids', 'Nums']
const COUNTS: readonly string[] = ['ParentTreeNextKey', 'Limits']

const listOf = (value: PdfValue | undefined): readonly PdfValue[] => (value === undefined || value === null ? [] : isArray(value) ? value.items : [value])
const contains = (list: readonly PdfValue[], part: readonly PdfValue[]): boolean => {
  let at = 0
  for (const item of list) if (at < part.length && sameValue(item, part[at])) at++
  return at === part.length
}

/** Whether something of the structure tree only grew: every list still has what it had, in its order, and all else is the same. */
export const growsStructure = (was: PdfValue, is: PdfValue): boolean => {
  if (isArray(was)) return isArray(is) && contains(is.items, was.items)
  if (!isDict(was) || !isDict(is)) return false
  return [...new Set([...was.entries.keys(), ...is.entries.keys()])].every((key) => {
    const [old, now] = [was.entries.get(key), is.entries.get(key)]
    return COUNTS.includes(key) || (LISTS.includes(key) ? contains(listOf(now), listOf(old)) : sameValue(old, now))
  })
}

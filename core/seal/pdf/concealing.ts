/**
 * Whether an annotation can hide or replace what a page says (遮盖内容的批注): the attacks on certified documents put free text, stamps and
 * redactions over what was certified, which P=3 allows by the letter. Mainka, Mladenov, Rohlmann: Breaking the Specification, 2021.
 */
import type { PdfFile } from './file.ts'
import { latin } from './parse.ts'
import { unpacked } from './text-font.ts'
import { isArray, isDict, isStream, nameOf, PdfError, type PdfDict, type PdfStream, type PdfValue } from './value.ts'

/** Shown as an icon beside the text, or not at all. */
const ICONS: readonly string[] = ['Text', 'FileAttachment', 'Popup', 'Sound']
/** Marks on words; readers draw them so that the words stay. */
const MARKS: readonly string[] = ['Highlight', 'Underline', 'Squiggly', 'StrikeOut']
/** Sides of an icon at most, points. */
const ICON = 50

export const canConceal = (file: PdfFile, annotation: PdfValue): boolean => {
  const dict = file.resolve(annotation)
  if (!isDict(dict)) return true
  const kind = nameOf(file.resolve(dict.entries.get('Subtype'))) ?? ''
  const looks = looksOf(file, dict)
  if (ICONS.includes(kind)) return looks.length > 0 && !isIcon(file, dict)
  if (MARKS.includes(kind)) return looks.some((look) => hides(file, look))
  return kind !== 'Link' || looks.length > 0
}

const looksOf = (file: PdfFile, annotation: PdfDict): readonly PdfValue[] => {
  const looks = file.resolve(annotation.entries.get('AP'))
  if (!isDict(looks)) return []
  return [...looks.entries.values()].flatMap((entry) => {
    const look = file.resolve(entry)
    return isDict(look) ? [...look.entries.values()].map((each) => file.resolve(each)) : look === null ? [] : [look]
  })
}

const isIcon = (file: PdfFile, annotation: PdfDict): boolean => {
  const rect = file.resolve(annotation.entries.get('Rect'))
  const sides = isArray(rect) ? rect.items.map((item) => file.resolve(item)) : []
  if (sides.length !== 4 || !sides.every((side) => typeof side === 'number')) return false
  const [x1, y1, x2, y2] = sides as readonly number[] as [number, number, number, number]
  return Math.abs(x2 - x1) <= ICON && Math.abs(y2 - y1) <= ICON
}

/** A look that neither lets the page through nor draws lines alone. */
const hides = (file: PdfFile, look: PdfValue): boolean => {
  if (!isStream(look)) return true
  try {
    const program = latin(unpacked(file, look))
    if (/(^|[\s\])>])(Tj|TJ|'|"|Do|EI|sh)(\s|$)/.test(program)) return !multiplies(file, look)
    return /(^|\s)(f|F|f\*|B|B\*|b|b\*)(\s|$)/.test(program) && !multiplies(file, look)
  } catch (error) {
    if (error instanceof PdfError) return true
    throw error
  }
}

const multiplies = (file: PdfFile, { dict }: PdfStream): boolean => {
  const resources = file.resolve(dict.entries.get('Resources'))
  const states = isDict(resources) ? file.resolve(resources.entries.get('ExtGState')) : null
  const list = isDict(states) ? [...states.entries.values()].map((state) => file.resolve(state)) : []
  return list.length > 0 && list.every((state) => isDict(state) && ['Multiply', 'Darken'].includes(nameOf(file.resolve(state.entries.get('BM'))) ?? ''))
}

/**
 * What stood where a later revision filled something in (填写前的内容). A form is made to be filled in after somebody signed it; what the
 * signer saw there must not become something else by it.
 */
import { pagesOf, type PdfFile } from './file.ts'
import { latin } from './parse.ts'
import { unpacked } from './text-font.ts'
import { charactersOn } from './text.ts'
import { isArray, isDict, isRef, isStream, isString, nameOf, PdfError, sameValue, type PdfDict, type PdfValue } from './value.ts'

/** empty: a field without a value, over nothing that the page says. */
export type Filling = 'empty' | 'shown'

const MAX_WIDGETS = 500
/** Lines to write on are drawn as text at times. */
const RULE = /^[\s_.·…—－-]*$/u
/** Points by which a label may reach into a field. */
const SLACK = 2

/** `num`: of the field or one of its widgets, in the revision that was signed. What cannot be read counts as shown. */
export const fillingOf = (before: PdfFile, num: number): Filling => {
  try {
    const dict = before.object(num)
    if (!isDict(dict) || hasValue(before, dict)) return 'shown'
    return widgetsOf(before, num).some((widget) => draws(before, widget.dict) || coversText(before, widget)) ? 'shown' : 'empty'
  } catch (error) {
    if (error instanceof PdfError) return 'shown'
    throw error
  }
}

type Widget = { readonly num: number; readonly dict: PdfDict }

const widgetsOf = (file: PdfFile, num: number): readonly Widget[] => {
  const found = new Map<number, PdfDict>()
  const visit = (value: PdfValue, depth: number): void => {
    if (!isRef(value) || found.has(value.num)) return
    if (depth > 32 || found.size > MAX_WIDGETS) throw new PdfError('pdf.form', '表单域过多或过深')
    const dict = file.resolve(value)
    if (!isDict(dict)) return
    found.set(value.num, dict)
    const kids = file.resolve(dict.entries.get('Kids'))
    if (isArray(kids)) for (const kid of kids.items) visit(kid, depth + 1)
  }
  visit({ kind: 'ref', num, gen: 0 }, 0)
  return [...found].map(([own, dict]) => ({ num: own, dict }))
}

/** Its own value or one above it. The value that a reset gives is nobody's entry. */
const hasValue = (file: PdfFile, field: PdfDict): boolean => {
  const state = nameOf(file.resolve(field.entries.get('AS')))
  if (state !== undefined && state !== 'Off') return true
  let dict: PdfValue = field
  for (let depth = 0; isDict(dict) && depth < 32; depth++) {
    const value = file.resolve(dict.entries.get('V'))
    const isBlank = value === null || (isString(value) && value.bytes.every((byte) => byte <= 32)) || nameOf(value) === 'Off' || nameOf(value) === '' || (isArray(value) && value.items.length === 0)
    if (!isBlank) return !sameValue(value, file.resolve(dict.entries.get('DV')))
    dict = file.resolve(dict.entries.get('Parent'))
  }
  return false
}

/** Whether its look says something although it has no value. Grounds and borders do not. */
const draws = (file: PdfFile, widget: PdfDict): boolean => {
  const looks = file.resolve(widget.entries.get('AP'))
  const normal = isDict(looks) ? file.resolve(looks.entries.get('N')) : null
  const look = isDict(normal) ? file.resolve(normal.entries.get(nameOf(file.resolve(widget.entries.get('AS'))) ?? 'Off')) : normal
  return isStream(look) && /(^|[\s\])>])(Tj|TJ|'|"|Do|EI|sh)(\s|$)/.test(latin(unpacked(file, look)))
}

/** Whether characters of the page stand in its rectangle. */
const coversText = (file: PdfFile, { num, dict }: Widget): boolean => {
  const rect = file.resolve(dict.entries.get('Rect'))
  const sides = isArray(rect) ? rect.items.map((item) => file.resolve(item)) : []
  if (sides.length !== 4 || !sides.every((side) => typeof side === 'number')) return false
  const [x1, y1, x2, y2] = sides as readonly number[] as [number, number, number, number]
  const page = pagesOf(file).findIndex((one) => {
    const list = file.resolve(one.dict.entries.get('Annots'))
    return isArray(list) && list.items.some((item) => isRef(item) && item.num === num)
  })
  if (page < 0) return false
  const within = (least: number, most: number, own: number): boolean => own > Math.min(least, most) + SLACK && own < Math.max(least, most) - SLACK
  return charactersOn(file, page).some(({ text, left, right, bottom, top }) => (text === null || !RULE.test(text)) && within(x1, x2, (left + right) / 2) && within(y1, y2, (bottom + top) / 2))
}

/**
 * Traditional Mongolian (蒙古文) in a Chinese line: each letter takes the form that its place in the word asks for, and the word runs
 * from left to right, turned a quarter anticlockwise against upright Mongolian, as the font draws it (W3C mlreq, horizontal setting).
 */
import { applyLookup, type Slot } from './gsub.ts'
import type { Gsub } from './gsub-table.ts'

/** One glyph of a shaped text; `from` ≤ index < `to`: the code points that it, with the glyphs of the same range, stands for. */
export type ShapedGlyph = { readonly glyphId: number; readonly from: number; readonly to: number }

/** Words with their variation selectors, vowel separators and the suffixes that hang on a narrow no-break space. */
export const mongolianWord = /[\u1800-\u18aa]+(?:(?:\u200c|\u200d|\u202f)+[\u1800-\u18aa]+)*/gu

const isSelector = (code: number): boolean => (code >= 0x180b && code <= 0x180d) || code === 0x180f
const isLetter = (code: number): boolean => code === 0x1807 || code === 0x180a || code === 0x200d || code === 0x18aa || (code >= 0x1820 && code <= 0x1878) || (code >= 0x1887 && code <= 0x18a8)
/** Marks and selectors are looked past when letters join. ArabicShaping.txt: T */
const isTransparent = (code: number): boolean => isSelector(code) || code === 0x1885 || code === 0x1886 || code === 0x18a9

/** The positional feature of each code point, null where it joins nothing. */
export function formsOf(codes: readonly number[]): (string | null)[] {
  const forms: (string | null)[] = codes.map(() => null)
  let last = -1
  codes.forEach((code, i) => {
    if (isTransparent(code)) return
    if (!isLetter(code)) {
      last = -1
      return
    }
    if (last >= 0) forms[last] = forms[last] === 'isol' ? 'init' : 'medi'
    forms[i] = last >= 0 ? 'fina' : 'isol'
    last = i
  })
  // A selector goes with the letter that it follows, or rules that name both would not find it.
  codes.forEach((code, i) => { if (isSelector(code) && i > 0) forms[i] = forms[i - 1]! })
  return forms
}

/** In the order in which they are applied; lookups of one stage run by their index. */
const stages: readonly (readonly string[])[] = [['ccmp', 'locl'], ['isol'], ['fina'], ['medi'], ['init'], ['rlig', 'calt', 'liga', 'clig', 'rclt']]
const positional = new Set(['isol', 'fina', 'medi', 'init'])

/** The glyphs of a Mongolian text, or null when a letter has none in this font. */
export function shapeMongolian(gsub: Gsub, glyphOf: (code: number) => number, codes: readonly number[]): readonly ShapedGlyph[] | null {
  const forms = formsOf(codes)
  const row: Slot[] = []
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!
    const glyph = glyphOf(code)
    const isJoiner = code === 0x200c || code === 0x200d
    if (glyph === 0 && !isJoiner && !isSelector(code)) return null
    row.push({ glyph, cluster: i, form: forms[i]!, isIgnorable: isJoiner || code === 0x180e, isJoiner, isShaped: false })
  }
  for (const stage of stages) {
    const lookups = new Map(stage.flatMap((tag) => (gsub.features.get(tag) ?? []).map((index) => [index, positional.has(tag) ? tag : null] as const)))
    for (const [index, form] of [...lookups].sort((a, b) => a[0] - b[0])) applyLookup(gsub, row, index, form)
  }
  return glyphsOf(row, codes, (slot) => !slot.isShaped && (isSelector(codes[slot.cluster]!) || slot.isIgnorable))
}

/** Without what shows nothing; its code points belong to what stands before it. */
function glyphsOf(row: readonly Slot[], codes: readonly number[], isHidden: (slot: Slot) => boolean): readonly ShapedGlyph[] {
  const shown = row.filter((slot) => !isHidden(slot))
  const starts = [...new Set(shown.map((slot) => slot.cluster))].sort((a, b) => a - b)
  return shown.map((slot) => {
    const index = starts.indexOf(slot.cluster)
    return { glyphId: slot.glyph, from: index === 0 ? 0 : slot.cluster, to: starts[index + 1] ?? codes.length }
  })
}

/** Where words stand on the pages of a PDF (文字定位), by running the text operators of its content streams. ISO 32000-1 §8.4, §9.4 */
import { concatBytes, type FormatError, type Result } from '#core/formats'
import { MM } from './appearance.ts'
import { attempt, openPdf, pagesOf, type PdfFile } from './file.ts'
import { pageBoxes, type PageBox } from './field.ts'
import { PdfCursor } from './parse.ts'
import { textFont, unpacked, type TextFont } from './text-font.ts'
import { isArray, isDict, isName, isStream, isString, nameOf, PdfError, type PdfDict, type PdfValue } from './value.ts'

/** Where words stand: page from 1, upper left and size in mm from the page's upper left. */
export type WordBox = { readonly page: number; readonly x: number; readonly y: number; readonly width: number; readonly height: number }

type Matrix = readonly [number, number, number, number, number, number]
/** One character with the box of its em on the page: points from the page's lower left. `text` null: not readable. */
export type Placed = { readonly text: string | null; readonly left: number; readonly right: number; readonly bottom: number; readonly top: number }

const UNIT: Matrix = [1, 0, 0, 1, 0, 0]
/** Depth of forms in forms, and most characters, operators and forms of one page. */
const [DEEPEST, MOST_CHARACTERS, MOST_OPERATORS, MOST_FORMS] = [12, 500_000, 3_000_000, 2000]
/** The em box of Han type about its baseline. */
const [ASCENT, DESCENT] = [0.88, 0.12]

const times = ([a, b, c, d, e, f]: Matrix, [p, q, r, s, t, u]: Matrix): Matrix =>
  [a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u]

type TextState = { readonly matrix: Matrix; readonly font: TextFont | null; readonly size: number; readonly spacing: number; readonly wordSpacing: number; readonly scale: number; readonly leading: number; readonly rise: number }

type Run = { readonly file: PdfFile; readonly placed: Placed[]; readonly fonts: Map<PdfValue, TextFont | null>; operators: number; forms: number }

const numbersOf = (operands: readonly PdfValue[], count: number): readonly number[] | null => {
  const last = operands.slice(-count)
  return last.length === count && last.every((value) => typeof value === 'number' && Number.isFinite(value)) ? last as readonly number[] : null
}

/** The streams of a page are one program, parted anywhere between two words. */
const contentOf = (file: PdfFile, value: PdfValue): Uint8Array => {
  const streams = isArray(value) ? value.items.map((item) => file.resolve(item)) : [value]
  return concatBytes(...streams.flatMap((stream) => isStream(stream) ? [unpacked(file, stream), Uint8Array.of(10)] : []))
}

const resource = (file: PdfFile, resources: PdfDict | null, kind: string, name: PdfValue | undefined): PdfValue => {
  const group = resources === null ? null : file.resolve(resources.entries.get(kind))
  return isDict(group) && isName(name) ? file.resolve(group.entries.get(name.name)) : null
}

/** Passes over the data of an inline picture: to the EI that stands alone. */
const skipPicture = (cursor: PdfCursor): void => {
  const { bytes } = cursor
  const isBlank = (byte: number | undefined): boolean => byte === undefined || byte === 32 || byte === 10 || byte === 13 || byte === 9
  for (let at = cursor.at; at + 1 < bytes.length; at++) {
    if (bytes[at] !== 0x45 || bytes[at + 1] !== 0x49 || !isBlank(bytes[at - 1]) || !isBlank(bytes[at + 2])) continue
    cursor.at = at + 2
    return
  }
  cursor.at = bytes.length
}

const runContent = (run: Run, content: Uint8Array, resources: PdfDict | null, start: Matrix, depth: number): void => {
  const cursor = new PdfCursor(content, 0, -1)
  const saved: TextState[] = []
  let state: TextState = { matrix: start, font: null, size: 0, spacing: 0, wordSpacing: 0, scale: 1, leading: 0, rise: 0 }
  let text: Matrix = UNIT
  let line: Matrix = UNIT
  const nextLine = (x: number, y: number): void => { line = times([1, 0, 0, 1, x, y], line); text = line }
  const show = (value: PdfValue | undefined): void => {
    if (!isString(value)) return
    const { font, size, scale, rise } = state
    for (const { text: character, width, isSpace } of font?.(value.bytes) ?? [{ text: null, width: 0, isSpace: false }]) {
      const glyph = times([size * scale, 0, 0, size, 0, rise], times(text, state.matrix))
      const corner = (x: number, y: number): readonly [number, number] => [glyph[0] * x + glyph[2] * y + glyph[4], glyph[1] * x + glyph[3] * y + glyph[5]]
      const corners = [corner(0, -DESCENT), corner(width, -DESCENT), corner(0, ASCENT), corner(width, ASCENT)]
      const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)]
      if (run.placed.length >= MOST_CHARACTERS) throw new PdfError('pdf.text', '一页的文字过多')
      run.placed.push({ text: character, left: Math.min(...xs), right: Math.max(...xs), bottom: Math.min(...ys), top: Math.max(...ys) })
      text = times([1, 0, 0, 1, (width * size + state.spacing + (isSpace ? state.wordSpacing : 0)) * scale, 0], text)
    }
  }
  const perform = (word: string, operands: readonly PdfValue[]): void => {
    const [last, before] = [operands.at(-1), operands.at(-2)]
    const number = typeof last === 'number' ? last : 0
    switch (word) {
      case 'q': if (saved.length < 1000) saved.push(state); return
      case 'Q': state = saved.pop() ?? state; return
      case 'cm': { const m = numbersOf(operands, 6); if (m !== null) state = { ...state, matrix: times(m as unknown as Matrix, state.matrix) }; return }
      case 'BT': text = line = UNIT; return
      case 'Tm': { const m = numbersOf(operands, 6); if (m !== null) text = line = m as unknown as Matrix; return }
      case 'Td': { const m = numbersOf(operands, 2); if (m !== null) nextLine(m[0]!, m[1]!); return }
      case 'TD': { const m = numbersOf(operands, 2); if (m !== null) { state = { ...state, leading: -m[1]! }; nextLine(m[0]!, m[1]!) } return }
      case 'T*': nextLine(0, -state.leading); return
      case 'Tc': state = { ...state, spacing: number }; return
      case 'Tw': state = { ...state, wordSpacing: number }; return
      case 'Tz': state = { ...state, scale: number / 100 }; return
      case 'TL': state = { ...state, leading: number }; return
      case 'Ts': state = { ...state, rise: number }; return
      case 'Tf': state = { ...state, font: fontOf(run, resource(run.file, resources, 'Font', before)), size: number }; return
      case 'Tj': show(last); return
      case "'": nextLine(0, -state.leading); show(last); return
      case '"': { const m = numbersOf(operands.slice(0, -1), 2); if (m !== null) state = { ...state, wordSpacing: m[0]!, spacing: m[1]! }; nextLine(0, -state.leading); show(last); return }
      case 'TJ':
        for (const item of isArray(last) ? last.items : []) {
          if (typeof item === 'number') text = times([1, 0, 0, 1, -item / 1000 * state.size * state.scale, 0], text)
          else show(item)
        }
        return
      case 'Do': runForm(run, resource(run.file, resources, 'XObject', last), resources, state.matrix, depth); return
      case 'ID': skipPicture(cursor); return
      default:
    }
  }
  let operands: PdfValue[] = []
  for (;;) {
    cursor.skipSpace()
    if (cursor.at >= content.length) return
    const word = cursor.peekWord()
    if (/^[A-Za-z'"*][A-Za-z0-9*'"]*$/u.test(word) && !['true', 'false', 'null'].includes(word)) {
      if (++run.operators > MOST_OPERATORS) throw new PdfError('pdf.text', '一页的内容过多')
      cursor.at += word.length
      perform(word, operands)
      operands = []
    } else if (operands.length < 10_000) operands.push(cursor.value())
    else throw new PdfError('pdf.text', '内容流的操作数过多')
  }
}

const fontOf = (run: Run, value: PdfValue): TextFont | null => {
  const known = run.fonts.get(value)
  if (known !== undefined) return known
  const font = textFont(run.file, value)
  run.fonts.set(value, font)
  return font
}

const runForm = (run: Run, form: PdfValue, outer: PdfDict | null, matrix: Matrix, depth: number): void => {
  if (!isStream(form) || nameOf(run.file.resolve(form.dict.entries.get('Subtype'))) !== 'Form' || depth >= DEEPEST || ++run.forms > MOST_FORMS) return
  const own = run.file.resolve(form.dict.entries.get('Matrix'))
  const numbers = isArray(own) ? numbersOf(own.items.map((item) => run.file.resolve(item)), 6) : null
  const resources = run.file.resolve(form.dict.entries.get('Resources'))
  runContent(run, unpacked(run.file, form), isDict(resources) ? resources : outer, numbers === null ? matrix : times(numbers as unknown as Matrix, matrix), depth + 1)
}

/** Every occurrence of `wanted` among the characters of a page, in the order of drawing; white space counts for nothing. */
const occurrences = (placed: readonly Placed[], wanted: readonly string[], page: number, box: PageBox): readonly WordBox[] => {
  const characters = placed.flatMap(({ text, ...at }) => text === null ? [{ character: '\ufffd', ...at }] : [...text].filter((one) => !/\s/u.test(one)).map((character) => ({ character, ...at })))
  const found: WordBox[] = []
  for (let start = 0; start + wanted.length <= characters.length; start++) {
    if (!wanted.every((character, offset) => characters[start + offset]!.character === character)) continue
    const own = characters.slice(start, start + wanted.length)
    const [left, right] = [Math.min(...own.map((one) => one.left)), Math.max(...own.map((one) => one.right))]
    const [bottom, top] = [Math.min(...own.map((one) => one.bottom)), Math.max(...own.map((one) => one.top))]
    found.push({ page, x: (left - box.left) / MM, y: (box.bottom + box.height - top) / MM, width: (right - left) / MM, height: (top - bottom) / MM })
    start += wanted.length - 1
  }
  return found
}

/** Where the words stand, in the order of pages and of drawing. `unread`: characters of which the file does not say what they are. */
export type FoundWords = { readonly words: readonly WordBox[]; readonly unread: number; readonly pages: readonly { readonly width: number; readonly height: number }[] }

/** `pages` in mm. Errors pdf.* for what cannot be read; text that is drawn as a picture is not there. */
export const findPdfWords = (pdf: Uint8Array, text: string): Result<FoundWords, FormatError> => {
  const opened = openPdf(pdf)
  return opened.ok ? attempt(() => wordsIn(opened.value, [...text.replaceAll(/\s/gu, '')])) : opened
}

/** Every character of a page (from 0) where it stands. PdfError for what cannot be run. */
export const charactersOn = (file: PdfFile, page: number): readonly Placed[] => {
  const dict = pagesOf(file)[page]?.dict
  if (dict === undefined) throw new PdfError('pdf.pages', '没有这一页')
  return charactersOf(file, dict, new Map())
}

const charactersOf = (file: PdfFile, page: PdfDict, fonts: Map<PdfValue, TextFont | null>): readonly Placed[] => {
  const run: Run = { file, placed: [], fonts, operators: 0, forms: 0 }
  const resources = file.resolve(page.entries.get('Resources'))
  runContent(run, contentOf(file, file.resolve(page.entries.get('Contents'))), isDict(resources) ? resources : null, UNIT, 0)
  return run.placed
}

const wordsIn = (file: PdfFile, wanted: readonly string[]): FoundWords => {
  const boxOf = pageBoxes(file, 'any')
  const fonts = new Map<PdfValue, TextFont | null>()
  const words: WordBox[] = []
  let unread = 0
  const pages = pagesOf(file).map(({ dict }, index) => {
    const box = boxOf(index + 1)
    const placed = charactersOf(file, dict, fonts)
    unread += placed.filter((one) => one.text === null).length
    if (wanted.length > 0) words.push(...occurrences(placed, wanted, index + 1, box))
    return { width: box.width / MM, height: box.height / MM }
  })
  return { words, unread, pages }
}

/** Breaks a paragraph into lines: 禁则, squeezing of marks, numbers and words kept whole, both edges straight. */
import type { Atom } from './measure.ts'

/** One line. `offsets[i]` is the left edge of the cell of `atoms[i]`, in cells from the line's start. */
export type Line = {
  readonly atoms: readonly Atom[]
  readonly offsets: readonly number[]
  /** from the start to the end of the last mark, cells */
  readonly width: number
}

/** Widths in cells. */
export type Measure = { readonly first: number; readonly rest: number }

/** Rounding of sums of widths must never cost a character. */
const epsilon = 1e-6
/** Latin runs up to this many characters are kept whole. */
const longestWord = 16
/** Stay with the number before them. */
const ratio = new Set('∶：:')
const unitsOfDates = new Set('年月日号')

/**
 * Lines of a paragraph, greedy and deterministic. No line starts with a closing mark or ends with an opening one: a mark
 * that would is squeezed in when the blank halves of the line's marks give the room, and otherwise the characters before
 * it go down with it. Nothing ever stands outside the measure. Every line but the last is spread to the full measure.
 */
export function breakLines(atoms: readonly Atom[], measure: Measure): Line[] {
  const mayBreak = breaksOf(atoms, Math.min(measure.first, measure.rest))
  const lines: Line[] = []
  let start = 0
  while (start < atoms.length) {
    const room = lines.length === 0 ? measure.first : measure.rest
    const end = lineEnd(atoms, mayBreak, start, room)
    lines.push(setLine(atoms.slice(start, end), room, end < atoms.length))
    start = end
  }
  return lines
}

/** One line without breaking, nothing spread. */
export function setSingle(atoms: readonly Atom[]): Line {
  return setLine(atoms, Number.POSITIVE_INFINITY, false)
}

/** mayBreak[i]: whether a line may end before atom i. */
function breaksOf(atoms: readonly Atom[], room: number): boolean[] {
  const mayBreak = new Array<boolean>(atoms.length + 1).fill(true)
  let runStart = 0
  for (let i = 1; i < atoms.length; i++) {
    const last = atoms[i - 1]!
    const next = atoms[i]!
    if (next.isBlank || next.noStart || last.noEnd) mayBreak[i] = false
    if (!last.isLatin) runStart = i
    const before = last.char
    const after = next.char
    // 2027 on one line and 年 on the next reads badly, and dates are what people look for.
    if (last.isLatin && isDigit(before) && unitsOfDates.has(after)) mayBreak[i] = false
    // 2026—2027年 is one expression.
    if ((before === '—' || before === '～') && isDigit(after) && isDigit(atoms[i - 2]?.char ?? '')) mayBreak[i] = false
    // 12.5∶44.7 is one ratio, 9：30 one time.
    if (ratio.has(before) && isDigit(after) && isDigit(atoms[i - 2]?.char ?? '')) mayBreak[i] = false
    if (last.isLatin && next.isLatin) mayBreak[i] = latinBreak(atoms, i, runStart, room)
  }
  return mayBreak
}

/** Inside a Latin run: only in long ones, never inside a number unless the number is longer than a line. */
function latinBreak(atoms: readonly Atom[], at: number, runStart: number, room: number): boolean {
  // A Mongolian word with its suffixes has more letters than a Latin one, and no hyphen tells that it goes on.
  if (isShaped(atoms[at - 1]!) && isShaped(atoms[at]!)) return isWider(atoms, at, room, isShaped)
  let runEnd = at
  while (runEnd < atoms.length && runEnd - runStart <= longestWord * 4 && atoms[runEnd]!.isLatin) runEnd++
  if (runEnd - runStart <= longestWord) return false
  const before = atoms[at - 1]!.char
  const after = atoms[at]!.char
  const inNumber = /[\d.,:]/.test(before) && /[\d.,:]/.test(after)
  if (!inNumber) return !atoms[at]!.noStart && !atoms[at - 1]!.noEnd
  return isWider(atoms, at, room, (atom) => /[\d.,:]/.test(atom.char))
}

const isShaped = (atom: Atom): boolean => atom.shaped !== undefined

/** Whether the atoms of one kind on both sides of a place are wider than the room. */
function isWider(atoms: readonly Atom[], at: number, room: number, belongs: (atom: Atom) => boolean): boolean {
  // Bounded by the room on both sides, so a hostile run costs no more than a line each.
  let width = 0
  for (let i = at - 1; i >= 0 && width <= room && belongs(atoms[i]!); i--) width += atoms[i]!.width
  for (let i = at; i < atoms.length && width <= room && belongs(atoms[i]!); i++) width += atoms[i]!.width
  return width > room
}

function lineEnd(atoms: readonly Atom[], mayBreak: readonly boolean[], start: number, room: number): number {
  let width = 0
  let end = start
  while (end < atoms.length) {
    const atom = atoms[end]!
    // Blanks at the end of a line take no room.
    if (width + atom.width > room + epsilon && !atom.isBlank) break
    width += atom.width
    end++
  }
  if (end >= atoms.length || mayBreak[end] === true) return Math.max(end, start + 1)
  const squeezed = squeezedEnd(atoms, mayBreak, start, end, width, room)
  if (squeezed !== null) return squeezed
  let back = end - 1
  while (back > start && mayBreak[back] !== true) back--
  // A long address that went down whole would leave a hole: it is parted at one of its own marks. A ratio is one number and is not.
  if (back <= start || looseness(atoms, start, back, room) > loosest) {
    for (let at = end; at > Math.max(back, start); at--) if (isInnerMark(atoms, at)) return at
  }
  return back > start ? back : Math.max(end, start + 1)
}

/** Blank between characters above which a line looks torn, cells. */
const loosest = 0.25
const innerMarks = new Set('/.-?&=_')

/** Whether a line may end before atom `at`, behind a mark inside a run that is kept whole where there is room. */
function isInnerMark(atoms: readonly Atom[], at: number): boolean {
  const before = atoms[at - 1]
  const next = atoms[at]
  if (before === undefined || next === undefined || !innerMarks.has(before.char) || innerMarks.has(next.char)) return false
  // 1.5 and 1,000 are one number.
  return !((before.char === '.' || before.char === '-') && isDigit(next.char) && isDigit(atoms[at - 2]?.char ?? ''))
}

/** What would come between the characters of a line that ends before `end`. */
function looseness(atoms: readonly Atom[], start: number, end: number, room: number): number {
  const line = atoms.slice(start, end)
  const gaps = spreadGaps(line, line.length)
  return gaps === 0 ? 0 : (room - line.reduce((sum, atom) => sum + atom.width, 0)) / gaps
}

/** The end of the line when the marks that may not start the next one are squeezed into this one, or null. */
function squeezedEnd(
  atoms: readonly Atom[],
  mayBreak: readonly boolean[],
  start: number,
  full: number,
  width: number,
  room: number,
): number | null {
  for (let end = full; end < Math.min(full + 3, atoms.length); end++) {
    const atom = atoms[end]!
    if (atom.isLatin) return null
    width += atom.width
    if (end + 1 < atoms.length && mayBreak[end + 1] !== true) continue
    let give = 0
    for (let i = start; i <= end; i++) give += atoms[i]!.squeeze
    return width - give <= room + epsilon ? end + 1 : null
  }
  return null
}

function isDigit(char: string): boolean {
  return char >= '0' && char <= '9' && char.length === 1
}

function setLine(atoms: readonly Atom[], room: number, isSpread: boolean): Line {
  let last = atoms.length
  while (last > 1 && atoms[last - 1]!.isBlank) last--
  let natural = 0
  let give = 0
  for (let i = 0; i < last; i++) {
    natural += atoms[i]!.width
    give += atoms[i]!.squeeze
  }
  // The same share is taken from every mark that has a blank half.
  const squeeze = natural > room + epsilon && give > 0 ? Math.min(1, (natural - room) / give) : 0
  const gaps = spreadGaps(atoms, last)
  const spread = isSpread && natural < room - epsilon && gaps > 0 ? (room - natural) / gaps : 0
  const offsets: number[] = []
  let x = 0
  for (let i = 0; i < atoms.length; i++) {
    const atom = atoms[i]!
    const trim = atom.squeeze * squeeze
    if (i > 0 && i < last && isGap(atoms, i)) x += spread
    offsets.push(atom.isOpening ? x - trim : x)
    if (i < last) x += atom.width - trim
  }
  return { atoms, offsets, width: x }
}

function spreadGaps(atoms: readonly Atom[], last: number): number {
  let gaps = 0
  for (let i = 1; i < last; i++) if (isGap(atoms, i)) gaps++
  return gaps
}

/** Numbers, words and the two halves of a dash stay tight. */
function isGap(atoms: readonly Atom[], i: number): boolean {
  const last = atoms[i - 1]!
  const next = atoms[i]!
  if (last.isLatin && next.isLatin) return false
  const before = last.char
  const after = next.char
  return !((before === '—' && after === '—') || (before === '…' && after === '…'))
}

/** Text → atoms: characters with their glyph, face and width. */
import { alwaysFull, blankLeft, blankRight, isBlank, isLatin, noEnd, noStart } from './characters.ts'
import { type3 } from './grid.ts'
import { mongolianWord } from './mongolian.ts'
import type { Color, FontKey, FontRole, FontSet, LayoutWarning, ShapedPart } from './pages.ts'
import { black, faceOf } from './pages.ts'

/** One character ready to be placed. Widths in cells (一字). */
export type Atom = {
  readonly char: string
  readonly font: FontKey
  readonly color: Color
  readonly glyphId: number
  /** room taken on the line */
  readonly width: number
  /** the glyph's own advance, em */
  readonly advance: number
  /** where the glyph stands when its advance is not its room */
  readonly align: 'left' | 'centre' | 'right'
  /** how much of its blank half a mark may lose */
  readonly squeeze: number
  /** the blank half is on the left, so a squeezed mark moves left */
  readonly isOpening: boolean
  readonly isLatin: boolean
  readonly isBlank: boolean
  readonly noStart: boolean
  readonly noEnd: boolean
  /** glyphs of a letter whose form depends on its neighbours; `char` may then be several characters */
  readonly shaped?: readonly ShapedPart[]
}

/** A mark may lose its blank half. */
const blankHalf = 0.5

/** Faces asked in turn when a role's own face lacks a character. */
const fallbacks: readonly FontRole[] = ['宋体', '仿宋', '黑体', '楷体', '小标宋']

const codeName = (code: number): string => `U+${code.toString(16).toUpperCase().padStart(4, '0')}`

/** Stands for all of the script where substitutions are told. */
const mongolian = '蒙古文'

/** Whether a character is one of a script that must be shaped: without its rules a face that has it would print other words. */
const needsShaping = (code: number): boolean => code >= 0x1820 && code <= 0x18aa

function missingMessage(char: string, code: number): string {
  const isPrivate = (code >= 0xe000 && code <= 0xf8ff) || code >= 0xf0000
  return isPrivate ? `有私用区字符（${codeName(code)}），别处打不开，请改用标准编码的字` : `字体中没有「${char}」（${codeName(code)}）`
}

/** Turns texts into atoms and remembers what no face could show. */
export type Measurer = {
  atoms(text: string, font: FontRole, color?: Color): Atom[]
  /** What the texts since the last `forget` could not show, or only in another face, in order of appearance. */
  warnings(): readonly LayoutWarning[]
  /** Begins another document. */
  forget(): void
  /** What `work` makes, with those of its characters that no face could show or only another one. */
  noting<T>(work: () => T): Noted<T>
  /** Counts characters as met whose atoms were made in an earlier run. */
  meet(chars: readonly string[]): void
}

export type Noted<T> = { readonly made: T; readonly met: readonly string[] }

export function createMeasurer(fonts: FontSet): Measurer {
  const known = new Map<string, Map<string, Atom>>()
  const rare = new Map<string, LayoutWarning>()
  let met = new Set<string>()

  const knownOf = (role: FontRole, color: Color): Map<string, Atom> => {
    const key = role + color
    let atoms = known.get(key)
    if (atoms === undefined) known.set(key, (atoms = new Map()))
    return atoms
  }

  const make = (char: string, role: FontRole, color: Color): Atom => {
    const code = char.codePointAt(0) ?? 0
    const traits = { isOpening: blankLeft.has(char), isLatin: isLatin(char), isBlank: isBlank(char), noStart: noStart.has(char), noEnd: noEnd.has(char) }
    // The ideographic space is room, not ink; faces without it must not print a box.
    if (char === '\u3000') return { char, font: role, color, glyphId: fonts.faces[role].face.glyphId(0x20), width: 1, advance: 1, align: 'left', squeeze: 0, ...traits }
    let font: FontKey = role
    let glyphId = needsShaping(code) ? 0 : fonts.faces[role].face.glyphId(code)
    if (needsShaping(code)) rare.set(char, { code: 'typeset.missing-glyph', message: missingMessage(char, code) })
    else if (glyphId === 0) {
      const other = fallbacks.find((candidate) => fonts.faces[candidate].face.glyphId(code) !== 0)
      const last = other === undefined ? fonts.fallbacks?.find((entry) => entry.face.glyphId(code) !== 0) : undefined
      if (other !== undefined) font = other
      else if (last !== undefined) {
        font = last.key
        rare.set(char, { code: 'typeset.fallback-glyph', message: `「${char}」（${codeName(code)}）用后备字体「${last.family}」排印` })
      } else rare.set(char, { code: 'typeset.missing-glyph', message: missingMessage(char, code) })
      if (font !== role) glyphId = faceOf(fonts, font).glyphId(code)
    }
    const face = faceOf(fonts, font)
    const advance = face.advance(glyphId) / face.unitsPerEm
    const width = alwaysFull.has(char) || advance > 0.9 ? Math.max(1, Math.round(advance)) : advance
    const align = Math.abs(width - advance) < 0.01 ? 'centre' : blankLeft.has(char) ? 'right' : blankRight.has(char) ? 'left' : 'centre'
    const squeeze = width === 1 && (blankRight.has(char) || blankLeft.has(char)) ? blankHalf : 0
    return { char, font, color, glyphId, width, advance, align, squeeze, ...traits }
  }

  const words = new Map<string, readonly Atom[] | null>()

  /** The letters of a Mongolian word in the first face that can shape it, or null. They stay together as those of a Latin word do. */
  const wordOf = (word: string, role: FontRole, color: Color): readonly Atom[] | null => {
    const key = `${role}${color}${word}`
    let atoms = words.get(key)
    if (atoms === undefined) words.set(key, (atoms = shapeWord(fonts, word, color)))
    const face = atoms === null ? undefined : fonts.fallbacks?.find((entry) => entry.key === atoms![0]!.font)
    if (face !== undefined) rare.set(mongolian, { code: 'typeset.fallback-glyph', message: `蒙古文用后备字体「${face.family}」排印` })
    return atoms
  }

  return {
    warnings: () => [...met].map((char) => rare.get(char)!),
    forget: () => { met = new Set() },
    noting(work) {
      const before = met
      met = new Set()
      const made = work()
      const noted = { made, met: [...met] }
      met = before
      return noted
    },
    meet(chars) { for (const char of chars) met.add(char) },
    atoms(text, font, color = black) {
      const list: Atom[] = []
      const atoms = knownOf(font, color)
      const plain = (part: string): void => {
        for (const char of part) {
          let atom = atoms.get(char)
          if (atom === undefined) atoms.set(char, (atom = make(char, font, color)))
          if (rare.size > 0 && rare.has(char)) met.add(char)
          list.push(atom)
        }
      }
      let done = 0
      if (mongolianLetter.test(text)) {
        for (const { 0: word, index } of text.matchAll(mongolianWord)) {
          plain(text.slice(done, index))
          const shaped = wordOf(word, font, color)
          if (shaped === null) plain(word)
          else {
            met.add(mongolian)
            list.push(...shaped)
          }
          done = index + word.length
        }
      }
      plain(done === 0 ? text : text.slice(done))
      return list
    },
  }
}

const mongolianLetter = /[\u1800-\u18aa]/u

/** A word's letters; a letter is cut from its neighbours only in a word longer than a line, and keeps its form then. */
function shapeWord(fonts: FontSet, word: string, color: Color): readonly Atom[] | null {
  const chars = [...word]
  const codes = chars.map((char) => char.codePointAt(0)!)
  for (const { key, face } of fonts.fallbacks ?? []) {
    const glyphs = face.shape?.(codes) ?? null
    if (glyphs === null || glyphs.length === 0) continue
    const atoms: Atom[] = []
    for (let i = 0; i < glyphs.length;) {
      const { from, to } = glyphs[i]!
      const shaped: ShapedPart[] = []
      let advance = 0
      for (; glyphs[i]?.from === from; i++) {
        shaped.push({ glyphId: glyphs[i]!.glyphId, dx: advance })
        advance += face.advance(glyphs[i]!.glyphId) / face.unitsPerEm
      }
      atoms.push({
        // Letters of a word touch each other: they take their own advances and not the wider pitch of the line.
        char: chars.slice(from, to).join(''), font: key, color, glyphId: shaped[0]!.glyphId, width: (advance * type3.size) / type3.cell, advance, align: 'left',
        squeeze: 0, isOpening: false, isLatin: true, isBlank: false, noStart: false, noEnd: false, shaped,
      })
    }
    return atoms
  }
  return null
}

/** Sum of the widths, cells. */
export function widthOf(atoms: readonly Atom[]): number {
  return atoms.reduce((sum, atom) => sum + atom.width, 0)
}

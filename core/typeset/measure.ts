/** Text → atoms: characters with their glyph, face and width. */
import { alwaysFull, blankLeft, blankRight } from './characters.ts'
import type { Color, FontRole, FontSet } from './pages.ts'
import { black } from './pages.ts'

/** One character ready to be placed. Widths in cells (一字). */
export type Atom = {
  readonly char: string
  readonly font: FontRole
  readonly color: Color
  readonly glyphId: number
  /** room taken on the line */
  readonly width: number
  /** the glyph's own advance, em */
  readonly advance: number
  /** where the glyph stands when its advance is not its room */
  readonly align: 'left' | 'centre' | 'right'
}

/** Faces asked in turn when a role's own face lacks a character. */
const fallbacks: readonly FontRole[] = ['宋体', '仿宋', '黑体', '楷体', '小标宋']

/** Turns texts into atoms and remembers what no face could show. */
export type Measurer = {
  atoms(text: string, font: FontRole, color?: Color): Atom[]
  /** Characters without a glyph in any face, in order of appearance. */
  readonly missing: ReadonlySet<string>
}

export function createMeasurer(fonts: FontSet): Measurer {
  const known = new Map<string, Atom>()
  const missing = new Set<string>()

  const atomOf = (char: string, role: FontRole, color: Color): Atom => {
    const key = role + color + char
    let atom = known.get(key)
    if (atom === undefined) {
      atom = make(char, role, color)
      known.set(key, atom)
    }
    return atom
  }

  const make = (char: string, role: FontRole, color: Color): Atom => {
    const code = char.codePointAt(0) ?? 0
    // The ideographic space is room, not ink; faces without it must not print a box.
    if (char === '\u3000') return { char, font: role, color, glyphId: fonts.faces[role].face.glyphId(0x20), width: 1, advance: 1, align: 'left' }
    let font = role
    let glyphId = fonts.faces[role].face.glyphId(code)
    if (glyphId === 0) {
      const other = fallbacks.find((candidate) => fonts.faces[candidate].face.glyphId(code) !== 0)
      if (other === undefined) missing.add(char)
      else {
        font = other
        glyphId = fonts.faces[other].face.glyphId(code)
      }
    }
    const { face } = fonts.faces[font]
    const advance = face.advance(glyphId) / face.unitsPerEm
    const width = alwaysFull.has(char) || advance > 0.9 ? Math.max(1, Math.round(advance)) : advance
    const align = Math.abs(width - advance) < 0.01 ? 'centre' : blankLeft.has(char) ? 'right' : blankRight.has(char) ? 'left' : 'centre'
    return { char, font, color, glyphId, width, advance, align }
  }

  return {
    missing,
    atoms(text, font, color = black) {
      const list: Atom[] = []
      for (const char of text) list.push(atomOf(char, font, color))
      return list
    },
  }
}

/** Sum of the widths, cells. */
export function widthOf(atoms: readonly Atom[]): number {
  return atoms.reduce((sum, atom) => sum + atom.width, 0)
}

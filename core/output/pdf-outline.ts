/** The document outline (书签): the headings of the first two levels, with the places where they stand. ISO 32000-1 §12.3.3 */
import type { Page, StructureElement } from '#core/typeset'
import { short } from './pdf-bytes.ts'
import { hexText, ref, type PdfObjects } from './pdf-file.ts'
import type { PageTags } from './pdf-structure.ts'

type Heading = { readonly level: 1 | 2; text: string; readonly page: number; readonly top: number }

const longest = 60

/** Adds the outline and gives its number, or null when there are no headings. */
export function addOutline(objects: PdfObjects, pages: readonly Page[], tags: readonly PageTags[], structure: readonly StructureElement[], pageNumbers: readonly number[]): number | null {
  const headings = headingsOf(pages, tags, structure)
  if (headings.length === 0) return null
  const root = objects.reserve()
  const numbers = headings.map(() => objects.reserve())
  // A second level without a first before it stands at the top.
  const parents: number[] = []
  let above = -1
  headings.forEach(({ level }, i) => {
    if (level === 1) above = i
    parents.push(level === 1 ? -1 : above)
  })
  const kidsOf = (parent: number): number[] => kids.get(parent) ?? []
  const kids = new Map<number, number[]>()
  parents.forEach((parent, i) => kids.set(parent, [...kidsOf(parent), i]))
  const family = (parent: number): string => {
    const own = kidsOf(parent)
    return own.length === 0 ? '' : ` /First ${ref(numbers[own[0]!]!)} /Last ${ref(numbers[own.at(-1)!]!)}`
  }
  for (const siblings of kids.values()) {
    siblings.forEach((i, place) => {
      const heading = headings[i]!
      const previous = siblings[place - 1]
      const next = siblings[place + 1]
      const parent = parents[i]!
      const count = kidsOf(i).length
      objects.set(numbers[i]!,
        `<< /Title ${hexText(heading.text)} /Parent ${ref(parent === -1 ? root : numbers[parent]!)}` +
        `${previous === undefined ? '' : ` /Prev ${ref(numbers[previous]!)}`}${next === undefined ? '' : ` /Next ${ref(numbers[next]!)}`}` +
        // Negative: closed until it is opened.
        `${family(i)}${count === 0 ? '' : ` /Count -${count}`} /Dest [${ref(pageNumbers[heading.page]!)} /XYZ null ${short(heading.top)} null] >>`)
    })
  }
  objects.set(root, `<< /Type /Outlines${family(-1)} /Count ${kidsOf(-1).length} >>`)
  return root
}

function headingsOf(pages: readonly Page[], tags: readonly PageTags[], structure: readonly StructureElement[]): Heading[] {
  const found = new Map<number, Heading>()
  tags.forEach(({ pieces }, i) => {
    const page = pages[i]!
    for (const piece of pieces) {
      if (piece.kind !== 'text' || piece.mcid === null || (piece.role !== 'H1' && piece.role !== 'H2')) continue
      let text = ''
      for (let at = piece.from; at < piece.to; at++) text += page.glyphs[at]!.char
      const known = found.get(piece.element)
      if (known !== undefined) known.text += text
      else {
        const first = page.glyphs[piece.from]!
        found.set(piece.element, { level: structure[piece.element]!.role === 'H1' ? 1 : 2, text, page: i, top: ((page.height - first.y + first.size * 1.5) * 72) / 25.4 })
      }
    }
  })
  return [...found].sort(([a], [b]) => a - b).map(([, heading]) => ({ ...heading, text: shortened(heading.text) }))
}

function shortened(text: string): string {
  const chars = [...text]
  return chars.length <= longest ? text : `${chars.slice(0, longest - 1).join('')}…`
}

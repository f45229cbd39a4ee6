/** Headings of a layout → the outline (大纲). GB/T 33190 §7.8 */
import type { Layout, StructureRole } from '#core/typeset'
import { escapeXml } from '../svg.ts'
import { micro } from './numbers.ts'

const levels: Partial<Record<StructureRole, number>> = { Title: 1, H1: 2, H2: 3, H3: 4, H4: 5 }
/** Longer headings are whole paragraphs that start with a number; their head is enough to find them. */
const longest = 60

type Heading = { readonly level: number; title: string; readonly page: number; readonly left: number; readonly top: number }

/** Titles and headings in reading order with the place of their first glyph. */
function headingsOf(layout: Pick<Layout, 'pages' | 'structure'>): readonly Heading[] {
  const found = new Map<number, Heading>()
  for (const [index, page] of layout.pages.entries()) {
    for (const mark of page.marks) {
      const level = levels[layout.structure[mark.element]?.role ?? 'P']
      if (level === undefined || !('from' in mark)) continue
      const first = page.glyphs[mark.from]
      if (first === undefined) continue
      const text = page.glyphs.slice(mark.from, mark.to).map((glyph) => glyph.char).join('')
      const heading = found.get(mark.element)
      if (heading !== undefined) heading.title += text
      else found.set(mark.element, { level, title: text, page: index, left: first.x, top: Math.max(0, first.y - first.size) })
    }
  }
  return [...found.values()]
}

/** The Outlines element, '' when there is no heading. `pageIds`: ST_ID of each page. */
export function outlineXml(layout: Pick<Layout, 'pages' | 'structure'>, pageIds: readonly number[]): string {
  const out: string[] = []
  const open: number[] = []
  for (const { level, title, page, left, top } of headingsOf(layout)) {
    while (open.length > 0 && open.at(-1)! >= level) {
      out.push('</ofd:OutlineElem>')
      open.pop()
    }
    const characters = [...title.replace(/\s+/gu, ' ').trim()]
    const short = characters.length > longest ? `${characters.slice(0, longest).join('')}…` : characters.join('')
    out.push(
      `<ofd:OutlineElem Title="${escapeXml(short)}"><ofd:Actions><ofd:Action Event="CLICK"><ofd:Goto>` +
        `<ofd:Dest Type="XYZ" PageID="${pageIds[page]}" Left="${micro(left)}" Top="${micro(top)}" Zoom="0"/></ofd:Goto></ofd:Action></ofd:Actions>`,
    )
    open.push(level)
  }
  if (out.length === 0) return ''
  return `<ofd:Outlines>${out.join('')}${open.map(() => '</ofd:OutlineElem>').join('')}</ofd:Outlines>`
}

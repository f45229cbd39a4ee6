/** Tagged PDF (结构): what screen readers go through instead of the page. ISO 32000-1 §14.7, §14.8 */
import type { Page, StructureElement, StructureRole } from '#core/typeset'
import { short } from './pdf-bytes.ts'
import { hexText, ref, type PdfObjects } from './pdf-file.ts'

/** A stretch of a page's content: of an element, with its number on the page, or an artifact (`mcid` null). */
export type Piece =
  | { readonly kind: 'text'; readonly from: number; readonly to: number; readonly mcid: number | null; readonly element: number; readonly role: StructureRole }
  | { readonly kind: 'image'; readonly image: number; readonly mcid: number | null; readonly element: number; readonly role: StructureRole }

/** `key` says the same for pages whose content is the same, whatever the elements' numbers are. */
export type PageTags = { readonly pieces: readonly Piece[]; readonly key: string }

/** A page's content in reading order; what no mark names comes last, as artifacts. Marks beyond the page or named twice are left out. */
export function tagsOf(page: Page, structure: readonly StructureElement[]): PageTags {
  const pieces: Piece[] = []
  const glyphs = new Uint8Array(page.glyphs.length)
  const images = new Uint8Array(page.images.length)
  let mcid = 0
  for (const mark of page.marks) {
    const role = structure[mark.element]?.role
    if (role === undefined) continue
    if ('image' in mark) {
      if (images[mark.image] !== 0) continue
      images[mark.image] = 1
      pieces.push({ kind: 'image', image: mark.image, mcid: mcid++, element: mark.element, role })
      continue
    }
    const to = Math.min(mark.to, glyphs.length)
    const isFree = mark.from >= 0 && mark.from < to && !glyphs.subarray(mark.from, to).includes(1)
    if (!isFree) continue
    glyphs.fill(1, mark.from, to)
    pieces.push({ kind: 'text', from: mark.from, to, mcid: mcid++, element: mark.element, role })
  }
  const rest = { mcid: null, element: -1, role: 'P' } as const
  for (let from = glyphs.indexOf(0); from !== -1; ) {
    const next = glyphs.indexOf(1, from)
    const to = next === -1 ? glyphs.length : next
    pieces.push({ kind: 'text', from, to, ...rest })
    from = glyphs.indexOf(0, to)
  }
  images.forEach((isMarked, image) => { if (isMarked === 0) pieces.push({ kind: 'image', image, ...rest }) })
  const key = pieces.map((piece) => `${piece.mcid === null ? '-' : piece.role}${piece.kind === 'text' ? `${piece.from}-${piece.to}` : `i${piece.image}`}`).join()
  return { pieces, key }
}

type Content = { readonly page: number; readonly mcid: number; readonly piece: Piece }

export type StructureNumbers = { readonly root: number }

/**
 * Adds the structure tree and its way back from the pages. `pageNumbers`: object number of each page; a page's StructParents
 * is its index. Elements that no page shows are left out unless they are cells, which a row must not lack.
 */
export function addStructure(
  objects: PdfObjects, pages: readonly Page[], tags: readonly PageTags[], structure: readonly StructureElement[], pageNumbers: readonly number[],
): StructureNumbers {
  const contents: Content[][] = structure.map(() => [])
  tags.forEach(({ pieces }, page) => {
    for (const piece of pieces) if (piece.mcid !== null) contents[piece.element]!.push({ page, mcid: piece.mcid, piece })
  })
  const children: number[][] = structure.map(() => [])
  const isShown = structure.map(({ role }, i) => contents[i]!.length > 0 || role === 'TD' || role === 'TH')
  for (let i = structure.length - 1; i >= 0; i--) {
    const { parent } = structure[i]!
    if (isShown[i] && parent !== null && parent < i) isShown[parent] = true
  }
  const tops: number[] = []
  structure.forEach(({ parent }, i) => {
    if (!isShown[i]) return
    if (parent !== null && parent < i) children[parent]!.push(i)
    else tops.push(i)
  })
  const root = objects.reserve()
  const document = objects.reserve()
  const numbers = structure.map((_, i) => (isShown[i] ? objects.reserve() : 0))
  structure.forEach((element, i) => {
    if (!isShown[i]) return
    const parent = element.parent !== null && element.parent < i ? numbers[element.parent]! : document
    const own = contents[i]!
    const first = own[0]
    const kids = [
      ...own.map(({ page, mcid }) => (page === first!.page ? String(mcid) : `<< /Type /MCR /Pg ${ref(pageNumbers[page]!)} /MCID ${mcid} >>`)),
      ...children[i]!.map((child) => ref(numbers[child]!)),
    ]
    objects.set(numbers[i]!,
      `<< /Type /StructElem /S /${element.role} /P ${ref(parent)}${first === undefined ? '' : ` /Pg ${ref(pageNumbers[first.page]!)}`}` +
      `${kids.length === 0 ? '' : ` /K ${kids.length === 1 ? kids[0] : `[${kids.join(' ')}]`}`}` +
      `${element.alt === undefined ? '' : ` /Alt ${hexText(element.alt)}`}${attributes(element.role, first, pages)} >>`)
  })
  objects.set(document, `<< /Type /StructElem /S /Document /P ${ref(root)} /K [${tops.map((top) => ref(numbers[top]!)).join(' ')}] >>`)
  const parents = tags.map(({ pieces }, page) => {
    const elements = pieces.filter((piece) => piece.mcid !== null).map((piece) => ref(numbers[piece.element]!))
    return `${page} [${elements.join(' ')}]`
  })
  const parentTree = objects.add(`<< /Nums [${parents.join('\n')}] >>`)
  // PDF 1.7 has no title among its types; ISO 32005 maps the one of PDF 2.0 like this.
  objects.set(root, `<< /Type /StructTreeRoot /K ${ref(document)} /ParentTree ${ref(parentTree)} /ParentTreeNextKey ${pages.length} /RoleMap << /Title /P >> >>`)
  return { root }
}

function attributes(role: StructureRole, first: Content | undefined, pages: readonly Page[]): string {
  if (role === 'TH') return ' /A << /O /Table /Scope /Column >>'
  if (role !== 'Figure' || first === undefined || first.piece.kind !== 'image') return ''
  const page = pages[first.page]!
  const image = page.images[first.piece.image]!
  const box = [image.x, page.height - image.y - image.height, image.x + image.width, page.height - image.y]
  return ` /A << /O /Layout /Placement /Block /BBox [${box.map((mm) => short((mm * 72) / 25.4)).join(' ')}] >>`
}

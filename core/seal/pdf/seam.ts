/** Where the parts of a seam seal (骑缝章) stand: geometry only, in mm from each page's upper left. */
import { PdfError } from './value.ts'

export type PdfSeam = {
  readonly edge: 'right' | 'left' | 'top' | 'bottom'
  /** centre of the seal along the edge, mm from the page's upper left; the middle of the edge when absent */
  readonly along?: number
  /** pages from 1, in order; all pages when absent */
  readonly pages?: readonly number[]
  /** 'facing' (对开): each seal is split between the right edge of one page and the left edge of the next */
  readonly sides?: 'one' | 'facing'
  /** most pages that share one seal; 20 when absent */
  readonly perSeal?: number
}

export type SeamSlice = {
  /** from 1 */
  readonly page: number
  /** upper left of the slice on the page */
  readonly x: number; readonly y: number
  readonly width: number; readonly height: number
  /** upper left of the slice within the seal */
  readonly fromX: number; readonly fromY: number
}

type Size = { readonly width: number; readonly height: number }

/** A slice narrower than this cannot be told from a scratch, mm. */
const NARROWEST = 2
/** Printers leave the outermost strip white, but the slice has to reach the edge: the reader sees where the paper was cut. */
const MARGIN = 0

/** PdfError seal.seam-pages (fewer than two, or not there), seal.seam-place (does not fit the edge). */
export const seamSlices = (seam: PdfSeam, pages: readonly Size[], seal: Size): readonly SeamSlice[] => {
  const chosen = seam.pages ?? pages.map((_, i) => i + 1)
  if (chosen.length < 2 || new Set(chosen).size !== chosen.length || chosen.some((page) => pages[page - 1] === undefined)) {
    throw new PdfError('seal.seam-pages', '骑缝章至少需要两页，页码须在文件之内且不重复')
  }
  const groups = seam.sides === 'facing' ? pairsOf(chosen) : groupsOf(chosen, mostPages(seam, seal))
  return groups.flatMap((group) => group.map((page, i) => slice(seam, pages[page - 1]!, page, seal, i, group.length)))
}

const mostPages = ({ edge, perSeal = 20 }: PdfSeam, seal: Size): number => {
  const across = edge === 'left' || edge === 'right' ? seal.width : seal.height
  return Math.max(2, Math.min(Math.floor(perSeal), Math.floor(across / NARROWEST)))
}

/** Groups of nearly equal size, so that none is left with a single page. */
const groupsOf = (pages: readonly number[], most: number): readonly (readonly number[])[] => {
  const count = Math.ceil(pages.length / most)
  const groups: number[][] = []
  for (let i = 0, at = 0; i < count; i++) {
    const size = Math.ceil((pages.length - at) / (count - i))
    groups.push(pages.slice(at, at + size))
    at += size
  }
  // Three pages at two a seal would leave one alone: it joins its neighbours.
  const last = groups.at(-1)!
  if (last.length === 1 && groups.length > 1) groups.splice(-2, 2, [...groups.at(-2)!, ...last])
  return groups
}

/** Neighbours; an odd last page shares a second seal with the one before it, whose right edge is still free. */
const pairsOf = (pages: readonly number[]): readonly (readonly number[])[] => {
  const pairs: number[][] = []
  for (let at = 0; at + 1 < pages.length; at += 2) pairs.push([pages[at]!, pages[at + 1]!])
  if (pages.length % 2 === 1) pairs.push([pages.at(-2)!, pages.at(-1)!])
  return pairs
}

const slice = (seam: PdfSeam, paper: Size, page: number, seal: Size, index: number, count: number): SeamSlice => {
  const upright = seam.edge === 'left' || seam.edge === 'right'
  const facing = seam.sides === 'facing'
  const edge = facing && index === 1 ? OPPOSITE[seam.edge] : seam.edge
  // On the left and the upper edge the order turns round, so that fanned pages show the seal the right way.
  const turned = !facing && (edge === 'left' || edge === 'top')
  const nth = facing ? (seam.edge === 'right' || seam.edge === 'bottom' ? index : 1 - index) : turned ? count - 1 - index : index
  const [width, height] = upright ? [seal.width / count, seal.height] : [seal.width, seal.height / count]
  const length = upright ? paper.height : paper.width
  const own = upright ? height : width
  const start = (seam.along ?? length / 2) - own / 2
  if (start < 0 || start + own > length) throw new PdfError('seal.seam-place', '骑缝章超出页边')
  const across = edge === 'left' || edge === 'top' ? MARGIN : (upright ? paper.width - width : paper.height - height) - MARGIN
  return {
    page, width, height, x: upright ? across : start, y: upright ? start : across,
    fromX: upright ? nth * width : 0, fromY: upright ? 0 : nth * height,
  }
}

const OPPOSITE = { right: 'left', left: 'right', top: 'bottom', bottom: 'top' } as const

/** Where a seal is to show on the pages of an OFD (盖章位置), and the stamp annotations that come from it. GB/T 33190 §18.2.3 */
import { formatErr, ok, type FormatError, type Result } from '#core/formats'
import { ofdPageBox, type OfdBox, type OfdDocument } from '#core/output'
import { PdfError, seamSlices } from '../pdf/index.ts'
import { findKeyword } from './keyword.ts'

/** Pages count from 1; lengths in mm from the page's upper left. */
export type OfdSealPlace =
  /** centre of the seal */
  | { readonly kind: 'at'; readonly page: number; readonly x: number; readonly y: number }
  /** on the words themselves, as they stand on the pages; `last`: only where they stand last */
  | { readonly kind: 'keyword'; readonly text: string; readonly which: 'all' | 'last' }
  /** 骑缝章: the seal in slices over an edge of several pages */
  | {
      readonly kind: 'seam'
      readonly edge: 'right' | 'left' | 'top' | 'bottom'
      /** centre of the seal along the edge; the middle of the edge when absent */
      readonly along?: number
      /** all pages when absent */
      readonly pages?: readonly number[]
      /** 'facing' 对开: each seal is split between one page and the opposite edge of the next */
      readonly sides?: 'one' | 'facing'
      /** most pages that share one seal; 20 when absent */
      readonly perSeal?: number
    }

/** One stamp annotation: the whole seal's box on the page, and the slice that shows, from the seal's own upper left. mm */
export type Stamp = {
  readonly pageId: string
  readonly boundary: readonly [x: number, y: number, width: number, height: number]
  readonly clip?: readonly [x: number, y: number, width: number, height: number]
}

type Size = { readonly width: number; readonly height: number }

/** Rounding of coordinates must not make a seal that just fits one that does not. */
const TOLERANCE = 0.01

/**
 * All stamps of the places, in their order. Errors: seal.no-place, seal.page (no such page), seal.place (the seal would not lie
 * whole on the page), seal.keyword (not found), seal.seam-pages, seal.seam-place, and those of reading pages.
 */
export const stampsOf = (document: OfdDocument, places: readonly OfdSealPlace[], seal: Size): Result<readonly Stamp[], FormatError> => {
  if (places.length === 0) return formatErr('seal.no-place', '没有指明盖章位置')
  const stamps: Stamp[] = []
  for (const place of places) {
    const made = stampsAt(document, place, seal)
    if (!made.ok) return made
    stamps.push(...made.value)
  }
  return ok(stamps)
}

const stampsAt = (document: OfdDocument, place: OfdSealPlace, seal: Size): Result<readonly Stamp[], FormatError> => {
  switch (place.kind) {
    case 'at': {
      const stamp = centred(document, place, seal)
      return stamp.ok ? ok([stamp.value]) : stamp
    }
    case 'keyword':
      return atKeyword(document, place, seal)
    case 'seam':
      return seam(document, place, seal)
  }
}

type Centre = { readonly page: number; readonly x: number; readonly y: number }

const centred = (document: OfdDocument, { page, x, y }: Centre, seal: Size): Result<Stamp, FormatError> => {
  const entry = document.pages[page - 1]
  if (entry === undefined) return formatErr('seal.page', `没有第 ${page} 页`)
  const paper = ofdPageBox(document, page - 1)
  if (!paper.ok) return paper
  const [left, top] = [x - seal.width / 2, y - seal.height / 2]
  const fits = left >= -TOLERANCE && top >= -TOLERANCE && left + seal.width <= paper.value.width + TOLERANCE && top + seal.height <= paper.value.height + TOLERANCE
  // A number that is none fails every comparison. The paper may begin elsewhere than at the page's origin.
  return fits ? ok({ pageId: entry.id, boundary: [paper.value.x + left, paper.value.y + top, seal.width, seal.height] }) : formatErr('seal.place', `印章超出第 ${page} 页的页面`)
}

const atKeyword = (document: OfdDocument, { text, which }: Extract<OfdSealPlace, { kind: 'keyword' }>, seal: Size): Result<readonly Stamp[], FormatError> => {
  const found = findKeyword(document, text)
  if (!found.ok) return found
  const hits = which === 'last' ? found.value.slice(-1) : found.value
  if (hits.length === 0) return formatErr('seal.keyword', `文中没有“${text.slice(0, 50)}”，不能按关键字定位`)
  const stamps: Stamp[] = []
  for (const hit of hits) {
    const paper = ofdPageBox(document, hit.page - 1)
    if (!paper.ok) return paper
    // Words near an edge still get the whole seal: it moves in as far as it must.
    const within = (centre: number, own: number, most: number): number => Math.min(Math.max(centre, own / 2), most - own / 2)
    const stamp = centred(document, { page: hit.page, x: within(hit.x - paper.value.x, seal.width, paper.value.width), y: within(hit.y - paper.value.y, seal.height, paper.value.height) }, seal)
    if (!stamp.ok) return stamp
    stamps.push(stamp.value)
  }
  return ok(stamps)
}

const seam = (document: OfdDocument, place: Extract<OfdSealPlace, { kind: 'seam' }>, seal: Size): Result<readonly Stamp[], FormatError> => {
  const papers: OfdBox[] = []
  for (let index = 0; index < document.pages.length; index++) {
    const paper = ofdPageBox(document, index)
    if (!paper.ok) return paper
    papers.push(paper.value)
  }
  try {
    return ok(seamSlices(place, papers, seal).map(({ page, x, y, width, height, fromX, fromY }) => {
      const paper = papers[page - 1]!
      return { pageId: document.pages[page - 1]!.id, boundary: [paper.x + x - fromX, paper.y + y - fromY, seal.width, seal.height], clip: [fromX, fromY, width, height] }
    }))
  } catch (error) {
    if (error instanceof PdfError) return formatErr(error.code, error.message)
    throw error
  }
}

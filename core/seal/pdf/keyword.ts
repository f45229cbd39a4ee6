/** Places by keyword (关键字定位): the seal's centre on the words that the caller's own layout or reader found. */
import { formatErr, ok, type FormatError, type Result } from '#core/formats'
import type { PdfSealPlace } from './sign.ts'
import { findPdfWords, type WordBox } from './text.ts'

export type KeywordPlace = {
  readonly keyword: string
  /** every place of the words, in reading order */
  readonly positions: (keyword: string) => readonly WordBox[]
  /** 'last' when absent: the signature at the end, not the name in the text */
  readonly which?: 'all' | 'first' | 'last'
  readonly diameter: number
}

/** Error seal.keyword: the words are empty or not found. */
export const keywordPlaces = ({ keyword, positions, which = 'last', diameter }: KeywordPlace): Result<readonly PdfSealPlace[], FormatError> => {
  const found = keyword.trim() === '' ? [] : positions(keyword)
  if (found.length === 0) return formatErr('seal.keyword', `文中没有“${keyword.slice(0, 50)}”，不能按关键字定位`)
  const chosen = which === 'all' ? found : which === 'first' ? found.slice(0, 1) : found.slice(-1)
  return ok(chosen.map(({ page, x, y, width, height }) => ({ page, x: x + width / 2, y: y + height / 2, diameter })))
}

export type PdfKeyword = {
  readonly pdf: Uint8Array
  readonly keyword: string
  readonly which: 'all' | 'first' | 'last'
  /** of the seal, mm */
  readonly width: number
  readonly height: number
}

/**
 * The seal's places on words of the PDF itself, moved in from an edge as far as it must. Errors seal.keyword (empty or not found),
 * seal.keyword-unreadable (not found, and the file does not say what some of its characters are), pdf.*.
 */
export const pdfKeywordPlaces = ({ pdf, keyword, which, width, height }: PdfKeyword): Result<readonly PdfSealPlace[], FormatError> => {
  const found = findPdfWords(pdf, keyword)
  if (!found.ok) return found
  const { words, unread, pages } = found.value
  if (words.length === 0 && unread > 0 && keyword.trim() !== '') {
    return formatErr('seal.keyword-unreadable', `没有找到“${keyword.slice(0, 50)}”：文件中有${unread}个字没有 Unicode 对应，读不出是什么字。请用 --page、--x、--y 定位`)
  }
  const places = keywordPlaces({ keyword, positions: () => words, which, diameter: width })
  if (!places.ok) return places
  const within = (centre: number, own: number, most: number): number => Math.min(Math.max(centre, own / 2), most - own / 2)
  return ok(places.value.map((place) => {
    const paper = pages[place.page - 1] ?? { width: 0, height: 0 }
    return { ...place, x: within(place.x, width, paper.width), y: within(place.y, height, paper.height) }
  }))
}

/** Places by keyword (关键字定位): the seal's centre on the words that the caller's own layout or reader found. */
import { formatErr, ok, type FormatError, type Result } from '#core/formats'
import type { PdfSealPlace } from './sign.ts'

/** Where words stand: page from 1, upper left and size in mm from the page's upper left. */
export type WordBox = { readonly page: number; readonly x: number; readonly y: number; readonly width: number; readonly height: number }

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

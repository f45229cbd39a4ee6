/** What a DOCX holds before anything is made of it (原始段落): paragraphs, tables, pictures in reading order. */
import type { Picture } from '#core/document'
import type { Label } from './read-numbering.ts'

/** Where a paragraph stands: in the running text, a text box, or the header of the first page. */
export type Place = 'body' | 'box' | 'header'

export type RawParagraph = {
  readonly kind: 'paragraph'
  /** soft line breaks are \n, tabs are \t; not cleaned yet */
  readonly text: string
  readonly styleId: string
  /** names of the style and of those it is based on, nearest first */
  readonly styleNames: readonly string[]
  /** heading level 1–9 by style or outline level, or null */
  readonly heading: number | null
  readonly label: Label | null
  readonly align: 'left' | 'centre' | 'right'
  /** half points of most of its text */
  readonly size: number
  readonly isRed: boolean
  readonly startsPage: boolean
  readonly place: Place
}

export type RawTable = {
  readonly kind: 'table'
  readonly cells: readonly (readonly RawCell[])[]
  /** w:gridCol, twips */
  readonly grid: readonly number[]
  readonly headRows: number
  readonly description: string
  readonly isFixed: boolean
  readonly place: Place
  /** set when the section that holds it turns out to be landscape */
  isLandscape: boolean
}

export type RawCell = { readonly paragraphs: readonly RawParagraph[]; readonly align: 'left' | 'centre' | 'right' }

export type RawPicture = { readonly kind: 'picture'; readonly picture: Picture }

export type RawItem = RawParagraph | RawTable | RawPicture

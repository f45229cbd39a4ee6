/** What is at hand while a DOCX is walked, and how much of it may be taken in. */
import type { XmlNode } from '#core/formats'
import type { DocxPackage, Relation } from './read-package.ts'
import type { Numbering } from './read-numbering.ts'
import type { Styles } from './read-styles.ts'
import type { Repairs } from './repairs.ts'

/** Carries a refusal out of the walk; never leaves this folder. */
export class Refused extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** Bounds of what becomes text: beyond them no document could be made of it anyway. */
export const walkLimits = { chars: 2_000_000, items: 20_000, pictures: 200, tableRows: 2000, tableCells: 80_000 } as const

export type WalkContext = {
  readonly docx: DocxPackage
  readonly styles: Styles
  readonly numbering: Numbering
  readonly repairs: Repairs
  readonly relations: ReadonlyMap<string, Relation>
  /** texts of footnotes and endnotes by id */
  readonly footnotes: ReadonlyMap<string, XmlNode>
  readonly endnotes: ReadonlyMap<string, XmlNode>
  readonly pictures: Map<string, Uint8Array>
  /** open complex fields: whether each still shows its instruction */
  readonly fields: ('code' | 'result')[]
  chars: number
  items: number
  /** a page break that the next paragraph starts after */
  isPageBroken: boolean
}

export function countChars(context: WalkContext, text: string): string {
  context.chars += text.length
  if (context.chars > walkLimits.chars) throw new Refused('docx.too-large', `文档文字超过 ${walkLimits.chars / 10_000} 万字的上限，无法读取`)
  return text
}

export function countItem(context: WalkContext): void {
  if (++context.items > walkLimits.items) throw new Refused('docx.too-large', `文档超过 ${walkLimits.items} 段的上限，无法读取`)
}

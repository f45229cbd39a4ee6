/** The value that is drafted, frozen, hashed, approved and typeset: a document's content (公文内容). */
import type { DocumentKind, LayoutForm } from './kinds.ts'

/** Numbering level (层次序数): 0 plain text, 1 一、, 2 （一）, 3 1., 4 （1）. GB/T 9704 §7.3.3 */
export type Level = 0 | 1 | 2 | 3 | 4

/**
 * One paragraph of the body (自然段). The number of levels 1–4 is computed from the position unless `number` overrides it,
 * and is never part of `text`, so moving a paragraph cannot leave a wrong number behind.
 */
export type Paragraph = {
  readonly kind: 'paragraph'
  readonly level: Level
  /** Explicit number text when the source has one that differs from the computed one (e.g. a continued series), else null. */
  readonly number: string | null
  readonly text: string
}

/** How the cells of a column stand (对齐). */
export type ColumnAlign = 'left' | 'centre' | 'right'

/** A table (表格). GB/T 9704 §8. Every row has as many cells as there are columns; cells are one paragraph each. */
export type Table = {
  readonly kind: 'table'
  /** 表题 above the table, or '' */
  readonly caption: string
  /** 横排: turned on a page of its own, head to the binding edge on odd pages */
  readonly orientation: 'portrait' | 'landscape'
  /** `share`: width as a share of the sum of all shares; 0 in every column means: by content */
  readonly columns: readonly { readonly align: ColumnAlign; readonly share: number }[]
  /** how many of the first rows are the head (表头), repeated on every page */
  readonly headRows: number
  readonly rows: readonly (readonly string[])[]
}

/** A picture in the text (插图): PNG or JPEG, addressed by the SM3 of its bytes. */
export type Picture = {
  readonly kind: 'picture'
  /** 图题 below the picture, or ''; also what a screen reader says */
  readonly caption: string
  readonly file: AttachedFile
  /** size in pixels, for the proportions */
  readonly pixels: { readonly width: number; readonly height: number }
  /** width on paper in mm, at most that of the text area; 0 means: natural size at 96 dpi, shrunk to fit */
  readonly width: number
}

/** What a body is made of (正文内容). */
export type Block = Paragraph | Table | Picture

/** The words of a block, for counting, searching and comparing: the text, the cells parted by tabs, or the caption. */
export function blockText(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return block.text
    case 'table':
      return [...(block.caption === '' ? [] : [block.caption]), ...block.rows.map((row) => row.join('\t'))].join('\n')
    case 'picture':
      return block.caption
  }
}

/** A file carried beside the text (文件附件), addressed by the SM3 of its bytes. */
export type AttachedFile = {
  readonly fileName: string
  readonly mediaType: string
  /** bytes */
  readonly size: number
  /** lower-case hex SM3 of the bytes */
  readonly hash: string
}

/** One 附件: text that is typeset with the document, or a file, never both. */
export type Attachment =
  | {
      readonly kind: 'text'
      readonly name: string
      readonly body: readonly Block[]
      /** 不能与正文一起装订: the first line carries the 发文字号 before 附件N. §7.3.7 */
      readonly binding?: 'separate'
      /** 附件标题 as printed on the attachment itself, when it is not the name in the note; they ought to be the same */
      readonly heading?: string
      /** the N of 附件N as printed on the attachment, when it is not its place in the note */
      readonly label?: number
    }
  | { readonly kind: 'file'; readonly name: string; readonly file: AttachedFile }

/** 公开属性 */
export type Disclosure = '主动公开' | '依申请公开' | '不予公开'
/** 紧急程度; the empty string means 平件 and prints nothing. */
export type Urgency = '' | '加急' | '特急'
/** How the issuer authenticates the text (印章): sealed, unsealed, or a signature stamp. */
export type Authentication = '盖章' | '不盖章' | '签名章'

/** 密级和保密期限, printed as 机密★1年. GB/T 9704 §7.2.2 */
export type Secrecy = {
  readonly level: '秘密' | '机密' | '绝密'
  /** 保密期限 as printed (e.g. 1年), or '' */
  readonly period: string
}

/**
 * Everything that the drafter decides. Number, date of issue and seal come later (`Issue`) and are not part of the hash
 * that people approve: they are derived from the approval.
 */
export type DocumentContent = {
  readonly schema: 'wenshu.document/1'
  readonly kind: DocumentKind
  readonly form: LayoutForm
  /** 发文机关, host first */
  readonly issuers: readonly string[]
  /** 发文机关标志 as printed in red */
  readonly issuerMark: string
  readonly urgency: Urgency
  readonly disclosure: Disclosure
  /** 份号, six digits, or null */
  readonly copyNumber: string | null
  readonly title: string
  /** 主送机关, in printing order */
  readonly recipients: readonly string[]
  readonly body: readonly Block[]
  readonly attachments: readonly Attachment[]
  /** 发文机关署名 */
  readonly signature: string
  readonly authentication: Authentication
  /** 附注 without its brackets, or '' */
  readonly note: string
  /** 抄送机关 */
  readonly copies: readonly string[]
  /** 印发机关 */
  readonly printer: string
  /** 密级和保密期限; absent on open documents */
  readonly secrecy?: Secrecy
}

/** What issuing adds to the approved content (编号与成文日期). */
export type Issue = {
  /** 发文字号, e.g. 内政办发〔2026〕12号 */
  readonly number: string
  /** 成文日期 YYYY-MM-DD (a source file may hold another form, which is printed as it stands): the day on which the leader's approval was received by the server */
  readonly date: string
  /** 印发日期 YYYY-MM-DD */
  readonly printDate: string
  /** 签发人 as printed on upward documents (上行文), in order of the issuing organs */
  readonly signers?: readonly string[]
}

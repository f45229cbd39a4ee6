/** What a check says: findings, where they stand, and edits that take them away (检查结果). */

/** error: the document should not be issued so; warning: needs a reason; info: a hint. */
export type Severity = 'error' | 'warning' | 'info'

/** The elements of a document (公文要素), with 版式 and 文种 for what concerns the document as a whole. 条例 Art. 9 */
export const elements = [
  '文种', '版式', '份号', '密级和保密期限', '紧急程度', '发文机关标志', '发文字号', '签发人', '标题', '主送机关', '正文', '附件说明',
  '发文机关署名', '成文日期', '印章', '附注', '附件', '抄送机关', '印发机关和印发日期', '页码', '版面',
] as const
export type Element = (typeof elements)[number]

/**
 * Where a finding stands. `part`: index of the attachment, absent in the body; `block`: index in its body, or of an entry
 * of a list of organs; `start`, `end`: UTF-16 offsets in the block's words (`blockText`) or in the element's text;
 * `page`: from 1, for what was measured on the pages.
 */
export type Place = {
  readonly element: Element
  readonly part?: number
  readonly block?: number
  readonly start?: number
  readonly end?: number
  readonly page?: number
}

/** Texts of a content that stand alone. */
export type TextField = 'title' | 'signature' | 'note' | 'printer' | 'issuerMark'

/** One change to a content or its issue. Offsets as in `Place`. */
export type Edit =
  | { readonly target: 'text'; readonly part: number | null; readonly block: number; readonly start: number; readonly end: number; readonly text: string }
  | { readonly target: 'level'; readonly part: number | null; readonly block: number; readonly level: 0 | 1 | 2 | 3 | 4; readonly number: string | null }
  | { readonly target: 'remove'; readonly part: number | null; readonly block: number }
  | { readonly target: 'field'; readonly field: TextField; readonly start: number; readonly end: number; readonly text: string }
  | { readonly target: 'organs'; readonly list: 'recipients' | 'copies'; readonly names: readonly string[] }
  | { readonly target: 'attachment'; readonly index: number; readonly name: string }
  | { readonly target: 'issue'; readonly field: 'number' | 'date' | 'printDate'; readonly text: string }
  | { readonly target: 'signers'; readonly signers: readonly string[] }
  | { readonly target: 'form'; readonly form: '文件' | '信函' | '命令' | '纪要' }
  | { readonly target: 'authentication'; readonly authentication: '盖章' | '不盖章' | '签名章' }
  | { readonly target: 'copyNumber'; readonly copyNumber: string | null }
  | { readonly target: 'period'; readonly period: string }

/** A repair offered with one click (一键修改). */
export type Fix = { readonly label: string; readonly edits: readonly Edit[] }

export type Finding = {
  /** id of the rule */
  readonly rule: string
  readonly severity: Severity
  /** the clause that asks for it, or `practice` */
  readonly clause: string
  /** Chinese: what is wrong and what to do */
  readonly message: string
  readonly where: Place
  readonly fix?: Fix
}

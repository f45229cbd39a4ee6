/** A new, empty draft (新建公文). */
import type { DocumentContent } from './content.ts'
import type { DocumentKind, LayoutForm } from './kinds.ts'

export type NewDocument = {
  readonly kind: DocumentKind
  /** full or standard short name of the issuing organ */
  readonly organName: string
  /** by default the form that goes with the kind: 函 → 信函, 命令 → 命令, 纪要 → 纪要, else 文件 */
  readonly form?: LayoutForm
  readonly title?: string
}

const formOfKind: Partial<Record<DocumentKind, LayoutForm>> = { 函: '信函', 命令: '命令', 纪要: '纪要' }

/** The layout form that usually goes with a kind. GB/T 9704 §10 */
export function usualForm(kind: DocumentKind): LayoutForm {
  return formOfKind[kind] ?? '文件'
}

/**
 * 发文机关标志: name + 文件 for the general form, the name alone on letters, name + 命令, and name + 纪要. GB/T 9704 §7.2.4, §10
 * @param title an order calls itself 令 or 命令 there
 */
export function issuerMarkOf(organNames: readonly string[], form: LayoutForm, title = ''): string {
  const host = organNames[0] ?? ''
  switch (form) {
    case '文件':
      // Names of a joint issue stand one below the other with 文件 beside them; blanks part them.
      return organNames.length > 1 ? `${organNames.join(' ')} 文件` : `${host}文件`
    case '信函':
      return host
    case '命令':
      return `${organNames.join(' ')}${organNames.length > 1 ? ' ' : ''}${/(?:^|[^命])令$/u.test(title) ? '令' : '命令'}`
    case '纪要':
      return `${host}纪要`
  }
}

/** How documents of a form are usually authenticated. */
export function usualAuthentication(form: LayoutForm): DocumentContent['authentication'] {
  switch (form) {
    case '文件':
    case '信函':
      return '盖章'
    case '命令':
      return '签名章'
    case '纪要':
      return '不盖章'
  }
}

/** A draft without text. It is valid to keep and incomplete to submit. */
export function emptyContent(start: NewDocument): DocumentContent {
  const form = start.form ?? usualForm(start.kind)
  return {
    schema: 'wenshu.document/1',
    kind: start.kind,
    form,
    issuers: [start.organName],
    issuerMark: issuerMarkOf([start.organName], form),
    urgency: '',
    disclosure: '主动公开',
    copyNumber: null,
    title: start.title ?? '',
    recipients: [],
    body: [],
    attachments: [],
    // Minutes are not signed.
    signature: form === '纪要' ? '' : start.organName,
    authentication: usualAuthentication(form),
    note: '',
    copies: [],
    printer: start.organName,
  }
}

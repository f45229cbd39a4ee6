/** Applying a fix (一键修改): a new content and issue, the given ones untouched. */
import { assertNever } from '#core/formats'
import type { Attachment, Block, DocumentContent, Issue, Table } from '#core/document'
import type { Edit, Finding } from './finding.ts'
import { cellOffset } from './units.ts'

export type Fixed = { readonly content: DocumentContent; readonly issue: Issue | null }

/** Applies the finding's fix; without one, the same values come back. Edits that no longer fit the content are left out. */
export function applyFix(content: DocumentContent, issue: Issue | null, finding: Pick<Finding, 'fix'>): Fixed {
  // From the end, so that an edit does not move the place of one before it.
  const edits = [...(finding.fix?.edits ?? [])].sort((a, b) => place(b) - place(a))
  return edits.reduce((fixed: Fixed, edit) => apply(fixed, edit), { content, issue })
}

function place(edit: Edit): number {
  switch (edit.target) {
    case 'text':
      return edit.block * 1e6 + edit.start
    case 'remove':
    case 'level':
      return edit.block * 1e6
    case 'field':
      return edit.start
    default:
      return 0
  }
}

function apply({ content, issue }: Fixed, edit: Edit): Fixed {
  switch (edit.target) {
    case 'text':
      return { content: withBlock(content, edit.part, edit.block, (block) => [splice(block, edit.start, edit.end, edit.text)]), issue }
    case 'level':
      return { content: withBlock(content, edit.part, edit.block, (block) => [block.kind === 'paragraph' ? { ...block, level: edit.level, number: edit.number } : block]), issue }
    case 'remove':
      return { content: withBlock(content, edit.part, edit.block, () => []), issue }
    case 'field':
      return { content: { ...content, [edit.field]: cut(content[edit.field], edit.start, edit.end, edit.text) }, issue }
    case 'organs':
      return { content: { ...content, [edit.list]: edit.names.filter((name) => name !== '') }, issue }
    case 'attachment':
      return { content: { ...content, attachments: content.attachments.map((item, i) => (i === edit.index ? { ...item, name: edit.name } : item)) }, issue }
    case 'issue':
      return { content, issue: { ...(issue ?? { number: '', date: '', printDate: '' }), [edit.field]: edit.text } }
    case 'signers': {
      if (issue === null) return { content, issue }
      const { signers: _, ...rest } = issue
      return { content, issue: edit.signers.length === 0 ? rest : { ...rest, signers: edit.signers } }
    }
    case 'form':
      return { content: { ...content, form: edit.form }, issue }
    case 'authentication':
      return { content: { ...content, authentication: edit.authentication }, issue }
    case 'copyNumber':
      return { content: { ...content, copyNumber: edit.copyNumber }, issue }
    case 'period':
      return { content: content.secrecy === undefined ? content : { ...content, secrecy: { ...content.secrecy, period: edit.period } }, issue }
    default:
      return assertNever(edit)
  }
}

const cut = (text: string, start: number, end: number, insert: string): string => text.slice(0, start) + insert + text.slice(end)

function withBlock(content: DocumentContent, part: number | null, at: number, change: (block: Block) => readonly Block[]): DocumentContent {
  const edited = (blocks: readonly Block[]): readonly Block[] => blocks.flatMap((block, i) => (i === at ? change(block) : [block]))
  if (part === null) return { ...content, body: edited(content.body) }
  return { ...content, attachments: content.attachments.map((item, i): Attachment => (i === part && item.kind === 'text' ? { ...item, body: edited(item.body) } : item)) }
}

function splice(block: Block, start: number, end: number, text: string): Block {
  switch (block.kind) {
    case 'paragraph':
      return { ...block, text: cut(block.text, start, end, text) }
    case 'picture':
      return { ...block, caption: cut(block.caption, start, end, text) }
    case 'table':
      return spliceTable(block, start, end, text)
  }
}

/** An edit of a table stays inside its caption or one cell. */
function spliceTable(table: Table, start: number, end: number, text: string): Table {
  if (table.caption !== '' && end <= table.caption.length) return { ...table, caption: cut(table.caption, start, end, text) }
  return {
    ...table,
    rows: table.rows.map((row, r) => row.map((cell, c) => {
      const offset = cellOffset(table, r, c)
      return start >= offset && end <= offset + cell.length ? cut(cell, start - offset, end - offset, text) : cell
    })),
  }
}

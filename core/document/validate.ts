/** The closed schema of a document's content: what is not named here is refused. */
import { encodeCanonical, err, ok, type CanonicalValue, type Result } from '#core/formats'
import { fields, integer, list, oneOf, optional, orNull, text, variants, type Check, type Report } from './check-value.ts'
import type { DocumentContent, Table } from './content.ts'
import { documentKinds, layoutForms } from './kinds.ts'
import { limits } from './limits.ts'
import { parseNumber } from './numbering.ts'

/** One thing wrong with a content: where (`body[3].text`), a stable code, and a Chinese sentence. */
export type ContentProblem = { readonly path: string; readonly code: string; readonly message: string }

const name = (label: string): Check => text(label, { min: 1, max: limits.nameChars })

const paragraph: Check = (value, path, report) => {
  const before = report.count
  paragraphFields(value, path, report)
  if (report.count > before) return
  const { level, number } = value as { level: number; number: string | null }
  if (number === null) return
  const parsed = parseNumber(number)
  if (level === 0 || parsed === null || parsed.level !== level || parsed.rest !== '') {
    report.add(`${path}.number`, 'content.number', '序号与层次不符')
  }
}

const paragraphFields = fields({
  kind: oneOf('段落类型', ['paragraph']),
  level: oneOf('层次', [0, 1, 2, 3, 4]),
  number: orNull(text('序号', { min: 1, max: 12 })),
  text: text('段落', { min: 0, max: limits.paragraphChars }),
})

const table: Check = (value, path, report) => {
  const before = report.count
  tableFields(value, path, report)
  if (report.count > before) return
  const { columns, headRows, rows } = value as Table
  if (columns.length === 0) report.add(`${path}.columns`, 'content.empty', '表格至少要有一列')
  if (headRows > rows.length) report.add(`${path}.headRows`, 'content.not-integer', '表头行数超过了表格的行数')
  rows.forEach((row, i) => {
    if (row.length !== columns.length) report.add(`${path}.rows[${i}]`, 'content.ragged', `表格第 ${i + 1} 行有 ${row.length} 格，应为 ${columns.length} 格`)
  })
}

const tableFields = fields({
  kind: oneOf('段落类型', ['table']),
  caption: text('表题', { min: 0, max: limits.nameChars }),
  orientation: oneOf('表格方向', ['portrait', 'landscape']),
  columns: list('列', fields({ align: oneOf('对齐', ['left', 'centre', 'right']), share: integer('列宽', 0, 10_000) }), limits.tableColumns),
  headRows: integer('表头行数', 0, 10),
  rows: list('行', list('单元格', text('单元格', { min: 0, max: limits.cellChars }), limits.tableColumns), limits.tableRows),
})

const attachedFile = (types?: readonly string[]): Check => fields({
  fileName: name('文件名'),
  mediaType: types === undefined ? text('文件类型', { min: 1, max: 100 }) : oneOf('图片类型', types),
  size: integer('文件大小', 0, types === undefined ? Number.MAX_SAFE_INTEGER : limits.pictureBytes),
  hash: text('文件摘要', { min: 64, max: 64, pattern: /^[0-9a-f]{64}$/u }),
})

const picture = fields({
  kind: oneOf('段落类型', ['picture']),
  caption: text('图题', { min: 0, max: limits.nameChars }),
  file: attachedFile(['image/png', 'image/jpeg']),
  pixels: fields({ width: integer('图片宽度', 1, limits.pictureSide), height: integer('图片高度', 1, limits.pictureSide) }),
  width: integer('图片宽度', 0, 210),
})

const block: Check = variants('正文内容', 'kind', { paragraph, table, picture })

const blocks = list('正文', block, limits.blocks)

const attachment = variants('附件', 'kind', {
  text: fields({ kind: oneOf('附件类型', ['text']), name: name('附件名称'), body: blocks, binding: optional(oneOf('装订', ['separate'])), heading: optional(name('附件标题')), label: optional(integer('附件序号', 1, 999)) }),
  file: fields({
    kind: oneOf('附件类型', ['file']),
    name: name('附件名称'),
    file: attachedFile(),
  }),
})

const content = fields({
  schema: oneOf('格式版本', ['wenshu.document/1']),
  kind: oneOf('文种', documentKinds),
  form: oneOf('版式', layoutForms),
  issuers: list('发文机关', name('发文机关'), 20),
  issuerMark: text('发文机关标志', { min: 0, max: limits.nameChars }),
  urgency: oneOf('紧急程度', ['', '加急', '特急']),
  disclosure: oneOf('公开属性', ['主动公开', '依申请公开', '不予公开']),
  copyNumber: orNull(text('份号', { min: 1, max: 6, pattern: /^\d{1,6}$/u })),
  title: text('标题', { min: 0, max: limits.titleChars }),
  recipients: list('主送机关', name('主送机关'), limits.organs),
  body: blocks,
  attachments: list('附件', attachment, limits.attachments),
  signature: text('发文机关署名', { min: 0, max: limits.nameChars }),
  authentication: oneOf('印章', ['盖章', '不盖章', '签名章']),
  note: text('附注', { min: 0, max: limits.nameChars }),
  copies: list('抄送机关', name('抄送机关'), limits.organs),
  printer: text('印发机关', { min: 0, max: limits.nameChars }),
  secrecy: optional(
    fields({ level: oneOf('密级', ['秘密', '机密', '绝密']), period: text('保密期限', { min: 0, max: 20 }) }),
  ),
})

/** At most this many problems are reported: a hostile value must not make the report larger than itself. */
const maxProblems = 100

/**
 * Whether a value from outside is a document's content. Unknown keys are refused by name. The returned value is the given
 * one, unchanged. It says nothing about completeness (an empty title is a valid draft); that is `check`'s matter.
 */
export function validateContent(value: unknown): Result<DocumentContent, ContentProblem[]> {
  const problems: ContentProblem[] = []
  const report: Report = {
    count: 0,
    add(path, code, message) {
      report.count++
      if (problems.length < maxProblems) problems.push({ path, code, message })
    },
  }
  content(value, '', report)
  if (problems.length === 0) checkTotals(value as DocumentContent, report)
  return problems.length === 0 ? ok(value as DocumentContent) : err(problems)
}

function checkTotals(value: DocumentContent, report: Report): void {
  const inAttachments = value.attachments.reduce((sum, item) => sum + (item.kind === 'text' ? item.body.length : 0), 0)
  if (value.body.length + inAttachments > limits.blocks) {
    report.add('body', 'content.too-many-blocks', `正文和附件合计超过 ${limits.blocks} 段的上限`)
    return
  }
  if (encodeCanonical(value as unknown as CanonicalValue).length > limits.bytes) {
    report.add('', 'content.too-large', `公文内容超过 ${limits.bytes / 1024 / 1024} MB 的上限`)
  }
}

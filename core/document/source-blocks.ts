/** Tables and pictures in the .gw source: pipe tables, and `![图题](路径)`. */
import { formatErr, ok, type FormatError, type Result } from '#core/formats'
import type { ColumnAlign, Picture, Table } from './content.ts'

/**
 * What stands for a table in the source:
 *
 *     [表 横排 表头2 列宽3:2:1] 表题      optional; each word optional
 *     | 盟市 | 完成率 |
 *     |:--|--:|                          optional: alignment; rows above it are the head
 *     | 呼和浩特市 | 97% |
 *
 * `\|` is a bar inside a cell, `\\` a backslash.
 */
const optionLine = /^\[表((?:[ \u3000]+[^\]\s]+)*)\](.*)$/u
const ruleLine = /^\|(?:\s*:?-+:?\s*\|)+$/u

/** Whether a line belongs to a table. */
export function isTableLine(line: string): boolean {
  return line.startsWith('|')
}

/** Whether a line gives a table its caption and options. */
export function isTableOptions(line: string): boolean {
  return optionLine.test(line)
}

type Options = { caption: string; orientation: Table['orientation']; headRows: number | null; shares: readonly number[] }

/** Reads one table. Errors gw.*: bad-table. */
export function readTable(options: string | null, lines: readonly string[]): Result<Table, FormatError> {
  const given = options === null ? ok(plain) : readOptions(options)
  if (!given.ok) return given
  const rows: string[][] = []
  let aligns: ColumnAlign[] | null = null
  let headRows = given.value.headRows
  for (const line of lines) {
    if (ruleLine.test(line) && aligns === null && rows.length > 0) {
      aligns = cellsOf(line).map(alignOf)
      headRows ??= rows.length
      continue
    }
    rows.push(cellsOf(line))
  }
  const count = Math.max(...rows.map((row) => row.length), aligns?.length ?? 0)
  const ragged = rows.findIndex((row) => row.length !== count)
  if (ragged >= 0) return formatErr('gw.bad-table', `表格第 ${ragged + 1} 行有 ${rows[ragged]!.length} 格，其他行有 ${count} 格：每行的格数应相同`)
  if (aligns !== null && aligns.length !== count) return formatErr('gw.bad-table', `表格的对齐行有 ${aligns.length} 格，应为 ${count} 格`)
  const { shares, caption, orientation } = given.value
  if (shares.length > 0 && shares.length !== count) return formatErr('gw.bad-table', `「列宽」给了 ${shares.length} 个数，表格有 ${count} 列`)
  return ok({
    kind: 'table', caption, orientation, headRows: Math.min(headRows ?? 1, rows.length), rows,
    columns: Array.from({ length: count }, (_, i) => ({ align: aligns?.[i] ?? 'centre', share: shares[i] ?? 0 })),
  })
}

const plain: Options = { caption: '', orientation: 'portrait', headRows: null, shares: [] }

function readOptions(line: string): Result<Options, FormatError> {
  const match = optionLine.exec(line)
  const options: Options = { ...plain, caption: (match?.[2] ?? '').trim() }
  for (const word of (match?.[1] ?? '').split(/[ \u3000]+/u).filter((item) => item !== '')) {
    const head = /^表头(\d)$/u.exec(word)
    const widths = /^列宽(\d{1,4}(?::\d{1,4})*)$/u.exec(word)
    if (word === '横排') options.orientation = 'landscape'
    else if (head !== null) options.headRows = Number(head[1])
    else if (widths !== null) options.shares = widths[1]!.split(':').map(Number)
    else return formatErr('gw.bad-table', `表格行不认识「${word.slice(0, 20)}」，可以写：横排、表头2、列宽3:2:1`)
  }
  return ok(options)
}

/** The cells of `| a | b |`; the last bar may be missing. */
function cellsOf(line: string): string[] {
  const cells: string[] = []
  let cell = ''
  for (let i = 1; i < line.length; i++) {
    const char = line[i]!
    if (char === '\\' && (line[i + 1] === '|' || line[i + 1] === '\\')) cell += line[++i]!
    else if (char === '|') {
      cells.push(cell.trim())
      cell = ''
    } else cell += char
  }
  return cell.trim() === '' ? cells : [...cells, cell.trim()]
}

function alignOf(cell: string): ColumnAlign {
  const left = cell.startsWith(':')
  const right = cell.endsWith(':')
  if (left && right) return 'centre'
  return right ? 'right' : left ? 'left' : 'centre'
}

const pictureLine = /^!\[([^\]]*)\]\(([^)\s]+)(?:[ \u3000]+(\d{1,3})(?:mm|毫米))?\)$/u

/** `![图题](路径)` or `![图题](路径 120mm)`; null when the line is something else. */
export function readPictureLine(line: string): { readonly caption: string; readonly path: string; readonly width: number } | null {
  const match = pictureLine.exec(line)
  return match === null ? null : { caption: match[1]!.trim(), path: match[2]!, width: Number(match[3] ?? 0) }
}

/** Writing of a table; reading it gives the same value. */
export function tableSource(table: Table): string {
  const shares = table.columns.map((column) => column.share)
  const words = [
    '表', ...(table.orientation === 'landscape' ? ['横排'] : []), `表头${table.headRows}`,
    ...(shares.some((share) => share > 0) ? [`列宽${shares.join(':')}`] : []),
  ]
  const row = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.trim().replaceAll('\\', '\\\\').replaceAll('|', '\\|')).join(' | ')} |\n`
  const marks = { left: ':--', centre: ':-:', right: '--:' } as const
  const rule = `|${table.columns.map((column) => marks[column.align]).join('|')}|\n`
  const [first = [], ...rest] = table.rows
  return `\n[${words.join(' ')}]${table.caption === '' ? '' : ` ${table.caption}`}\n${row(first)}${rule}${rest.map(row).join('')}\n`
}

/** Writing of a picture: its file stands beside the source under its own name. */
export function pictureSource(picture: Picture): string {
  const width = picture.width === 0 ? '' : ` ${picture.width}mm`
  return `\n![${picture.caption.replaceAll(/[[\]]/gu, '')}](${picture.file.fileName.replaceAll(/[\s()]/gu, '_')}${width})\n\n`
}

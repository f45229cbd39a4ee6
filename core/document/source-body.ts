/** The body of a .gw source: paragraphs and `=== 附件N 名称` parts. */
import { formatErr, ok, type FormatError, type Result } from '#core/formats'
import type { Block } from './content.ts'
import { blocksOfLines, readLines } from './text.ts'

/** `number` is the N of 附件N, or null when it was left out. */
export type Part = { readonly number: number | null; readonly name: string; readonly body: readonly Block[] }

/** Reads what follows the head. A line that starts with \ is a plain paragraph, whatever it looks like. */
export function readParts(text: string): Result<{ readonly body: readonly Block[]; readonly attachments: readonly Part[] }, FormatError> {
  const lines = readLines(text)
  if (!lines.ok) return lines
  const body: string[] = []
  const parts: { number: number | null; name: string; lines: string[] }[] = []
  let current = body
  for (const line of lines.value) {
    if (line.startsWith('===')) {
      const match = /^===\s*附件\s*(\d*)\s*[：:.]?\s*(.*)$/u.exec(line)
      if (match === null) return formatErr('gw.part', `看不懂的分节行「${line.slice(0, 30)}」，应写作「=== 附件1 名称」`)
      current = []
      parts.push({ number: match[1] === '' ? null : Number(match[1]), name: match[2] ?? '', lines: current })
      continue
    }
    if (line.startsWith('|')) return formatErr('gw.table-unsupported', '暂不支持表格，请改为附件文件')
    if (line.startsWith('![')) return formatErr('gw.image-unsupported', '暂不支持图片，请改为附件文件')
    current.push(line)
  }
  return ok({
    body: blocksOfLines(body, '\\'),
    attachments: parts.map((part) => ({ number: part.number, name: part.name, body: blocksOfLines(part.lines, '\\') })),
  })
}

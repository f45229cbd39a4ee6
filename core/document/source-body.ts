/** The body of a .gw source: paragraphs, tables, pictures and `=== 附件N 名称` parts. */
import { formatErr, ok, type FormatError, type Result } from '#core/formats'
import type { Block, Picture } from './content.ts'
import { isTableLine, isTableOptions, readPictureLine, readTable } from './source-blocks.ts'
import { NumberCounter } from './numbering.ts'
import { lineBlock, readLines } from './text.ts'

/** `number` is the N of 附件N, or null when it was left out. */
export type Part = { readonly number: number | null; readonly name: string; readonly body: readonly Block[] }

/** Finds the picture of a path written in a source: its file and size, or what is wrong with it. */
export type PictureLookUp = (path: string) => Result<Pick<Picture, 'file' | 'pixels'>, FormatError>

/** Reads what follows the head. A line that starts with \ is a plain paragraph, whatever it looks like. */
export function readParts(text: string, pictures: PictureLookUp): Result<{ readonly body: readonly Block[]; readonly attachments: readonly Part[] }, FormatError> {
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
    current.push(line)
  }
  const blocks = readBlocks(body, pictures)
  if (!blocks.ok) return blocks
  const attachments: Part[] = []
  for (const part of parts) {
    const read = readBlocks(part.lines, pictures)
    if (!read.ok) return read
    attachments.push({ number: part.number, name: part.name, body: read.value })
  }
  return ok({ body: blocks.value, attachments })
}

function readBlocks(lines: readonly string[], pictures: PictureLookUp): Result<readonly Block[], FormatError> {
  const counter = new NumberCounter()
  const blocks: Block[] = []
  let at = 0
  while (at < lines.length) {
    const line = lines[at]!
    const hasOptions = isTableOptions(line) && isTableLine(lines[at + 1] ?? '')
    if (hasOptions || isTableLine(line)) {
      let end = hasOptions ? at + 1 : at
      const start = end
      // A line with options begins a table of its own, so two tables may stand side by side.
      while (end < lines.length && isTableLine(lines[end]!)) end++
      const table = readTable(hasOptions ? line : null, lines.slice(start, end))
      if (!table.ok) return table
      blocks.push(table.value)
      at = end
      continue
    }
    at++
    if (line.startsWith('![')) {
      const picture = readPictureLine(line)
      if (picture === null) return formatErr('gw.image', `看不懂的图片行「${line.slice(0, 30)}」，应写作「![图题](文件名)」或「![图题](文件名 120mm)」`)
      const found = pictures(picture.path)
      if (!found.ok) return found
      blocks.push({ kind: 'picture', caption: picture.caption, ...found.value, width: Math.min(picture.width, 210) })
      continue
    }
    blocks.push(lineBlock(line, '\\', counter))
  }
  return ok(blocks)
}

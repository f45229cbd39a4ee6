/** Plain text (.txt, pasted text) → title and numbered blocks. */
import { formatErr, ok, type FormatError, type Result } from '#core/formats'
import type { Paragraph } from './content.ts'
import { limits } from './limits.ts'
import { NumberCounter, parseNumber } from './numbering.ts'

export type PlainText = { readonly title: string; readonly blocks: readonly Paragraph[] }

/** C0 and C1 controls except tab and line ends, and characters that a document cannot carry. */
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/u

/**
 * Reads a text whose first line is the title. Indentation (half and full width) goes; levels are taken from the literal
 * numbers; a number that equals the computed one is dropped, any other is kept as an override. Errors: text.too-large,
 * text.control, text.malformed, text.empty, text.title-too-long, text.too-many-blocks.
 */
export function parsePlainText(text: string): Result<PlainText, FormatError> {
  const lines = readLines(text)
  if (!lines.ok) return lines
  const [title, ...rest] = lines.value
  if (title === undefined) return formatErr('text.empty', '文本是空的，没有可读的内容')
  if ([...title].length > limits.titleChars) {
    return formatErr('text.title-too-long', `第一行应为标题，但超过 ${limits.titleChars} 字`)
  }
  if (rest.length > limits.blocks) return formatErr('text.too-many-blocks', `正文超过 ${limits.blocks} 段的上限`)
  return ok({ title, blocks: blocksOfLines(rest) })
}

/** Blocks of lines that are already free of indentation. With an `escape`, a line starting with it is plain, whatever it looks like. */
export function blocksOfLines(lines: readonly string[], escape = ''): Paragraph[] {
  const counter = new NumberCounter()
  return lines.map((line) => lineBlock(line, escape, counter))
}

/** One line as a paragraph, numbered after those that `counter` has seen. */
export function lineBlock(line: string, escape: string, counter: NumberCounter): Paragraph {
  const isEscaped = escape !== '' && line.startsWith(escape)
  const parsed = isEscaped ? null : parseNumber(line)
  if (parsed === null) {
    return { kind: 'paragraph', level: 0, number: null, text: isEscaped ? line.slice(escape.length) : line }
  }
  const number = counter.peek(parsed.level) === parsed.number ? null : parsed.number
  counter.next(parsed.level, number)
  return { kind: 'paragraph', level: parsed.level, number, text: parsed.rest }
}

/** The non-empty lines of a text without indentation and trailing blanks; tabs inside become blanks. */
export function readLines(text: string): Result<readonly string[], FormatError> {
  // UTF-16 length is a lower bound of the UTF-8 size, so the cheap test comes first.
  if (text.length > limits.bytes) return formatErr('text.too-large', `文本超过 ${limits.bytes / 1024 / 1024} MB 的上限`)
  if (!text.isWellFormed()) return formatErr('text.malformed', '文本含有不完整的字符，可能不是 UTF-8 编码')
  const bad = forbidden.exec(text)
  if (bad !== null) {
    return formatErr('text.control', `文本含有不可显示的控制字符（第 ${bad.index + 1} 个字符），可能不是文本文件`, bad.index)
  }
  const lines = text.replace(/^\ufeff/u, '').split(/\r\n|[\n\r\u0085\u2028\u2029]/u)
  return ok(lines.map(trimLine).filter((line) => line !== ''))
}

/** One line without indentation and trailing blanks. */
export function trimLine(line: string): string {
  return line.replaceAll('\t', ' ').trim()
}

/** Text of a word processor made plain: invisible marks, manual indents, characters that cannot be printed (清理). */
import type { Repairs } from './repairs.ts'

const blank = /[\s\u3000\u00a0]/u
const privateUse = /[\ue000-\uf8ff]|[\u{f0000}-\u{ffffd}]|[\u{100000}-\u{10fffd}]/gu

/** One line of a paragraph: blanks before and after it go, inner tabs become blanks. */
export function cleanLine(text: string, repairs: Repairs): string {
  const shown = text
    .toWellFormed()
    .replaceAll(/[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]/gu, (char) => {
      if (char === '\u00ad') repairs.count('docx.soft-hyphens', '已去掉 {n} 处可选连字符')
      return ''
    })
    .replaceAll('\u2011', '-')
    .replaceAll(/[\u00a0\u2000-\u200a\u202f]/gu, ' ')
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff\ufffd]/gu, () => {
      repairs.count('docx.control', '已去掉 {n} 个不可显示的字符')
      return ''
    })
  for (const char of shown.match(privateUse) ?? []) {
    const code = char.codePointAt(0)!.toString(16).toUpperCase()
    repairs.add('docx.private-use', `文字中有自造字（U+${code}），别的电脑上可能显示不出，请换成规范字`)
  }
  const trimmed = shown.trim()
  if (trimmed !== '' && blank.test(shown[0] ?? '')) repairs.count('docx.manual-indent', '已去掉 {n} 段段首的手工空格或制表符，缩进由版式给出')
  return trimmed.replaceAll(/[\t\r\n\u2028\u2029\u0085]+/gu, ' ')
}

/** The lines of a paragraph that are not empty: a soft line break ends a line. */
export function cleanLines(text: string, repairs: Repairs): string[] {
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/u)
  const kept = lines.map((line) => cleanLine(line, repairs)).filter((line) => line !== '')
  if (kept.length > 1) repairs.count('docx.line-breaks', '有 {n} 个段落用了手工换行，已分成几段')
  return kept
}

/** The parts of a line that tabs or wide blanks keep apart. */
export function piecesOf(text: string): string[] {
  return text.split(/\t+|[ \u3000\u00a0]{2,}|\u3000/u).map((piece) => piece.trim()).filter((piece) => piece !== '')
}

/** Organs of a list: a comma parts kinds of organs, a 顿号 organs of one kind, which stay together. */
export function organsOf(text: string): string[] {
  return text.split(/[，,]/u).map((organ) => organ.trim()).filter((organ) => organ !== '')
}

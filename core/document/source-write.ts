/** The .gw source: writing. */
import { stringify } from 'yaml'
import type { Attachment, Block, DocumentContent, Issue, Paragraph } from './content.ts'
import { NumberCounter, parseNumber } from './numbering.ts'
import { pictureSource, tableSource } from './source-blocks.ts'

/**
 * The .gw text of a content. Reading it back gives the same content, except that blanks around a paragraph and overrides
 * equal to the computed number are not kept.
 */
export function writeSource(content: DocumentContent, issue: Issue | null): string {
  const head: Record<string, unknown> = {
    文种: content.kind,
    版式: content.form,
    发文机关: content.issuers,
    发文机关标志: content.issuerMark,
    ...(issue === null || issue.number === '' ? {} : { 发文字号: issue.number }),
    ...(content.copyNumber === null ? {} : { 份号: content.copyNumber }),
    ...(content.secrecy === undefined ? {} : { 密级: content.secrecy.level, 保密期限: content.secrecy.period }),
    紧急程度: content.urgency,
    ...(issue?.signers === undefined ? {} : { 签发人: issue.signers }),
    标题: content.title,
    主送: content.recipients,
    附件: content.attachments.map(entry),
    署名: content.signature,
    ...(issue === null || issue.date === '' ? {} : { 成文日期: issue.date }),
    印章: content.authentication,
    附注: content.note,
    抄送: content.copies,
    印发机关: content.printer,
    ...(issue === null || issue.printDate === '' ? {} : { 印发日期: issue.printDate }),
    公开属性: content.disclosure,
  }
  let text = `---\n${stringify(head, { lineWidth: 0 })}---\n${paragraphs(content.body)}`
  content.attachments.forEach((attachment, i) => {
    if (attachment.kind !== 'text') return
    // A name that starts with a separator needs one more before it, or the reader takes its own.
    const heading = attachment.heading ?? attachment.name
    const separator = /^[：:.]/u.test(heading) ? '：' : ' '
    text += `\n=== 附件${attachment.label ?? i + 1}${separator}${heading}\n${paragraphs(attachment.body)}`
  })
  return text
}

function entry(attachment: Attachment): Record<string, string> {
  if (attachment.kind === 'text') return { 名称: attachment.name, ...(attachment.binding === undefined ? {} : { 装订: '另行装订' }) }
  const { fileName, mediaType, size, hash } = attachment.file
  return { 名称: attachment.name, 文件: fileName, 类型: mediaType, 大小: String(size), 摘要: hash }
}

function paragraphs(blocks: readonly Block[]): string {
  const counter = new NumberCounter()
  return blocks.map((block) => {
    switch (block.kind) {
      case 'paragraph':
        return `${line(counter.next(block.level, block.number), block)}\n`
      case 'table':
        return tableSource(block)
      case 'picture':
        return pictureSource(block)
    }
  }).join('')
}

function line(number: string, block: Paragraph): string {
  if (block.level === 0) {
    const looksSpecial = block.text.trim() === '' || parseNumber(block.text) !== null || /^(?:\\|\||!\[|===|\[表)/u.test(block.text)
    return looksSpecial ? `\\${block.text}` : block.text
  }
  // 1. and 5亿元 would read as the decimal 1.5亿元.
  return /^\d/u.test(block.text) && /[.．]$/u.test(number) ? `${number} ${block.text}` : number + block.text
}

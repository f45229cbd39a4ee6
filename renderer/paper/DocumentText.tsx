/**
 * A document as structured text: what assistive technology reads instead of the picture, and the large-type reading when the
 * page would not fit the window (文字版).
 */
import { memo, useId } from 'react'
import { numberBlocks, type Block, type DocumentContent, type Issue } from '#core/document'
import { useWords } from './words.ts'

export type DocumentTextProps = { readonly content: DocumentContent; readonly issue?: Issue | null; readonly className?: string }

/** Drawn again only when its own words change: a long text is written one key at a time. */
const Line = memo(({ level, text }: { readonly level: number; readonly text: string }) => <p data-level={level}>{text}</p>)
Line.displayName = 'Line'

export const Blocks = memo(({ blocks }: { readonly blocks: readonly Block[] }) => {
  const numbers = numberBlocks(blocks)
  return blocks.map((block, index) => {
    switch (block.kind) {
      case 'paragraph': return <Line key={index} level={block.level} text={`${numbers[index] ?? ''}${block.text}`} />
      case 'table': return (
        <table key={index}>
          {block.caption !== '' && <caption>{block.caption}</caption>}
          <tbody>{block.rows.map((row, at) => <tr key={at}>{row.map((cell, column) => at < block.headRows ? <th key={column} scope="col">{cell}</th> : <td key={column}>{cell}</td>)}</tr>)}</tbody>
        </table>
      )
      case 'picture': return <p key={index} role="img" aria-label={block.caption === '' ? block.file.fileName : block.caption}>{block.caption}</p>
    }
  })
})
Blocks.displayName = 'Blocks'

export const DocumentText = memo(({ content, issue, className }: DocumentTextProps) => {
  const t = useWords()
  const titleId = useId()
  return (
    <article className={className ?? 'wk-hidden-text'} aria-labelledby={titleId}>
      {content.issuerMark !== '' && <p className="wk-text-mark">{content.issuerMark}</p>}
      {issue !== undefined && issue !== null && <p className="wk-text-number">{issue.number}</p>}
      <h2 id={titleId}>{content.title === '' ? t('document.untitled') : content.title}</h2>
      {content.recipients.length > 0 && <p className="wk-text-flush">{content.recipients.join('，')}：</p>}
      <Blocks blocks={content.body} />
      {content.attachments.length > 0 && (
        <ol className="wk-text-attachments" aria-label={t('document.attachments')}>
          {content.attachments.map((attachment, index) => <li key={index}>{attachment.name}</li>)}
        </ol>
      )}
      <p className="wk-text-end">{content.signature}</p>
      {issue !== undefined && issue !== null && <p className="wk-text-end">{issue.date}</p>}
      {content.note !== '' && <p>（{content.note}）</p>}
      {content.attachments.map((attachment, index) => attachment.kind === 'text' && (
        <section key={index}>
          <h3>{attachment.name}</h3>
          <Blocks blocks={attachment.body} />
        </section>
      ))}
      {content.copies.length > 0 && <p>{t('document.copiesLine', { names: content.copies.join('，') })}</p>}
    </article>
  )
})
DocumentText.displayName = 'DocumentText'

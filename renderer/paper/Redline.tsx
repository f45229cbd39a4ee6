/** What changed between two texts, in the text itself (花脸稿). Colour is never alone: additions are underlined, deletions struck through. */
import { memo, useMemo } from 'react'
import { blockText, diffContents, numberBlocks, type Block, type BlockChange, type DocumentContent, type TextSpan } from '#core/document'
import { useWords } from './words.ts'
import './paper.css'

const Span = ({ span }: { readonly span: TextSpan }) => span.op === 'added' ? <ins>{span.text}</ins> : span.op === 'removed' ? <del>{span.text}</del> : span.text

const printed = (blocks: readonly Block[]): readonly string[] => {
  const numbers = numberBlocks(blocks)
  return blocks.map((block, index) => `${numbers[index] ?? ''}${blockText(block)}`)
}

const Changes = ({ changes, before, after }: { readonly changes: readonly BlockChange[]; readonly before: readonly Block[]; readonly after: readonly Block[] }) => {
  const old = printed(before)
  const fresh = printed(after)
  return changes.map((change, index) => {
    switch (change.op) {
      case 'same': return <p key={index}>{fresh[change.after]}</p>
      case 'added': return <p key={index} className="wk-changed"><ins>{fresh[change.after]}</ins></p>
      case 'removed': return <p key={index} className="wk-changed"><del>{old[change.before]}</del></p>
      case 'changed': return <p key={index} className="wk-changed">{change.spans.map((span, at) => <Span key={at} span={span} />)}</p>
    }
  })
}

export type RedlineProps = { readonly before: DocumentContent; readonly after: DocumentContent; readonly beforeName: string; readonly afterName: string }

export const Redline = memo(({ before, after, beforeName, afterName }: RedlineProps) => {
  const t = useWords()
  const diff = useMemo(() => diffContents(before, after), [before, after])
  const count = diff.fields.length + diff.attachments.length + diff.body.filter((change) => change.op !== 'same').length
  const title = diff.fields.find((field) => field.field === 'title')
  const others = diff.fields.filter((field) => field.field !== 'title')
  return (
    <article className="wk-redline" aria-label={t('redline.label')} tabIndex={0}>
      <p className="wk-note" role="status">{diff.isSame ? t('redline.same', { before: beforeName, after: afterName }) : t('redline.summary', { before: beforeName, after: afterName, count })}</p>
      <div className="wk-redline-sheet">
        <h2>{title === undefined ? after.title : title.spans.map((span, index) => <Span key={index} span={span} />)}</h2>
        {others.length > 0 && (
          <dl className="wk-redline-fields">
            {others.map((field) => (
              <div key={field.field}>
                <dt>{t(`field.${field.field}`)}</dt>
                <dd>{field.spans.map((span, index) => <Span key={index} span={span} />)}</dd>
              </div>
            ))}
          </dl>
        )}
        <Changes changes={diff.body} before={before.body} after={after.body} />
        {diff.attachments.map((change, index) => (
          <section key={index} className="wk-changed">
            <h3>{change.before === null ? <ins>{change.after?.name}</ins> : change.after === null ? <del>{change.before.name}</del> : change.after.name}</h3>
            {change.body !== null && change.before?.kind === 'text' && change.after?.kind === 'text' && <Changes changes={change.body} before={change.before.body} after={change.after.body} />}
            {change.body === null && change.before !== null && change.after !== null && <p>{t('redline.fileReplaced')}</p>}
          </section>
        ))}
      </div>
    </article>
  )
})
Redline.displayName = 'Redline'

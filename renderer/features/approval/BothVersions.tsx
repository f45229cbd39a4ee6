/** What was decided on and what stands now, when the two are not the same (文本已被修改). */
import { Button, Segmented } from 'antd'
import { useState } from 'react'
import { Blocks, Failure, Redline, useContent, useWords, Waiting } from '../../paper/index.ts'
import { openDocument } from '../desk/index.tsx'
import './approval.css'

export type BothVersionsProps = {
  readonly documentId: string
  /** hash of the text that the refused command was about */
  readonly asked: string
  /** hash of the text that stands now */
  readonly standing: string
}

export const BothVersions = ({ documentId, asked, standing }: BothVersionsProps) => {
  const t = useWords()
  const before = useContent(asked)
  const after = useContent(standing)
  const [show, setShow] = useState<'changes' | 'sides'>('changes')
  const failed = before.kind === 'failed' ? before : after.kind === 'failed' ? after : null
  if (failed !== null) {
    return <Failure title={t('both.failed')} detail={failed.error.message} actions={<><Button onClick={failed.retry}>{t('action.retry')}</Button><Button onClick={() => openDocument(documentId, { screen: 'attention' })}>{t('both.open')}</Button></>} />
  }
  if (before.kind !== 'ready' || after.kind !== 'ready') return <Waiting text={t('document.loading')} />
  return (
    <section className="wk-both" aria-label={t('both.title')}>
      <div className="wk-row wk-middle">
        <Segmented<'changes' | 'sides'> size="small" aria-label={t('body.show')} value={show} onChange={setShow} options={[{ value: 'changes', label: t('both.changes') }, { value: 'sides', label: t('both.sides') }]} />
        <span className="wk-grow" />
        <Button type="primary" onClick={() => openDocument(documentId, { screen: 'attention' })}>{t('both.open')}</Button>
      </div>
      {show === 'changes'
        ? <Redline before={before.content} after={after.content} beforeName={t('both.asked')} afterName={t('both.standing')} />
        : (
            <div className="wk-both-sides">
              {([['both.asked', before.content], ['both.standing', after.content]] as const).map(([name, content]) => (
                <article key={name} tabIndex={0}>
                  <h3>{t(name)}</h3>
                  <h4>{content.title}</h4>
                  <Blocks blocks={content.body} />
                </article>
              ))}
            </div>
          )}
    </section>
  )
}

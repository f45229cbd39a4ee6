/** The text on its pages, the redline one key away, the final file once there is one (正文). */
import { Button, Segmented } from 'antd'
import { useEffect, useState } from 'react'
import type { DocumentState } from '#core/route'
import type { Layout } from '#core/typeset'
import { Failure, Notice, PageFiles, PaperView, PdfPages, Redline, useContent, useWords, Waiting } from '../../paper/index.ts'
import { useClient, type ContentState } from '../../store/index.ts'
import { newestFile } from './sealRows.ts'
import { issueOf } from './seen.ts'

export type BodyTabProps = { readonly state: DocumentState; readonly content: ContentState & { readonly retry: () => void }; readonly layout: Layout | null; readonly stand: 'window' | 'pane' }

type Show = 'text' | 'redline' | 'final'

export const BodyTab = ({ state, content, layout, stand }: BodyTabProps) => {
  const t = useWords()
  const { fonts } = useClient()
  const finalHash = newestFile(state)
  const previous = state.revisions.at(-2) ?? null
  const [chosen, setShow] = useState<Show | null>(null)
  const show: Show = chosen ?? (finalHash !== null ? 'final' : 'text')
  const before = useContent(show === 'redline' ? previous?.hash ?? null : null)
  const focus = stand === 'window' ? 'onMount' : 'never'
  const hasText = state.revisions.length + state.drafts.length > 0

  useEffect(() => {
    if (previous === null) return
    const keys = (event: KeyboardEvent): void => {
      if (event.key !== 'F4' || event.altKey || event.ctrlKey) return
      event.preventDefault()
      setShow((old) => (old === 'redline' ? 'text' : 'redline'))
    }
    window.addEventListener('keydown', keys)
    return () => window.removeEventListener('keydown', keys)
  }, [previous])

  const options = [
    ...(hasText ? [{ value: 'text' as const, label: t('body.text') }] : []),
    ...(previous === null ? [] : [{ value: 'redline' as const, label: t('body.redline') }]),
    ...(finalHash === null ? [] : [{ value: 'final' as const, label: finalHash === state.final?.hash ? t('body.final') : t('body.sealed') }]),
  ]
  const tools = (
    <>
      {options.length > 1 && <Segmented<Show> size="small" aria-label={t('body.show')} value={show} onChange={setShow} options={options} />}
      {content.kind === 'ready' && <PageFiles content={content.content} issue={issueOf(state)} finalHash={show === 'final' ? finalHash : null} />}
    </>
  )

  if (show === 'final' && finalHash !== null) return <PdfPages hash={finalHash} tools={tools} focus={focus} />
  if (content.kind === 'failed') {
    return <Failure title={t('document.failed')} detail={t('document.failedDetail', { reason: content.error.message })} actions={<Button onClick={content.retry}>{t('action.retry')}</Button>} />
  }
  if (content.kind === 'loading') return <Waiting text={t('document.loading')} />
  if (show === 'redline' && previous !== null) {
    if (before.kind === 'failed') return <Failure title={t('document.failed')} detail={before.error.message} actions={<Button onClick={before.retry}>{t('action.retry')}</Button>} />
    if (before.kind === 'loading') return <Waiting text={t('document.loading')} />
    return (
      <div className="wk-column">
        <div className="wk-paper-tools">{tools}</div>
        <Redline before={before.content} after={content.content} beforeName={t('revision.number', { number: previous.number })} afterName={t('revision.number', { number: state.revisions.at(-1)?.number ?? 0 })} />
      </div>
    )
  }
  if (layout === null || fonts === null) return <Waiting text={t('paper.setting')} />
  const substituted = Object.values(fonts.faces).some((face) => face.substituted)
  return (
    <div className="wk-column">
      {layout.warnings.length > 0 && <Notice tone="warn">{layout.warnings.map((warning) => warning.message).join('；')}</Notice>}
      <PaperView
        layout={layout} content={content.content} issue={issueOf(state)} tools={tools} focus={focus}
        {...(substituted ? { remark: t('paper.substituted') } : {})}
      />
    </div>
  )
}

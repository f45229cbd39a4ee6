/** Two versions in one reading (两个版本对照): what you had in mind against what stands now. */
import { useEffect, useState, type ReactNode } from 'react'
import { Modal } from 'antd'
import { useTranslation } from 'react-i18next'
import { diffContents, numberBlocks, type BlockChange, type DocumentContent, type TextSpan } from '#core/document'
import { useClient } from '../../store/index.ts'
import { Blank } from '../../ui/index.ts'

type Loaded = { readonly kind: 'loading' } | { readonly kind: 'ready'; readonly asked: DocumentContent; readonly standing: DocumentContent } | { readonly kind: 'failed'; readonly message: string }

const Spans = ({ spans }: { readonly spans: readonly TextSpan[] }): ReactNode => spans.map((span, index) => {
  switch (span.op) {
    case 'same': return <span key={index}>{span.text}</span>
    case 'added': return <ins key={index}>{span.text}</ins>
    case 'removed': return <del key={index}>{span.text}</del>
  }
})

const lines = (content: DocumentContent): readonly string[] => {
  const numbers = numberBlocks(content.body)
  return content.body.map((block, index) => `${numbers[index] ?? ''}${block.text}`)
}

const Change = ({ change, asked, standing }: { readonly change: BlockChange; readonly asked: readonly string[]; readonly standing: readonly string[] }): ReactNode => {
  switch (change.op) {
    case 'same': return <p className="ws-quiet">{standing[change.after]}</p>
    case 'added': return <p><ins>{standing[change.after]}</ins></p>
    case 'removed': return <p><del>{asked[change.before]}</del></p>
    case 'changed': return <p><Spans spans={change.spans} /></p>
  }
}

const Reading = ({ asked, standing }: { readonly asked: DocumentContent; readonly standing: DocumentContent }): ReactNode => {
  const { t } = useTranslation()
  const diff = diffContents(asked, standing)
  const [before, after] = [lines(asked), lines(standing)]
  if (diff.isSame) return <Blank title={t('attention.compare.same')} />
  return (
    <div className="ws-compare">
      <p className="ws-quiet">{t('attention.compare.legend')}</p>
      {diff.fields.map((field) => <p key={field.field}><strong>{t(`attention.field.${field.field}`)}：</strong><Spans spans={field.spans} /></p>)}
      {diff.body.map((change, index) => <Change key={index} change={change} asked={before} standing={after} />)}
      {diff.attachments.map((change, index) => (
        <p key={index}><strong>{t('attention.field.attachments')}：</strong>{change.before === null ? null : <del>{change.before.name}</del>}{change.after === null ? null : <ins>{change.after.name}</ins>}</p>
      ))}
    </div>
  )
}

export const Compare = ({ asked, standing, onClose }: { readonly asked: string; readonly standing: string; readonly onClose: () => void }): ReactNode => {
  const { t } = useTranslation()
  const { loadContent } = useClient()
  const [loaded, setLoaded] = useState<Loaded>({ kind: 'loading' })
  useEffect(() => {
    let stopped = false
    void Promise.all([loadContent(asked), loadContent(standing)]).then(([before, after]) => {
      if (stopped) return
      if (before.ok && after.ok) setLoaded({ kind: 'ready', asked: before.value.content, standing: after.value.content })
      else setLoaded({ kind: 'failed', message: (!before.ok ? before.error : after.ok ? null : after.error)?.message ?? '' })
    })
    return () => { stopped = true }
  }, [asked, standing, loadContent])
  return (
    <Modal open width={820} title={t('attention.compare.title')} onCancel={onClose} footer={null}>
      {loaded.kind === 'loading' ? <Blank tone="loading" title={t('attention.compare.loading')} />
        : loaded.kind === 'failed' ? <Blank tone="error" title={t('attention.compare.failed')} text={loaded.message} />
          : <Reading asked={loaded.asked} standing={loaded.standing} />}
    </Modal>
  )
}

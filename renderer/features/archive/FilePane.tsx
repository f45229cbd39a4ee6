/** One 件 before and after filing (归档). */
import { Button, Input, Segmented, Select } from 'antd'
import { useState } from 'react'
import type { DocumentContent } from '#core/document'
import { standingRevision, type Retention } from '#core/route'
import type { ProjectedDocument } from '#core/sync'
import { Notice, useContent, useWords, offerFile } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { personName, when } from '../approval/index.tsx'
import { readinessOf, stackOf } from './readiness.ts'
import { isShorter, retentionPack, ruleOf, suggestRetention } from './retention.ts'

export const FilePane = ({ document }: { readonly document: ProjectedDocument }) => {
  const t = useWords()
  const { state } = document
  const content = useContent(standingRevision(state)?.hash ?? null)
  const readiness = readinessOf(state)
  const papers = stackOf(state, content.kind === 'ready' ? content.content : null)
  return (
    <section className="wk-file" aria-label={t('file.pane')}>
      <div className="wk-file-main">
        <h1>{state.title}</h1>
        <p className="wk-num">{state.number?.text}</p>
        {state.archive === null && readiness.findings.map((finding) => (
          <Notice key={finding.key} tone={readiness.column === 'red' ? 'bad' : 'warn'}>{t(finding.key, finding.values)}</Notice>
        ))}
        {state.archive === null && readiness.column === 'ready' && <Notice tone="good">{t('file.complete')}</Notice>}
        <h2>{t('file.stack')}</h2>
        <ol className="wk-stack">
          {papers.map((paper, index) => <li key={index}>{t(paper.key, paper.values)}</li>)}
        </ol>
      </div>
      <aside className="wk-rail" aria-label={t('file.label')}>
        {state.archive === null ? <File document={document} content={content.kind === 'ready' ? content.content : null} /> : <Filed document={document} />}
      </aside>
    </section>
  )
}

const rules = retentionPack?.rules.map((rule) => ({ value: rule.code, label: `${rule.code} ${rule.papers}` })) ?? []

const File = ({ document: { state, pending }, content }: { readonly document: ProjectedDocument; readonly content: DocumentContent | null }) => {
  const t = useWords()
  const { submit, status } = useClient()
  const suggested = suggestRetention(state, content)
  const [category, setCategory] = useState(suggested?.rule.code ?? '')
  const chosenRule = ruleOf(category)
  const [retention, setRetention] = useState<Retention>(suggested?.rule.retention ?? 'Y')
  const [reason, setReason] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)
  const isChanged = category !== suggested?.rule.code || retention !== suggested.rule.retention
  const others = suggested?.alternatives.filter((rule) => rule.code !== category) ?? []
  const isRed = readinessOf(state).column === 'red'
  const file = async (): Promise<void> => {
    if (isChanged && reason.trim() === '') return setProblem(t('file.reasonRequired'))
    setBusy(true)
    const answer = await submit({ type: 'document.file', documentId: state.id, retention, category, reason })
    setBusy(false)
    setProblem(answer.ok ? null : answer.error.detail)
  }
  if (pending.length > 0) return <Notice tone="info">{status.connection === 'online' ? t('file.sending') : t('file.queued')}</Notice>
  return (
    <form className="wk-decide" onSubmit={(event) => { event.preventDefault(); void file() }}>
      <h2>{t('file.retention')}</h2>
      <Segmented<Retention>
        block aria-label={t('file.retention')} value={retention} onChange={setRetention}
        options={(['Y', 'D30', 'D10'] as const).map((value) => ({ value, label: t(`retention.${value}`) }))}
      />
      {suggested !== null && <p>{t('file.suggested', { term: t(`retention.${suggested.rule.retention}`), reason: suggested.reason })}</p>}
      {chosenRule !== null && (
        <blockquote className="wk-clause">
          <p>{t('file.clause', { category: chosenRule.code, text: chosenRule.papers })} · {t(`retention.${chosenRule.retention}`)}</p>
          <p className="wk-clause-mark" data-certainty={chosenRule.certainty}>{t(`file.certainty.${chosenRule.certainty}`)}{chosenRule.note !== '' && ` · ${chosenRule.note}`}</p>
        </blockquote>
      )}
      {chosenRule !== null && isShorter(retention, chosenRule.retention) && <Notice tone="warn">{t('file.shorter', { term: t(`retention.${chosenRule.retention}`) })}</Notice>}
      <label className="wk-opinion">
        <span>{t('file.category')}</span>
        <Select
          aria-label={t('file.category')} value={category} popupMatchSelectWidth={480} options={rules}
            showSearch={{ optionFilterProp: 'label' }}
          onChange={(next: string) => {
            setCategory(next)
            setRetention(ruleOf(next)?.retention ?? retention)
          }}
        />
      </label>
      {others.length > 0 && (
        <div className="wk-row wk-middle">
          <span className="wk-note">{t('file.others')}</span>
          {others.map((rule) => <Button key={rule.code} onClick={() => { setCategory(rule.code); setRetention(rule.retention) }}>{rule.code} · {t(`retention.${rule.retention}`)}</Button>)}
        </div>
      )}
      {isChanged && (
        <label className="wk-opinion">
          <span>{t('file.reason')}</span>
          <Input.TextArea value={reason} onChange={(event) => setReason(event.target.value)} maxLength={500} className="wk-grows" aria-required="true" />
        </label>
      )}
      {problem !== null && <Notice tone="bad">{problem}</Notice>}
      <Button type="primary" size="large" block htmlType="submit" loading={isBusy} disabled={isRed}>{t('file.act')}</Button>
      {retentionPack !== null && <details className="wk-basis"><summary>{t('file.edition', { edition: retentionPack.edition })}</summary><p>{t('file.basis', { basis: retentionPack.basis })}</p></details>}
      {isRed && <p className="wk-note">{t('file.redWhy')}</p>}
    </form>
  )
}

const Filed = ({ document: { state } }: { readonly document: ProjectedDocument }) => {
  const t = useWords()
  const { readFile, projection: { directory } } = useClient()
  const [problem, setProblem] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)
  if (state.archive === null) return null
  const { code, retention, category, by, receivedAt, reason } = state.archive
  const built = state.package
  const download = async (): Promise<void> => {
    if (built === null) return
    setBusy(true)
    const read = await readFile(built.hash)
    setBusy(false)
    if (!read.ok) return setProblem(t('file.notRead', { reason: read.error.message }))
    setProblem(null)
    offerFile(read.value, `${code.replaceAll(/[\\/:*?"<>|]/gu, '_')}.zip`)
  }
  return (
    <>
      <p className="wk-code">{code}</p>
      <p className="wk-term">{t(`retention.${retention}`)}</p>
      <dl className="wk-facts">
        <div><dt>{t('file.by')}</dt><dd>{personName(directory, by)} · {when(receivedAt)}</dd></div>
        <div><dt>{t('file.category')}</dt><dd>{category}</dd></div>
        {reason !== '' && <div><dt>{t('file.reason')}</dt><dd>{reason}</dd></div>}
      </dl>
      {built === null
        ? <Notice tone="info">{t('file.building')}</Notice>
        : (
            <>
              <Notice tone="good">{t('file.built')}</Notice>
              <dl className="wk-facts">
                <div><dt>{t('file.size')}</dt><dd>{t('file.sizeValue', { size: (built.size / 1024 / 1024).toFixed(2) })}</dd></div>
                <div><dt>{t('file.packageDigest')}</dt><dd><code>{built.hash}</code></dd></div>
                <div><dt>{t('file.manifestDigest')}</dt><dd><code>{built.manifestHash}</code></dd></div>
              </dl>
              <p className="wk-note">{t('file.verifyHint')}</p>
              {problem !== null && <Notice tone="bad">{problem}</Notice>}
              <Button type="primary" size="large" block loading={isBusy} onClick={() => void download()}>{t('file.download')}</Button>
            </>
          )}
    </>
  )
}

/** The drafting desk (起草): elements, text, the real pages, and a line that says where everything is kept. */
import { Button } from 'antd'
import { useCallback, useMemo, useState } from 'react'
import type { Block } from '#core/document'
import { BodyEditor, writtenBlocks, writtenIndex } from '../../editor/index.ts'
import { Chip, Notice, PaperView, usePreview, useWords, Waiting } from '../../paper/index.ts'
import { goTo, useClient } from '../../store/index.ts'
import { AmendDrawer } from './AmendDrawer.tsx'
import { ElementsForm, type Elements } from './ElementsForm.tsx'
import { StatusLine } from './StatusLine.tsx'
import { SubmitDrawer } from './SubmitDrawer.tsx'
import { useDraft, type DraftStart } from './useDraft.ts'

const useStored = (key: string, otherwise: boolean): readonly [boolean, (value: boolean) => void] => {
  const [value, setValue] = useState(() => (localStorage.getItem(key) ?? String(otherwise)) === 'true')
  return [value, (next) => { localStorage.setItem(key, String(next)); setValue(next) }]
}

export const DraftingDesk = ({ start }: { readonly start: DraftStart }) => {
  const t = useWords()
  const { projection, fonts } = useClient()
  const draft = useDraft(start)
  const { content, change } = draft
  const [caret, setCaret] = useState(0)
  const [notice, setNotice] = useState<string | null>(null)
  const [isSending, setSending] = useState(false)
  const [showsForm, setShowsForm] = useStored('wenshu.drafting.form', true)
  const [showsPages, setShowsPages] = useStored('wenshu.drafting.pages', true)
  const preview = usePreview(content, fonts)

  const organNames = useMemo(() => Object.values(projection.directory.organs).map((organ) => organ.name), [projection.directory])
  const { body: _body, ...rest } = content
  const elementsKey = JSON.stringify(rest)
  // The form is drawn again only when an element changed, not for every key in the text.
  const elements = useMemo(() => JSON.parse(elementsKey) as Elements, [elementsKey])
  const changeElements = useCallback((part: Partial<Elements>) => change(part), [change])
  const write = (blocks: readonly Block[]): void => {
    setNotice(null)
    change({ body: writtenBlocks(blocks) })
  }
  const [blocks, setBlocks] = useState<readonly Block[]>(start.content.body)
  const lookAt = useMemo(() => {
    const block = writtenIndex(blocks, caret)
    const anchor = preview?.layout.anchors.find((candidate) => candidate.part === null && candidate.block === block)
    return anchor === undefined ? null : { page: anchor.page, y: anchor.y }
  }, [preview, caret, blocks])

  return (
    <main className="wk-drafting">
      <header className="wk-bar">
        <Button type="text" onClick={() => goTo({ screen: 'desk', box: 'todo', documentId: null })}>{t('action.back')}</Button>
        <h1>{content.title === '' ? t('document.untitled') : content.title}</h1>
        {start.mode === 'amend' && <Chip tone="info">{t('drafting.amending')}</Chip>}
        <span className="wk-grow" />
        <Button type="text" aria-pressed={showsForm} onClick={() => setShowsForm(!showsForm)}>{showsForm ? t('drafting.hideForm') : t('drafting.showForm')}</Button>
        <Button type="text" aria-pressed={showsPages} onClick={() => setShowsPages(!showsPages)}>{showsPages ? t('drafting.hidePages') : t('drafting.showPages')}</Button>
        <Button type="primary" onClick={() => setSending(true)}>{start.mode === 'draft' ? t('drafting.submit') : t('drafting.amend')}</Button>
      </header>
      {notice !== null && <Notice tone="warn">{t('drafting.pasteRefused', { reason: notice })}</Notice>}
      <div className="wk-drafting-columns" data-form={showsForm} data-pages={showsPages}>
        {showsForm && <aside className="wk-drafting-form"><ElementsForm elements={elements} organNames={organNames} onChange={changeElements} /></aside>}
        <section className="wk-drafting-text" aria-label={t('drafting.text')}>
          <BodyEditor
            initial={start.content.body} label={t('drafting.text')} placeholder={t('drafting.placeholder')} onRefused={setNotice}
            onCaret={setCaret} onChange={(next) => { setBlocks(next); write(next) }}
          />
        </section>
        {showsPages && (
          <aside className="wk-drafting-pages" aria-label={t('drafting.preview')}>
            {preview === null ? <Waiting text={t('paper.setting')} /> : <PaperView frame="plain" layout={preview.layout} content={preview.content} lookAt={lookAt} />}
          </aside>
        )}
      </div>
      <StatusLine content={content} pages={preview?.layout.pages.length ?? null} saving={draft.saving} problem={draft.problem} layoutWarnings={preview?.layout.warnings.map((warning) => warning.message) ?? []} />
      {start.mode === 'draft'
        ? <SubmitDrawer isOpen={isSending} onClose={() => setSending(false)} draft={draft} documentId={start.documentId} pages={preview?.layout.pages.length ?? null} />
        : <AmendDrawer isOpen={isSending} onClose={() => setSending(false)} draft={draft} start={start} />}
    </main>
  )
}

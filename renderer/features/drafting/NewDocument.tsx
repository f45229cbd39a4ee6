/** Beginning a document (新建公文): a kind by its direction, a template with its real pages beside it, or a file. */
import { Button, Input, Segmented, type InputRef } from 'antd'
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import type { DocumentContent } from '#core/document'
import { Notice, PaperView, usePreview, useWords, Waiting } from '../../paper/index.ts'
import { goTo, useClient } from '../../store/index.ts'
import { writeLocalDraft } from './draft.ts'
import { ImportDrawer } from './ImportDrawer.tsx'
import { noNotes } from './notes.ts'
import { blankContent, directions, findTemplates, templateContent, type Direction, type Template } from './templates.ts'
import { Unfinished } from './Unfinished.tsx'

/** Stores a new draft and opens it; the sentence of what went wrong, or null. */
const useBegin = (): ((content: DocumentContent) => Promise<string | null>) => {
  const { desktop } = useClient()
  return async (content) => {
    const documentId = crypto.randomUUID()
    const json = writeLocalDraft({ schema: 'wenshu.localDraft/1', content, base: null, dirty: true, notes: noNotes })
    const saved = await desktop.call('drafts.save', { documentId, json })
    if (!saved.ok) return saved.error.message
    goTo({ screen: 'drafting', documentId })
    return null
  }
}

export const NewDocument = () => {
  const t = useWords()
  const { projection, session } = useClient()
  const person = projection.directory.people[session.personId]
  const organ = person === undefined ? undefined : projection.directory.organs[person.organId]
  if (projection.directory.version === 0) return <div className="wk-chooser"><Notice tone="info">{t('drafting.noDirectory')}</Notice><Unfinished /></div>
  if (organ === undefined || person?.roles.includes('drafter') !== true) return <div className="wk-chooser"><Notice tone="warn">{t('drafting.notDrafter')}</Notice></div>
  return <Chooser organName={organ.name} />
}

const Chooser = ({ organName }: { readonly organName: string }) => {
  const t = useWords()
  const { fonts } = useClient()
  const begin = useBegin()
  const [query, setQuery] = useState('')
  const [wanted, setWanted] = useState<Direction | 'all'>('all')
  const [chosenId, setChosenId] = useState('notice-issue')
  const [problem, setProblem] = useState<string | null>(null)
  const [files, setFiles] = useState<readonly File[]>([])
  const fileInput = useRef<HTMLInputElement>(null)
  const search = useRef<InputRef>(null)
  const list = useRef<HTMLDivElement>(null)
  const shown = useRef(false)

  const found = useMemo(() => findTemplates(query), [query])
  const groups = useMemo(() => directions.filter((direction) => wanted === 'all' || wanted === direction).map((direction) => ({ direction, entries: found.filter((template) => template.direction === direction) })).filter(({ entries }) => entries.length > 0), [found, wanted])
  const ordered = useMemo(() => groups.flatMap(({ entries }) => entries), [groups])
  const chosen = ordered.find((template) => template.id === chosenId) ?? ordered[0] ?? null
  const content = useMemo(() => (chosen === null ? null : templateContent(chosen, organName)), [chosen, organName])
  const preview = usePreview(content, null, fonts)
  useEffect(() => { if (chosen !== null) list.current?.querySelector(`#template-${chosen.id}`)?.scrollIntoView({ block: shown.current ? 'nearest' : 'center' }); shown.current = true }, [chosen])

  const start = (what: DocumentContent): void => void begin(what).then(setProblem)
  const keys = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing || chosen === null) return
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) {
      event.preventDefault()
      const next = ordered[Math.min(ordered.length - 1, Math.max(0, ordered.indexOf(chosen) + step))]
      if (next !== undefined) setChosenId(next.id)
    } else if (event.key === 'Escape' && query !== '') {
      event.preventDefault()
      setQuery('')
    } else if (event.key === 'Enter') {
      event.preventDefault()
      if (event.ctrlKey) start(blankContent(chosen.kind, organName))
      else if (content !== null) start(content)
    }
  }

  return (
    <main className="wk-new" onDragOver={(event) => event.preventDefault()} onDrop={(event) => { event.preventDefault(); setFiles([...event.dataTransfer.files]) }}>
      <header className="wk-bar">
        <h1>{t('template.title')}</h1>
        <span className="wk-note wk-new-organ">{t('drafting.chooseHint', { organ: organName })}</span>
        <span className="wk-grow" />
        <Button onClick={() => fileInput.current?.click()}>{t('import.begin')}</Button>
        <input ref={fileInput} type="file" multiple accept=".docx,.gw,.txt,.zip,.png,.jpg,.jpeg" hidden aria-label={t('import.begin')} onChange={(event) => { setFiles([...event.currentTarget.files ?? []]); event.currentTarget.value = '' }} />
      </header>
      {problem !== null && <Notice tone="bad">{problem}</Notice>}
      <div className="wk-new-columns">
        <div className="wk-new-list">
          <Unfinished most={3} />
          <Input
            ref={search} autoFocus value={query} onChange={(event) => setQuery(event.target.value)} onKeyDown={keys} placeholder={t('template.search')}
            role="combobox" aria-label={t('template.search')} aria-expanded aria-controls="templates" aria-autocomplete="list" {...(chosen === null ? {} : { 'aria-activedescendant': `template-${chosen.id}` })}
          />
          <Segmented<Direction | 'all'> block aria-label={t('field.direction')} value={wanted} onChange={setWanted} options={(['all', ...directions] as const).map((value) => ({ value, label: value === 'all' ? t('template.all') : t(`direction.${value}`) }))} />
          {ordered.length === 0
            ? <p className="wk-note" role="status">{t('template.none', { query })}</p>
            : (
                <div ref={list} id="templates" className="wk-templates" role="listbox" aria-label={t('template.list')} tabIndex={0} onKeyDown={keys} {...(chosen === null ? {} : { 'aria-activedescendant': `template-${chosen.id}` })}>
                  {groups.map(({ direction, entries }) => (
                    <div key={direction} role="group" aria-label={t(`direction.${direction}`)}>
                      <p className="wk-templates-group" aria-hidden="true"><strong>{t(`direction.${direction}`)}</strong> {t(`direction.${direction}Hint`)}</p>
                      {entries.map((template) => <Entry key={template.id} template={template} isChosen={template === chosen} onChoose={() => setChosenId(template.id)} onBegin={() => { if (content !== null) start(templateContent(template, organName)) }} />)}
                    </div>
                  ))}
                </div>
              )}
        </div>
        {chosen !== null && content !== null && (
          <section className="wk-new-preview" aria-label={t('template.preview')}>
            <div className="wk-new-facts">
              <h2>{chosen.kind} · {chosen.name}</h2>
              <p className="wk-note">{t(`kind.${chosen.kind}`)}</p>
              <p>{t('template.facts', { use: chosen.use, direction: t(`direction.${chosen.direction}`), form: content.form })}</p>
              <div className="wk-row">
                <Button type="primary" onClick={() => start(content)}>{t('template.begin')} <kbd>Enter</kbd></Button>
                <Button onClick={() => start(blankContent(chosen.kind, organName))}>{t('template.blank', { kind: chosen.kind })} <kbd>Ctrl Enter</kbd></Button>
              </div>
            </div>
            {preview === null ? <Waiting text={t('paper.setting')} /> : <PaperView frame="plain" fit="page" layout={preview.layout} content={preview.content} />}
          </section>
        )}
      </div>
      <ImportDrawer files={files} organName={organName} onClose={() => { setFiles([]); search.current?.focus() }} onTake={start} />
    </main>
  )
}

type EntryProps = { readonly template: Template; readonly isChosen: boolean; readonly onChoose: () => void; readonly onBegin: () => void }

const Entry = ({ template, isChosen, onChoose, onBegin }: EntryProps) => (
  <div id={`template-${template.id}`} role="option" aria-selected={isChosen} className="wk-template" onClick={onChoose} onDoubleClick={onBegin}>
    <strong>{template.kind}</strong>
    <span>{template.name}</span>
    <span className="wk-template-use">{template.use}</span>
  </div>
)

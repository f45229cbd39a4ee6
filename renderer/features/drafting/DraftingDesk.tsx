/** The drafting desk (起草): elements, text, the real pages, and a line that says where everything is kept. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { picturesOf, type Block, type DocumentContent, type Issue } from '#core/document'
import { BodyEditor, writtenBlocks, type EditorHandle, type TextPlace } from '../../editor/index.ts'
import { elementOfField, fileNameOf, lineOf, makePages, Notice, offerFile, PaperView, printPdf, shownElement, usePreview, useSettled, useWords, Waiting, type PageElement, type PagePlace } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { AmendDrawer } from './AmendDrawer.tsx'
import type { AttachmentWish } from './AttachmentsField.tsx'
import { DeskBar } from './DeskBar.tsx'
import { useDeskKeys } from './deskKeys.ts'
import { exportDocx, exportSource } from './download.ts'
import { sameBlocks } from './draft.ts'
import { placeMap, steadyMap } from './editorPlaces.ts'
import { ElementsForm } from './ElementsForm.tsx'
import { fieldOfElement, type Told } from './findings.ts'
import { FindingsPanel } from './FindingsPanel.tsx'
import type { FieldWish } from './FormParts.tsx'
import { RemarksPanel } from './RemarksPanel.tsx'
import { attendanceOf, shapeOf, withAttendance, type Attendance, type Elements } from './shape.ts'
import { StatusLine, type Tray } from './StatusLine.tsx'
import { SubmitDrawer } from './SubmitDrawer.tsx'
import type { Direction } from './templates.ts'
import { Toolbar, type ExportFormat } from './Toolbar.tsx'
import { useDraft, type DraftStart } from './useDraft.ts'
import { useFindings } from './useFindings.ts'
import { makeFixes } from './useFixes.ts'
import { usePictureInput } from './usePictureInput.ts'
import { useRemarks } from './useRemarks.ts'
import { VersionsPanel } from './VersionsPanel.tsx'

const useStored = <T extends string>(key: string, otherwise: T): readonly [T, (value: T) => void] => {
  const [value, setValue] = useState(() => (localStorage.getItem(key) as T | null) ?? otherwise)
  return [value, useCallback((next: T) => { localStorage.setItem(key, next); setValue(next) }, [key])]
}

const trays: readonly Tray[] = ['findings', 'remarks', 'versions']
/** What the status line and the panels follow, ms after the last key. */
const settles = 400

export const DraftingDesk = ({ start }: { readonly start: DraftStart }) => {
  const t = useWords()
  const { desktop, projection, fonts, readFile, session } = useClient()
  const draft = useDraft(start)
  const { content, elements, change, notes, note } = draft
  const editor = useRef<EditorHandle | null>(null)
  const [places, setPlaces] = useState(() => placeMap(start.content.body))
  const [caret, setCaret] = useState<TextPlace>({ block: 0, offset: 0 })
  // The element whose field has the focus: the pages show it as they show the line of the caret.
  const [element, setElement] = useState<PageElement | null>(null)
  const [notice, setNotice] = useState<string | null>(null)
  const [isSending, setSending] = useState(false)
  const [showsForm, setShowsForm] = useStored<'true' | 'false'>('wenshu.drafting.form', 'true')
  const [showsPages, setShowsPages] = useStored<'true' | 'false'>('wenshu.drafting.pages', 'true')
  const [tray, setTray] = useStored<Tray | 'none'>('wenshu.drafting.tray', 'none')
  const [current, setCurrent] = useState<string | null>(null)
  const [fieldWish, setFieldWish] = useState<FieldWish | null>(null)
  const [attachmentWish, setAttachmentWish] = useState<AttachmentWish | null>(null)
  const desk = useRef<HTMLElement>(null)
  const pictures = usePictureInput()

  const shape = shapeOf(content, notes.direction)
  const issue = useMemo<Issue | null>(() => (shape.asksSigners && notes.signers.length > 0 ? { number: '', date: '', printDate: '', signers: notes.signers } : null), [shape.asksSigners, notes.signers])
  const preview = usePreview(content, issue, fonts)
  const findings = useFindings(content, preview, notes.ignored)
  const settled = useSettled(content, settles)

  const author = projection.directory.people[session.personId]?.name ?? session.account
  const organs = useMemo(() => Object.values(projection.directory.organs), [projection.directory.organs])
  const organNames = useMemo(() => organs.map((organ) => organ.name), [organs])
  const changeElements = useCallback((part: Partial<Elements>) => change(part), [change])
  const attendanceKey = JSON.stringify(shape.asksAttendance ? attendanceOf(content.body) : { 出席: '', 请假: '', 列席: '' })
  const attendance = useMemo(() => JSON.parse(attendanceKey) as Attendance, [attendanceKey])
  const body = useRef(start.content.body)
  const remarks = useRemarks({ notes, note, author, body, places, editor })
  const { follow } = remarks

  const write = useCallback((next: readonly Block[]): void => {
    setNotice(null)
    setPlaces((old) => steadyMap(old, next))
    const written = writtenBlocks(next)
    if (sameBlocks(body.current, written)) return
    follow(body.current, written)
    body.current = written
    change({ body: written })
  }, [change, follow])
  const ready = useCallback((handle: EditorHandle): void => {
    editor.current = handle
    // The part that scrolls says to assistive technology that the keyboard reaches it.
    desk.current?.querySelector('.wk-drafting-body [contenteditable]')?.setAttribute('tabindex', '0')
  }, [])
  const moveCaret = useCallback((place: TextPlace): void => {
    setElement(null)
    setCaret(place)
  }, [])
  const onSigners = useCallback((signers: readonly string[]) => note((old) => ({ ...old, signers })), [note])
  const onDirection = useCallback((direction: Direction) => note((old) => ({ ...old, direction })), [note])
  const onAttendance = useCallback((lists: Attendance) => editor.current?.replaceBlocks(withAttendance(body.current, lists)), [])

  const marked = useMemo(() => {
    if (preview === null) return null
    if (element !== null) return shownElement(preview.layout, element)
    const line = lineOf(preview.layout, { part: null, block: places.toWritten(caret.block), offset: caret.offset })
    return line === null ? null : { page: line.page, y: line.y, height: line.height }
  }, [preview, caret, places, element])

  const wishField = useCallback((wish: FieldWish): void => {
    setShowsForm('true')
    setFieldWish(wish)
  }, [setShowsForm])
  const onPlace = useCallback((place: PagePlace): void => {
    if (place.kind === 'element') return wishField({ field: place.element })
    if (place.part === null) setAttachmentWish(null)
    if (place.part !== null) {
      setShowsForm('true')
      return setAttachmentWish({ part: place.part, block: place.block, offset: place.offset })
    }
    const block = places.toEditor(place.block)
    if (block !== null) editor.current?.goTo({ block, offset: place.offset })
  }, [places, wishField, setShowsForm])
  const fixing = useRef({ findings, places, issue })
  useEffect(() => { fixing.current = { findings, places, issue } }, [findings, places, issue])
  const onGo = useCallback((told: Told): void => {
    setCurrent(told.id)
    const { element: named, part, block, start: from, end } = told.finding.where
    if (named === '附件' && part !== undefined && block !== undefined) {
      setShowsForm('true')
      return setAttachmentWish({ part, block, offset: from ?? 0 })
    }
    setAttachmentWish(null)
    const field = fieldOfElement(named)
    if (field !== null) return wishField({ field, ...(from === undefined || block !== undefined ? {} : { start: from, ...(end === undefined ? {} : { end }) }) })
    const at = fixing.current.places.toEditor(block ?? 0)
    if (at === null) return
    if (from !== undefined && end !== undefined) editor.current?.select({ block: at, start: from, end })
    else editor.current?.goTo({ block: at, offset: from ?? 0 })
  }, [wishField, setShowsForm])
  const onFix = useCallback((told: readonly Told[]): void => {
    const now = fixing.current
    // In the moment between a key and the next check a fix would count in the old text: it waits for the check.
    if (!now.findings.isFresh || now.findings.checked === null) return
    makeFixes(told, now.findings.checked, { editor, places: now.places, issue: now.issue, change, onSigners })
  }, [change, onSigners])
  const onIgnore = useCallback((told: Told, reason: string): void => note((old) => ({
    ...old, ignored: [...old.ignored.filter((entry) => entry.key !== told.key), { key: told.key, message: told.finding.message, reason, by: author, at: new Date().toISOString() }],
  })), [note, author])
  const onRestoreFinding = useCallback((key: string): void => note((old) => ({ ...old, ignored: old.ignored.filter((entry) => entry.key !== key) })), [note])

  const send = useCallback((): void => setSending(true), [])
  const toggleForm = useCallback((): void => setShowsForm(showsForm === 'true' ? 'false' : 'true'), [showsForm, setShowsForm])
  const togglePages = useCallback((): void => setShowsPages(showsPages === 'true' ? 'false' : 'true'), [showsPages, setShowsPages])
  const toggleTray = useCallback((wanted: Tray): void => setTray(tray === wanted ? 'none' : wanted), [tray, setTray])
  const closeTray = useCallback((): void => setTray('none'), [setTray])
  const toPage = useCallback((): void => {
    setShowsPages('true')
    requestAnimationFrame(() => desk.current?.querySelector<HTMLElement>('.wk-drafting-pages .wk-desk')?.focus())
  }, [setShowsPages])
  const beginRemark = remarks.begin
  const writeRemark = useCallback((): void => {
    setTray('remarks')
    beginRemark()
  }, [setTray, beginRemark])
  useDeskKeys({
    nextFinding: (step) => {
      if (findings.told.length === 0) return
      setTray('findings')
      const at = findings.told.findIndex(({ id }) => id === current)
      const next = findings.told[at < 0 ? (step === 1 ? 0 : findings.told.length - 1) : (at + step + findings.told.length) % findings.told.length]
      if (next !== undefined) onGo(next)
    },
    fixFinding: () => {
      const told = findings.told.find(({ id }) => id === current)
      if (told?.finding.fix !== undefined) onFix([told])
    },
    toPage, remark: writeRemark, send,
    nextPart: (step) => {
      const parts = ['.wk-drafting-form', '.wk-drafting-text', '.wk-drafting-pages', '.wk-tray'].flatMap((selector) => [...(desk.current?.querySelectorAll<HTMLElement>(selector) ?? [])])
      const at = parts.findIndex((part) => part.contains(document.activeElement))
      const part = parts[(at + step + parts.length) % parts.length]
      part?.querySelector<HTMLElement>('[contenteditable=true], .wk-desk, button, input, textarea')?.focus()
    },
  })

  // Not `draft` itself: it is a new object for every key, and the panels would be drawn anew with it.
  const { keepVersion } = draft
  const keepNow = useCallback((): void => void keepVersion('kept'), [keepVersion])
  const takeOver = useCallback((other: Partial<DocumentContent>): void => void keepVersion('beforeRestore').then((kept) => {
    if (kept === null) return setNotice(t('history.notKept'))
    const { body: otherBody, ...others } = other
    if (otherBody !== undefined) editor.current?.replaceBlocks(otherBody)
    change(others)
  }), [keepVersion, change, t])
  // What an export takes, without handing the tools a new function for every key.
  const latest = useRef({ content, issue, preview })
  useEffect(() => { latest.current = { content, issue, preview } }, [content, issue, preview])
  const onExport = useCallback((format: ExportFormat): void => void (async () => {
    const now = latest.current
    if (format === 'gw') return exportSource(now.content)
    if (format !== 'docx') {
      const made = await makePages(desktop, now.content, now.issue, format === 'ofd' ? 'ofd' : 'pdf')
      if (!made.ok) return setNotice(t('pages.failed', { reason: made.error.message }))
      if (format === 'print') return void printPdf(made.value, fileNameOf(now.content.title, 'pdf'))
      return offerFile(made.value, fileNameOf(now.content.title, format))
    }
    const bytes = new Map<string, Uint8Array>()
    for (const { hash } of picturesOf(now.content)) {
      const read = await readFile(hash)
      if (read.ok) bytes.set(hash, read.value)
    }
    exportDocx(now.content, now.issue, now.preview?.content === now.content ? now.preview.layout : null, bytes)
  })().catch(() => setNotice(t('tools.exportFailed'))), [readFile, desktop, t])

  // The text has the hand from the first moment when a template left nothing to decide before it.
  useEffect(() => { if (start.content.title !== '' && start.content.body.length > 0) editor.current?.goTo({ block: 0, offset: 0 }) }, [start])

  const open = tray === 'none' ? null : tray
  const warned = preview?.layout.warnings.map((warning) => warning.message).join('\n') ?? ''
  const layoutWarnings = useMemo(() => (warned === '' ? [] : warned.split('\n')), [warned])
  const underlines = useMemo(() => findings.told.flatMap(({ id, finding }) => {
    const { element: named, part, block, start: from, end } = finding.where
    const at = named === '正文' && part === undefined && block !== undefined ? places.toEditor(block) : null
    return at === null || from === undefined || end === undefined || end <= from ? [] : [{ id, block: at, start: from, end, severity: finding.severity, message: finding.message }]
  }), [findings.told, places])

  return (
    <main ref={desk} className="wk-drafting">
      <DeskBar
        title={content.title} mode={start.mode} form={showsForm === 'true' ? 'shown' : 'hidden'} pages={showsPages === 'true' ? 'shown' : 'hidden'}
        onForm={toggleForm} onPages={togglePages} onSend={send}
      />
      {notice !== null && <Notice tone="warn">{t('drafting.pasteRefused', { reason: notice })}</Notice>}
      <div className="wk-drafting-columns" data-form={showsForm} data-pages={showsPages}>
        {showsForm === 'true' && (
          <aside className="wk-drafting-form" onFocus={(event) => setElement(elementOfField(event.target.closest<HTMLElement>('[data-field]')?.dataset['field']))}>
            <ElementsForm
              elements={elements} organNames={organNames} organs={organs} hostId={projection.directory.people[session.personId]?.organId ?? ''} onChange={changeElements} signers={notes.signers} direction={notes.direction} onSigners={onSigners} onDirection={onDirection}
              attendance={attendance} onAttendance={onAttendance} wish={fieldWish} attachmentWish={attachmentWish}
            />
          </aside>
        )}
        <section className="wk-drafting-text" aria-label={t('drafting.text')}>
          <Toolbar editor={editor} onRemark={writeRemark} onToPage={toPage} onExport={onExport} />
          <div className="wk-drafting-body">
            <BodyEditor
              initial={start.content.body} label={t('drafting.text')} placeholder={t('drafting.placeholder')} onRefused={setNotice}
              onCaret={moveCaret} onChange={write} onReady={ready} findings={underlines} comments={remarks.marks} {...pictures}
            />
          </div>
        </section>
        {showsPages === 'true' && (
          <aside className="wk-drafting-pages" aria-label={t('drafting.preview')}>
            {preview === null ? <Waiting text={t('paper.setting')} /> : <PaperView frame="plain" layout={preview.layout} content={preview.content} lookAt={marked} marked={marked} onPlace={onPlace} />}
          </aside>
        )}
      </div>
      {open !== null && (
        <div className="wk-tray">
          {open === 'findings' && <FindingsPanel told={findings.told} isChecked={findings.score !== null} current={current} ignored={notes.ignored} onGo={onGo} onFix={onFix} onIgnore={onIgnore} onRestore={onRestoreFinding} onClose={closeTray} />}
          {open === 'remarks' && <RemarksPanel remarks={notes.remarks} target={remarks.target} isWriting={remarks.isWriting} onWrite={remarks.onWrite} onAdd={remarks.add} onGo={remarks.go} onResolve={remarks.resolve} onRemove={remarks.remove} />}
          {open === 'versions' && <VersionsPanel versions={notes.versions} current={settled} onKeep={keepNow} onRestore={takeOver} />}
        </div>
      )}
      <StatusLine
        content={settled} pages={preview?.layout.pages.length ?? null} saving={draft.saving} problem={draft.problem} layoutWarnings={layoutWarnings}
        findings={findings} remarks={notes.remarks.filter((remark) => remark.resolved === null).length} versions={notes.versions.length} tray={trays.find((name) => name === open) ?? null} onTray={toggleTray}
      />
      {start.mode === 'draft'
        ? <SubmitDrawer isOpen={isSending} onClose={() => setSending(false)} draft={draft} documentId={start.documentId} pages={preview?.layout.pages.length ?? null} findings={findings} />
        : <AmendDrawer isOpen={isSending} onClose={() => setSending(false)} draft={draft} start={start} />}
    </main>
  )
}

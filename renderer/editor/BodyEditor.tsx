/** The text as the drafter types it (正文编辑). Uncontrolled: `initial` is read once; give it another `key` for another text. */
import { LexicalComposer } from '@lexical/react/LexicalComposer'
import { useLexicalComposerContext } from '@lexical/react/LexicalComposerContext'
import { ContentEditable } from '@lexical/react/LexicalContentEditable'
import { LexicalErrorBoundary } from '@lexical/react/LexicalErrorBoundary'
import { HistoryPlugin } from '@lexical/react/LexicalHistoryPlugin'
import { RichTextPlugin } from '@lexical/react/LexicalRichTextPlugin'
import { mergeRegister } from 'lexical'
import { memo, useEffect, useEffectEvent, useMemo, useRef, useState, type KeyboardEvent as KeyOfReact } from 'react'
import type { Block } from '#core/document'
import { registerClipboard } from './clipboard.ts'
import { $writeBlocks, createBlockReader } from './convert.ts'
import { FindPanel, selectedWord } from './FindPanel.tsx'
import { blocksOf, createHandle, insertAfter, selectionOf } from './handle.ts'
import { SurroundingsContext, type Surroundings } from './Island.tsx'
import { registerLevels } from './levels.ts'
import { createMarker, elementsOf, rangesFor, type MarkKind } from './marks.ts'
import { ObjectView, type ObjectViewProps } from './object-node.tsx'
import { registerObjectKeys } from './object-keys.ts'
import { endTyping, focusObject, takeOwnEnter } from './objects.ts'
import { editorNodes } from './paragraph-node.ts'
import { PictureView } from './PictureView.tsx'
import { TableView } from './TableView.tsx'
import type { BodyEditorProps, EditorComment, EditorFinding, TextRange } from './types.ts'
import { useWords } from './words.ts'
import './editor.css'
import './objects.css'

const drawObject = ({ nodeKey, block }: ObjectViewProps) =>
  block.kind === 'table' ? <TableView nodeKey={nodeKey} table={block} /> : <PictureView nodeKey={nodeKey} picture={block} />

/** Drawn again only when the host gives it something else, not for every key. */
export const BodyEditor = memo((props: BodyEditorProps) => {
  // An editor that could not take its text must not look like an empty one: the error goes to the screen's boundary.
  const [failure, setFailure] = useState<Error | null>(null)
  const refused = useRef(props.onRefused)
  useEffect(() => { refused.current = props.onRefused })
  const { pictureUrl } = props
  const surroundings = useMemo<Surroundings>(() => ({ pictureUrl: pictureUrl ?? (() => null), refused: (message) => refused.current(message) }), [pictureUrl])
  if (failure !== null) throw failure
  return (
    <SurroundingsContext value={surroundings}>
      <ObjectView value={drawObject}>
        <LexicalComposer
          initialConfig={{
            namespace: 'wenshu-body', nodes: editorNodes, editorState: () => $writeBlocks(props.initial), onError: setFailure,
            theme: { paragraph: 'wk-block' },
          }}
        >
          <Body {...props} />
        </LexicalComposer>
      </ObjectView>
    </SurroundingsContext>
  )
})
BodyEditor.displayName = 'BodyEditor'

type FindMode = 'find' | 'replace'

const Body = (props: BodyEditorProps) => {
  const [editor] = useLexicalComposerContext()
  const t = useWords()
  const [find, setFind] = useState<{ readonly mode: FindMode; readonly asked: number; readonly word: string } | null>(null)
  const [note, setNote] = useState<string | null>(null)
  const open = (mode: FindMode): void => {
    const word = selectedWord(blocksOf(editor), selectionOf(editor))
    setFind((now) => ({ mode, word, asked: (now?.asked ?? 0) + 1 }))
  }
  const onKeyDown = (event: KeyOfReact): void => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.nativeEvent.isComposing) return
    const key = event.key.toLowerCase()
    if (key !== 'f' && key !== 'h') return
    event.preventDefault()
    event.stopPropagation()
    open(key === 'f' ? 'find' : 'replace')
  }
  return (
    <div className="wk-editor" onKeyDownCapture={onKeyDown}>
      {find !== null && <FindPanel mode={find.mode} asked={find.asked} word={find.word} onClose={() => setFind(null)} />}
      {note !== null && (
        <div className="wk-editor-note">
          <p role="status">{note}</p>
          <button type="button" className="wk-tool" onClick={() => setNote(null)}>{t('note.close')}</button>
        </div>
      )}
      <div className="wk-editor-sheet">
        <RichTextPlugin
          contentEditable={<ContentEditable className="wk-body-editor" aria-label={props.label} aria-multiline="true" spellCheck={false} aria-placeholder={props.placeholder} placeholder={<div className="wk-body-placeholder" aria-hidden="true">{props.placeholder}</div>} />}
          ErrorBoundary={LexicalErrorBoundary}
        />
      </div>
      <HistoryPlugin />
      <Listen {...props} openFind={() => open('find')} noted={setNote} />
      <Marks findings={props.findings} comments={props.comments} />
    </div>
  )
}

/** Composing longer than this is told to the host all the same, so that nothing hangs on an input method that never ends, ms. */
const longestComposing = 4000

const Listen = (props: BodyEditorProps & { readonly openFind: () => void; readonly noted: (message: string | null) => void }) => {
  const [editor] = useLexicalComposerContext()
  const t = useWords()
  const lastRange = useRef<TextRange | null>(null)
  const changed = useEffectEvent((blocks: readonly Block[]) => { props.noted(null); props.onChange(blocks) })
  const noted = useEffectEvent((message: string) => props.noted(message))
  const moved = useEffectEvent(() => {
    const range = selectionOf(editor)
    if (range === null) return
    lastRange.current = range
    props.onCaret?.({ block: range.block, offset: range.end })
  })
  const refused = useEffectEvent((message: string) => props.onRefused(message))
  const words = useEffectEvent(() => t)
  const store = useEffectEvent(() => props.onPicture)
  const findPanel = useEffectEvent(() => props.openFind())
  const insertPicture = useEffectEvent(async (file: File): Promise<void> => {
    const after = lastRange.current?.block ?? null
    if (props.onPicture === undefined) return props.onRefused(t('picture.notHere'))
    const stored = await props.onPicture(file)
    if (!stored.ok) return props.onRefused(stored.error)
    const key = insertAfter(editor, after, { kind: 'picture', caption: '', ...stored.value, width: 0 })
    if (key !== null) focusObject(editor, key, 'first')
  })
  const ready = useEffectEvent(() => props.onReady?.(createHandle(editor, {
    lastRange: () => lastRange.current, openFind: () => findPanel(),
    insertPicture: (file) => void insertPicture(file).catch((problem: unknown) => refused(problem instanceof Error ? problem.message : String(problem))),
  })))
  useEffect(() => {
    const read = createBlockReader(editor)
    let pending = false
    let timer: ReturnType<typeof setTimeout> | null = null
    const tell = (): void => {
      if (timer !== null) clearTimeout(timer)
      timer = null
      if (!pending) return
      pending = false
      changed(read())
    }
    const onSelection = (): void => { if (document.activeElement?.closest('[data-place]') !== null && editor.getRootElement()?.contains(document.activeElement) === true) moved() }
    document.addEventListener('selectionchange', onSelection)
    // The window hears it first: the desk sends the document with the same key.
    const onOwnEnter = (event: KeyboardEvent): void => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.isComposing || !(event.target instanceof Element)) return
      if (event.target.closest('.wk-island, .wk-find') === null || editor.getRootElement()?.closest('.wk-editor')?.contains(event.target) !== true) return
      if (!takeOwnEnter(editor, event)) return
      event.preventDefault()
      event.stopImmediatePropagation()
    }
    window.addEventListener('keydown', onOwnEnter, true)
    const stop = mergeRegister(
      registerLevels(editor),
      registerObjectKeys(editor),
      registerClipboard(editor, { words: () => words(), onPicture: () => store(), refused: (message) => refused(message), noted: (message) => setTimeout(() => noted(message), 0) }),
      editor.registerUpdateListener(({ dirtyElements, dirtyLeaves, prevEditorState, tags }) => {
        if (tags.has('historic')) endTyping(editor)
        if (!prevEditorState.isEmpty() && dirtyElements.size + dirtyLeaves.size > 0) pending = true
        // What an input method is still composing is not the text yet.
        if (!editor.isComposing()) tell()
        else if (pending) timer ??= setTimeout(tell, longestComposing)
        moved()
      }),
    )
    ready()
    // Draws the numbers of the text that was there before the listener.
    editor.update(() => undefined, { tag: 'history-merge' })
    return () => {
      tell()
      document.removeEventListener('selectionchange', onSelection)
      window.removeEventListener('keydown', onOwnEnter, true)
      stop()
    }
  }, [editor])
  return null
}

const Marks = ({ findings, comments }: { readonly findings?: readonly EditorFinding[] | undefined; readonly comments?: readonly EditorComment[] | undefined }) => {
  const [editor] = useLexicalComposerContext()
  const [marker] = useState(createMarker)
  useEffect(() => () => marker.clear(), [marker])
  useEffect(() => {
    // Their places are those of the text that the host last heard of: drawn once for it, then carried along by the page itself.
    const draw = (): void => {
      const blocks = blocksOf(editor)
      const elements = elementsOf(editor)
      const ranges = (marks: readonly TextRange[]): readonly Range[] => marks.flatMap(({ block, start, end }) => {
        const value = blocks[block]
        return value === undefined ? [] : rangesFor(elements, block, value, start, end)
      })
      for (const kind of ['error', 'warning', 'info'] as const satisfies readonly MarkKind[]) marker.draw(kind, ranges((findings ?? []).filter((finding) => finding.severity === kind)))
      marker.draw('comment', ranges((comments ?? []).filter((comment) => !comment.resolved)))
    }
    let isDrawn = false
    const attempt = (): void => {
      if (isDrawn || editor.isComposing()) return
      isDrawn = true
      draw()
    }
    const frame = requestAnimationFrame(attempt)
    const stop = editor.registerUpdateListener(() => { if (!isDrawn && !editor.isComposing()) requestAnimationFrame(attempt) })
    return () => {
      cancelAnimationFrame(frame)
      isDrawn = true
      stop()
    }
  }, [editor, marker, findings, comments])
  return null
}

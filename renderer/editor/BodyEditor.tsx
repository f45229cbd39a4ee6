/** The text as the drafter types it (正文编辑). Uncontrolled: `initial` is read once; give it another `key` for another text. */
import { LexicalComposer } from '@lexical/react/LexicalComposer'
import { useLexicalComposerContext } from '@lexical/react/LexicalComposerContext'
import { ContentEditable } from '@lexical/react/LexicalContentEditable'
import { LexicalErrorBoundary } from '@lexical/react/LexicalErrorBoundary'
import { HistoryPlugin } from '@lexical/react/LexicalHistoryPlugin'
import { RichTextPlugin } from '@lexical/react/LexicalRichTextPlugin'
import { $getSelection, $isRangeSelection, type LexicalEditor } from 'lexical'
import { useEffect, useEffectEvent, useState } from 'react'
import type { Block } from '#core/document'
import { $readBlocks, $writeBlocks } from './convert.ts'
import { registerLevels } from './levels.ts'
import { editorNodes } from './paragraph-node.ts'
import './editor.css'

export type BodyEditorProps = {
  readonly initial: readonly Block[]
  readonly label: string
  readonly placeholder: string
  /** after every change, with all paragraphs, empty ones included */
  readonly onChange: (blocks: readonly Block[]) => void
  /** index of the paragraph with the caret */
  readonly onCaret?: (block: number) => void
  readonly onRefused: (message: string) => void
  readonly onReady?: (editor: LexicalEditor) => void
}

export const BodyEditor = (props: BodyEditorProps) => {
  // An editor that could not take its text must not look like an empty one: the error goes to the screen's boundary.
  const [failure, setFailure] = useState<Error | null>(null)
  if (failure !== null) throw failure
  return (
    <LexicalComposer
      initialConfig={{
        namespace: 'wenshu-body', nodes: editorNodes, editorState: () => $writeBlocks(props.initial), onError: setFailure,
        theme: { paragraph: 'wk-block' },
      }}
    >
      <RichTextPlugin
        contentEditable={<ContentEditable className="wk-body-editor" aria-label={props.label} aria-multiline="true" spellCheck={false} aria-placeholder={props.placeholder} placeholder={<div className="wk-body-placeholder" aria-hidden="true">{props.placeholder}</div>} />}
        ErrorBoundary={LexicalErrorBoundary}
      />
      <HistoryPlugin />
      <Listen {...props} />
    </LexicalComposer>
  )
}

const Listen = ({ onChange, onCaret, onRefused, onReady }: BodyEditorProps) => {
  const [editor] = useLexicalComposerContext()
  const changed = useEffectEvent(onChange)
  const moved = useEffectEvent((block: number) => onCaret?.(block))
  const refused = useEffectEvent(onRefused)
  const ready = useEffectEvent(() => onReady?.(editor))
  useEffect(() => {
    ready()
    const stopLevels = registerLevels(editor, (message) => refused(message))
    const stop = editor.registerUpdateListener(({ editorState, dirtyElements, dirtyLeaves, prevEditorState }) => {
      editorState.read(() => {
        if (!prevEditorState.isEmpty() && dirtyElements.size + dirtyLeaves.size > 0) changed($readBlocks())
        const selection = $getSelection()
        const top = $isRangeSelection(selection) ? selection.anchor.getNode().getTopLevelElement() : null
        if (top !== null) moved(top.getIndexWithinParent())
      })
    })
    // Draws the numbers of the text that was there before the listener.
    editor.update(() => undefined, { tag: 'history-merge' })
    return () => { stopLevels(); stop() }
  }, [editor])
  return null
}

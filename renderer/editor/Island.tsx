/** The frame of a table or a picture in the text: its fields are typed into like the text, but are none of the text's own (对象框). */
import { useLexicalComposerContext } from '@lexical/react/LexicalComposerContext'
import { $selectAll, REDO_COMMAND, stopLexicalPropagation, UNDO_COMMAND, type NodeKey } from 'lexical'
import { createContext, useContext, useEffect, useEffectEvent, useLayoutEffect, useRef, type ReactNode } from 'react'
import { limits } from '#core/document'
import { selectedIn, selectIn } from './carets.ts'
import { changeObject, dropTextSelection, endTyping, focusText, moveObject } from './objects.ts'
import type { ObjectBlock } from './object-node.tsx'
import { oneLine, withField, type Place } from './places.ts'
import { useWords } from './words.ts'

/** What objects need from the host. */
export type Surroundings = {
  readonly pictureUrl: (hash: string) => string | null
  readonly refused: (message: string) => void
}
export const SurroundingsContext = createContext<Surroundings>({ pictureUrl: () => null, refused: () => undefined })
export const useSurroundings = (): Surroundings => useContext(SurroundingsContext)

/**
 * One line of text that is typed into. The page's text is kept by the island; this only draws it. Arrows go in, not Tab: after Esc
 * the next Tab leaves the whole text.
 */
export const FieldText = ({ place, value, label, hint, className }: {
  readonly place: Place; readonly value: string; readonly label: string; readonly hint?: string; readonly className?: string
}) => {
  const element = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const field = element.current
    if (field === null || field.textContent === value || field.dataset['composing'] === 'true') return
    const holdsFocus = document.activeElement === field
    field.textContent = value
    // Undo and replacing changed it from outside.
    if (holdsFocus) selectIn(field, value.length, value.length)
  }, [value])
  return (
    <div
      ref={element} className={className === undefined ? 'wk-field' : `wk-field ${className}`} contentEditable suppressContentEditableWarning
      role="textbox" aria-label={label} aria-placeholder={hint} data-hint={hint} data-place={place} spellCheck={false} tabIndex={-1}
    />
  )
}

const lexicalEvents = ['keydown', 'keyup', 'beforeinput', 'input', 'compositionstart', 'compositionend', 'paste', 'copy', 'cut', 'dragstart', 'dragover', 'dragend', 'drop', 'click', 'pointerdown'] as const

const limitOf = (place: Place): number => (place === 'caption' ? limits.nameChars : limits.cellChars)

export type IslandProps = {
  readonly nodeKey: NodeKey
  readonly label: string
  readonly className: string
  /** true when the key was used */
  readonly onKey: (event: KeyboardEvent, place: Place | null) => boolean
  readonly onPaste?: (data: DataTransfer, place: Place, at: { readonly start: number; readonly end: number }) => boolean
  readonly onEnter?: (place: Place | null) => void
  readonly children: ReactNode
}

export const Island = ({ nodeKey, label, className, onKey, onPaste, onEnter, children }: IslandProps) => {
  const [editor] = useLexicalComposerContext()
  const t = useWords()
  const { refused } = useSurroundings()
  const frame = useRef<HTMLDivElement>(null)

  const placeOf = (event: Event): HTMLElement | null => (event.target instanceof Element ? event.target.closest<HTMLElement>('[data-place]') : null)
  /** The page's text becomes the block's. */
  const take = useEffectEvent((field: HTMLElement): void => {
    const place = field.dataset['place'] as Place
    const typed = field.textContent
    const text = oneLineKeepingBlanks(typed).slice(0, limitOf(place))
    if (typed.length > limitOf(place)) refused(t('fieldFull', { limit: limitOf(place) }))
    if (text !== typed || field.childNodes.length > 1 || text === '' && field.firstChild !== null) {
      const at = selectedIn(field)
      field.textContent = text
      if (at !== null) selectIn(field, Math.min(at.start, text.length), Math.min(at.start, text.length))
    }
    changeObject(editor, nodeKey, (block) => withField(block, place, text) as ObjectBlock, place)
  })
  const history = (command: typeof UNDO_COMMAND): void => {
    endTyping(editor)
    editor.dispatchCommand(command, undefined)
    // Undo may take the object itself away.
    setTimeout(() => { if (document.activeElement === document.body) focusText(editor, () => undefined) }, 0)
  }
  const keys = (event: KeyboardEvent, field: HTMLElement | null): void => {
    if (event.isComposing || event.keyCode === 229) return
    const place = field === null ? null : (field.dataset['place'] as Place)
    const isCommand = event.ctrlKey || event.metaKey
    const key = event.key.toLowerCase()
    const used = ((): boolean => {
      if (isCommand && !event.altKey && key === 'z') { history(event.shiftKey ? REDO_COMMAND : UNDO_COMMAND); return true }
      if (isCommand && !event.altKey && key === 'y') { history(REDO_COMMAND); return true }
      if (isCommand && /^[biu0-4]$/u.test(key)) return true
      if (event.altKey && !isCommand && event.key === 'ArrowUp') { moveObject(editor, nodeKey, -1); return true }
      if (event.altKey && !isCommand && event.key === 'ArrowDown') { moveObject(editor, nodeKey, 1); return true }
      if (event.altKey && event.key === 'F10') { frame.current?.querySelector<HTMLElement>('[role=toolbar] :is(button, input):not(:disabled)')?.focus(); return true }
      // All of a field first, all of the text at the second stroke.
      if (isCommand && key === 'a' && field !== null) {
        const at = selectedIn(field)
        if (at === null || at.end - at.start < field.textContent.length) return false
        focusText(editor, () => { $selectAll() })
        return true
      }
      return event.target instanceof Element && event.target.closest('[role=toolbar]') !== null ? false : onKey(event, place)
    })()
    if (used) event.preventDefault()
  }
  const handle = useEffectEvent((event: Event): void => {
    stopLexicalPropagation(event)
    const field = placeOf(event)
    switch (event.type) {
      case 'compositionstart': if (field !== null) field.dataset['composing'] = 'true'; return
      case 'compositionend': if (field !== null) { delete field.dataset['composing']; take(field) } return
      case 'input': if (field !== null && field.dataset['composing'] !== 'true') take(field); return
      case 'beforeinput': {
        const kind = (event as InputEvent).inputType
        if (field === null) return
        if (kind === 'historyUndo') history(UNDO_COMMAND)
        if (kind === 'historyRedo') history(REDO_COMMAND)
        // One line of plain text: whatever else a browser would make is refused.
        if (/^(history|format|insert(Paragraph|LineBreak|From|Ordered|Unordered|Horizontal|Link))/u.test(kind)) event.preventDefault()
        return
      }
      case 'paste': {
        if (field === null) return
        event.preventDefault()
        const data = (event as ClipboardEvent).clipboardData
        const at = selectedIn(field)
        if (data === null || at === null) return
        if (onPaste?.(data, field.dataset['place'] as Place, at) === true) return
        const text = oneLine(data.getData('text/plain'))
        if (text === '') return
        endTyping(editor)
        field.textContent = field.textContent.slice(0, at.start) + text + field.textContent.slice(at.end)
        selectIn(field, at.start + text.length, at.start + text.length)
        take(field)
        return
      }
      case 'drop':
      case 'dragstart': event.preventDefault(); return
      case 'keydown': keys(event as KeyboardEvent, field); return
      default:
    }
  })
  const entered = useEffectEvent((event: Event): void => {
    dropTextSelection(editor)
    const field = placeOf(event)
    onEnter?.(field === null ? null : (field.dataset['place'] as Place))
  })
  useEffect(() => {
    const element = frame.current
    if (element === null) return
    const listen = (event: Event): void => handle(event)
    const focused = (event: Event): void => entered(event)
    for (const name of lexicalEvents) element.addEventListener(name, listen)
    element.addEventListener('focusin', focused)
    return () => {
      for (const name of lexicalEvents) element.removeEventListener(name, listen)
      element.removeEventListener('focusin', focused)
    }
  }, [])
  return <div ref={frame} className={`wk-island ${className}`} role="group" aria-label={label}>{children}</div>
}

/** Blanks at the ends belong to what is being typed; only a line end is never one. */
const oneLineKeepingBlanks = (text: string): string => (/[\r\n\t\u2028\u2029]/u.test(text) ? oneLine(text) : text.replaceAll('\u00a0', ' '))

/** A row of small buttons under an object. Arrow keys walk along it, Esc goes back to where one was. */
export const Tools = ({ label, onLeave, children }: { readonly label: string; readonly onLeave: () => void; readonly children: ReactNode }) => {
  const walk = (event: React.KeyboardEvent<HTMLDivElement>): void => {
    if (event.key === 'Escape') {
      event.preventDefault()
      event.stopPropagation()
      return onLeave()
    }
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight' || event.altKey || event.target instanceof HTMLInputElement) return
    const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>('button:not(:disabled), input')]
    const at = buttons.indexOf(event.target as HTMLElement)
    event.preventDefault()
    buttons.at((at + (event.key === 'ArrowRight' ? 1 : -1)) % buttons.length)?.focus()
  }
  return <div className="wk-tools" role="toolbar" aria-label={label} onKeyDown={walk}>{children}</div>
}

/** @param props.name what it is called when the label is only a sign */
export const Tool = ({ label, name, title, isPressed, isOff, onPress }: {
  readonly label: string; readonly name?: string; readonly title?: string; readonly isPressed?: boolean; readonly isOff?: boolean; readonly onPress: () => void
}) => (
  <button
    type="button" className="wk-tool" title={title ?? name} aria-label={name} aria-pressed={isPressed} disabled={isOff}
    // The cell keeps the focus: the tool works on where one is.
    onMouseDown={(event) => event.preventDefault()} onClick={onPress}
  >{label}</button>
)

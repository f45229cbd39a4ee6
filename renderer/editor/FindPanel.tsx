/** Find and replace over the whole text (查找替换): paragraphs, cells and captions, all by keyboard. */
import { useLexicalComposerContext } from '@lexical/react/LexicalComposerContext'
import { useEffect, useEffectEvent, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import type { Block } from '#core/document'
import { bringIntoView, rangeIn } from './carets.ts'
import { blocksOf, replaceBlocks, replaceIn, selectionOf, selectRange } from './handle.ts'
import { createMarker, elementOf, elementsOf } from './marks.ts'
import { registerOwnEnter } from './objects.ts'
import { fieldsOf, oneLine } from './places.ts'
import { findIn, mostMatches, replaceAll, type Match } from './search.ts'
import type { TextRange } from './types.ts'
import { useWords } from './words.ts'

/** A selection longer than this is text to work in, not a word to look for. */
const longestWord = 60

const offsetOf = (blocks: readonly Block[], match: Match): number => {
  const value = blocks[match.block]
  return (value === undefined ? 0 : fieldsOf(value).find((field) => field.place === match.place)?.start ?? 0) + match.start
}

const rangeOf = (blocks: readonly Block[], match: Match): TextRange => {
  const start = offsetOf(blocks, match)
  return { block: match.block, start, end: start + match.end - match.start }
}

/** The first match at or behind a place, else the first of all. */
const nearest = (blocks: readonly Block[], matches: readonly Match[], from: TextRange | null): number => {
  if (from === null) return 0
  const index = matches.findIndex((match) => match.block > from.block || match.block === from.block && offsetOf(blocks, match) >= from.start)
  return Math.max(0, index)
}

export type FindPanelProps = {
  readonly mode: 'find' | 'replace'
  /** changes each time it is asked for */
  readonly asked: number
  /** what was selected then, or '' */
  readonly word: string
  readonly onClose: () => void
}

export const FindPanel = ({ mode, asked, word: selected, onClose }: FindPanelProps) => {
  const [editor] = useLexicalComposerContext()
  const t = useWords()
  const id = useId()
  const [from] = useState(() => selectionOf(editor))
  const [blocks, setBlocks] = useState(() => blocksOf(editor))
  const [text, setText] = useState(selected)
  const [by, setBy] = useState('')
  const [widths, setWidths] = useState<'same' | 'exact'>('same')
  const [at, setAt] = useState<number | null>(null)
  const [said, setSaid] = useState('')
  const [marker] = useState(createMarker)
  const query = useRef<HTMLInputElement>(null)
  const replacement = useRef<HTMLInputElement>(null)

  const matches = useMemo(() => findIn(blocks, { text, widths }), [blocks, text, widths])
  const index = matches.length === 0 ? -1 : Math.min(at ?? nearest(blocks, matches, from), matches.length - 1)
  const current = matches[index]

  useEffect(() => editor.registerUpdateListener(({ dirtyElements, dirtyLeaves }) => {
    if (dirtyElements.size + dirtyLeaves.size > 0 && !editor.isComposing()) setBlocks(blocksOf(editor))
  }), [editor])
  const [served, setServed] = useState(asked)
  if (served !== asked) {
    setServed(asked)
    if (selected !== '') { setText(selected); setAt(null) }
  }
  const begin = useEffectEvent(() => {
    const input = mode === 'replace' && text !== '' ? replacement.current : query.current
    input?.focus()
    input?.select()
  })
  useEffect(() => begin(), [asked, mode])
  useEffect(() => () => marker.clear(), [marker])
  // Drawn after the cells have been; what is typed meanwhile moves with the page.
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      const elements = elementsOf(editor)
      const range = (match: Match): Range | null => {
        const element = elementOf(elements, match.block, match.place)
        return element === null ? null : rangeIn(element, match.start, match.end)
      }
      const shown = current === undefined ? null : range(current)
      marker.draw('found', matches.filter((match) => match !== current).flatMap((match) => range(match) ?? []))
      marker.draw('current', shown === null ? [] : [shown])
      if (shown !== null) bringIntoView(shown)
    })
    return () => cancelAnimationFrame(frame)
  }, [editor, marker, matches, current])

  const step = (by: 1 | -1): void => {
    if (matches.length === 0) return
    const next = (index + by + matches.length) % matches.length
    setSaid(by === 1 && next <= index && matches.length > 1 ? t('find.fromStart') : by === -1 && next >= index && matches.length > 1 ? t('find.fromEnd') : '')
    setAt(next)
  }
  const close = (): void => {
    onClose()
    if (current !== undefined) selectRange(editor, rangeOf(blocks, current))
    else editor.getRootElement()?.focus({ preventScroll: true })
  }
  const word = (): string => oneLine(by)
  const replaceOne = (): void => {
    if (current === undefined) return
    const isLast = index === matches.length - 1
    // The replaced word may hold what is looked for: go on behind it.
    const again = findIn([{ kind: 'paragraph', level: 0, number: null, text: word() }], { text, widths }).length
    replaceIn(editor, current.block, current.place, current.start, current.end, word())
    setAt(isLast ? 0 : index + again)
    setSaid(t('find.replacedOne'))
    replacement.current?.focus()
  }
  const replaceEvery = (): void => {
    if (matches.length === 0) return
    replaceBlocks(editor, replaceAll(blocks, matches, word()))
    setSaid(t('find.replaced', { count: matches.length }))
    setAt(null)
    replacement.current?.focus()
  }
  const onOwnEnter = useEffectEvent((target: EventTarget | null): boolean => {
    if (target !== replacement.current) return false
    replaceEvery()
    return true
  })
  useEffect(() => registerOwnEnter(editor, (event) => onOwnEnter(event.target)), [editor])
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return
    event.stopPropagation()
    if (event.key === 'Escape') { event.preventDefault(); return close() }
    if (event.key === 'F3') { event.preventDefault(); return step(event.shiftKey ? -1 : 1) }
    if (event.key !== 'Enter' || event.target instanceof HTMLButtonElement) return
    event.preventDefault()
    if (event.target === replacement.current) replaceOne()
    else step(event.shiftKey ? -1 : 1)
  }
  const count = text === '' ? '' : matches.length === 0 ? t('find.none') : t(matches.length >= mostMatches ? 'find.positionMany' : 'find.position', { at: index + 1, total: matches.length })
  return (
    <search className="wk-find" aria-label={t('find.label')} onKeyDown={onKeyDown}>
      <label htmlFor={`${id}-what`}>{t('find.what')}</label>
      <input id={`${id}-what`} ref={query} value={text} maxLength={200} spellCheck={false} autoComplete="off" onChange={(event) => { setText(event.target.value); setAt(null); setSaid('') }} />
      <span className="wk-find-actions">
        <button type="button" className="wk-tool" title="Shift+Enter" disabled={matches.length === 0} onClick={() => step(-1)}>{t('find.previous')}</button>
        <button type="button" className="wk-tool" title="Enter" disabled={matches.length === 0} onClick={() => step(1)}>{t('find.next')}</button>
        <button type="button" className="wk-tool" title="Esc" onClick={close}>{t('find.close')}</button>
      </span>
      <label htmlFor={`${id}-by`}>{t('find.by')}</label>
      <input id={`${id}-by`} ref={replacement} value={by} maxLength={200} spellCheck={false} autoComplete="off" onChange={(event) => { setBy(event.target.value); setSaid('') }} />
      <span className="wk-find-actions">
        <button type="button" className="wk-tool" title="Enter" disabled={current === undefined} onClick={replaceOne}>{t('find.replace')}</button>
        <button type="button" className="wk-tool" title="Ctrl+Enter" disabled={matches.length === 0} onClick={replaceEvery}>{t('find.replaceAll')}</button>
      </span>
      <span className="wk-find-foot">
        <label><input type="checkbox" checked={widths === 'same'} onChange={(event) => { setWidths(event.target.checked ? 'same' : 'exact'); setAt(null) }} />{t('find.widths')}</label>
        <span role="status">{said === '' ? count : said}</span>
      </span>
    </search>
  )
}

/** What is selected, when it is one word or a few. */
export const selectedWord = (blocks: readonly Block[], range: TextRange | null): string => {
  if (range === null || range.end - range.start > longestWord) return ''
  const value = blocks[range.block]
  if (value === undefined) return ''
  const field = fieldsOf(value).find((entry) => entry.start <= range.start && range.end <= entry.start + entry.text.length)
  return field === undefined ? '' : field.text.slice(range.start - field.start, range.end - field.start)
}

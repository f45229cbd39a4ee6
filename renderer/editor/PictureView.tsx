/** A picture in the text (插图): what it shows, its caption, its width on paper. */
import { useLexicalComposerContext } from '@lexical/react/LexicalComposerContext'
import type { NodeKey } from 'lexical'
import { useState } from 'react'
import type { Picture } from '#core/document'
import { isOnEdgeLine } from './carets.ts'
import { FieldText, Island, Tool, Tools, useSurroundings } from './Island.tsx'
import { addParagraph, changeObject, fieldIn, focusObject, leaveObject, moveObject, removeObject } from './objects.ts'
import type { Place } from './places.ts'
import { useWords } from './words.ts'

/** The text area, mm: GB/T 9704 §5.2. No picture is wider. */
const widest = 156
/** mm of one pixel at 96 dpi */
const pixel = 25.4 / 96

/** What the width on paper will be, mm. */
export const paperWidth = (picture: Picture): number => Math.round(Math.min(widest, picture.width === 0 ? picture.pixels.width * pixel : picture.width))

export const PictureView = ({ nodeKey, picture }: { readonly nodeKey: NodeKey; readonly picture: Picture }) => {
  const [editor] = useLexicalComposerContext()
  const t = useWords()
  const { pictureUrl } = useSurroundings()
  const url = pictureUrl(picture.file.hash)
  const width = paperWidth(picture)
  const [typed, setTyped] = useState<string | null>(null)
  const name = picture.caption === '' ? picture.file.fileName : picture.caption

  const setWidth = (next: number): void => changeObject(editor, nodeKey, (block) => (block.kind === 'picture' && block.width !== next ? { ...block, width: next } : block), null)
  const take = (): void => {
    if (typed === null) return
    const value = Number(typed)
    setTyped(null)
    if (typed.trim() !== '' && Number.isFinite(value)) setWidth(Math.min(widest, Math.max(5, Math.round(value))))
  }
  const whole = (): void => editor.getElementByKey(nodeKey)?.querySelector<HTMLElement>('[data-whole]')?.focus()
  const onKey = (event: KeyboardEvent, place: Place | null): boolean => {
    if (event.key === 'Escape') {
      if (place === null) leaveObject(editor, nodeKey, 'after')
      else whole()
      return true
    }
    if (event.key === 'Enter') { addParagraph(editor, nodeKey, 'after'); return true }
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return false
    if (event.key === 'Tab' && place === null) { focusObject(editor, nodeKey, 'caption'); return true }
    if (place === 'caption') {
      const field = fieldIn(editor, nodeKey, 'caption')
      if (event.key === 'ArrowUp' && field !== null && isOnEdgeLine(field, 'first')) { whole(); return true }
      if (event.key === 'ArrowDown' && field !== null && isOnEdgeLine(field, 'last')) { leaveObject(editor, nodeKey, 'after'); return true }
      return false
    }
    switch (event.key) {
      case 'Delete':
      case 'Backspace': removeObject(editor, nodeKey); return true
      case 'ArrowUp':
      case 'ArrowLeft': leaveObject(editor, nodeKey, 'before'); return true
      case 'ArrowDown':
      case 'ArrowRight': leaveObject(editor, nodeKey, 'after'); return true
      default: return false
    }
  }
  return (
    <Island nodeKey={nodeKey} className="wk-picture" label={t('picture.label', { name })} onKey={onKey}>
      <div className="wk-picture-whole" data-whole tabIndex={-1} role="group" aria-label={t('picture.whole', { name, width })}>
        {url === null
          ? <p className="wk-picture-missing">{t('picture.missing', { name: picture.file.fileName })}</p>
          : <img src={url} alt={name} width={picture.pixels.width} height={picture.pixels.height} draggable={false} style={{ width: `${width / widest * 100}%` }} onClick={whole} />}
      </div>
      <FieldText className="wk-caption" place="caption" value={picture.caption} label={t('picture.caption')} hint={t('picture.captionHint')} />
      <Tools label={t('picture.tools')} onLeave={() => focusObject(editor, nodeKey, 'first')}>
        <span className="wk-tool-group">
          <label className="wk-tool-word">{t('picture.width')}
            <input
              className="wk-tool-number" inputMode="numeric" value={typed ?? String(width)} onChange={(event) => setTyped(event.target.value)} onBlur={take}
              onKeyDown={(event) => {
                if (event.key === 'Enter') { event.preventDefault(); take() }
                if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
                  event.preventDefault()
                  setTyped(null)
                  setWidth(Math.min(widest, Math.max(5, width + (event.key === 'ArrowUp' ? 5 : -5))))
                }
              }}
            />
          </label>
          <Tool label={t('picture.natural')} isPressed={picture.width === 0} onPress={() => setWidth(0)} />
          <Tool label={t('picture.full')} isPressed={picture.width === widest} onPress={() => setWidth(widest)} />
        </span>
        <span className="wk-tool-group">
          <Tool label={t('object.up')} title="Alt+↑" onPress={() => moveObject(editor, nodeKey, -1)} />
          <Tool label={t('object.down')} title="Alt+↓" onPress={() => moveObject(editor, nodeKey, 1)} />
        </span>
        <span className="wk-tool-group">
          <Tool label={t('object.textBefore')} onPress={() => addParagraph(editor, nodeKey, 'before')} />
          <Tool label={t('object.textAfter')} onPress={() => addParagraph(editor, nodeKey, 'after')} />
          <Tool label={t('picture.remove')} onPress={() => removeObject(editor, nodeKey)} />
        </span>
      </Tools>
    </Island>
  )
}

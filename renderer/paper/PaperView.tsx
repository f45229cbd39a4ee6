/** Pages on a desk: zoom, page turning, only what is near the eye is drawn (阅读版面). */
import { Button, Segmented } from 'antd'
import { useCallback, useEffect, useEffectEvent, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import type { DocumentContent, Issue } from '#core/document'
import type { Layout, SealPlace } from '#core/typeset'
import { DocumentText } from './DocumentText.tsx'
import { PageSvg } from './PageSvg.tsx'
import { useFirstFocus } from './focus.ts'
import { useWords } from './words.ts'
import './paper.css'

/** CSS px of an A4 page at 100 %. */
const pageWidth = 794
/** Beyond this a page that fits the width would show too few lines at once. */
const largestFit = 1.2
const zooms = ['fit', '100', '150', '200'] as const
type Zoom = (typeof zooms)[number]

export type PaperViewProps = {
  readonly layout: Layout
  readonly content: DocumentContent
  readonly issue?: Issue | null
  readonly seal?: SealPlace | null
  /** page to bring into view, from 1, and how far down it, mm; a new object asks again */
  readonly lookAt?: { readonly page: number; readonly y: number } | null
  readonly tools?: ReactNode
  /** a quiet word at the end of the tools, e.g. that fonts are substituted */
  readonly remark?: string
  /** takes the focus when it appears and nothing else has it */
  readonly focus?: 'onMount' | 'never'
  /** `plain` leaves out the tool bar, for previews */
  readonly frame?: 'reading' | 'plain'
}

export const PaperView = ({ layout, content, issue = null, seal = null, lookAt = null, tools, remark, focus = 'never', frame = 'reading' }: PaperViewProps) => {
  const t = useWords()
  const desk = useRef<HTMLDivElement>(null)
  const [zoom, setZoom] = useState<Zoom>('fit')
  const [room, setRoom] = useState(pageWidth)
  const [near, setNear] = useState({ first: 1, last: 2 })
  const total = layout.pages.length

  useLayoutEffect(() => {
    const element = desk.current
    if (element === null) return
    const measure = (): void => setRoom(Math.max(200, element.clientWidth - 32))
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  const wanted = zoom === 'fit' ? Math.min(room, pageWidth * largestFit) : pageWidth * Number(zoom) / 100
  // A page wider than the window would have to be pushed sideways for every line: its text is set anew in large type instead.
  const isLarge = zoom !== 'fit' && wanted > room
  const width = Math.min(wanted, room)
  const height = width * 297 / 210
  const gap = 16

  // The empty head of the first page tells nothing: reading begins a little above what is printed first.
  const margin = useMemo(() => Math.max(0, Math.min(...layout.pages[0]?.glyphs.map((glyph) => glyph.y - glyph.size) ?? [0]) - 8), [layout])
  const began = useRef(0)
  useLayoutEffect(() => {
    const element = desk.current
    if (element === null || frame === 'plain' || isLarge || Math.abs(element.scrollTop - began.current) > 1) return
    element.scrollTop = Number.isFinite(margin) ? margin / 297 * height : 0
    began.current = element.scrollTop
  }, [frame, isLarge, margin, height])
  useFirstFocus(desk, focus)

  const look = useCallback(() => {
    const element = desk.current
    if (element === null) return
    const first = Math.floor(element.scrollTop / (height + gap)) + 1
    const last = Math.ceil((element.scrollTop + element.clientHeight) / (height + gap))
    setNear((old) => old.first === first && old.last === last ? old : { first, last })
  }, [height])
  useEffect(() => { look() }, [look, total])

  const reveal = useEffectEvent((target: { page: number; y: number }) => {
    const element = desk.current
    if (element === null || isLarge) return
    const top = (target.page - 1) * (height + gap) + target.y / 297 * height
    // Only when it is out of sight: the page must not jump under the eye.
    if (top < element.scrollTop + 24 || top > element.scrollTop + element.clientHeight - 80) element.scrollTop = Math.max(0, top - element.clientHeight / 3)
  })
  useEffect(() => { if (lookAt !== null) reveal(lookAt) }, [lookAt])

  const turn = useCallback((step: 1 | -1) => {
    const element = desk.current
    if (element === null) return
    if (isLarge) return element.scrollBy({ top: step * (element.clientHeight - 48) })
    const current = Math.round(element.scrollTop / (height + gap))
    element.scrollTo({ top: Math.max(0, current + step) * (height + gap) })
  }, [height, isLarge])

  const keys = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return
    if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
      event.preventDefault()
      turn(event.key === 'ArrowRight' ? 1 : -1)
    }
  }
  const shown = Math.min(total, Math.max(1, near.first))

  return (
    <section className="wk-paper-view" aria-label={t('paper.label')}>
      {frame === 'reading' && (
        <div className="wk-paper-tools" role="toolbar" aria-label={t('paper.tools')}>
          <Button size="small" onClick={() => turn(-1)} aria-label={t('paper.previous')} disabled={shown <= 1}>←</Button>
          <span className="wk-num" aria-live="polite">{t('paper.position', { page: shown, total })}</span>
          <Button size="small" onClick={() => turn(1)} aria-label={t('paper.next')} disabled={shown >= total}>→</Button>
          <Segmented<Zoom> size="small" value={zoom} onChange={setZoom} aria-label={t('paper.zoom')} options={zooms.map((value) => ({ value, label: value === 'fit' ? t('paper.fit') : `${value}%` }))} />
          {tools}
          <span className="wk-remark" title={remark}>{remark === undefined ? null : <><span aria-hidden="true">ⓘ</span> {remark}</>}</span>
        </div>
      )}
      {/* The desk scrolls, so the keyboard must be able to reach it. */}
      <div ref={desk} className="wk-desk" tabIndex={0} role="document" aria-label={t('paper.pages', { total })} onScroll={look} onKeyDown={keys}>
        {isLarge
          ? <div className="wk-large" data-zoom={zoom}><p className="wk-note">{t('paper.large')}</p><DocumentText content={content} issue={issue} className="wk-large-text" /></div>
          : (
              <>
                <DocumentText content={content} issue={issue} />
                {layout.pages.map((page) => (
                  <div key={page.number} className="wk-sheet" style={{ width, height, marginBottom: gap }}>
                    {page.number >= near.first - 1 && page.number <= near.last + 1 && <PageSvg page={page} seal={seal} sealLabel={t('paper.sealHere')} />}
                  </div>
                ))}
              </>
            )}
      </div>
    </section>
  )
}

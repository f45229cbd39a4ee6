/** Pages on a desk: zoom, page turning, only what is near the eye is drawn (阅读版面). */
import { Button, Segmented } from 'antd'
import { memo, useCallback, useEffect, useEffectEvent, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react'
import type { DocumentContent, Issue } from '#core/document'
import type { Layout, SealPlace } from '#core/typeset'
import { DocumentText } from './DocumentText.tsx'
import { placeAt, stepLine, type PagePlace, type ShownLine } from './locate.ts'
import { useFirstFocus } from './focus.ts'
import { usePictureUrls } from './pictures.ts'
import { Sheet } from './Sheet.tsx'
import { useSettled } from './useSettled.ts'
import { useWords } from './words.ts'
import './paper.css'

/** CSS px of an A4 page at 100 %. */
const pageWidth = 794
/** Beyond this a page that fits the width would show too few lines at once. */
const largestFit = 1.2
const zooms = ['fit', '100', '150', '200'] as const
type Zoom = (typeof zooms)[number]

/** ms */
const spokenPause = 500

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
  /** `page`: a whole page at a glance; by default the width is filled */
  readonly fit?: 'width' | 'page'
  /** the line that the caret of the text is in, softly marked */
  readonly marked?: ShownLine | null
  /** The person asked what stands here: by a click, or by the arrows and Enter while the pages have the focus. */
  readonly onPlace?: (place: PagePlace) => void
}

const Paper = ({ layout, content, issue = null, seal = null, lookAt = null, tools, remark, focus = 'never', frame = 'reading', fit = 'width', marked = null, onPlace }: PaperViewProps) => {
  const t = useWords()
  const desk = useRef<HTMLDivElement>(null)
  const [zoom, setZoom] = useState<Zoom>('fit')
  const [room, setRoom] = useState(pageWidth)
  const [near, setNear] = useState({ first: 1, last: 2 })
  const total = layout.pages.length
  // While someone types, the words for assistive technology follow the picture at the next pause: setting a long hidden text for every key takes as long as the key.
  const settled = useSettled(content, spokenPause)
  const spoken = onPlace === undefined ? content : settled
  const pictureHashes = useMemo(() => layout.pages.flatMap((page) => page.images.map((image) => image.hash)), [layout])
  const pictureHref = usePictureUrls(pictureHashes)
  // What the desk shows of itself, px: asking the window for it while a key is being drawn would lay everything out once more.
  const seen = useRef({ top: 0, height: 0 })

  useLayoutEffect(() => {
    const element = desk.current
    if (element === null) return
    const measure = (): void => {
      seen.current.height = element.clientHeight
      setRoom(Math.max(200, Math.min(element.clientWidth - 32, fit === 'page' ? (element.clientHeight - 32) * 210 / 297 : Number.POSITIVE_INFINITY)))
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [fit])

  const wanted = zoom === 'fit' ? Math.min(room, pageWidth * largestFit) : pageWidth * Number(zoom) / 100
  // A page wider than the window would have to be pushed sideways for every line: its text is set anew in large type instead.
  const isLarge = zoom !== 'fit' && wanted > room
  const width = Math.min(wanted, room)
  const height = width * 297 / 210
  const gap = 16

  // The empty head of the first page tells nothing: reading begins a little above what is printed first.
  const first = layout.pages[0]
  const margin = useMemo(() => Math.max(0, Math.min(...first?.glyphs.map((glyph) => glyph.y - glyph.size) ?? [0]) - 8), [first])
  // A whole page, or pages that follow a caret, begin at their own top.
  const isPreview = fit === 'page' || onPlace !== undefined
  const began = useRef(0)
  useLayoutEffect(() => {
    const element = desk.current
    if (element === null || isPreview || isLarge || Math.abs(element.scrollTop - began.current) > 1) return
    element.scrollTop = Number.isFinite(margin) ? margin / 297 * height : 0
    began.current = element.scrollTop
  }, [isPreview, isLarge, margin, height])
  useFirstFocus(desk, focus)

  const look = useCallback(() => {
    const element = desk.current
    if (element === null) return
    seen.current = { top: element.scrollTop, height: element.clientHeight }
    const first = Math.floor(element.scrollTop / (height + gap)) + 1
    const last = Math.ceil((element.scrollTop + element.clientHeight) / (height + gap))
    setNear((old) => old.first === first && old.last === last ? old : { first, last })
  }, [height])
  useEffect(() => { look() }, [look, total])

  const reveal = (target: { readonly page: number; readonly y: number }): void => {
    const element = desk.current
    if (element === null || isLarge) return
    const top = (target.page - 1) * (height + gap) + target.y / 297 * height
    const { top: from, height: room } = seen.current
    // Only when it is out of sight: the page must not jump under the eye.
    if (top >= from + 24 && top <= from + room - 80) return
    element.scrollTop = Math.max(0, top - room / 3)
    seen.current = { top: element.scrollTop, height: room }
  }
  const lookThere = useEffectEvent(reveal)
  useEffect(() => { if (lookAt !== null) lookThere(lookAt) }, [lookAt])

  const turn = useCallback((step: 1 | -1) => {
    const element = desk.current
    if (element === null) return
    if (isLarge) return element.scrollBy({ top: step * (element.clientHeight - 48) })
    const current = Math.round(element.scrollTop / (height + gap))
    element.scrollTo({ top: Math.max(0, current + step) * (height + gap) })
  }, [height, isLarge])

  // A line that the arrows chose on the pages; the caret of the text takes over as soon as it moves.
  const [chosen, setChosen] = useState<(ShownLine & { readonly under: ShownLine | null }) | null>(null)
  const line: ShownLine | null = chosen !== null && chosen.under === marked ? chosen : marked
  const ask = (page: number, x: number, y: number): void => {
    const place = placeAt(layout, content, page, x, y)
    if (place !== null) onPlace?.(place)
  }
  const click = (event: MouseEvent<HTMLElement>): void => {
    if (onPlace === undefined || window.getSelection()?.isCollapsed === false) return
    const sheet = (event.target as Element).closest<HTMLElement>('[data-page]')
    if (sheet === null) return
    const box = sheet.getBoundingClientRect()
    ask(Number(sheet.dataset['page']), (event.clientX - box.left) / box.width * 210, (event.clientY - box.top) / box.height * 297)
  }
  const walk = (step: 1 | -1): void => {
    const next = stepLine(layout, line, step)
    if (next === null) return
    setChosen({ page: next.page, y: next.y, height: next.height, under: marked })
    reveal(next)
  }
  const keys = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return
    if (onPlace !== undefined && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault()
      return walk(event.key === 'ArrowDown' ? 1 : -1)
    }
    if (onPlace !== undefined && event.key === 'Enter' && line !== null) {
      event.preventDefault()
      return ask(line.page, 0, line.y + line.height / 2)
    }
    if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
      event.preventDefault()
      turn(event.key === 'ArrowRight' ? 1 : -1)
    }
  }
  const sealLabel = t('paper.sealHere')
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
      <div ref={desk} className="wk-desk" tabIndex={0} role="document" aria-label={t('paper.pages', { total })} onScroll={look} onKeyDown={keys} onClick={click} data-places={onPlace !== undefined}>
        {isLarge
          ? <div className="wk-large" data-zoom={zoom}><p className="wk-note">{t('paper.large')}</p><DocumentText content={content} issue={issue} className="wk-large-text" /></div>
          : (
              <>
                <DocumentText content={spoken} issue={issue} />
                {layout.pages.map((page) => (
                  <Sheet
                    key={page.number} page={page} width={width} height={height} gap={gap} marked={line !== null && line.page === page.number ? line : null}
                    pictures={page.number >= near.first - 1 && page.number <= near.last + 1 ? pictureHref : null} seal={seal} sealLabel={sealLabel}
                  />
                ))}
              </>
            )}
      </div>
    </section>
  )
}

export const PaperView = memo(Paper)
PaperView.displayName = 'PaperView'

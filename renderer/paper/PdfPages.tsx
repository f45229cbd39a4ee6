/** The final file itself, page by page (定版文件): what was numbered, sealed or received, not a redrawing of it. */
import { Button } from 'antd'
import { getDocument, PDFWorker, type PageViewport, type PDFDocumentProxy, type PDFPageProxy } from 'pdfjs-dist'
import { useEffect, useEffectEvent, useRef, useState, type ReactNode } from 'react'
import { ok } from '#core/formats'
import { paper, type SealPlace } from '#core/typeset'
import { useClient } from '../store/index.ts'
import { useFirstFocus } from './focus.ts'
import { SealOutline } from './SealOutline.tsx'
import { Failure, Waiting } from './states.tsx'
import { useWords } from './words.ts'
import './paper.css'

/** One worker for all files of the window; it outlives each of them. */
let worker: PDFWorker | null = null
const sharedWorker = (): PDFWorker => (worker ??= PDFWorker.create({ port: new Worker(new URL('./pdfWorker.ts', import.meta.url), { type: 'module' }) }))

/** 天头, GB/T 9704-2012 5.2.1, mm */
const headMargin = 37

type Loaded = { readonly kind: 'loading' } | { readonly kind: 'ready'; readonly pdf: PDFDocumentProxy } | { readonly kind: 'failed'; readonly message: string }

/** A signature field where it shows; parts of the page, 0 to 1. */
export type PdfField = { readonly name: string; readonly left: number; readonly top: number; readonly width: number; readonly height: number }

export type PdfPagesProps = {
  /** SM3 of the file's bytes */
  readonly hash: string
  /** the bytes themselves, when they are not kept in the profile: a file from elsewhere */
  readonly file?: Uint8Array
  /** drawn over a page, with the places of its signature fields */
  readonly over?: (page: number, fields: readonly PdfField[]) => ReactNode
  readonly tools?: ReactNode
  /** takes the focus when it appears and nothing else has it */
  readonly focus?: 'onMount' | 'never'
  /** where the seal goes; its page is brought into view */
  readonly seal?: SealPlace | null
  /** `outline` while it is not there yet */
  readonly sealLook?: 'outline' | 'applied'
  /** stands on the seal's page in place of the plain outline */
  readonly stamp?: ReactNode
  /** drawn over a page below the stamp: places of other seals */
  readonly beside?: ((page: number) => ReactNode) | undefined
}

export const PdfPages = ({ hash, file, over, tools, focus = 'never', seal = null, sealLook = 'outline', stamp, beside }: PdfPagesProps) => {
  const t = useWords()
  const { readFile } = useClient()
  const [state, setState] = useState<Loaded>({ kind: 'loading' })
  const [attempt, setAttempt] = useState(0)
  const read = useEffectEvent(async () => file === undefined ? readFile(hash) : ok(file))
  const unreadable = useEffectEvent(() => t('pdf.unreadable'))
  useEffect(() => {
    let stale = false
    let close: (() => Promise<void>) | null = null
    const load = async (): Promise<void> => {
      setState({ kind: 'loading' })
      const bytes = await read()
      if (stale) return
      if (!bytes.ok) return setState({ kind: 'failed', message: bytes.error.message })
      try {
        // The library keeps the bytes it is given: a copy, so that the cache stays whole.
        const task = getDocument({ data: bytes.value.slice(), worker: sharedWorker(), useWasm: false, enableXfa: false })
        close = () => task.destroy()
        const pdf = await task.promise
        if (!stale) setState({ kind: 'ready', pdf })
      } catch {
        if (!stale) setState({ kind: 'failed', message: unreadable() })
      }
    }
    void load()
    return () => { stale = true; void close?.() }
  }, [hash, attempt])
  if (state.kind === 'loading') return <Waiting text={t('pdf.loading')} />
  if (state.kind === 'failed') return <Failure title={t('pdf.failed')} detail={state.message} actions={<Button onClick={() => setAttempt(attempt + 1)}>{t('action.retry')}</Button>} />
  return (
    <section className="wk-paper-view" aria-label={t('paper.label')}>
      <div className="wk-paper-tools" role="toolbar" aria-label={t('paper.tools')}>
        <span className="wk-num">{t('paper.total', { total: state.pdf.numPages })}</span>
        {tools}
      </div>
      <Desk focus={focus} label={t('paper.pages', { total: state.pdf.numPages })}>
        {Array.from({ length: state.pdf.numPages }, (_, index) => <PdfPage key={index} pdf={state.pdf} number={index + 1} seal={seal?.page === index + 1 ? seal : null} sealLook={sealLook} stamp={stamp} beside={beside} {...(over === undefined ? {} : { over })} />)}
      </Desk>
    </section>
  )
}

type DeskProps = { readonly focus: 'onMount' | 'never'; readonly label: string; readonly children: ReactNode }

/** Mounted only once the file is there, so that the focus comes with it. */
const Desk = ({ focus, label, children }: DeskProps) => {
  const desk = useRef<HTMLDivElement>(null)
  useFirstFocus(desk, focus)
  return <div ref={desk} className="wk-desk" tabIndex={0} role="document" aria-label={label}>{children}</div>
}

type PdfPageProps = { readonly pdf: PDFDocumentProxy; readonly number: number; readonly seal: SealPlace | null; readonly sealLook: 'outline' | 'applied'; readonly stamp: ReactNode; readonly beside: ((page: number) => ReactNode) | undefined; readonly over?: (page: number, fields: readonly PdfField[]) => ReactNode }

const PdfPage = ({ pdf, number, seal, sealLook, stamp, beside, over }: PdfPageProps) => {
  const t = useWords()
  const sheet = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const [isNear, setNear] = useState(number <= 2)
  const [text, setText] = useState('')
  const [shape, setShape] = useState<{ readonly aspectRatio: string; readonly fields: readonly PdfField[] } | null>(null)
  const isOurs = over === undefined
  useEffect(() => {
    const element = sheet.current
    if (element === null) return
    const observer = new IntersectionObserver((entries) => { if (entries.some((entry) => entry.isIntersecting)) setNear(true) }, { rootMargin: '600px' })
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  const isSealed = seal !== null
  const look = useEffectEvent(() => {
    const element = sheet.current
    const desk = element?.parentElement
    if (!element || !desk) return
    // The seal stands a little above the middle; only the desk scrolls, not the window around it. Without one, reading begins
    // just above the text: nothing is printed in the head margin (天头) of the first page.
    if (seal !== null) desk.scrollTo({ top: element.offsetTop + seal.y / paper.height * element.offsetHeight - desk.clientHeight * 0.45 })
    else if (number === 1 && isOurs) desk.scrollTo({ top: (headMargin - 9) / paper.height * element.offsetHeight })
  })
  // Once for each page with a seal: a seal that is moved must not move the page under it.
  useEffect(() => { look() }, [isSealed, number, isOurs])
  // Of a file from elsewhere the proportions and the signature fields are known before any page is drawn.
  useEffect(() => {
    if (isOurs) return
    let stale = false
    const measure = async (): Promise<void> => {
      const page = await pdf.getPage(number)
      const plain = page.getViewport({ scale: 1 })
      const fields = await fieldsOf(page, plain)
      if (!stale) setShape({ aspectRatio: `${plain.width} / ${plain.height}`, fields })
    }
    measure().catch(() => undefined)
    return () => { stale = true }
  }, [pdf, number, isOurs])
  const isShaped = isOurs || shape !== null
  useEffect(() => {
    if (!isNear || !isShaped) return
    let stale = false
    let stop: (() => void) | null = null
    const draw = async (): Promise<void> => {
      const page = await pdf.getPage(number)
      const target = canvas.current
      const element = sheet.current
      if (stale || target === null || element === null) return
      const plain = page.getViewport({ scale: 1 })
      const viewport = page.getViewport({ scale: element.clientWidth / plain.width * Math.max(1.5, window.devicePixelRatio) })
      target.width = viewport.width
      target.height = viewport.height
      const task = page.render({ canvas: target, viewport })
      stop = () => task.cancel()
      await task.promise
      const content = await page.getTextContent()
      if (!stale) setText(content.items.map((item) => 'str' in item ? `${item.str}${item.hasEOL ? '\n' : ''}` : '').join(''))
    }
    // A cancelled drawing rejects; the next one follows.
    draw().catch(() => undefined)
    return () => { stale = true; stop?.() }
  }, [pdf, number, isNear, isShaped])
  return (
    <div ref={sheet} className="wk-sheet wk-sheet-pdf" style={shape === null ? undefined : { aspectRatio: shape.aspectRatio }}>
      <canvas ref={canvas} aria-hidden="true" />
      {beside?.(number)}
      {seal !== null && sealLook === 'outline' && stamp}
      {seal !== null && sealLook === 'outline' && stamp === undefined && <SealOutline seal={seal} width={paper.width} height={paper.height} label={t('paper.sealHere')} />}
      {over !== undefined && shape !== null && over(number, shape.fields)}
      <p className="wk-hidden-text">{t('paper.pageText', { page: number, text })}</p>
    </div>
  )
}

type Annotation = { readonly subtype?: string; readonly fieldType?: string; readonly fieldName?: string; readonly rect?: readonly number[] }

/** Signature fields that show on a page. */
const fieldsOf = async (page: PDFPageProxy, view: PageViewport): Promise<readonly PdfField[]> => {
  const annotations = await page.getAnnotations().catch(() => []) as readonly Annotation[]
  return annotations.flatMap(({ subtype, fieldType, fieldName = '', rect }) => {
    if (subtype !== 'Widget' || fieldType !== 'Sig' || rect?.length !== 4) return []
    const [x1, y1] = view.convertToViewportPoint(rect[0]!, rect[1]!) as [number, number]
    const [x2, y2] = view.convertToViewportPoint(rect[2]!, rect[3]!) as [number, number]
    const [left, top, width, height] = [Math.min(x1, x2) / view.width, Math.min(y1, y2) / view.height, Math.abs(x2 - x1) / view.width, Math.abs(y2 - y1) / view.height]
    return width > 0 && height > 0 ? [{ name: fieldName, left, top, width, height }] : []
  })
}

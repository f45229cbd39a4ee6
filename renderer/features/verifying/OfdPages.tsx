/** Pages of an OFD, drawn one by one as they come near (OFD 版面). As pictures: nothing in them can run or reach out. */
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useWords } from '../../paper/index.ts'

type Size = { readonly width: number; readonly height: number }
type Props = { readonly pages: readonly Size[]; readonly draw: (index: number) => Promise<string | null>; readonly over: (index: number) => ReactNode; readonly tools: ReactNode }

export const OfdPages = ({ pages, draw, over, tools }: Props) => {
  const t = useWords()
  return (
    <section className="wk-paper-view" aria-label={t('paper.label')}>
      <div className="wk-paper-tools"><span className="wk-num">{t('paper.total', { total: pages.length })}</span>{tools}</div>
      <div className="wk-desk" tabIndex={0} role="document" aria-label={t('paper.pages', { total: pages.length })}>
        {pages.map((size, index) => <Page key={index} index={index} size={size} draw={draw}>{over(index)}</Page>)}
      </div>
    </section>
  )
}

type PageProps = { readonly index: number; readonly size: Size; readonly draw: Props['draw']; readonly children: ReactNode }

/** Words of a page for assistive technology. Read as text, since parsing it as a document would apply its styles. */
const textOf = (svg: string): string => [...svg.matchAll(/<(?:text|tspan)\b[^>]*>([^<]*)</gu)].map((match) => match[1] ?? '').join('')
  .replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&').slice(0, 100_000)

const Page = ({ index, size, draw, children }: PageProps) => {
  const t = useWords()
  const sheet = useRef<HTMLDivElement>(null)
  const [isNear, setNear] = useState(index < 2)
  const [drawn, setDrawn] = useState<{ readonly url: string; readonly text: string } | 'failed' | null>(null)
  useEffect(() => {
    const element = sheet.current
    if (element === null) return
    const observer = new IntersectionObserver((entries) => { if (entries.some((entry) => entry.isIntersecting)) setNear(true) }, { rootMargin: '600px' })
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  useEffect(() => {
    if (!isNear) return
    let stale = false
    let url = ''
    const show = async (): Promise<void> => {
      const svg = await draw(index)
      if (stale) return
      if (svg === null || svg === '') return setDrawn('failed')
      url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }))
      setDrawn({ url, text: textOf(svg) })
    }
    void show()
    return () => { stale = true; if (url !== '') URL.revokeObjectURL(url) }
  }, [isNear, index, draw])
  return (
    <div ref={sheet} className="wk-sheet wk-sheet-pdf" style={{ aspectRatio: `${size.width} / ${size.height}` }}>
      {drawn === 'failed' ? <p className="vf-page-failed">{t('verify.pageFailed', { page: index + 1 })}</p> : drawn !== null && <img src={drawn.url} alt="" className="vf-page" />}
      {children}
      <p className="wk-hidden-text">{t('paper.pageText', { page: index + 1, text: drawn === null || drawn === 'failed' ? '' : drawn.text })}</p>
    </div>
  )
}

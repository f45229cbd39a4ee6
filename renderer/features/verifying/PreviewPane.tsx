/** What the file looks like, its seals marked by how they fared (版面预览). */
import { Button } from 'antd'
import { useRef } from 'react'
import { Nothing, PdfPages, useWords, type PdfField } from '../../paper/index.ts'
import { conclusionOf, fileConclusion, toneOf, type Tone } from './conclusion.ts'
import { Mark } from './Mark.tsx'
import { OfdPages } from './OfdPages.tsx'
import { SealPicture } from './SealPicture.tsx'
import { sizeText } from './times.ts'
import type { Item } from './useChecks.ts'
import type { Checked, SealMark } from './wire.ts'

type Props = { readonly item: Item; readonly checked: Checked; readonly page: (index: number) => Promise<string | null> }

export const PreviewPane = ({ item, checked, page }: Props) => {
  const t = useWords()
  const { preview, report } = checked
  const over = toneOf(fileConclusion(report))
  const toneOfId = (id: string | null): Tone => {
    const signature = report.signatures.find((candidate) => candidate.id === id) ?? (report.signatures.length === 1 ? report.signatures[0] : undefined)
    return signature === undefined ? over : toneOf(conclusionOf(signature))
  }
  switch (preview.kind) {
    case 'pdf':
      return item.bytes === null ? null : (
        <PdfPages hash={checked.sm3} file={item.bytes} tools={report.signatures.length > 0 && <ToSeal />} over={(number, fields: readonly PdfField[]) => fields.map((field, index) => (
          <SealOver key={index} place={{ page: number, signature: field.name, ...field }} tone={toneOfId(field.name)} />
        ))} />
      )
    case 'ofd':
      return <OfdPages pages={preview.pages} draw={page} tools={preview.marks.length > 0 && <ToSeal />} over={(index) => preview.marks.filter((mark) => mark.page === index).map((mark, at) => <SealOver key={at} place={mark} tone={toneOfId(mark.signature)} />)} />
    case 'seal':
      return <SealPicture preview={preview} tone={over} />
    case 'package':
      return (
        <section className="vf-package" aria-label={t('verify.packageFiles')}>
          <h2>{t('verify.packageCount', { count: preview.files.length })}</h2>
          <ul>{preview.files.map((file) => <li key={file.path}><code>{file.path}</code><span className="wk-note wk-num">{sizeText(file.size)}</span></li>)}</ul>
        </section>
      )
    case 'none':
      return <Nothing title={t('verify.noPreview')} detail={t('verify.noPreviewDetail')} />
  }
}

/** From seal to seal: they stand on the last page more often than not. */
const ToSeal = () => {
  const t = useWords()
  const next = useRef(0)
  const go = (): void => {
    const seals = document.querySelectorAll('.vf-seal')
    seals[next.current % Math.max(1, seals.length)]?.scrollIntoView({ block: 'center', behavior: 'instant' })
    next.current += 1
  }
  return <Button size="small" onClick={go}>{t('verify.toSeal')}</Button>
}

/** A seal that does not hold loses its colour: nobody takes a red seal on the page for a good one. */
const SealOver = ({ place, tone }: { readonly place: SealMark; readonly tone: Tone }) => {
  const t = useWords()
  const percent = (part: number): string => `${part * 100}%`
  return (
    <div className={`vf-seal vf-seal-${tone}`} style={{ left: percent(place.left), top: percent(place.top), width: percent(place.width), height: percent(place.height) }}>
      <span className="vf-seal-word" data-side={place.left + place.width > 0.88 ? 'right' : place.left < 0.08 ? 'left' : 'middle'}><Mark shape={tone} size={14} /> {t(`verify.sealMark.${tone}`)}</span>
    </div>
  )
}

/** A seal file: its picture in its size, and what it says of itself (印章图像). */
import { useEffect, useRef } from 'react'
import { useWords } from '../../paper/index.ts'
import type { Tone } from './conclusion.ts'
import { day } from './times.ts'
import type { Preview } from './wire.ts'

export const SealPicture = ({ preview, tone }: { readonly preview: Preview & { readonly kind: 'seal' }; readonly tone: Tone }) => {
  const t = useWords()
  const { image } = preview
  const picture = useRef<HTMLImageElement>(null)
  useEffect(() => {
    if (image === null || picture.current === null) return
    const url = URL.createObjectURL(new Blob([image.bytes.slice()], { type: image.type }))
    picture.current.src = url
    return () => URL.revokeObjectURL(url)
  }, [image])
  return (
    <section className="vf-seal-file" aria-label={t('verify.seal.label')}>
      <div className="vf-seal-picture" data-tone={tone}>
        {image === null ? <p className="wk-note">{t('verify.seal.noPicture')}</p> : <img ref={picture} alt={t('verify.seal.picture')} style={{ width: `${Math.min(Math.max(preview.width, 10), 80) * 1.5}mm` }} />}
      </div>
      <p className="wk-note wk-num">{t('verify.seal.size', { width: preview.width, height: preview.height })}</p>
      <dl className="wk-facts">
        {preview.facts.map(({ key, values }) => (
          <div key={key}><dt>{t(`verify.seal.fact.${key}`)}</dt><dd>{t(`verify.seal.value.${key}`, Object.fromEntries(Object.entries(values).map(([name, value]) => [name, /^\d{4}-\d\d-\d\dT/u.test(String(value)) ? day(String(value)) : value])))}</dd></div>
        ))}
      </dl>
    </section>
  )
}

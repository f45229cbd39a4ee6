/** Where the seal stands, in millimetres and in words, and whether that keeps the rule (印章位置). */
import { Button, InputNumber } from 'antd'
import { placeDeviations, placeProblem, type RulePlace, type SealGround, type SealPosition } from '#core/route'
import { Notice, useWords, type Words } from '../../paper/index.ts'
import { touchedBy, type OtherSeal } from './otherSeals.ts'
import { typed } from './snapping.ts'

export type Judged = { readonly tone: 'good' | 'warn' | 'bad'; readonly reasons: readonly string[] }

/** `turn`: which of the places is the organ's; `others`: seals of the other organs of a joint issue. */
export type Judging = { readonly ground: SealGround; readonly pages: number; readonly turn: number; readonly others: readonly OtherSeal[]; readonly nameOf: (organId: string) => string }

/** What the clerk is told about a place. `bad`: the server would refuse it. */
export const judgePlace = (t: Words, { ground, pages, turn, others, nameOf }: Judging, place: SealPosition): Judged => {
  const problem = placeProblem(ground, pages, place, turn)
  if (problem !== null) return { tone: 'bad', reasons: [problem] }
  const touched = touchedBy(place, others)
  if (touched?.look === 'sealed') return { tone: 'bad', reasons: [t('seal.joint.touches.sealed', { organ: nameOf(touched.organId) })] }
  const reasons = [
    ...placeDeviations(ground, place, turn).map((deviation) => t(`seal.deviation.${deviation}`)),
    ...(touched === null ? [] : [t('seal.joint.touches.waiting', { organ: nameOf(touched.organId) })]),
  ]
  return { tone: reasons.length === 0 ? 'good' : 'warn', reasons }
}

/** The place as a clerk reads it. */
export const placeText = (t: Words, { page, x, y }: SealPosition): string => t('seal.placeAt', { page, x: (x / 1000).toFixed(1), y: (y / 1000).toFixed(1) })

type Props = {
  readonly ground: SealGround; readonly rule: RulePlace; readonly place: SealPosition; readonly judged: Judged
  readonly onMove?: (place: SealPosition) => void
}

export const PlaceSection = ({ ground, rule, place, judged, onMove }: Props) => {
  const t = useWords()
  const put = (next: SealPosition | null): void => { if (next !== null) onMove?.(next) }
  const field = (axis: 'x' | 'y') => (
    <label>
      <span>{t(`seal.from.${axis}`)}</span>
      <InputNumber value={place[axis] / 1000} step={0.5} precision={1} min={0} max={ground.paper[axis === 'x' ? 'width' : 'height'] / 1000} size="small" suffix="mm" onChange={(value) => put(typed(ground, rule, place, { [axis]: value }))} />
    </label>
  )
  return (
    <section className="wk-place" aria-label={t('seal.place')}>
      <div className="wk-place-head">
        <h2>{t('seal.place')}</h2>
        {onMove !== undefined && <Button size="small" disabled={place.from === 'layout'} onClick={() => onMove({ ...place, page: rule.page, x: rule.x, y: rule.y, from: 'layout' })}>{t('seal.restore')}</Button>}
      </div>
      {onMove === undefined
        ? <p className="wk-num">{placeText(t, place)}</p>
        : <><p className="wk-num">{t('seal.onPage', { page: place.page })}</p><div className="wk-place-fields">{field('x')}{field('y')}</div></>}
      <div aria-live="polite">
        <Notice tone={judged.tone}>
          {judged.tone === 'good' ? t(place.from === 'layout' ? 'seal.byRule' : 'seal.withinRule') : judged.reasons.length === 1 ? judged.reasons[0] : <ul className="wk-reasons">{judged.reasons.map((reason) => <li key={reason}>{reason}</li>)}</ul>}
        </Notice>
      </div>
      {onMove !== undefined && <p className="wk-note">{t('seal.moveHint')}</p>}
    </section>
  )
}

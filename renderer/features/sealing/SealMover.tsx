/** The seal on the page as it will look, to be moved by mouse or keys (用印定位). Its picture is multiplied, as on the sealed pages. */
import { useId, useRef, useState, type CSSProperties, type PointerEvent } from 'react'
import type { RulePlace, SealGround, SealPosition } from '#core/route'
import type { SealEntry } from '#core/sync'
import { sealBox, useWords } from '../../paper/index.ts'
import { SealImage } from './SealImage.tsx'
import { axisOf, dragged, nudged, type Caught } from './snapping.ts'

export type SealMoverProps = {
  readonly ground: SealGround
  readonly rule: RulePlace
  readonly place: SealPosition
  /** null when the register is not at hand: its circle alone shows */
  readonly seal: SealEntry | null
  readonly name: string
  /** whether it may be stamped here */
  readonly standing: 'good' | 'warn' | 'bad'
  /** absent where it only shows */
  readonly onMove?: (place: SealPosition) => void
}

const millimetres = (value: number): number => value / 1000
const percent = (part: number, whole: number): string => `${part / whole * 100}%`

/** One centimetre as a part of a ruler that is `length` micrometres long. */
const tick = (length: number) => ({ '--tick': percent(10_000, length) }) as CSSProperties

export const SealMover = ({ ground, rule, place, seal, name, standing, onMove }: SealMoverProps) => {
  const t = useWords()
  const helpId = useId()
  const grip = useRef<{ readonly dx: number; readonly dy: number } | null>(null)
  const [caught, setCaught] = useState<readonly Caught[] | null>(null)
  const { width, height } = ground.paper
  const box = sealBox({ x: place.x, y: place.y, diameter: place.diameter }, width, height)
  const look = <SealImage seal={seal} alt="" />
  const spot = { page: place.page, x: millimetres(place.x).toFixed(1), y: millimetres(place.y).toFixed(1) }
  if (onMove === undefined) return <div className="wk-seal-stamp" data-standing={standing} style={box} role="img" aria-label={t('seal.stampAt', { name, ...spot })}>{look}</div>

  /** The pointer on the page, micrometres. */
  const spotOf = (event: PointerEvent<HTMLElement>): { readonly x: number; readonly y: number } => {
    const sheet = event.currentTarget.parentElement?.getBoundingClientRect()
    return sheet === undefined ? { x: 0, y: 0 } : { x: (event.clientX - sheet.left) / sheet.width * width, y: (event.clientY - sheet.top) / sheet.height * height }
  }
  const down = (event: PointerEvent<HTMLElement>): void => {
    if (event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    const at = spotOf(event)
    grip.current = { dx: place.x - at.x, dy: place.y - at.y }
    setCaught([])
  }
  const drag = (event: PointerEvent<HTMLElement>): void => {
    if (grip.current === null) return
    const at = spotOf(event)
    const moved = dragged(ground, rule, { ...place, x: at.x + grip.current.dx, y: at.y + grip.current.dy }, event.altKey ? 'off' : 'on')
    setCaught(moved.caught)
    if (moved.place.x !== place.x || moved.place.y !== place.y) onMove(moved.place)
  }
  const up = (): void => {
    grip.current = null
    setCaught(null)
  }
  const isCaught = (what: Caught): boolean => caught !== null && (caught.includes(what) || caught.includes('place'))
  return (
    <>
      {caught !== null && (
        <span className="wk-seal-ruler" aria-hidden="true">
          <i style={{ top: percent(place.y, height), width: percent(place.x, width), ...tick(place.x) }} /><b style={{ left: percent(place.x, width), height: percent(place.y, height), ...tick(place.y) }} />
        </span>
      )}
      {isCaught('axis') && <span className="wk-seal-guide" aria-hidden="true" style={{ left: percent(axisOf(rule), width), top: 0, bottom: 0 }} />}
      {isCaught('line') && <span className="wk-seal-guide" aria-hidden="true" style={{ top: percent(rule.y, height), left: 0, right: 0 }} />}
      {place.from === 'hand' && <span className="wk-seal-home" aria-hidden="true" style={sealBox({ ...rule, diameter: place.diameter }, width, height)} />}
      <button
        type="button" className="wk-seal-stamp wk-seal-mover" data-standing={standing} data-dragging={caught !== null} style={box}
        aria-label={t('seal.stampAt', { name, ...spot })} aria-describedby={helpId} aria-roledescription={t('seal.movable')}
        onPointerDown={down} onPointerMove={drag} onPointerUp={up} onPointerCancel={up}
        onKeyDown={(event) => {
          if (event.ctrlKey || event.altKey || event.metaKey) return
          const next = nudged(ground, rule, place, event)
          if (next === null) return
          event.preventDefault()
          event.stopPropagation()
          onMove(next)
          event.currentTarget.scrollIntoView({ block: 'nearest', inline: 'nearest' })
        }}
      >
        {look}
      </button>
      {caught !== null && <span className="wk-seal-read wk-num" aria-hidden="true" style={{ left: percent(place.x, width), top: percent(place.y + place.diameter / 2, height) }}>{spot.x} × {spot.y} mm</span>}
      <span id={helpId} hidden>{t('seal.moveHelp')}</span>
    </>
  )
}

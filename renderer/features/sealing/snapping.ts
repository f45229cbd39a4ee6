/** Moving a seal by hand (印章移位): where it catches, and what a key does. Whole micrometres, as in the statement. */
import type { RulePlace, SealGround, SealPosition } from '#core/route'

/** What a dragged seal was caught by. */
export type Caught = 'place' | 'axis' | 'line' | 'grid'

/** How near the pointer has to come, micrometres. */
const reach = { place: 2500, axis: 1500, line: 1000 } as const
const grid = 500
/** What an arrow key moves it by, and with Shift. */
const [step, stride] = [500, 5000]

/** The nearest point at which the whole seal is on the paper. */
const onPaper = ({ paper }: SealGround, place: SealPosition): SealPosition => {
  const radius = place.diameter / 2
  const within = (value: number, most: number): number => Math.round(Math.min(Math.max(value, radius), most - radius))
  return { ...place, x: within(place.x, paper.width), y: within(place.y, paper.height) }
}

/** Said to be the rule's as soon as it is there again, however it came. */
const named = (rule: RulePlace, place: SealPosition): SealPosition =>
  ({ ...place, from: place.page === rule.page && place.x === rule.x && place.y === rule.y ? 'layout' : 'hand' })

/** The middle of the 署名, which the seal is centred on; the date's where there is no 署名. */
export const axisOf = ({ x, name, date }: RulePlace): number => {
  const box = name ?? date
  const middle = box === null ? x : Math.round(box.x + box.width / 2)
  // Letters end a little before their cell: the layout's own middle is the finer one.
  return Math.abs(middle - x) < grid ? x : middle
}

/** A seal whose centre was dragged to (x, y): caught by the rule's place, the middle of the 署名, its line, or the grid. */
export const dragged = (ground: SealGround, rule: RulePlace, wish: SealPosition, magnet: 'on' | 'off'): { readonly place: SealPosition; readonly caught: readonly Caught[] } => {
  const free = onPaper(ground, wish)
  if (magnet === 'off') return { place: named(rule, free), caught: [] }
  if (Math.hypot(free.x - rule.x, free.y - rule.y) <= reach.place) return { place: named(rule, { ...free, x: rule.x, y: rule.y }), caught: ['place'] }
  const axis = axisOf(rule)
  const isOnAxis = Math.abs(free.x - axis) <= reach.axis
  const isOnLine = Math.abs(free.y - rule.y) <= reach.line
  const onGrid = (value: number): number => Math.round(value / grid) * grid
  const place = onPaper(ground, { ...free, x: isOnAxis ? axis : onGrid(free.x), y: isOnLine ? rule.y : onGrid(free.y) })
  return { place: named(rule, place), caught: [...(isOnAxis ? ['axis'] as const : []), ...(isOnLine ? ['line'] as const : []), ...(isOnAxis && isOnLine ? [] : ['grid'] as const)] }
}

const directions: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }

/** After a key, or null when the key does not move a seal. Nothing catches: two steps there and two back are where it was. */
export const nudged = (ground: SealGround, rule: RulePlace, place: SealPosition, key: { readonly key: string; readonly shiftKey: boolean }): SealPosition | null => {
  if (key.key === 'Home') return named(rule, { ...place, page: rule.page, x: rule.x, y: rule.y })
  const [across, down] = directions[key.key] ?? [0, 0]
  if (across === 0 && down === 0) return null
  const by = key.shiftKey ? stride : step
  return named(rule, onPaper(ground, { ...place, x: place.x + across * by, y: place.y + down * by }))
}

/** Half of what the fields show at last, micrometres. */
const shownTo = 50

/** Typed in, mm; null for what is no number. A field that is merely left gives its rounded number back, which moves nothing. */
export const typed = (ground: SealGround, rule: RulePlace, place: SealPosition, mm: { readonly x?: number | null; readonly y?: number | null }): SealPosition | null => {
  const of = (value: number | null | undefined, standing: number): number => {
    const wish = value === undefined ? standing : Math.round((value ?? Number.NaN) * 1000)
    return Math.abs(wish - standing) <= shownTo ? standing : wish
  }
  const [x, y] = [of(mm.x, place.x), of(mm.y, place.y)]
  return Number.isFinite(x) && Number.isFinite(y) ? named(rule, onPaper(ground, { ...place, x, y })) : null
}

/** The same centre with a seal of another size. */
export const resized = (ground: SealGround, rule: RulePlace, place: SealPosition, diameter: number): SealPosition => named(rule, onPaper(ground, { ...place, diameter }))

/**
 * Where a seal may stand on the composed pages (用印位置). GB/T 9704-2012 §7.3.5.1; rules S10–S12 of docs/spec/route.md.
 * All lengths are whole micrometres from the page's upper left, y downwards: statements and records know no fractions.
 */

export type PageBox = { readonly page: number; readonly x: number; readonly y: number; readonly width: number; readonly height: number }

/** Where the rule puts one organ's seal: its centre, and what it is to press. `diameter` is the one that the pages were set for. */
export type RulePlace = {
  readonly page: number; readonly x: number; readonly y: number; readonly diameter: number
  /** 署名 of the organ, 成文日期; null where the pages have none, the date also for all but the last seal */
  readonly name: PageBox | null
  readonly date: PageBox | null
  /** lower edge of the text above, on the same page */
  readonly textBottom: number | null
}

/** What nothing may be stamped on. */
export type ClearPart = '版头' | '版记' | '页码'

/** What the composed pages say about their seals (用印依据), kept in the record beside their hash. */
export type SealGround = {
  readonly paper: { readonly width: number; readonly height: number }
  /** one line (一行) */
  readonly line: number
  /** in the order of the organs, the host's first */
  readonly places: readonly RulePlace[]
  readonly clear: readonly (PageBox & { readonly part: ClearPart })[]
  /** what is printed of the text where a seal can reach: runs of glyphs, lines of tables, pictures; absent in old records */
  readonly text?: readonly PageBox[]
}

/** The place that a clerk saw and signed: centre and diameter. `layout`: the rule's own place; `hand`: moved. */
export type SealPosition = { readonly page: number; readonly x: number; readonly y: number; readonly diameter: number; readonly from: 'layout' | 'hand' }

/** How a place leaves the rule without being nonsense; the clerk is told and decides. */
export type PlaceDeviation = 'nameMissed' | 'dateMissed' | 'offCentre' | 'tooLow' | 'onText' | 'farFromText' | 'onColophon' | 'onPageNumber' | 'onHead'

/** A seal this far beside its 署名 is no longer 居中. */
const centreSlack = 2000
const [smallest, largest] = [5000, 100_000]
const deviationOf = { 版头: 'onHead', 版记: 'onColophon', 页码: 'onPageNumber' } as const satisfies Record<ClearPart, PlaceDeviation>

type Circle = Pick<SealPosition, 'page' | 'x' | 'y' | 'diameter'>

/** The circle lies over some part of the box; touching is not lying over. */
const covers = ({ page, x, y, diameter }: Circle, box: PageBox): boolean => {
  const across = x - Math.min(Math.max(x, box.x), box.x + box.width)
  const down = y - Math.min(Math.max(y, box.y), box.y + box.height)
  return page === box.page && across * across + down * down < (diameter / 2) ** 2
}

/** Two seals cross or touch (相交、相切), which those of a joint issue must not. */
export const touches = (one: Circle, other: Circle): boolean =>
  one.page === other.page && (one.x - other.x) ** 2 + (one.y - other.y) ** 2 <= ((one.diameter + other.diameter) / 2) ** 2

/** The rule's place for a seal of this diameter, or null when the pages have none for the organ at `turn` (from 0, the host's). */
export const layoutPosition = ({ places }: SealGround, diameter: number, turn = 0): SealPosition | null => {
  const rule = places[turn]
  return rule === undefined ? null : { page: rule.page, x: rule.x, y: rule.y, diameter, from: 'layout' }
}

/** Members of the right kind, so that the rest may reckon with them and the statement has a canonical form. */
const isPosition = ({ page, x, y, diameter, from }: SealPosition): boolean =>
  [page, x, y, diameter].every((value) => Number.isSafeInteger(value) && !Object.is(value, -0)) && (from === 'layout' || from === 'hand')

/** Why nothing can be sealed there, in words for the clerk, or null (S11). @param pages how many the document has */
export const placeProblem = (ground: SealGround, pages: number, place: SealPosition, turn = 0): string | null => {
  if (!isPosition(place)) return '用印位置不是有效的数值'
  const rule = ground.places[turn]
  if (rule === undefined) return '版面上没有本机关的用印位置'
  if (place.page < 1 || place.page > pages) return `公文共${pages}页，没有第${place.page}页`
  if (place.diameter < smallest || place.diameter > largest) return '印章直径应为5至100毫米'
  const radius = place.diameter / 2
  const { width, height } = ground.paper
  if (place.x < radius || place.y < radius || place.x > width - radius || place.y > height - radius) return '印章超出页面，不能用印'
  if (place.from === 'layout') {
    return place.page === rule.page && place.x === rule.x && place.y === rule.y ? null : '用印声明写的是版面给出的位置，与版面不符，请重新打开后再用印'
  }
  const [name, date] = [rule.name, rule.date]
  if ((name !== null || date !== null) && ![name, date].some((box) => box !== null && covers(place, box))) {
    return '印章没有压在署名或成文日期上，不得出现空白印章（GB/T 9704—2012 7.3.5.1）'
  }
  const hidden = ground.clear.find((box) => covers(place, box))
  return hidden === undefined ? null : `印章压住${hidden.part}，不能用印`
}

/** How a possible place leaves the rule (S12): 端正、居中下压署名和成文日期, the seal's top within one line of the text. */
export const placeDeviations = (ground: SealGround, place: SealPosition, turn = 0): readonly PlaceDeviation[] => {
  const rule = ground.places[turn]
  if (rule === undefined) return []
  const { name, date, textBottom } = rule
  const found: PlaceDeviation[] = []
  if (name !== null && !covers(place, name)) found.push('nameMissed')
  if (date !== null && !covers(place, date)) found.push('dateMissed')
  const pressed = [name, date].filter((box) => box !== null && box.page === place.page) as readonly PageBox[]
  // Without a 署名 the seal is centred on the date.
  const axis = pressed[0]
  if (axis !== undefined && Math.abs(axis.x + axis.width / 2 - place.x) > centreSlack) found.push('offCentre')
  if (pressed.length > 0) {
    const [top, bottom] = [Math.min(...pressed.map((box) => box.y)), Math.max(...pressed.map((box) => box.y + box.height))]
    // 署名 and date lie at the seal's centre or a little below it.
    if ((top + bottom) / 2 < place.y) found.push('tooLow')
  }
  if (textBottom !== null && place.page === rule.page) {
    const gap = place.y - place.diameter / 2 - textBottom
    // Old records know the band of the last line alone, which is taller than its glyphs and as wide as the page.
    if (ground.text === undefined && gap < 0) found.push('onText')
    if (gap > ground.line) found.push('farFromText')
  }
  if (ground.text?.some((box) => covers(place, box)) === true) found.push('onText')
  for (const box of ground.clear) if (covers(place, box)) found.push(deviationOf[box.part])
  return [...new Set(found)]
}

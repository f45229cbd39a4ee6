/** Glyph substitution: lookups of types 1, 2, 4, 5, 6 and 8 over a row of glyphs. OpenType 1.9, "GSUB" */
import { classAt, coverageAt, type Gsub, type Lookup } from './gsub-table.ts'

/** One glyph of the row. */
export type Slot = {
  glyph: number
  /** index of the first character that it stands for */
  cluster: number
  /** the positional feature that may touch it */
  readonly form: string | null
  /** a character that shows nothing: a pattern that does not name it is read past it */
  isIgnorable: boolean
  /** the joiners: read past in contexts alone */
  readonly isJoiner: boolean
  /** the font gave it a shape */
  isShaped: boolean
}

/** Where a rule stands: its lookup decides what is looked past, `form` what may be its input. */
type Scope = { readonly gsub: Gsub; readonly row: Slot[]; readonly lookup: Lookup; readonly form: string | null; readonly depth: number }

const deepest = 8
const mostGlyphs = 10_000

/** Applies one lookup along the row. `form`: only slots of that form are input; null: all. */
export function applyLookup(gsub: Gsub, row: Slot[], index: number, form: string | null): void {
  const lookup = gsub.lookups[index]
  if (lookup === undefined) return
  const scope: Scope = { gsub, row, lookup, form, depth: 0 }
  const isInput = (at: number): boolean => (form === null || row[at]!.form === form) && !isPassed(scope, row[at]!.glyph)
  if (lookup.type === 8) {
    for (let at = row.length - 1; at >= 0; at--) if (isInput(at)) replaceBackwards(scope, at)
    return
  }
  for (let at = 0; at < row.length;) at = isInput(at) ? applyAt(scope, at) ?? at + 1 : at + 1
}

/** Whether the lookup's flags make it blind to a glyph. */
function isPassed({ gsub, lookup }: Scope, glyph: number): boolean {
  const { flag } = lookup
  if (flag === 0) return false
  switch (gsub.classOf(glyph)) {
    case 1: return (flag & 2) !== 0
    case 2: return (flag & 4) !== 0
    case 3: return (flag & 8) !== 0 || ((flag & 0x10) !== 0 && !gsub.isInMarkSet(lookup.markSet, glyph))
    default: return false
  }
}

type Test = (glyph: number, index: number) => boolean

/** The place of the next glyph in a direction that passes, −1 when what stands there does not. */
function next(scope: Scope, from: number, step: 1 | -1, isContext: boolean, passes: (glyph: number) => boolean): number {
  const { row, form } = scope
  for (let at = from + step; at >= 0 && at < row.length; at += step) {
    const slot = row[at]!
    if (isPassed(scope, slot.glyph)) continue
    if ((isContext || form === null || slot.form === form) && passes(slot.glyph)) return at
    if (!slot.isIgnorable || (slot.isJoiner && !isContext)) return -1
  }
  return -1
}

/** Places of an input whose first glyph stands at `at`, or null. */
function matchInput(scope: Scope, at: number, count: number, passes: Test): number[] | null {
  const places = [at]
  for (let i = 1; i < count; i++) {
    const place = next(scope, places[i - 1]!, 1, false, (glyph) => passes(glyph, i))
    if (place < 0) return null
    places.push(place)
  }
  return places
}

function matchContext(scope: Scope, from: number, step: 1 | -1, count: number, passes: Test): boolean {
  let at = from
  for (let i = 0; i < count; i++) {
    at = next(scope, at, step, true, (glyph) => passes(glyph, i))
    if (at < 0) return false
  }
  return true
}

/** Tries the subtables at one place. Where to go on, or null when none fits. */
function applyAt(scope: Scope, at: number): number | null {
  for (const subtable of scope.lookup.subtables) {
    const end = applySubtable(scope, subtable, at)
    if (end !== null) return end
  }
  return null
}

function applySubtable(scope: Scope, start: number, at: number): number | null {
  switch (scope.lookup.type) {
    case 1: return replaceOne(scope, start, at)
    case 2: return replaceByMany(scope, start, at)
    case 4: return ligate(scope, start, at)
    case 5: case 6: return applyContext(scope, start, at)
    default: return null
  }
}

function put(slot: Slot, glyph: number): void {
  slot.glyph = glyph
  // What a font gave a shape to is no longer nothing.
  slot.isIgnorable = false
  slot.isShaped = true
}

function replaceOne({ gsub: { view }, row }: Scope, start: number, at: number): number | null {
  const slot = row[at]!
  const index = coverageAt(view, start + view.getUint16(start + 2), slot.glyph)
  if (index < 0) return null
  put(slot, view.getUint16(start) === 1 ? (slot.glyph + view.getInt16(start + 4)) & 0xffff : view.getUint16(start + 6 + 2 * index))
  return at + 1
}

function replaceByMany({ gsub: { view }, row }: Scope, start: number, at: number): number | null {
  const slot = row[at]!
  const index = coverageAt(view, start + view.getUint16(start + 2), slot.glyph)
  if (index < 0) return null
  const sequence = start + view.getUint16(start + 6 + 2 * index)
  const count = view.getUint16(sequence)
  // Damaged rules may multiply without end.
  if (row.length + count > mostGlyphs) throw new RangeError('glyph substitution: too many glyphs')
  row.splice(at, 1, ...Array.from({ length: count }, (_, i) => ({ ...slot, glyph: view.getUint16(sequence + 2 + 2 * i), isIgnorable: false, isShaped: true })))
  return at + count
}

function ligate(scope: Scope, start: number, at: number): number | null {
  const { gsub: { view }, row } = scope
  const index = coverageAt(view, start + view.getUint16(start + 2), row[at]!.glyph)
  if (index < 0) return null
  const set = start + view.getUint16(start + 6 + 2 * index)
  for (let i = 0; i < view.getUint16(set); i++) {
    const ligature = set + view.getUint16(set + 2 + 2 * i)
    const places = matchInput(scope, at, view.getUint16(ligature + 2), (glyph, k) => view.getUint16(ligature + 2 + 2 * k) === glyph)
    if (places === null) continue
    put(row[at]!, view.getUint16(ligature))
    for (const place of places.slice(1).reverse()) row.splice(place, 1)
    return at + 1 + (places.at(-1)! - at + 1 - places.length)
  }
  return null
}

/** A rule: what stands before, in and after, and what is done at which place of the input. */
type Rule = { readonly before: number; readonly input: number; readonly after: number; readonly records: number; readonly count: number; readonly tests: readonly [Test, Test, Test]; readonly namesFirst?: true }

function applyContext(scope: Scope, start: number, at: number): number | null {
  const { gsub: { view }, row, lookup } = scope
  const isChain = lookup.type === 6
  const format = view.getUint16(start)
  if (format === 3) return applyRule(scope, coverageRule(scope, start, isChain), at)
  const { glyph } = row[at]!
  const index = coverageAt(view, start + view.getUint16(start + 2), glyph)
  if (index < 0) return null
  const classTables = [4, 6, 8].map((offset) => start + view.getUint16(start + offset))
  const [classesBefore, classesIn, classesAfter] = isChain ? classTables : [0, classTables[0]!, 0]
  const setsAt = start + (format === 1 ? 4 : isChain ? 10 : 6)
  const row1 = format === 1 ? index : classAt(view, classesIn!, glyph)
  if (row1 >= view.getUint16(setsAt)) return null
  const offset = view.getUint16(setsAt + 2 + 2 * row1)
  if (offset === 0) return null
  const set = start + offset
  const same = (values: number, classes: number): Test => (found, i) => view.getUint16(values + 2 * i) === (format === 1 ? found : classAt(view, classes, found))
  for (let i = 0; i < view.getUint16(set); i++) {
    const rule = set + view.getUint16(set + 2 + 2 * i)
    const end = applyRule(scope, isChain ? chainRule(scope, rule, [same, classesBefore!, classesIn!, classesAfter!]) : plainRule(scope, rule, same, classesIn!), at)
    if (end !== null) return end
  }
  return null
}

type Same = (values: number, classes: number) => Test
const never: Test = () => false

function plainRule({ gsub: { view } }: Scope, rule: number, same: Same, classes: number): Rule {
  const input = view.getUint16(rule)
  // The first glyph of the input is the covered one and not in the list.
  return { before: 0, input, after: 0, count: view.getUint16(rule + 2), records: rule + 4 + 2 * (input - 1), tests: [never, same(rule + 2, classes), never] }
}

function chainRule({ gsub: { view } }: Scope, rule: number, [same, before, classes, after]: readonly [Same, number, number, number]): Rule {
  const beforeCount = view.getUint16(rule)
  const inputAt = rule + 2 + 2 * beforeCount
  const input = view.getUint16(inputAt)
  const afterAt = inputAt + 2 + 2 * (input - 1)
  const afterCount = view.getUint16(afterAt)
  const recordsAt = afterAt + 2 + 2 * afterCount
  return {
    before: beforeCount, input, after: afterCount, count: view.getUint16(recordsAt), records: recordsAt + 2,
    tests: [same(rule + 2, before), same(inputAt, classes), same(afterAt + 2, after)],
  }
}

function coverageRule({ gsub: { view } }: Scope, start: number, isChain: boolean): Rule {
  const covered = (values: number): Test => (glyph, i) => coverageAt(view, start + view.getUint16(values + 2 * i), glyph) >= 0
  if (!isChain) {
    const input = view.getUint16(start + 2)
    return { before: 0, input, after: 0, count: view.getUint16(start + 4), records: start + 6 + 2 * input, tests: [never, covered(start + 6), never], namesFirst: true }
  }
  const before = view.getUint16(start + 2)
  const inputAt = start + 4 + 2 * before
  const input = view.getUint16(inputAt)
  const afterAt = inputAt + 2 + 2 * input
  const after = view.getUint16(afterAt)
  const recordsAt = afterAt + 2 + 2 * after
  return { before, input, after, count: view.getUint16(recordsAt), records: recordsAt + 2, tests: [covered(start + 4), covered(inputAt + 2), covered(afterAt + 2)], namesFirst: true }
}

function applyRule(scope: Scope, rule: Rule, at: number): number | null {
  const { gsub: { view, lookups }, row } = scope
  const [before, input, after] = rule.tests
  // Format 3 names the first glyph too; the others found it in their coverage.
  if (rule.input === 0 || (rule.namesFirst === true && !input(row[at]!.glyph, 0))) return null
  const places = matchInput(scope, at, rule.input, input)
  if (places === null || !matchContext(scope, places.at(-1)!, 1, rule.after, after) || !matchContext(scope, at, -1, rule.before, before)) return null
  let end = places.at(-1)! + 1
  for (let i = 0; i < rule.count && scope.depth < deepest; i++) {
    const which = view.getUint16(rule.records + 4 * i)
    const nested = lookups[view.getUint16(rule.records + 4 * i + 2)]
    const place = places[which]
    if (nested === undefined || place === undefined || place >= row.length) continue
    const length = row.length
    applyAt({ ...scope, lookup: nested, depth: scope.depth + 1 }, place)
    const grown = row.length - length
    if (grown === 0) continue
    end = Math.max(end + grown, place)
    // Later records count the input as it is now.
    if (grown > 0) places.splice(which + 1, 0, ...Array.from({ length: grown }, (_, k) => place + 1 + k))
    else places.splice(which + 1, -grown)
    for (let k = which + 1 + Math.max(grown, 0); k < places.length; k++) places[k]! += grown
  }
  return Math.max(end, at + 1)
}

function replaceBackwards(scope: Scope, at: number): void {
  const { gsub: { view }, row, lookup } = scope
  for (const start of lookup.subtables) {
    const index = coverageAt(view, start + view.getUint16(start + 2), row[at]!.glyph)
    if (index < 0) continue
    const covered = (values: number): Test => (glyph, i) => coverageAt(view, start + view.getUint16(values + 2 * i), glyph) >= 0
    const before = view.getUint16(start + 4)
    const afterAt = start + 6 + 2 * before
    const after = view.getUint16(afterAt)
    if (!matchContext(scope, at, -1, before, covered(start + 6)) || !matchContext(scope, at, 1, after, covered(afterAt + 2))) continue
    put(row[at]!, view.getUint16(afterAt + 4 + 2 * after + 2 * index))
    return
  }
}

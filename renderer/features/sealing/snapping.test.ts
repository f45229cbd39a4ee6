import { describe, expect, test } from 'vitest'
import type { RulePlace, SealGround, SealPosition } from '#core/route'
import { axisOf, dragged, nudged, resized, typed } from './snapping.ts'

const rule: RulePlace = {
  page: 2, x: 140_123, y: 120_001, diameter: 42_000, textBottom: 94_000,
  name: { page: 2, x: 120_123, y: 120_001, width: 40_000, height: 5_644 }, date: { page: 2, x: 117_123, y: 130_447, width: 46_000, height: 5_644 },
}
const ground: SealGround = { paper: { width: 210_000, height: 297_000 }, line: 10_446, places: [rule], clear: [] }
const place: SealPosition = { page: 2, x: rule.x, y: rule.y, diameter: 42_000, from: 'layout' }
const to = (x: number, y: number, magnet: 'on' | 'off' = 'on') => dragged(ground, rule, { ...place, x, y }, magnet)

describe('dragging', () => {
  test('caught by the rule’s place, and said to be the rule’s again', () => {
    expect(to(141_900, 118_900)).toEqual({ place, caught: ['place'] })
  })
  test('caught by the middle of the 署名, by its line, else by the grid', () => {
    expect(to(139_000, 112_260)).toMatchObject({ place: { x: rule.x, y: 112_500, from: 'hand' }, caught: ['axis', 'grid'] })
    expect(to(150_260, 120_900)).toMatchObject({ place: { x: 150_500, y: rule.y, from: 'hand' }, caught: ['line', 'grid'] })
    expect(to(150_260, 112_260)).toMatchObject({ place: { x: 150_500, y: 112_500 }, caught: ['grid'] })
  })
  test('free with the magnet off, in whole micrometres', () => {
    expect(to(140_600.4, 119_000.6, 'off')).toEqual({ place: { ...place, x: 140_600, y: 119_001, from: 'hand' }, caught: [] })
  })
  test('the whole seal stays on the paper', () => {
    expect(to(-50_000, 900_000).place).toMatchObject({ x: 21_000, y: 276_000, from: 'hand' })
  })
  test('the middle is the layout’s own where the 署名 agrees with it to half a millimetre', () => {
    expect([axisOf(rule), axisOf({ ...rule, name: { ...rule.name!, width: 42_000 } }), axisOf({ ...rule, name: null, date: null })]).toEqual([140_123, 141_123, 140_123])
  })
})

describe('keys', () => {
  const press = (from: SealPosition, key: string, shiftKey = false): SealPosition => nudged(ground, rule, from, { key, shiftKey }) ?? from
  test('half a millimetre, five with Shift; back again it is the rule’s place', () => {
    const moved = press(press(place, 'ArrowRight'), 'ArrowUp', true)
    expect(moved).toEqual({ ...place, x: rule.x + 500, y: rule.y - 5000, from: 'hand' })
    expect(press(press(moved, 'ArrowLeft'), 'ArrowDown', true)).toEqual(place)
    expect(press(moved, 'Home')).toEqual(place)
  })
  test('other keys do not move it', () => {
    for (const key of ['Enter', 'a', 'Tab', 'PageDown']) expect(nudged(ground, rule, place, { key, shiftKey: false })).toBeNull()
  })
  test('not over the edge', () => {
    let at = place
    for (let i = 0; i < 40; i++) at = press(at, 'ArrowRight', true)
    expect(at.x).toBe(189_000)
  })
})

test('typed millimetres; what is no number moves nothing, nor does a field that is left as it shows', () => {
  expect(typed(ground, rule, place, { x: 140.1 })).toEqual(place)
  expect(typed(ground, rule, place, { y: 120 })).toEqual(place)
  expect(typed(ground, rule, place, { x: 141.5 })).toEqual({ ...place, x: 141_500, from: 'hand' })
  expect(typed(ground, rule, place, { y: 900 })).toMatchObject({ y: 276_000 })
  expect(typed(ground, rule, place, { x: null })).toBeNull()
})

test('another seal keeps the centre and takes its own size', () => {
  expect(resized(ground, rule, place, 50_000)).toEqual({ ...place, diameter: 50_000 })
  expect(resized(ground, rule, { ...place, x: 189_000, from: 'hand' }, 50_000)).toMatchObject({ x: 185_000, from: 'hand' })
})

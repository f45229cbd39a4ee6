import { describe, expect, test } from 'vitest'
import { emptyContent, type DocumentContent } from '#core/document'
import { layoutPosition, placeDeviations, placeProblem } from '#core/route'
import { sealGround } from '#core/seal'
import { typeset } from '#core/typeset'
import { loadFontSet } from '#main/host'

/** The open fonts, the same on every machine. */
const { fonts } = await loadFontSet({ system: false })

const issue = { number: '内政办发〔2026〕12号', date: '2026-11-24', printDate: '2026-11-24' }
const content = (change: Partial<DocumentContent> = {}): DocumentContent => ({
  ...emptyContent({ kind: '通知', organName: '内蒙古自治区人民政府办公厅', title: '关于做好草原防火工作的通知' }),
  recipients: ['各盟行政公署、市人民政府'], body: [{ kind: 'paragraph', level: 0, number: null, text: '现将有关事项通知如下。' }], copies: ['自治区党委办公厅'], ...change,
})
const groundOf = (given: DocumentContent) => {
  const layout = typeset(given, issue, fonts)
  return { layout, ground: sealGround(layout) }
}

describe('S10 what the pages say about their seals', () => {
  test('署名 and date under the seal, the text above it, 版记, head and page number kept clear; the rule’s own place leaves no rule', () => {
    const { layout, ground } = groundOf(content())
    const [rule] = ground!.places
    expect(ground!.places).toHaveLength(1)
    expect(rule).toMatchObject({ page: layout.sealPlace!.page, x: Math.round(layout.sealPlace!.x * 1000), y: Math.round(layout.sealPlace!.y * 1000) })
    // Centred on the 署名 of 13 characters, the date on the next line.
    expect(Math.abs(rule!.name!.x + rule!.name!.width / 2 - rule!.x)).toBeLessThan(500)
    expect(rule!.name!.width).toBeGreaterThan(13 * 5500)
    expect(rule!.date!.y - rule!.name!.y).toBeCloseTo(ground!.line, -1)
    expect(rule!.y - 21_000 - rule!.textBottom!).toBeGreaterThan(0)
    expect(new Set(ground!.clear.map(({ part }) => part))).toEqual(new Set(['版头', '版记', '页码']))
    for (const diameter of [42_000, 45_000, 50_000]) {
      const place = layoutPosition(ground!, diameter)!
      expect([diameter, placeProblem(ground!, layout.pages.length, place), placeDeviations(ground!, place)]).toEqual([diameter, null, []])
      expect([diameter, placeProblem(ground!, layout.pages.length, { ...place, from: 'hand' })]).toEqual([diameter, null])
    }
  })

  test('a joint issue: each organ’s own 署名, the date under the last alone', () => {
    const issuers = ['内蒙古自治区应急管理厅', '内蒙古自治区财政厅', '内蒙古自治区林业和草原局', '内蒙古自治区公安厅']
    const { layout, ground } = groundOf(content({ issuers, signature: issuers.join('　') }))
    expect(ground!.places).toHaveLength(4)
    for (const [nth, place] of ground!.places.entries()) {
      expect(Math.abs(place.name!.x + place.name!.width / 2 - place.x)).toBeLessThan(500)
      expect(place.date === null).toBe(nth < 3)
      expect(placeDeviations(ground!, layoutPosition(ground!, 42_000, nth)!, nth)).toEqual([])
      expect(placeProblem(ground!, layout.pages.length, { ...layoutPosition(ground!, 42_000, nth)!, from: 'hand' }, nth)).toBeNull()
      // One organ's seal on another's 署名 is none on its own.
      const other = layoutPosition(ground!, 42_000, (nth + 1) % 4)!
      expect(placeProblem(ground!, layout.pages.length, { ...other, from: 'hand' }, nth)).toMatch(/空白印章/)
    }
  })

  test('S12 on the text only where a glyph, a line or a picture of it is under the seal; old records go by the band', () => {
    const last = (count: number) => content({ body: [{ kind: 'paragraph', level: 0, number: null, text: '现将有关事项通知如下。'.repeat(20) }, { kind: 'paragraph', level: 0, number: null, text: '特'.repeat(count) }] })
    const [short, full] = [groundOf(last(3)), groundOf(last(26))]
    const says = ({ ground }: typeof short, up: number): boolean => placeDeviations(ground!, { ...layoutPosition(ground!, 42_000)!, y: ground!.places[0]!.y - up, from: 'hand' }).includes('onText')
    const { text: _text, ...old } = short.ground!
    const gap = (given: typeof short): number => given.ground!.places[0]!.y - 21_000 - given.ground!.places[0]!.textBottom!
    // Into the band of a short last line, beside its three glyphs; of a full one, into the room below its glyphs.
    expect([says(short, gap(short) + 1000), says(short, gap(short) + 6000), says(full, gap(full) + 100), says(full, gap(full) + 4000)]).toEqual([false, false, false, true])
    expect(says({ ...short, ground: old }, gap(short) + 1000)).toBe(true)
    // Against every glyph by itself, over a field of places: the runs hide and add nothing of account.
    const wrong: (readonly number[])[] = []
    for (const { layout, ground } of [short, full]) {
      const page = layout.pages[layout.sealPlace!.page - 1]!
      const text = page.glyphs.filter(({ y }) => page.regions.some((region) => region.name === '正文' && y >= region.y && y <= region.y + region.height))
      const within = (value: number, least: number, most: number): number => value - Math.min(Math.max(value, least), most)
      for (let y = layout.sealPlace!.y - 25; y <= layout.sealPlace!.y; y += 0.7) {
        for (let x = 40; x <= layout.sealPlace!.x + 20; x += 1.3) {
          const ems = text.map((glyph) => Math.hypot(within(x, glyph.x + 0.03 * glyph.size, glyph.x + 0.97 * glyph.size), within(y, glyph.y - 0.85 * glyph.size, glyph.y + 0.1 * glyph.size)))
          const under = 21 - Math.min(...ems)
          const told = placeDeviations(ground!, { page: page.number, x: Math.round(x * 1000), y: Math.round(y * 1000), diameter: 42_000, from: 'hand' }).includes('onText')
          // A stop is smaller than the em that is reckoned with here: up to 3 mm of one may be under the seal with nothing printed there.
          if (told ? under < -0.01 : under > 3) wrong.push([x, y, under])
        }
      }
    }
    expect(wrong).toEqual([])
    expect(short.ground!.text!.length).toBeLessThan(20)
  })

  test('S12 the lines of a table are text too', () => {
    const table = groundOf(content({ body: [{ kind: 'paragraph', level: 0, number: null, text: '现将有关事项通知如下。' }, { kind: 'table', caption: '', orientation: 'portrait', columns: [{ align: 'left', share: 1 }, { align: 'left', share: 1 }], headRows: 1, rows: [['一', '二'], ['', '']] }] }))
    const bottom = Math.max(...table.ground!.text!.map(({ y, height }) => y + height))
    expect(bottom).toBeGreaterThan(table.ground!.places[0]!.y - 21_000 - 2 * table.ground!.line)
    expect(placeDeviations(table.ground!, { page: 1, x: 105_000, y: bottom + 20_900, diameter: 42_000, from: 'hand' })).toContain('onText')
    expect(placeDeviations(table.ground!, { page: 1, x: 105_000, y: bottom + 21_100, diameter: 42_000, from: 'hand' })).not.toContain('onText')
  })

  test('no seal, no ground', () => {
    expect(groundOf(content({ authentication: '不盖章' })).ground).toBeUndefined()
  })
})

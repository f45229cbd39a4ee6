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

  test('no seal, no ground', () => {
    expect(groundOf(content({ authentication: '不盖章' })).ground).toBeUndefined()
  })
})

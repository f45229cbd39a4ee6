import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptyContent, type Block, type DocumentContent, type Table } from '#core/document'
import { createTypesetter, typeset, type Layout } from './index.ts'
import { testFonts } from './fonts.fixture.ts'

const sentence = '各地各部门要压实责任，完善预案，2026年底前完成重点区域隐患排查（含林草接合部），做到“早发现、早处置”。'
/** A character of names that no face of the test has. */
const unshown = '\u{2ebe0}'
const paragraph = (text: string, level: 0 | 1 | 2 = 0): Block => ({ kind: 'paragraph', level, number: null, text })
const table = (rows: number): Table => ({
  kind: 'table', caption: '任务分工', orientation: 'portrait', headRows: 1, columns: [{ align: 'left', share: 0 }, { align: 'right', share: 0 }],
  rows: [['事项', '数'], ...Array.from({ length: rows }, (_, i) => [`第${i + 1}项`, String(i)])],
})
const documentOf = (body: readonly Block[]): DocumentContent => ({
  ...emptyContent({ kind: '通知', organName: '青城市人民政府办公室' }), title: '青城市人民政府办公室关于做好防火工作的通知', recipients: ['各区人民政府'], body,
  attachments: [{ kind: 'text', name: '分工表', body: [paragraph(sentence.repeat(12)), table(30)] }],
})

const block = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(fc.integer({ min: 1, max: 12 }), fc.constantFrom(0, 1, 2), fc.constantFrom('', '', unshown)).map(([times, level, end]) => paragraph(sentence.repeat(times) + end, level as 0 | 1 | 2)) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 40 }).map(table) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 30 }).map((rows): Table => ({ ...table(rows), orientation: 'landscape' })) },
)
type Edit = { readonly kind: 'insert' | 'remove' | 'change'; readonly at: number; readonly block: Block }
const edit: fc.Arbitrary<Edit> = fc.record({ kind: fc.constantFrom('insert', 'remove', 'change'), at: fc.nat(), block })

function apply(body: readonly Block[], { kind, at, block: fresh }: Edit): readonly Block[] {
  const place = at % (body.length + 1)
  if (kind === 'insert') return [...body.slice(0, place), fresh, ...body.slice(place)]
  if (kind === 'remove') return [...body.slice(0, place), ...body.slice(place + 1)]
  const old = body[place]
  if (old === undefined) return [...body, fresh]
  return body.map((each, i) => (i !== place ? each : each.kind === 'paragraph' ? { ...each, text: `${each.text}改` } : fresh))
}

const shared = (before: Layout, after: Layout): number => after.pages.filter((page) => before.pages.includes(page)).length

describe('relayout after an edit', () => {
  it('gives exactly what setting anew gives, whatever was edited before', () => {
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 14 }), fc.array(edit, { minLength: 1, maxLength: 5 }), (start, edits) => {
        const typesetter = createTypesetter(testFonts)
        let body: readonly Block[] = start
        typesetter.typeset(documentOf(body), null)
        for (const each of edits) {
          body = apply(body, each)
          expect(typesetter.typeset(documentOf(body), null)).toEqual(typeset(documentOf(body), null, testFonts))
        }
      }),
      { numRuns: 40 },
    )
  }, 60_000)

  it('goes on telling what no face could show while another paragraph is edited', () => {
    const typesetter = createTypesetter(testFonts)
    const body = [paragraph(`名字里有${unshown}的人。`), paragraph(sentence)]
    const told = typesetter.typeset(documentOf(body), null).warnings
    expect(told.map(({ code }) => code)).toEqual(['typeset.missing-glyph'])
    expect(typesetter.typeset(documentOf([body[0]!, paragraph(`${sentence}改`)]), null).warnings).toEqual(told)
    expect(typesetter.typeset(documentOf([paragraph(sentence)]), null).warnings).toEqual([])
  })

  it('touches only the pages that change: the others stay the same objects', () => {
    const body = Array.from({ length: 60 }, (_, i) => paragraph(`第${i}段。${sentence.repeat(9)}`))
    const typesetter = createTypesetter(testFonts)
    const before = typesetter.typeset(documentOf(body), null)
    // One character replaced: no line gets longer, so one page changes.
    const replaced = typesetter.typeset(documentOf(body.map((each, i) => (i === 30 ? paragraph(`第${i}段，${sentence.repeat(9)}`) : each))), null)
    expect(before.pages.length).toBeGreaterThan(30)
    expect(before.pages.length - shared(before, replaced)).toBeLessThanOrEqual(6)
    const again = typesetter.typeset(documentOf(body), null)
    expect(again).toEqual(before)
  })
})

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { emptyContent, type Block, type DocumentContent } from '#core/document'
import { createTypesetter, fontRoles, readFont, type FontSet } from '#core/typeset'
import { describe, expect, it } from 'vitest'
import { lineOf, placeAt, stepLine } from './locate.ts'

const require = createRequire(import.meta.url)
const read = readFont(new Uint8Array(readFileSync(require.resolve('@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf'))))
if (!read.ok) throw new Error(read.error.message)
const face = read.value
const fonts: FontSet = { id: 'test', faces: Object.fromEntries(fontRoles.map((role) => [role, { face, family: 'test', substituted: false }])) as FontSet['faces'] }

const line = (text: string, level: Block extends infer B ? (B extends { kind: 'paragraph'; level: infer L } ? L : never) : never = 0): Block => ({ kind: 'paragraph', level, number: null, text })
const long = '各地各部门要高度重视，认真组织实施，按照职责分工抓好落实，确保各项任务按期完成，重大事项及时请示报告。'
const content: DocumentContent = {
  ...emptyContent({ kind: '通知', organName: '苍原市人民政府办公室', title: '苍原市人民政府办公室关于做好防汛工作的通知' }),
  recipients: ['各区人民政府'], copies: ['市委办公室'], note: '此件公开发布',
  body: [line(long), line('总体要求', 1), line(`${long}共有2026项任务。`), ...Array.from({ length: 30 }, () => line(long))],
  attachments: [{ kind: 'text', name: '任务清单', body: [line('附件里的第一段。')] }],
}
const layout = createTypesetter(fonts).typeset(content, null)
const middleOf = (at: { y: number; height: number }): number => at.y + at.height / 2

describe('places on the pages', () => {
  it('lead to the character in the text that stands there, and back to the line', () => {
    const text = content.body[2]!
    if (text.kind !== 'paragraph') throw new Error('a paragraph was expected')
    for (const offset of [0, 1, 20, 27, 30, 49, 55]) {
      const shown = lineOf(layout, { part: null, block: 2, offset })!
      const page = layout.pages[shown.page - 1]!
      const glyphs = page.glyphs.filter((glyph) => glyph.y > shown.y && glyph.y <= shown.y + shown.height + 0.5).sort((a, b) => a.x - b.x)
      const glyph = glyphs[offset - shown.offset]!
      expect(glyph.char).toBe(text.text[offset])
      expect(placeAt(layout, content, shown.page, glyph.x + 0.3, middleOf(shown))).toEqual({ kind: 'text', part: null, block: 2, offset })
    }
  })
  it('do not count the number in front of a heading', () => {
    const shown = lineOf(layout, { part: null, block: 1, offset: 0 })!
    expect(placeAt(layout, content, shown.page, 30, middleOf(shown))).toEqual({ kind: 'text', part: null, block: 1, offset: 0 })
    const atEnd = placeAt(layout, content, shown.page, 180, middleOf(shown))
    expect(atEnd).toEqual({ kind: 'text', part: null, block: 1, offset: 4 })
  })
  it.each([['标题', 'title'], ['主送', 'recipients'], ['署名', 'signature'], ['版记', 'copies'], ['版头', 'issuerMark'], ['附件说明', 'attachments']] as const)('%s leads to the field %s', (name, element) => {
    const page = layout.pages.find((candidate) => candidate.regions.some((region) => region.name === name))!
    const region = page.regions.find((candidate) => candidate.name === name)!
    expect(placeAt(layout, content, page.number, region.x + region.width / 2, region.y + region.height / 2)).toEqual({ kind: 'element', element })
  })
  it('lead into a text attachment, and to nothing where nothing is', () => {
    const shown = lineOf(layout, { part: 0, block: 0, offset: 0 })!
    expect(placeAt(layout, content, shown.page, 60, middleOf(shown))).toMatchObject({ kind: 'text', part: 0, block: 0 })
    expect(placeAt(layout, content, shown.page, 60, 200)).toBeNull()
    expect(placeAt(layout, content, 99, 60, 100)).toBeNull()
  })
  it('the arrows walk every line once, over the page break and back', () => {
    let at = stepLine(layout, null, 1)
    const seen = new Set<string>()
    while (at !== null && !seen.has(`${at.page}/${at.y}`)) {
      seen.add(`${at.page}/${at.y}`)
      at = stepLine(layout, at, 1)
    }
    expect(seen.size).toBe(new Set(layout.lines.map((entry) => `${entry.page}/${entry.y}`)).size)
    const second = layout.lines.find((entry) => entry.page === 2)!
    expect(stepLine(layout, second, -1)?.page).toBe(1)
  })
})

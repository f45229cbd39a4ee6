/** Mongolian words in a Chinese text: one run on every surface. Rule Y88 of docs/spec/layout.md. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Block } from '#core/document'
import { readZip } from '#core/formats'
import { checkPdfA, layoutToOfd, pagesToPdf, pageToSvg, readOfd, readOfdPage } from '#core/output'
import { faceOf, fontRoles, sizeOf, typeset, type FontSet, type Layout, type PlacedGlyph } from '#core/typeset'
import { claim } from './claim.ts'
import { fonts, read, subsets } from './files.ts'
import { inkOfOfd } from './ofd.ts'
import { area } from './standard.ts'
import { has, run } from './tools.ts'

const folder = mkdtempSync(join(tmpdir(), 'wenshu-mongolian-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const start = read(`---
文种: 通知
发文机关: [青原自治区人民政府]
标题: 青原自治区人民政府关于双语标识的通知
成文日期: 2026-09-10
印章: 盖章
---
`)
const words = ['ᠥᠪᠥᠷ', 'ᠮᠣᠩᠭᠣᠯ', 'ᠤᠨ', 'ᠥᠪᠡᠷᠲᠡᠭᠡᠨ', 'ᠵᠠᠰᠠᠬᠤ', 'ᠣᠷᠣᠨ']
const selected = 'ᠠ\u180bᠨ'
const text = `自治区的蒙古文名称为“${words.join(' ')}”，另见“${selected}”“ᠬᠠᠷ\u180eᠠ”“ᠣᠯᠠᠨ\u202fᠤ”。`
const paragraph = (content: string): Block => ({ kind: 'paragraph', level: 0, number: null, text: content })
const layoutOf = (body: readonly Block[], set: FontSet = fonts): Layout => typeset({ ...start.content, body }, start.issue, set)
const layout = layoutOf([paragraph(text)])
const about = { title: '通知', author: '甲', date: '2026-09-10', docId: '1', subsets }
const shapedOf = (pages: Layout['pages']): PlacedGlyph[] => pages.flatMap((page) => page.glyphs.filter((glyph) => glyph.shaped !== undefined))

describe('Mongolian in a Chinese line', () => {
  it('Y88 the letters of a word follow each other without a gap, and the text is whole', () => {
    const { glyphs } = layout.pages[0]!
    expect(glyphs.map(({ char }) => char).join('')).toContain(text)
    const face = faceOf(fonts, shapedOf(layout.pages)[0]!.font)
    let joined = 0
    glyphs.forEach((glyph, i) => {
      const next = glyphs[i + 1]
      if (glyph.shaped === undefined || next?.shaped === undefined || next.y !== glyph.y) return
      const last = glyph.shaped.at(-1)!
      const end = glyph.x + (last.dx + face.advance(last.glyphId) / face.unitsPerEm) * glyph.size
      expect(Math.abs(next.x - end)).toBeLessThan(0.002)
      joined++
    })
    expect(joined).toBeGreaterThan(30)
  })
  it('Y88 a word is not parted at the end of a line, and one longer than a line stays in the 版心', () => {
    for (let lead = 0; lead < 28; lead++) {
      const page = layoutOf([paragraph('草'.repeat(lead) + words.join(''))]).pages[0]!
      const letters = page.glyphs.filter((glyph) => glyph.shaped !== undefined)
      claim(new Set(letters.map(({ y }) => y)).size, `${lead}`).toBeLessThanOrEqual(2)
    }
    for (let lead = 0; lead < 28; lead++) {
      const page = layoutOf([paragraph(`${'草'.repeat(lead)}ᠥᠪᠡᠷᠲᠡᠭᠡᠨ。`)]).pages[0]!
      claim(new Set(page.glyphs.filter((glyph) => glyph.shaped !== undefined).map(({ y }) => y)).size, `${lead}`).toBe(1)
    }
    const long = layoutOf([paragraph('ᠥᠪᠡᠷᠲᠡᠭᠡᠨ'.repeat(12)), 
      { kind: 'table', caption: '', orientation: 'portrait', columns: [1, 9, 9, 9].map((share) => ({ align: 'left', share })), headRows: 1, rows: [['甲', '乙', '丙', '丁'], ['ᠥᠪᠡᠷᠲᠡᠭᠡᠨ', '1', '2', '3']] }])
    for (const glyph of shapedOf(long.pages)) {
      expect(glyph.x).toBeGreaterThanOrEqual(area.left - 0.1)
      expect(glyph.x + glyph.size * 0.3).toBeLessThanOrEqual(area.right + 0.1)
    }
  })
  const written = async (name: string): Promise<string> => {
    const path = join(folder, name)
    writeFileSync(path, await pagesToPdf(layout.pages, { ...about, structure: layout.structure }))
    return path
  }
  it('Y88 PDF: conforms to PDF/A, the same bytes each time', async () => {
    const [bytes, again] = [await pagesToPdf(layout.pages, { ...about, structure: layout.structure }), await pagesToPdf(layout.pages, { ...about, structure: layout.structure })]
    expect(Buffer.compare(bytes, again)).toBe(0)
    expect(checkPdfA(bytes)).toMatchObject({ findings: [] })
  })
  it.skipIf(!has('pdftotext'))('Y88 PDF: pdftotext copies the text as it was written', async () => {
    expect(run('pdftotext', '-raw', await written('a.pdf'), '-').replace(/\s/gu, '')).toContain(text.replace(/\s/gu, ''))
  })
  it.skipIf(!has('qpdf'))('Y88 PDF: qpdf finds nothing', async () => {
    expect(run('qpdf', '--check', await written('b.pdf'))).toContain('No syntax or stream encoding errors found')
  })
  it('Y88 OFD: the glyphs stand where the layout says, and are the outlines of the whole font', async () => {
    const bytes = await layoutToOfd(layout, about)
    const document = readOfd(bytes)
    if (!document.ok) throw new Error(document.error.message)
    const page = readOfdPage(document.value, 0)
    if (!page.ok) throw new Error(page.error.message)
    expect(page.value.warnings).toEqual([])
    const given = inkOfOfd(page.value.shapes).glyphs.filter(({ char }) => /[\u1800-\u18aa]/u.test(char))
    const wanted = shapedOf([layout.pages[0]!]).filter(({ char }) => /[\u1800-\u18aa]/u.test(char))
    expect(given.map(({ char }) => char)).toEqual(wanted.map(({ char }) => char))
    given.forEach(({ x, y }, i) => expect(Math.max(Math.abs(x - wanted[i]!.x), Math.abs(y - wanted[i]!.y))).toBeLessThan(0.01))
    const zip = readZip(bytes)
    if (!zip.ok) throw new Error(zip.error.message)
    const xml = Buffer.from(zip.value.find((entry) => entry.path === 'Doc_0/Pages/Page_0/Content.xml')!.bytes).toString('utf8')
    const ids = [...xml.matchAll(/<ofd:Glyphs>([\d ]+)</gu)].flatMap((match) => match[1]!.split(' ').map(Number))
    expect(ids).toEqual(shapedOf([layout.pages[0]!]).flatMap(({ shaped }) => shaped!.map(({ glyphId }) => glyphId)))
    expect(new Set([...xml.matchAll(/CodeCount="(\d+)" GlyphCount="(\d+)"/gu)].filter((match) => match[1] !== match[2]).map((match) => match[0])).size).toBeGreaterThan(0)
  })
  it('Y88 screen: a word is one text with one place, so that the browser shapes it as it was measured', () => {
    const svg = pageToSvg(layout.pages[0]!, { fontFamily: (key) => key })
    for (const word of words) expect(svg).toMatch(new RegExp(`<text x="[\\d.]+" [^>]*>${word}</text>`, 'u'))
  })
  it('Y88 Y83 without a face that has the rules of the script every letter is told, and none is shown in a wrong form', () => {
    const bare: FontSet = { id: 'bare', faces: fonts.faces }
    const { pages, warnings } = layoutOf([paragraph(`“${words[1]!}”`)], bare)
    expect(warnings.map(({ code }) => code)).toEqual(Array.from({ length: new Set(words[1]).size }, () => 'typeset.missing-glyph'))
    expect(pages[0]!.glyphs.filter(({ char }) => /[\u1820-\u18aa]/u.test(char)).every(({ glyphId, font }) => glyphId === 0 && (fontRoles as readonly string[]).includes(font))).toBe(true)
  })
  it('Y88 the width of a letter is its advance at every size', () => {
    for (const points of [14, 16, 22]) expect(sizeOf(points).size / sizeOf(points).cell).toBeCloseTo(sizeOf(16).size / sizeOf(16).cell, 12)
  })
})

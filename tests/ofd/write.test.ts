import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { layoutToOfd, readOfdPage } from '#core/output'
import { skipLoudly } from '../harness/skips.ts'
import { fixtures } from '../typeset/fixtures.ts'
import { ofdOf, open, optionsOf } from './documents.ts'
import { seen } from './placed.ts'

const folder = mkdtempSync(join(tmpdir(), 'wenshu-ofd-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const schemas = fileURLToPath(new URL('../../resources/schemas/ofd/', import.meta.url))
const hasXmllint = spawnSync('xmllint', ['--version']).error === undefined || !skipLoudly('OFD parts against their schemas', 'no xmllint (apt-get install -y libxml2-utils)')

/** Schema of a part by its path. */
const schemaOf = (path: string): string | null =>
  path === 'OFD.xml' ? 'OFD' : path.endsWith('/Document.xml') ? 'Document' : path.endsWith('Res.xml') ? 'Res' : path.includes('/Pages/') ? 'Page' : path.endsWith('.xml') ? 'unknown' : null

const within = (a: number, b: number): boolean => Math.abs(a - b) <= 0.01

describe('OFD of a layout', () => {
  it.each(fixtures.map((fixture) => [fixture.name, fixture] as const))('O1 O3 %s: every glyph, line and picture where the layout has it', async (_, fixture) => {
    const document = open(await ofdOf(fixture))
    expect(document.warnings).toEqual([])
    expect(document.pages).toHaveLength(fixture.layout.pages.length)
    for (const [index, page] of fixture.layout.pages.entries()) {
      const read = readOfdPage(document, index)
      if (!read.ok) throw new Error(read.error.message)
      expect(read.value.warnings).toEqual([])
      expect([read.value.box.width, read.value.box.height]).toEqual([page.width, page.height])
      const { glyphs, lines, images } = seen(read.value)
      // In reading order, and nothing else.
      expect(glyphs.map((glyph) => glyph.text).join('')).toBe(page.glyphs.map((glyph) => (glyph.glyphId === 0 ? '〓' : glyph.char)).join(''))
      const wrong = page.glyphs.filter((glyph, i) => {
        const got = glyphs[i]!
        return !(
          within(got.x, glyph.x) && within(got.y, glyph.y) && within(got.size, glyph.size) && got.color === glyph.color &&
          Math.abs(got.across - (glyph.widthPercent ?? 100) / 100) < 0.001 && got.turned === (glyph.turn === 90) && got.font !== ''
        )
      })
      expect(wrong).toEqual([])
      expect(lines).toHaveLength(page.rules.length)
      expect(page.rules.filter((rule, i) => !(['x1', 'y1', 'x2', 'y2', 'width'] as const).every((key) => within(lines[i]![key], rule[key])))).toEqual([])
      expect(images).toHaveLength(page.images.length)
      expect(page.images.filter((image, i) => !(['x', 'y', 'width', 'height'] as const).every((key) => within(images[i]![key], image[key])))).toEqual([])
    }
  })

  it('covers condensed, turned and fallback glyphs, pictures and several pages', () => {
    const pages = fixtures.flatMap(({ layout }) => layout.pages)
    const glyphs = pages.flatMap((page) => page.glyphs)
    expect(glyphs.some((glyph) => glyph.widthPercent !== undefined && glyph.widthPercent !== 100)).toBe(true)
    expect(glyphs.some((glyph) => glyph.turn === 90)).toBe(true)
    expect(pages.some((page) => page.images.length > 0)).toBe(true)
  })

  it.skipIf(!hasXmllint)('O7 keeps to the schemas in every part', async () => {
    const bySchema = new Map<string, string[]>()
    for (const fixture of fixtures) {
      for (const profile of ['OFD', 'OFD-A'] as const) {
        const { files } = open(await layoutToOfd(fixture.layout, { ...optionsOf(fixture), profile, customData: [{ name: '发文字号', value: '<1>&"号"' }] }))
        for (const [path, bytes] of files) {
          const schema = schemaOf(path)
          if (schema === null) continue
          const file = join(folder, profile, fixture.name, path)
          mkdirSync(dirname(file), { recursive: true })
          writeFileSync(file, bytes)
          bySchema.set(schema, [...(bySchema.get(schema) ?? []), file])
        }
      }
    }
    expect([...bySchema.keys()].sort()).toEqual(['Document', 'OFD', 'Page', 'Res'])
    for (const [schema, paths] of bySchema) {
      const judged = spawnSync('xmllint', ['--noout', '--schema', join(schemas, `${schema}.xsd`), ...paths], { encoding: 'utf8', maxBuffer: 1 << 26 })
      expect(judged.stderr.split('\n').filter((line) => line !== '' && !line.endsWith(' validates'))).toEqual([])
      expect(judged.status).toBe(0)
    }
  })

  it.skipIf(!hasXmllint)('O7 has schemas that refuse what is out of order', async () => {
    const { files } = open(await ofdOf(fixtures[0]!))
    const text = new TextDecoder().decode(files.get('Doc_0/Pages/Page_0/Content.xml'))
    const spoilt = [text.replace(/ Boundary="[^"]*"/u, ''), text.replace(/(<ofd:StrokeColor[^>]*>)(<ofd:AbbreviatedData>[^<]*<\/ofd:AbbreviatedData>)/u, '$2$1'), text.replace(/DeltaX="[^"]*"/u, 'DeltaX="1e3"')]
    for (const [i, xml] of spoilt.entries()) {
      expect(xml).not.toBe(text)
      const file = join(folder, `spoilt-${i}.xml`)
      writeFileSync(file, xml)
      expect(() => execFileSync('xmllint', ['--noout', '--schema', join(schemas, 'Page.xsd'), file], { stdio: 'pipe' })).toThrow()
    }
  })

  it('O6 gives every object an id of its own and names the largest', async () => {
    for (const fixture of fixtures) {
      const { files } = open(await ofdOf(fixture))
      const xml = [...files].filter(([path]) => path.endsWith('.xml')).map(([, bytes]) => new TextDecoder().decode(bytes)).join('')
      const ids = [...xml.matchAll(/ ID="(\d+)"/gu)].map((match) => Number(match[1]))
      expect(new Set(ids).size).toBe(ids.length)
      expect(Number(/<ofd:MaxUnitID>(\d+)</u.exec(xml)?.[1])).toBeGreaterThanOrEqual(Math.max(...ids))
    }
  })

  it('O5 is the same bytes each time, and another document when its content, name or profile is another', async () => {
    const [one, two] = fixtures
    const docId = (bytes: Uint8Array): string => open(bytes).info.docId
    const first = await ofdOf(one!)
    expect(Buffer.compare(first, await layoutToOfd(one!.layout, optionsOf(one!)))).toBe(0)
    const others = [
      await layoutToOfd(two!.layout, optionsOf(one!)),
      await layoutToOfd(one!.layout, { ...optionsOf(one!), docId: 'another' }),
      await layoutToOfd(one!.layout, { ...optionsOf(one!), profile: 'OFD-A' }),
    ]
    expect(new Set([first, ...others].map(docId)).size).toBe(4)
    expect(docId(first)).toMatch(/^[0-9a-f]{32}$/u)
  })

  it('O5 writes from what it kept the bytes that it would write anew', async () => {
    const { layout } = fixtures.find((fixture) => fixture.layout.pages.length >= 3)!
    const options = optionsOf(fixtures[0]!)
    const [one, two, three, ...rest] = layout.pages
    const wide = { ...two!, width: 297 }
    for (const pages of [layout.pages, [two!, one!, three!], [one!, wide, three!, ...rest], [wide, one!], [one!], layout.pages]) {
      const anew = await layoutToOfd({ pages: structuredClone(pages), structure: layout.structure }, options)
      expect(Buffer.compare(await layoutToOfd({ pages, structure: layout.structure }, options), anew)).toBe(0)
    }
  })

  it('O9 OFD-A: every font and picture inside and used, nothing besides, no forbidden element', async () => {
    for (const fixture of fixtures) {
      const { files, docType } = open(await layoutToOfd(fixture.layout, { ...optionsOf(fixture), profile: 'OFD-A' }))
      expect(docType).toBe('OFD-A')
      const xml = [...files].filter(([path]) => path.endsWith('.xml')).map(([path, bytes]) => [path, new TextDecoder().decode(bytes)] as const)
      const all = xml.map(([, text]) => text).join('')
      expect(all).not.toMatch(/<ofd:(?:Permissions|VPreferences|Extensions|URI|GotoA|Sound|Movie|Annotations|PageBlock)/u)
      expect(all.match(/<ofd:Font /gu)?.length).toBe(all.match(/<ofd:FontFile>/gu)?.length)
      const named = new Set([...all.matchAll(/>([^<>]+\.(?:ttf|png|jpg))</gu)].map((match) => `Doc_0/Res/${match[1]}`))
      expect([...files.keys()].filter((path) => !path.endsWith('.xml')).sort()).toEqual([...named].sort())
      for (const [, text] of xml.filter(([path]) => path.includes('/Pages/'))) for (const match of text.matchAll(/ (?:Font|ResourceID)="(\d+)"/gu)) expect(all).toMatch(new RegExp(`<ofd:(?:Font|MultiMedia) ID="${match[1]}"`, 'u'))
    }
  })

  it('O8 has an outline that leads to its headings', async () => {
    const fixture = fixtures.find(({ layout }) => layout.structure.some(({ role }) => role === 'H1'))!
    const { outline } = open(await ofdOf(fixture))
    expect(outline).not.toEqual([])
    const flat = (entries: typeof outline): typeof outline => entries.flatMap((entry) => [entry, ...flat(entry.children)])
    const headings = fixture.layout.structure.filter(({ role }) => role === 'Title' || /^H\d$/u.test(role))
    expect(flat(outline)).toHaveLength(headings.length)
    expect(flat(outline).every((entry) => entry.page !== null && entry.title !== '')).toBe(true)
  })

  it('O10 refuses what it cannot write', async () => {
    const options = optionsOf(fixtures[0]!)
    await expect(layoutToOfd({ pages: [], structure: [] }, options)).rejects.toThrow(TypeError)
    await expect(layoutToOfd(fixtures[0]!.layout, { ...options, date: '二〇二六年' })).rejects.toThrow(TypeError)
    const pictured = fixtures.find(({ layout }) => layout.pages.some((page) => page.images.length > 0))!
    await expect(layoutToOfd(pictured.layout, { ...optionsOf(pictured), pictures: () => undefined })).rejects.toThrow(/找不到插图/u)
    await expect(layoutToOfd(pictured.layout, { ...optionsOf(pictured), pictures: () => new Uint8Array(9) })).rejects.toThrow(/不是 PNG 或 JPEG/u)
  })
})

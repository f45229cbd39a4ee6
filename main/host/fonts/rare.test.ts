import { describe, expect, it } from 'vitest'
import { emptyContent } from '#core/document'
import { pagesToPdf } from '#core/output'
import { faceOf, rareBlocks, readFont, typeset, type FontFace } from '#core/typeset'
import { bytesOf, createSubsetter, loadFontSet, type FontFile, type UnreadFont } from './index.ts'

/** Han characters of GB 18030-2022, implementation level 3: 87,887. */
const levelThree: readonly (readonly [number, number])[] = [
  [0x3400, 0x4db5], [0x4e00, 0x9fef], [0x20000, 0x2a6d6], [0x2a700, 0x2b734], [0x2b740, 0x2b81d], [0x2b820, 0x2cea1], [0x2ceb0, 0x2ebe0],
]
const compatible = [0xfa0e, 0xfa0f, 0xfa11, 0xfa13, 0xfa14, 0xfa1f, 0xfa21, 0xfa23, 0xfa24, 0xfa27, 0xfa28, 0xfa29]
/** 康熙部首, counted by the standard beside them. */
const radicals: readonly [number, number] = [0x2f00, 0x2fd5]

const loaded = await loadFontSet({ system: false })
const { fonts, files } = loaded
/** Blocks by the key under which pages name them. */
const rare = (fonts.fallbacks ?? []).flatMap(({ key, face }) => {
  const file = files[key]
  return file !== undefined && 'read' in file ? [{ key, face, file }] : []
})

describe('rare characters', () => {
  it('Y83 the open fonts have every Han character of GB 18030-2022 level 3, so that no name prints 〓', () => {
    const faces = [...Object.values(fonts.faces).map(({ face }) => face), ...(fonts.fallbacks ?? []).map(({ face }) => face)]
    const has = (code: number): boolean => faces.some((face) => face.glyphId(code) !== 0)
    const missing: string[] = []
    let count = 0
    const look = (code: number): void => {
      count++
      if (!has(code)) missing.push(code.toString(16))
    }
    for (const [first, last] of levelThree) for (let code = first; code <= last; code++) look(code)
    compatible.forEach(look)
    expect(count).toBe(87_887)
    for (let code = radicals[0]; code <= radicals[1]; code++) look(code)
    expect(missing).toEqual([])
  })
  it('Y83 the metrics that are known beforehand are those of the files', async () => {
    expect(rare.map(({ file }) => file.rare)).toEqual(rareBlocks.map(({ first }) => first))
    const wrong: string[] = []
    for (const { face, file } of rare) {
      const own = readFont(await bytesOf(file))
      if (!own.ok) throw new Error(own.error.message)
      const metrics = (from: FontFace) => [from.unitsPerEm, from.ascender, from.descender, from.outlines]
      expect(metrics(own.value)).toEqual(metrics(face))
      for (let code = file.rare - 0x400; code < file.rare + 0x800; code++) {
        const glyph = own.value.glyphId(code)
        if ((glyph !== 0) !== (face.glyphId(code) !== 0) || (glyph !== 0 && own.value.advance(glyph) !== face.advance(face.glyphId(code)))) wrong.push(code.toString(16))
      }
    }
    expect(wrong).toEqual([])
  })
  it('Y83 a name with one takes its block alone, tells of the substitution, and is embedded', async () => {
    const fresh = await loadFontSet({ system: false, agencyFolder: '/nowhere' })
    const read: string[] = []
    const watched: Record<string, FontFile | UnreadFont> = {}
    for (const [key, file] of Object.entries(fresh.files)) {
      if (file === undefined) continue
      watched[key] = 'read' in file ? { ...file, read: () => { read.push(key); return file.read() } } : file
    }
    const set = (text: string) => typeset({ ...emptyContent({ kind: '通知', organName: '甲市人民政府' }), title: '通知', body: [{ kind: 'paragraph', level: 0, number: null, text }] }, null, fresh.fonts)
    const write = (text: string) => {
      const { pages } = set(text)
      return pagesToPdf(pages, { title: '通知', author: '甲', date: '2026-11-24', docId: '1', subsets: createSubsetter(watched) })
    }
    await write('任命吉田为局长。')
    expect(read).toEqual([])
    const { pages, warnings } = set('任命𠮷田为局长。')
    const glyph = pages[0]!.glyphs.find(({ char }) => char === '𠮷')!
    expect(warnings).toEqual([{ code: 'typeset.fallback-glyph', message: '「𠮷」（U+20BB7）用后备字体「花园明朝B」排印' }])
    expect(faceOf(fresh.fonts, glyph.font).glyphId(0x20bb7)).toBe(glyph.glyphId)
    await write('任命𠮷田为局长。')
    expect([...new Set(read)]).toEqual([glyph.font])
  })
  it('Y83 private characters keep their own message', () => {
    const { warnings } = typeset({ ...emptyContent({ kind: '通知', organName: '甲市人民政府' }), title: '通知', body: [{ kind: 'paragraph', level: 0, number: null, text: '\ue123局长' }] }, null, fonts)
    expect(warnings).toMatchObject([{ code: 'typeset.missing-glyph', message: expect.stringContaining('私用区') as string }])
  })
})

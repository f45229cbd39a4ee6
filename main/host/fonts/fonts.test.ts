import { mkdtemp, rm, writeFile, mkdir, copyFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { emptyContent } from '#core/document'
import { pagesToPdf } from '#core/output'
import { readFont, typeset } from '#core/typeset'
import { standaloneFace } from './collection.ts'
import { createSubsetter, loadFontSet } from './index.ts'
import { roleOfNames } from './names.ts'
import { scanFolders } from './scan.ts'

const folders: string[] = []
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))
const temporary = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'wenshu-fonts-'))
  folders.push(folder)
  return folder
}

/** A copy of a font under another family name: a new name table at its end, and its directory entry turned to it. */
function renamed(source: Uint8Array, family: string): Uint8Array {
  const text = Buffer.from(family, 'utf16le').swap16()
  const name = Buffer.alloc(18 + text.length)
  ;[0, 1, 18, 3, 1, 0x804, 1, text.length, 0].forEach((value, i) => name.writeUInt16BE(value, 2 * i))
  text.copy(name, 18)
  const bytes = Buffer.concat([source, name])
  for (let at = 12; at < 12 + 16 * bytes.readUInt16BE(4); at += 16) {
    if (bytes.toString('latin1', at, at + 4) !== 'name') continue
    bytes.writeUInt32BE(source.length, at + 8)
    bytes.writeUInt32BE(name.length, at + 12)
  }
  return bytes
}

/** A collection of whole fonts: a header, then the fonts with their table offsets moved. */
function collection(fonts: readonly Uint8Array[]): Uint8Array {
  const head = 12 + 4 * fonts.length
  const starts: number[] = []
  let at = head
  for (const font of fonts) {
    starts.push(at)
    at += (font.length + 3) & ~3
  }
  const whole = Buffer.alloc(at)
  whole.write('ttcf', 0, 'latin1')
  whole.writeUInt32BE(0x00010000, 4)
  whole.writeUInt32BE(fonts.length, 8)
  fonts.forEach((font, i) => {
    whole.writeUInt32BE(starts[i]!, 12 + 4 * i)
    whole.set(font, starts[i]!)
    for (let entry = 12; entry < 12 + 16 * whole.readUInt16BE(starts[i]! + 4); entry += 16) {
      whole.writeUInt32BE(whole.readUInt32BE(starts[i]! + entry + 8) + starts[i]!, starts[i]! + entry + 8)
    }
  })
  return whole
}

/** A font whose format 4 cmap maps `to` where it mapped `from`. */
function remapped(font: Uint8Array, from: number, to: number): Uint8Array {
  const bytes = Buffer.from(font)
  for (let at = 12; at < 12 + 16 * bytes.readUInt16BE(4); at += 16) {
    if (bytes.toString('latin1', at, at + 4) !== 'cmap') continue
    const [start, length] = [bytes.readUInt32BE(at + 8), bytes.readUInt32BE(at + 12)]
    const { value: face } = readFont(bytes) as { value: { glyphId(code: number): number } }
    const glyph = face.glyphId(from)
    // One format 12 subtable with a single group: small enough to stand where the old one was.
    const table = Buffer.alloc(length)
    ;[0, 1, 3, 10].forEach((value, i) => table.writeUInt16BE(value, 2 * i))
    table.writeUInt32BE(12, 8)
    table.writeUInt16BE(12, 12)
    table.writeUInt32BE(28, 16)
    table.writeUInt32BE(1, 24)
    ;[to, to, glyph].forEach((value, i) => table.writeUInt32BE(value, 28 + 4 * i))
    table.copy(bytes, start)
  }
  return bytes
}

describe('font source', () => {
  it('has an open face for every role and says which are substitutes', async () => {
    const { fonts, files } = await loadFontSet({ system: false })
    expect(Object.fromEntries(Object.entries(fonts.faces).map(([role, entry]) => [role, entry.substituted]))).toEqual({
      小标宋: true, 仿宋: true, 黑体: false, 楷体: true, 宋体: false,
    })
    for (const { face } of Object.values(fonts.faces)) {
      expect(face.outlines).toBe('glyf')
      expect([...'内蒙古〔〕—★①'].filter((char) => face.glyphId(char.codePointAt(0)!) === 0)).toEqual([])
    }
    expect(files.仿宋.bytes).toBe(files.宋体.bytes)
    expect((await loadFontSet({ system: false })).fonts.id).toBe(fonts.id)
  })
  it('prefers the agency folder over the open fonts, finds faces by name, and passes over broken files', async () => {
    const { files, fonts } = await loadFontSet({ system: false })
    const folder = await temporary()
    await mkdir(join(folder, 'deep'))
    await writeFile(join(folder, 'broken.ttf'), new Uint8Array(50))
    await writeFile(join(folder, 'cut.ttf'), renamed(files.黑体.bytes, '楷体').subarray(0, 5_000_000))
    await writeFile(join(folder, 'deep', 'a.ttf'), renamed(files.黑体.bytes, '仿宋_GB2312'))
    await copyFile(files.宋体.path, join(folder, 'b.ttf'))
    const agency = await loadFontSet({ system: false, agencyFolder: folder })
    expect(agency.files.仿宋).toMatchObject({ path: join(folder, 'deep', 'a.ttf'), family: '仿宋_GB2312', substituted: false })
    expect(agency.files.楷体).toMatchObject({ family: 'Noto Serif SC Medium', substituted: true })
    expect(agency.fonts.id).not.toBe(fonts.id)
    const found = await scanFolders([folder, join(folder, 'missing')])
    expect(found.map((font) => font.path.slice(folder.length + 1))).toEqual(['b.ttf', join('deep', 'a.ttf')])
  })
  it('takes a face out of a collection as a font of its own', async () => {
    const { files } = await loadFontSet({ system: false })
    const faces = [files.黑体.bytes, files.宋体.bytes]
    const whole = collection(faces)
    faces.forEach((bytes, index) => {
      const face = readFont(standaloneFace(whole, index))
      const own = readFont(bytes)
      if (!face.ok || !own.ok) throw new Error('unreadable')
      for (const char of '文枢，A1') expect(face.value.glyphId(char.codePointAt(0)!)).toBe(own.value.glyphId(char.codePointAt(0)!))
      expect(face.value.bounds(face.value.glyphId(0x6587))).toEqual(own.value.bounds(own.value.glyphId(0x6587)))
    })
    expect(standaloneFace(faces[0]!, 0)).toBe(faces[0])
    expect(() => standaloneFace(whole.subarray(0, whole.length / 2), 1)).toThrow(RangeError)
  })
  it('asks the agency’s other fonts for characters that no role has, and embeds them', async () => {
    const { files } = await loadFontSet({ system: false })
    const folder = await temporary()
    // A face whose only character is one that the open fonts lack.
    const rare = renamed((await createSubsetter(files).subset('宋体', [0x5409])).bytes, '测试生僻字')
    await writeFile(join(folder, 'rare.ttf'), remapped(rare, 0x5409, 0xe123))
    const agency = await loadFontSet({ system: false, agencyFolder: folder })
    expect(agency.fonts.fallbacks?.map(({ key, family }) => [key, family])).toContainEqual(['后备1', '测试生僻字'])
    const { pages, warnings } = typeset({ ...emptyContent({ kind: '通知', organName: '甲市人民政府' }), title: '通知', body: [{ kind: 'paragraph', level: 0, number: null, text: '\ue123局长' }] }, null, agency.fonts)
    expect(pages[0]!.glyphs.find((glyph) => glyph.char === '\ue123')?.font).toBe('后备1')
    expect(warnings).toMatchObject([{ code: 'typeset.fallback-glyph' }])
    const pdf = await pagesToPdf(pages, { title: '通知', author: '甲', date: '2026-11-24', docId: '1', subsets: createSubsetter(agency.files) })
    expect(pdf.length).toBeGreaterThan(1000)
  })
  it.each([
    [['方正小标宋简体', 'FZXiaoBiaoSong-B05S'], '小标宋'], [['仿宋_GB2312'], '仿宋'], [['SimHei'], '黑体'], [['KaiTi'], '楷体'], [['SimSun', '宋体'], '宋体'],
  ])('knows %j', (names, role) => {
    expect(roleOfNames(names).map((entry) => entry.role)).toEqual([role])
  })
  it('does not mistake other fonts for a role', () => {
    expect(roleOfNames(['Noto Serif SC', 'Arial', '宋体-方正超大字符集'])).toEqual([])
  })
})

describe('subsetter', () => {
  it('cuts out what was asked, the same bytes each time', async () => {
    const { files } = await loadFontSet({ system: false })
    const codePoints = [...'内蒙古自治区 1—“'].map((char) => char.codePointAt(0)!)
    const one = await createSubsetter(files).subset('仿宋', codePoints)
    const two = await createSubsetter(files).subset('仿宋', [...codePoints].reverse())
    expect(Buffer.compare(one.bytes, two.bytes)).toBe(0)
    expect(one.bytes.length).toBeLessThan(20_000)
    const face = readFont(one.bytes)
    const whole = readFont(files.仿宋.bytes)
    if (!face.ok || !whole.ok) throw new Error('not a font')
    for (const codePoint of codePoints) {
      const glyph = face.value.glyphId(codePoint)
      expect(glyph).toBeGreaterThan(0)
      expect(face.value.advance(glyph)).toBe(whole.value.advance(whole.value.glyphId(codePoint)))
    }
    expect(face.value.glyphId('乌'.codePointAt(0)!)).toBe(0)
  })
  it('gives PDFs that are the same bytes from a fresh subsetter', async () => {
    const { files, fonts } = await loadFontSet({ system: false })
    const { pages } = typeset(emptyContent({ kind: '通知', organName: '内蒙古自治区人民政府办公厅', title: '关于草原防火的通知' }), null, fonts)
    const write = () => pagesToPdf(pages, { title: '样张', author: '办公厅', date: '2026-11-24', docId: '1', subsets: createSubsetter(files) })
    const [one, two] = [await write(), await write()]
    expect(Buffer.compare(one, two)).toBe(0)
    expect(Buffer.from(one).includes('+NotoSerifSCBold')).toBe(true)
  })
  it('refuses a file that is not a font', async () => {
    const { files } = await loadFontSet({ system: false })
    const bad = { ...files, 黑体: { ...files.黑体, path: '/nowhere', bytes: new Uint8Array(100) } }
    await expect(createSubsetter(bad).subset('黑体', [0x4e00]).then((result) => readFont(result.bytes).ok || Promise.reject(new Error('refused')))).rejects.toThrow()
  })
})

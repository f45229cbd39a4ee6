import { mkdtemp, rm, writeFile, mkdir, copyFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { emptyContent } from '#core/document'
import { pagesToPdf } from '#core/output'
import { readFont, typeset } from '#core/typeset'
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

/** Gives a font another family name by rewriting the strings of its name table in place (same length). */
async function renamed(source: Uint8Array, from: string, to: string): Promise<Uint8Array> {
  const bytes = Buffer.from(source)
  const utf16 = (text: string) => Buffer.from(text, 'utf16le').swap16()
  for (let at = bytes.indexOf(utf16(from)); at >= 0; at = bytes.indexOf(utf16(from), at + 1)) utf16(to).copy(bytes, at)
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
    const { files } = await loadFontSet({ system: false })
    const folder = await temporary()
    await mkdir(join(folder, 'deep'))
    await writeFile(join(folder, 'broken.ttf'), new Uint8Array(50))
    await writeFile(join(folder, 'deep', 'a.ttf'), await renamed(files.黑体.bytes, 'Noto Sans SC Medium', 'FangSong\0\0\0\0\0\0\0\0\0\0\0'.slice(0, 19)))
    await copyFile(files.宋体.path, join(folder, 'b.ttf'))
    const found = await scanFolders([folder, join(folder, 'missing')])
    expect(found.map((font) => font.path.slice(folder.length + 1))).toEqual(['b.ttf', join('deep', 'a.ttf')])
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

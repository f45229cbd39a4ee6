import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zlibSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { crc32 } from '#core/formats'
import { run } from '../commands/typeset.ts'

let folder = ''
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'wenshu-typeset-')) })
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Runs the command as a shell would; returns its code and what it said. */
const wenshu = async (...argv: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> => {
  let out = ''
  let err = ''
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => { out += String(text); return true })
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((text) => { err += String(text); return true })
  try {
    return { code: await run(argv, 'zh-CN'), out, err }
  } finally {
    stdout.mockRestore()
    stderr.mockRestore()
  }
}

const file = async (name: string, content: string | Uint8Array): Promise<string> => {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}
const outFolder = async (): Promise<string> => mkdtemp(join(folder, 'out-'))
const filesIn = async (path: string): Promise<string[]> => (await readdir(path)).sort()

const head = '---\n发文机关: [青城市人民政府办公室]\n发文字号: 青政办发〔2026〕3号\n标题: 青城市人民政府办公室关于做好防火工作的通知\n主送: [各区人民政府]\n成文日期: 2026-03-05\n---\n'

/** A grey picture of 4 × 2 pixels. */
const png = (): Uint8Array => {
  const chunk = (type: string, data: Uint8Array): Uint8Array => {
    const bytes = new Uint8Array(12 + data.length)
    const view = new DataView(bytes.buffer)
    view.setUint32(0, data.length)
    bytes.set(new TextEncoder().encode(type), 4)
    bytes.set(data, 8)
    view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)))
    return bytes
  }
  const header = new Uint8Array([0, 0, 0, 4, 0, 0, 0, 2, 8, 0, 0, 0, 0])
  const rows = zlibSync(new Uint8Array([0, 80, 90, 100, 110, 0, 120, 130, 140, 150]))
  return new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...chunk('IHDR', header), ...chunk('IDAT', rows), ...chunk('IEND', new Uint8Array(0))])
}

describe('wenshu typeset', () => {
  it('writes PDF, OFD, SVG pages and positions by default, the same bytes each time', async () => {
    await file('图.png', png())
    const source = await file('通知.gw', `${head}现将有关事项通知如下。\n一、总体要求\n| 事项 | 数 |\n|:--|--:|\n| 甲 | 1 |\n![示意图](图.png 60mm)\n`)
    const [one, two] = [await outFolder(), await outFolder()]
    const first = await wenshu(source, '--out', one)
    expect(first.code).toBe(0)
    expect((await wenshu(source, '--out', two)).code).toBe(0)
    const names = await filesIn(one)
    expect(names).toEqual(['positions.json', ...names.filter((name) => /^通知-\d\.svg$/u.test(name)), '通知.ofd', '通知.pdf'])
    for (const name of names) expect((await readFile(join(one, name))).equals(await readFile(join(two, name)))).toBe(true)
    const positions = JSON.parse(await readFile(join(one, 'positions.json'), 'utf8')) as { unit: string; pages: { width: number; glyphs: { char: string }[]; images: unknown[] }[] }
    expect(positions.unit).toBe('mm')
    expect(positions.pages[0]).toMatchObject({ width: 210, height: 297 })
    expect(positions.pages[0]!.glyphs.map((glyph) => glyph.char).join('')).toContain('青政办发〔2026〕3号')
    expect(positions.pages.flatMap((page) => page.images)).toMatchObject([{ w: 60, h: 30, name: '图.png' }])
  })
  it('writes only what was asked for, and DOCX too', async () => {
    const source = await file('函.gw', `${head.replace('通知', '函').replace('---\n', '---\n版式: 信函\n')}请予支持。\n`)
    const out = await outFolder()
    expect(await wenshu(source, '--out', out, '--format', 'docx,svg', '--json')).toMatchObject({ code: 0, out: expect.stringContaining('"pages":1') })
    expect(await filesIn(out)).toEqual(['函-1.svg', '函.docx'])
  })
  it('sets a text without a kind as an attachment is set, and one with a kind as a document', async () => {
    const out = await outFolder()
    expect((await wenshu(await file('方案.txt', '全区防火实施方案\n一、目标\n正文。'), '--out', out)).code).toBe(0)
    expect((await wenshu(await file('通知.txt', '青城市人民政府关于防火的通知\n正文。'), '--out', out, '--format', 'svg')).code).toBe(0)
    expect(await readFile(join(out, '方案-1.svg'), 'utf8')).not.toContain('#ff0000')
    expect(await readFile(join(out, '通知-1.svg'), 'utf8')).toContain('#ff0000')
  })
  it.each<[string, string, string | Uint8Array, string, string]>([
    ['unknown key', 'a.gw', head.replace('主送', '主送机关'), 'gw.unknown-key', '主送'],
    ['wrong type', 'b.gw', head.replace('[各区人民政府]', '{甲: 乙}'), 'gw.bad-value', '主送'],
    ['missing picture', 'c.gw', `${head}![图](没有.png)\n`, 'gw.image', '没有.png'],
    ['picture outside the folder', 'd.gw', `${head}![图](../../etc/passwd)\n`, 'gw.image', '文件夹'],
    ['picture on the net', 'e.gw', `${head}![图](http://127.0.0.1/x.png)\n`, 'gw.image', '文件夹'],
    ['10 MB paragraph', 'f.gw', `${head}${'字'.repeat(4_000_000)}\n`, 'gw.too-large', '上限'],
    ['long paragraph', 'g.gw', `${head}${'字'.repeat(30_000)}\n`, 'content.too-long', '上限'],
    ['binary', 'h.txt', new Uint8Array([0xff, 0xfe, 0x00, 0x01]), 'file.encoding', 'UTF-8'],
    ['empty', 'i.txt', '', 'text.empty', '空'],
    ['other type', 'j.exe', 'MZ', 'file.unknown-type', '.gw'],
  ])('refuses and leaves nothing: %s', async (_, name, content, code, word) => {
    const out = join(folder, `none-${name}`)
    const result = await wenshu(await file(name, content), '--out', out)
    expect(result).toMatchObject({ code: 2, out: '' })
    expect(result.err).toContain(code)
    expect(result.err).toContain(word)
    await expect(readdir(out)).rejects.toThrow('ENOENT')
  })
  it.each([
    [['nowhere.gw', '--out', 'x'], '找不到'], [['--out', 'x'], '给出一个文件'], [['a.gw'], '--out'], [['a.gw', '--out', 'x', '--format', 'doc'], '不认识的格式'], [['a.gw', '--outt', 'x'], '参数不正确'],
  ])('says what is wrong with %j', async (argv, word) => {
    expect(await wenshu(...argv)).toMatchObject({ code: 2, err: expect.stringContaining(word) })
  })
  it('refuses a folder, and says when the result cannot be written', async () => {
    await mkdir(join(folder, 'folder.gw'))
    expect(await wenshu(join(folder, 'folder.gw'), '--out', folder)).toMatchObject({ code: 2, err: expect.stringContaining('不是文件') })
    const blocked = await file('blocked', 'a file where the folder should be')
    const source = await file('k.txt', '标题\n正文。')
    expect(await wenshu(source, '--out', join(blocked, 'deep'))).toMatchObject({ code: 1, err: expect.stringContaining('写不进') })
  })
  it('reports private-use characters and characters without a glyph, and goes on', async () => {
    const source = await file('l.txt', '标题\n张\ue000三，\u{2ffff}。')
    const { code, err } = await wenshu(source, '--out', await outFolder(), '--format', 'svg')
    expect(code).toBe(0)
    expect(err).toContain('私用区')
    expect(err).toContain('U+2FFFF')
  })
})

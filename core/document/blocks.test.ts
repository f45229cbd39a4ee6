import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ok } from '#core/formats'
import {
  blockText, diffBlocks, emptyContent, filesOf, numberBlocks, picturesOf, pictureSize, readSource, validateContent, writeSource,
  type DocumentContent, type Picture, type PictureLookUp, type Table,
} from './index.ts'

const base: DocumentContent = { ...emptyContent({ kind: '通知', organName: '青城市人民政府办公室' }), title: '关于防火的通知' }
const table: Table = {
  kind: 'table', caption: '任务分工表', orientation: 'landscape', headRows: 2,
  columns: [{ align: 'left', share: 3 }, { align: 'right', share: 1 }, { align: 'centre', share: 0 }],
  rows: [['单位', '数量', '备注'], ['', '件', ''], ['甲|乙', '12', '反\\斜'], ['丙', '', '']],
}
const picture: Picture = {
  kind: 'picture', caption: '示意图', width: 120, pixels: { width: 600, height: 300 },
  file: { fileName: '图1.png', mediaType: 'image/png', size: 9, hash: 'ab'.repeat(32) },
}
const look: PictureLookUp = () => ok({ file: picture.file, pixels: picture.pixels })
const head = '---\n发文机关: [甲]\n标题: 关于防火的通知\n---\n'
const bodyOf = (text: string) => {
  const read = readSource(head + text, look)
  if (!read.ok) throw new Error(`${read.error.code} ${read.error.message}`)
  return read.value.content.body
}

describe('tables and pictures in a source', () => {
  it('reads options, alignment, head and escapes', () => {
    expect(bodyOf('前文\n[表 横排 表头2 列宽3:2] 任务分工\n| 单位 | 数 |\n| a | b |\n|:--|--:|\n| 甲\\|乙 | \\\\ |\n后文')).toEqual([
      { kind: 'paragraph', level: 0, number: null, text: '前文' },
      {
        kind: 'table', caption: '任务分工', orientation: 'landscape', headRows: 2, columns: [{ align: 'left', share: 3 }, { align: 'right', share: 2 }],
        rows: [['单位', '数'], ['a', 'b'], ['甲|乙', '\\']],
      },
      { kind: 'paragraph', level: 0, number: null, text: '后文' },
    ])
  })
  it('takes a bare table with its first row as head, and numbers run on across it', () => {
    const body = bodyOf('一、甲\n| a | b |\n| 1 | 2 |\n二、乙\n![图](a.png 80mm)\n三、丙')
    expect(body.map((block) => block.kind)).toEqual(['paragraph', 'table', 'paragraph', 'picture', 'paragraph'])
    expect(body[1]).toMatchObject({ headRows: 1, columns: [{ align: 'centre' }, { align: 'centre' }] })
    expect(body[3]).toMatchObject({ width: 80, caption: '图' })
    expect(numberBlocks(body)).toEqual(['一、', '', '二、', '', '三、'])
  })
  it.each([
    ['[表 竖排]\n| a |\n', 'gw.bad-table'], ['[表 列宽1:2]\n| a |\n', 'gw.bad-table'], ['| a | b |\n|--|\n', 'gw.bad-table'], ['![图](../a b.png)', 'gw.image'],
  ])('refuses %j', (text, code) => {
    expect(readSource(head + text, look)).toMatchObject({ ok: false, error: { code } })
  })
  it('writes what it reads', () => {
    const cell = fc.array(fc.constantFrom('字', '|', '\\', '-', ':', '1', ' '), { maxLength: 4 }).map((parts) => parts.join('').trim())
    const tables = fc.integer({ min: 1, max: 4 }).chain((count) => fc.record({
      kind: fc.constant('table' as const), caption: fc.constantFrom('', '表1', '任务（分工）'), orientation: fc.constantFrom('portrait' as const, 'landscape' as const),
      columns: fc.array(fc.record({ align: fc.constantFrom('left' as const, 'centre' as const, 'right' as const), share: fc.constantFrom(0, 2) }), { minLength: count, maxLength: count }),
      headRows: fc.constantFrom(0, 1), rows: fc.array(fc.array(cell, { minLength: count, maxLength: count }), { minLength: 1, maxLength: 4 }),
    }))
    fc.assert(fc.property(fc.array(fc.oneof(tables, fc.constant(picture)), { minLength: 1, maxLength: 3 }), (body) => {
      const content = { ...base, body }
      expect(readSource(writeSource(content, null), look)).toEqual({ ok: true, value: { content, issue: null } })
    }))
  })
})

describe('tables and pictures in a content', () => {
  it('are valid, have words, and are compared whole', () => {
    expect(validateContent({ ...base, body: [table, picture] }).ok).toBe(true)
    expect(blockText(table)).toContain('甲|乙\t12')
    expect(blockText(picture)).toBe('示意图')
    const wider = { ...table, columns: table.columns.map((column) => ({ ...column, share: 1 })) }
    expect(diffBlocks([table], [wider])[0]?.op).not.toBe('same')
    expect(diffBlocks([table, picture], [table, picture]).every((change) => change.op === 'same')).toBe(true)
  })
  it('name the files that they need, each once', () => {
    const content: DocumentContent = {
      ...base, body: [picture], attachments: [
        { kind: 'text', name: '图集', body: [picture, { ...picture, file: { ...picture.file, hash: 'cd'.repeat(32) } }] },
        { kind: 'file', name: '清单', file: { fileName: '清单.xlsx', mediaType: 'a/b', size: 1, hash: 'ef'.repeat(32) } },
      ],
    }
    expect(picturesOf(content).map((file) => file.hash.slice(0, 2))).toEqual(['ab', 'cd'])
    expect(filesOf(content).map((file) => file.hash.slice(0, 2))).toEqual(['ef', 'ab', 'cd'])
  })
  it.each<[string, unknown, string]>([
    ['ragged row', { ...table, rows: [['a']] }, 'content.ragged'],
    ['no column', { ...table, columns: [], rows: [[]] }, 'content.empty'],
    ['head beyond the rows', { ...table, headRows: 9 }, 'content.not-integer'],
    ['line end in a cell', { ...table, rows: [['a\nb', '', '']] }, 'content.control'],
    ['unknown kind', { kind: 'chart' }, 'content.not-allowed'],
    ['picture type', { ...picture, file: { ...picture.file, mediaType: 'image/svg+xml' } }, 'content.not-allowed'],
    ['picture size', { ...picture, pixels: { width: 0, height: 9 } }, 'content.not-integer'],
  ])('refuses: %s', (_, block, code) => {
    const result = validateContent({ ...base, body: [block] })
    expect(result.ok ? [] : result.error.map((problem) => problem.code)).toContain(code)
  })
})

describe('picture size', () => {
  const png = (width: number, height: number): Uint8Array => {
    const bytes = new Uint8Array(40)
    bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52])
    const view = new DataView(bytes.buffer)
    view.setUint32(16, width)
    view.setUint32(20, height)
    return bytes
  }
  const jpeg = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xff, 0xc2, 0, 11, 8, 0, 20, 0, 30, 1, 0, 0, 0])
  it('reads PNG and JPEG headers', () => {
    expect(pictureSize(png(640, 480))).toEqual({ ok: true, value: { mediaType: 'image/png', width: 640, height: 480 } })
    expect(pictureSize(jpeg)).toEqual({ ok: true, value: { mediaType: 'image/jpeg', width: 30, height: 20 } })
  })
  it.each([
    ['nothing', new Uint8Array(0), 'picture.unsupported'], ['GIF', new TextEncoder().encode('GIF89a..'), 'picture.unsupported'], ['cut PNG', png(1, 1).subarray(0, 20), 'picture.damaged'],
    ['no width', png(0, 5), 'picture.damaged'], ['too wide', png(50_000, 5), 'picture.too-large'], ['cut JPEG', jpeg.subarray(0, 9), 'picture.damaged'],
    ['JPEG with a length of 0', new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), 'picture.damaged'],
  ])('refuses: %s', (_, bytes, code) => {
    expect(pictureSize(bytes)).toMatchObject({ ok: false, error: { code } })
  })
  it('never throws on a few bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (tail) => {
      for (const start of [[0xff, 0xd8], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]]) expect(typeof pictureSize(new Uint8Array([...start, ...tail])).ok).toBe('boolean')
    }))
  })
})

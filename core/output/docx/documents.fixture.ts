/** Documents for the tests of the exchange: one of each form, and arbitrary ones. */
import fc from 'fast-check'
import { sm3Hex } from '#core/crypto'
import { concatBytes, crc32, utf8 } from '#core/formats'
import { emptyContent, numberText, parseNumber, type Block, type DocumentContent, type Issue, type Level, type Paragraph, type Picture, type Table } from '#core/document'

export const paragraphOf = (text: string, level: Level = 0): Paragraph => ({ kind: 'paragraph', level, number: null, text })

/** A PNG of one colour with a correct header; its pixels are not looked at. */
export function pngOf(width: number, height: number): Uint8Array {
  const chunk = (type: string, data: Uint8Array): Uint8Array => {
    const body = concatBytes(utf8(type), data)
    return concatBytes(uint32(data.length), body, uint32(crc32(body)))
  }
  const header = concatBytes(uint32(width), uint32(height), Uint8Array.of(8, 0, 0, 0, 0))
  return concatBytes(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a), chunk('IHDR', header), chunk('IDAT', Uint8Array.of(0x78, 0x9c, 3, 0, 0, 0, 0, 1)), chunk('IEND', new Uint8Array()))
}

const uint32 = (value: number): Uint8Array => Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255)

const pictureBytes = pngOf(400, 300)
const pictureOf = (caption: string, width: number): Picture => ({
  kind: 'picture', caption, width, pixels: { width: 400, height: 300 },
  file: { fileName: '示意图.png', mediaType: 'image/png', size: pictureBytes.length, hash: sm3Hex(pictureBytes) },
})
export const picturesOf = (hash: string): Uint8Array | undefined => (hash === sm3Hex(pictureBytes) ? pictureBytes : undefined)

export const issued: Issue = { number: '内政办发〔2026〕12号', date: '2026-11-05', printDate: '2026-11-06' }

export const notice: DocumentContent = {
  ...emptyContent({ kind: '通知', organName: '内蒙古自治区人民政府办公厅', title: '内蒙古自治区人民政府办公厅关于做好冬季值班工作的通知' }),
  recipients: ['各盟行政公署、市人民政府', '自治区各委、办、厅、局'],
  body: [
    paragraphOf('为做好冬季值班工作，现将有关事项通知如下：'),
    paragraphOf('总体要求', 1), paragraphOf('压实责任。各地区要“守土有责”。', 2), paragraphOf('落实24小时专人值班。', 3), paragraphOf('重大事项30分钟内报告。', 4),
    { kind: 'paragraph', level: 1, number: '五、', text: '保障措施' },
    { kind: 'table', caption: '值班安排表', orientation: 'portrait', headRows: 1, columns: [{ align: 'left', share: 3 }, { align: 'right', share: 1 }], rows: [['盟市', '人数'], ['呼和浩特市', '12'], ['包头市', '8']] },
    pictureOf('图1 值班流程', 120),
    paragraphOf('特此通知。'),
  ],
  attachments: [{ kind: 'text', name: '值班表', body: [paragraphOf('表内信息以实际为准。')] }, { kind: 'text', name: '联系方式', body: [paragraphOf('电话见内网。')], binding: 'separate' }],
  note: '此件公开发布',
  copies: ['自治区党委办公厅', '自治区政协办公厅'],
}

const hanText = (min: number, max: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...'内蒙古自治区人民政府关于做好春季草原防火工作的通知各盟市要高度重视“认真组织”（试行）、，；。2026年12%A&<>"b'), { minLength: min, maxLength: max })
    .map((chars) => chars.join('').trim()).filter((text) => text.length >= min && parseNumber(text) === null)
/** Words without any mark that the reader looks for. */
const plainWord = (min: number, max: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...'呼和浩特包头乌海赤峰通辽鄂尔多斯农牧林草水利能源教育卫生交通'), { minLength: min, maxLength: max }).map((chars) => chars.join(''))

const paragraph: fc.Arbitrary<Paragraph> = fc.tuple(fc.constantFrom<Level>(0, 0, 1, 2, 3, 4), hanText(1, 120), fc.option(fc.integer({ min: 1, max: 60 }), { freq: 6 })).map(([level, text, value]) => ({
  kind: 'paragraph', level, text, number: level === 0 || value === null ? null : numberText(level, value),
}))

const table: fc.Arbitrary<Table> = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 2, max: 5 }), fc.boolean(), fc.boolean()).chain(([columns, rows, isShared, isTurned]) => fc.record({
  kind: fc.constant('table' as const),
  caption: fc.oneof(fc.constant(''), plainWord(1, 12)),
  orientation: fc.constant(isTurned ? ('landscape' as const) : ('portrait' as const)),
  headRows: fc.integer({ min: 0, max: rows - 1 }),
  columns: fc.array(fc.record({ align: fc.constantFrom('left' as const, 'centre' as const, 'right' as const), share: isShared ? fc.integer({ min: 1, max: 9 }) : fc.constant(0) }), { minLength: columns, maxLength: columns }),
  rows: fc.array(fc.array(plainWord(1, 10), { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows }),
}))

const picture = fc.tuple(fc.oneof(fc.constant(''), plainWord(1, 12)), fc.constantFrom(0, 60, 120)).map(([caption, width]) => pictureOf(caption, width))

const block: fc.Arbitrary<Block> = fc.oneof({ weight: 8, arbitrary: paragraph }, { weight: 1, arbitrary: table }, { weight: 1, arbitrary: picture })

/** A number that equals the computed one is the same document without it: the exchange writes literal text. */
function normalised(blocks: readonly Block[]): Block[] {
  const counts = [0, 0, 0, 0]
  return blocks.map((one) => {
    if (one.kind !== 'paragraph' || one.level === 0) return one
    const expected = numberText(one.level, counts[one.level - 1]! + 1)
    const value = one.number === null ? counts[one.level - 1]! + 1 : parseNumber(one.number)!.value
    counts[one.level - 1] = value
    counts.fill(0, one.level)
    return one.number === expected ? { ...one, number: null } : one
  })
}

/** Documents as the format can carry them: no empty paragraphs, every attachment a text. */
export const anyDocument: fc.Arbitrary<DocumentContent> = fc.record({
  form: fc.constantFrom('文件' as const, '信函' as const, '纪要' as const),
  title: plainWord(4, 50).map((word) => `关于${word}的通知`),
  recipients: fc.array(plainWord(2, 20).map((word) => `${word}局`), { maxLength: 4 }),
  body: fc.array(block, { minLength: 1, maxLength: 14 }).map(normalised),
  attachments: fc.array(fc.record({ kind: fc.constant('text' as const), name: plainWord(2, 45), body: fc.array(block, { maxLength: 5 }).map(normalised) }), { maxLength: 12 }),
  authentication: fc.constantFrom('盖章' as const, '不盖章' as const, '签名章' as const),
  note: fc.oneof(fc.constant(''), plainWord(1, 30)),
  copies: fc.array(plainWord(2, 20), { maxLength: 5 }),
  urgency: fc.constantFrom('' as const, '加急' as const, '特急' as const),
  disclosure: fc.constantFrom('主动公开' as const, '依申请公开' as const, '不予公开' as const),
  copyNumber: fc.option(fc.integer({ min: 1, max: 999_999 }).map((n) => String(n).padStart(6, '0'))),
}).map((fields) => ({
  ...emptyContent({ kind: '通知', organName: '阿拉善右旗人民政府办公室', form: fields.form, title: fields.title }),
  ...fields, signature: '阿拉善右旗人民政府办公室',
}))

export const anyIssue: fc.Arbitrary<Issue | null> = fc.option(fc.record({
  number: fc.integer({ min: 1, max: 999 }).map((n) => `阿右政办发〔2026〕${n}号`),
  date: fc.constantFrom('2026-01-05', '2026-12-31'),
  printDate: fc.constantFrom('2026-01-06', '2027-01-01'),
}))

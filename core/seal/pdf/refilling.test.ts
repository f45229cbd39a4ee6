/** Later revisions of a signed form put together at random: never valid where something changed that was signed. */
import { expect, test } from 'vitest'
import { verifyPdf } from '../index.ts'
import { pdfOf, sealed, testPki, update } from './seal.fixture.ts'

const seed = Number(process.env['WENSHU_SEED'] ?? Math.floor(Math.random() * 1_000_000_000))
const rounds = Number(process.env['WENSHU_MUTATIONS'] ?? 200)
const random = (from: number) => {
  let state = from >>> 0
  // The upper bits: the lower ones of such a generator go round in short circles.
  return <T>(list: readonly T[]): T => list[((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 8) % list.length]!
}

const stream = (content: string, entries = ''): string => `<<${entries}/Length ${content.length}>>\nstream\n${content}\nendstream`
const look = (content: string): string => stream(content, '/Type/XObject/Subtype/Form/BBox[0 0 80 20]')
const field = (name: string, bottom: number, value: string, own: number): string => `<</Type/Annot/Subtype/Widget/FT/Tx/T(${name})/Rect[100 ${bottom} 180 ${bottom + 20}]${value}/AP<</N ${own} 0 R>>>>`
const font = '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>'
const said = (sum: string): string => stream(`BT /F 12 Tf 105 706 Td (${sum}) Tj ET`)
const catalog = '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R 6 0 R 9 0 R]/DR<</Font<</F 11 0 R>>>>>>>>'
const page = '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.276 841.89]/Resources<</Font<</F 11 0 R>>>>/Contents 4 0 R/Annots[5 0 R 6 0 R 9 0 R]>>'
/** Fields: 5 empty, 6 with a value, 9 empty over the text of the page; looks 7, 8, 10. */
const form = [catalog, '<</Type/Pages/Count 1/Kids[3 0 R]>>', page, said('100'), field('empty', 600, '', 7), field('filled', 560, '/V(old)', 8), look('/Tx BMC EMC'), look('BT /F 12 Tf 2 5 Td (old) Tj ET'), field('over', 700, '', 10), look('/Tx BMC EMC'), font]
const drawn = look('1 g 0 0 80 20 re f BT /F 12 Tf 2 5 Td (900) Tj ET')

/** Objects as a later revision may write them; `signed`: the signer saw something else there. */
const pieces: readonly (readonly [num: number, body: string, what: 'free' | 'signed'])[] = [
  [5, field('empty', 600, '/V(x)', 7), 'free'], [7, drawn, 'free'], [5, field('empty', 600, '/V(x)', 91), 'free'], [91, drawn, 'free'], [90, '<</Type/Annot/Subtype/FreeText/Rect[100 700 200 720]/Contents(900)>>', 'free'],
  [6, field('filled', 560, '/V(new)', 8), 'signed'], [8, drawn, 'signed'], [9, field('over', 700, '/V(900)', 10), 'signed'], [10, drawn, 'signed'], [5, field('empty', 10, '/V(x)', 7), 'signed'], [5, field('empty', 600, '/V(x)/F 2', 7), 'signed'],
  [5, field('other', 600, '/V(x)', 7), 'signed'], [4, said('900'), 'signed'], [11, font.replace('Helvetica', 'Symbol'), 'signed'], [2, '<</Type/Pages/Count 0/Kids[]>>', 'signed'], [3, page.replace('/Annots[', '/Annots[90 0 R '), 'signed'],
  [3, page.replace('/Contents', '/Rotate 90/Contents'), 'signed'], [1, catalog.replace('/Pages', '/OpenAction 90 0 R/Pages'), 'signed'],
]

test(`PP9b ${rounds} later revisions of a form that says nothing about its fields (WENSHU_SEED=${seed})`, async () => {
  const pki = await testPki('p256')
  const base = await sealed(pdfOf(form), await pki.signer('p256', '机关'))
  let good = 0
  for (let round = 0; round < rounds; round++) {
    const pick = random(seed + round * 7919)
    const chosen = Array.from({ length: pick([1, 2, 3]) }, () => pick(pieces))
    const objects = chosen.map(([num, body]) => ({ [num]: body }))
    const file = pick([true, false]) ? objects.reduce((pdf, one) => update(pdf, one), base) : update(base, Object.assign({}, ...objects) as Record<number, string>)
    const { verdict } = verifyPdf(file, { anchors: [], crls: [], trust: 'report' })
    // Of each number the last one stands.
    const isChanged = [...new Map(chosen.map(([num, , what]) => [num, what])).values()].includes('signed')
    if (verdict === 'valid') good++
    expect([round, isChanged && verdict === 'valid']).toEqual([round, false])
  }
  expect(good).toBeGreaterThan(0)
}, 120_000)

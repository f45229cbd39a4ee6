/** What a seal desk signs and what it refuses to. Rule K62 of docs/spec/keys.md. */
import { describe, expect, test } from 'vitest'
import { toHex } from '#core/formats'
import type { Signer } from '#core/crypto'
import type { SealPosition } from '#core/route'
import { office, plainOfd, changed } from '../ofd/ofd.fixture.ts'
import { glyph, pdfOf, request, seeded, stampedBy, testPki, update } from '../pdf/seal.fixture.ts'
import { sealPicture } from './desk.fixture.ts'
import { checkPrepared, prepareOfd, preparePdf, sealPdf, stampOfd, verifyOfd, verifyPdf, type DeskPreparation, type DeskSight, type SealRequest } from '../index.ts'

const signedAt = '2026-11-24T10:00:00Z'
const place: SealPosition = { page: 2, x: 140_000, y: 200_000, diameter: 42_000, from: 'layout' }
const pki = await testPki('p256')
const rsa = await pki.signer('rsa', '某某办公厅')
const organ = await office('某某办公厅', { picture: sealPicture })
const contentOf = (words: string): string => `<</Length ${words.length}>>\nstream\n${words}\nendstream`
const pageOf = (content: number): string => `<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.276 841.89]/Resources<<>>/Contents ${content} 0 R>>`
/** Two pages, each with a bar. */
const twoPages = (second = '0 0 0 rg 100 600 300 40 re f'): Uint8Array =>
  pdfOf(['<</Type/Catalog/Pages 2 0 R>>', '<</Type/Pages/Count 2/Kids[3 0 R 5 0 R]>>', pageOf(4), contentOf('0 0 0 rg 100 600 300 40 re f'), pageOf(6), contentOf(second)])
const pdf = twoPages()
const ofd = plainOfd(2)

const pdfRequest = (base: Uint8Array, change: Partial<SealRequest> = {}): SealRequest => request(base, rsa, {
  place: { page: 2, x: 140, y: 200, diameter: 42 }, appearance: { name: '某某办公厅', bottomText: '', glyph }, signedAt, ...change,
})
const ofdRequest = (base: Uint8Array, change: object = {}) =>
  ({ ofd: base, seal: organ.seal, signer: organ.signer, places: [{ kind: 'at', page: 2, x: 140, y: 200 }] as const, signedAt, closing: 'open' as const, ...change })
const must = <T>(result: { ok: true; value: T } | { ok: false; error: { code: string; message: string } }): T => {
  if (!result.ok) throw new Error(`${result.error.code} ${result.error.message}`)
  return result.value
}
/** What a server would append to `pdf` when it prepared `base`, which begins with it or has its length. */
const appended = (base: Uint8Array, change: Partial<SealRequest> = {}): Uint8Array => must(preparePdf(pdfRequest(base, change))).pdf.subarray(pdf.length)
const tbs = async (base: Uint8Array, change: object = {}): Promise<Uint8Array> => must(await prepareOfd(ofdRequest(base, change)))
const honest: DeskPreparation = { signedAt, pdf: appended(pdf), ofd: await tbs(ofd) }
const sight: DeskSight = { pdf, ofd, place, seal: organ.seal, certificates: { pdf: rsa.certificate, ofd: organ.signer.certificate }, now: '2026-11-24T10:00:04Z' }
const refusal = async (change: Partial<DeskPreparation>, seen: Partial<DeskSight> = {}): Promise<string> => {
  const checked = await checkPrepared({ ...honest, ...change }, { ...sight, ...seen })
  return checked.ok ? 'signed' : `${checked.error.code} ${checked.error.message}`
}
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const respelled = (change: (written: string) => string): Uint8Array => new Uint8Array(Buffer.from(change(text(honest.pdf)), 'latin1'))

describe('an honest preparation', () => {
  test('K62 gives the octets of both files, and their signatures make sealed files that hold', async () => {
    const octets = must(await checkPrepared(honest, sight))
    expect(toHex(octets.pdf)).toBe(toHex(must(preparePdf(pdfRequest(pdf))).octets))
    const asked: Uint8Array[] = []
    const returning = (signer: Signer, value: Uint8Array): Signer => ({ ...signer, sign: async (message) => { asked.push(message); return value } })
    const [forPdf, forOfd] = [await rsa.sign(octets.pdf), await organ.signer.sign(octets.ofd)]
    const sealed = must(await sealPdf({ ...pdfRequest(pdf), signer: returning(rsa, forPdf) }))
    const stamped = must(await stampOfd({ ...ofdRequest(ofd), signer: returning(organ.signer, forOfd) }))
    expect(asked.map(toHex)).toEqual([toHex(octets.pdf), toHex(octets.ofd)])
    const loose = { anchors: [], crls: [], trust: 'report' } as const
    expect([verifyPdf(sealed, loose).verdict, verifyOfd(stamped, loose).verdict]).toEqual(['valid', 'valid'])
  })

  test('K64 time stamps come after the signatures: they change nothing of what is signed', async () => {
    const authority = await pki.authority('p256')
    const stamp = stampedBy(authority, signedAt)
    const prepared = must(preparePdf(pdfRequest(pdf, { level: 'T' })))
    const octets = must(await checkPrepared({ ...honest, pdf: prepared.pdf.subarray(pdf.length) }, sight))
    const asked: string[] = []
    const watching = (signer: Signer): Signer => ({ ...signer, sign: (message) => { asked.push(toHex(message)); return signer.sign(message) } })
    must(await sealPdf({ ...pdfRequest(pdf, { level: 'T' }), signer: watching(rsa), timeStamp: stamp }))
    must(await stampOfd({ ...ofdRequest(ofd), signer: watching(organ.signer), timeStamp: stamp }))
    expect(asked).toEqual([toHex(octets.pdf), toHex(octets.ofd)])
  })

  test('K62 a second seal on files that carry one already', async () => {
    const [under, below] = [must(await sealPdf(pdfRequest(pdf, { place: { page: 2, x: 60, y: 200, diameter: 42 } }))), must(await stampOfd(ofdRequest(ofd, { places: [{ kind: 'at', page: 2, x: 60, y: 200 }] })))]
    const prepared = { signedAt, pdf: must(preparePdf(pdfRequest(under))).pdf.subarray(under.length), ofd: await tbs(below) }
    expect((await checkPrepared(prepared, { ...sight, pdf: under, ofd: below })).ok).toBe(true)
    expect(await refusal(prepared)).toMatch(/^(pdf|desk)\./)
  })
})

describe('a PDF that is prepared otherwise is not signed', () => {
  test('K62 for another document: unreadable behind the own one; where it can be read, the octets are of the own one and never of the other', async () => {
    expect(await refusal({ pdf: must(preparePdf(pdfRequest(twoPages('1 0 0 rg 0 0 9 9 re f 1 0 0 rg 0 0 9 9 re f')))).pdf.subarray(pdf.length) })).toMatch(/^(pdf|desk)\./)
    const twin = twoPages('0 0 0 rg 100 600 300 41 re f')
    expect(twin.length).toBe(pdf.length)
    const checked = must(await checkPrepared({ ...honest, pdf: appended(twin) }, sight))
    expect(toHex(checked.pdf)).not.toBe(toHex(must(preparePdf(pdfRequest(twin))).octets))
  })

  test.each<[string, Partial<SealRequest>]>([
    ['elsewhere', { place: { page: 2, x: 141, y: 200, diameter: 42 } }], ['lower', { place: { page: 2, x: 140, y: 200.1, diameter: 42 } }],
    ['on another page', { place: { page: 1, x: 140, y: 200, diameter: 42 } }], ['larger', { place: { page: 2, x: 140, y: 200, diameter: 45 } }],
  ])('K62 the seal %s', async (_, change) => {
    expect(await refusal({ pdf: appended(pdf, change) })).toContain('desk.pdf-place')
  })

  test('K62 the seal twice, as seam or beside', async () => {
    expect(await refusal({ pdf: appended(pdf, { alsoAt: [{ page: 1, x: 60, y: 60 }] }) })).toContain('desk.pdf-other')
    expect(await refusal({ pdf: appended(pdf, { seams: [{ edge: 'right' }] }) })).toContain('desk.pdf-other')
    const first = must(preparePdf(pdfRequest(pdf))).pdf
    expect(await refusal({ pdf: must(preparePdf(pdfRequest(first))).pdf.subarray(pdf.length) })).toMatch(/desk\.pdf-other|pdf\.byte-range/)
  })

  test.each<[string, Record<number, string>]>([
    ['the second page says something else', { 6: contentOf('1 0 0 rg 100 600 300 40 re f') }],
    ['the second page is another', { 2: '<</Type/Pages/Count 2/Kids[3 0 R 20 0 R]>>', 20: pageOf(21), 21: contentOf('0 g') }],
    ['the pages change places', { 2: '<</Type/Pages/Count 2/Kids[5 0 R 3 0 R]>>' }],
    ['a note lies on the page', { 5: `${pageOf(6).slice(0, -2)}/Annots[20 0 R]>>`, 20: '<</Type/Annot/Subtype/FreeText/Rect[0 0 500 500]/Contents(x)>>' }],
    ['the file acts when it is opened', { 1: '<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>' }],
    ['a form field came in', { 1: '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[20 0 R]>>>>', 20: '<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/V(b)/Rect[0 0 9 9]>>' }],
  ])('K62 %s', async (_, objects) => {
    expect(await refusal({ pdf: appended(update(pdf, objects)) })).toContain('desk.pdf-other')
  })

  test.each<[string, (written: string) => string]>([
    ['its field runs a script', (written) => written.replace('/F 132 /Rect', '/AA 132/Rect')],
    ['its signature claims permissions', (written) => written.replace('/Name', '/Perm')],
    ['it is signed already', (written) => written.replace('/Contents <00', '/Contents <3a')],
  ])('K62 %s', async (_, change) => {
    expect(change(text(honest.pdf))).not.toBe(text(honest.pdf))
    expect(await refusal({ pdf: respelled(change) })).toMatch(/desk\.pdf-other|pdf\./)
  })

  test('K62 bytes behind it, nothing at all, half of it, noise', async () => {
    for (const added of [new Uint8Array([...honest.pdf, 10, 37, 120]), new Uint8Array(), honest.pdf.subarray(0, honest.pdf.length / 2), seeded('noise')(4000)]) {
      expect(await refusal({ pdf: added })).toMatch(/^(pdf|desk)\./)
    }
  })

  test('K62 with another time than the statement of the preparation, or one that is not now', async () => {
    expect(await refusal({ pdf: appended(pdf, { signedAt: '2026-11-24T10:00:01Z' }) })).toContain('desk.pdf-time')
    expect(await refusal({}, { now: '2026-11-24T10:06:00Z' })).toContain('desk.time')
    expect(await refusal({}, { now: '2026-11-24T09:54:00Z' })).toContain('desk.time')
    expect(await refusal({ signedAt: '明天' })).toContain('desk.time')
  })
})

describe('an OFD that is prepared otherwise is not signed', () => {
  test('K62 another document, a page changed, another place, another time: named', async () => {
    expect(await refusal({ ofd: await tbs(plainOfd(3)) })).toMatch(/desk\.ofd-other.*所签文件或印章的位置/)
    expect(await refusal({ ofd: await tbs(changed(ofd, { 'Doc_0/Pages/Page_1/Content.xml': (xml) => xml.replace('2026年11月24日', '2026年11月25日') })) })).toMatch(/desk\.ofd-other/)
    expect(await refusal({ ofd: await tbs(ofd, { places: [{ kind: 'at', page: 2, x: 140.5, y: 200 }] }) })).toMatch(/desk\.ofd-other.*所签文件或印章的位置/)
    expect(await refusal({ ofd: await tbs(ofd, { signedAt: '2026-11-24T10:00:01Z' }) })).toMatch(/desk\.ofd-other.*用印时间/)
  })

  test('K62 another seal of the same organ; a seal that was registered otherwise', async () => {
    const other = await office('某某办公厅', { picture: sealPicture, id: '15000000000002' })
    expect(await refusal({ ofd: await tbs(ofd, { seal: other.seal, signer: other.signer }) })).toMatch(/desk\.ofd-other.*印章/)
    expect(await refusal({}, { seal: other.seal })).toMatch(/seal\.signer|desk\.ofd-other/)
    expect(await refusal({}, { place: { ...place, diameter: 40_000 } })).toContain('desk.seal')
  })

  test('K62 octets that are no TBS_Sign at all', async () => {
    for (const given of [new Uint8Array(), seeded('ofd')(64), honest.ofd.subarray(1), honest.pdf]) expect(await refusal({ ofd: given })).toContain('desk.ofd-other')
  })

  test('certificates of the wrong kind', async () => {
    expect(await refusal({}, { certificates: { pdf: organ.signer.certificate, ofd: organ.signer.certificate } })).toContain('desk.certificate')
    expect(await refusal({}, { certificates: { pdf: rsa.certificate, ofd: rsa.certificate } })).toContain('desk.certificate')
  })
})

import { beforeAll, describe, expect, test } from 'vitest'
import { buildTimeStampReply, buildTimeStampRequest, sm3 } from '#core/crypto'
import { readOfd } from '#core/output'
import { readSealSignature } from '../index.ts'
import { changed, conclusionOf, failed, filesOf, judge, office, order, plainOfd, png, refusal, sealed, sealOf, SIGNED_AT, textOf, type Office } from './ofd.fixture.ts'

let organ: Office
let other: Office
beforeAll(async () => {
  organ = await office()
  other = await office('另一机关', { id: '15000000000002' })
})

const stampsOf = (xml: string) => [...xml.matchAll(/<ofd:StampAnnot ID="(\d+)" PageRef="(\d+)" Boundary="([^"]+)"(?: Clip="([^"]+)")?/g)].map(([, id, page, boundary, clip]) => ({ id, page, boundary, clip }))
const FIRST = 'Doc_0/Signs/Sign_0/Signature.xml'

describe('one seal', () => {
  test('is valid by every step, covers every file, and says so', async () => {
    const report = judge(await sealed(order(plainOfd(2), organ)))
    expect(report).toMatchObject({ kind: 'ofd', verdict: 'valid', warnings: [], signatures: [{ id: FIRST, coverage: 'whole', uncovered: [], modifiedAfter: false, signedAt: SIGNED_AT }] })
    expect(conclusionOf(report.signatures[0])).toContain('签章有效')
    expect(report.signatures[0]!.covered).toHaveLength(filesOf(plainOfd(2)).size + 1)
  })
  test('with the root trusted and nobody revoked it is valid without reservation', async () => {
    const report = judge(await sealed(order(plainOfd(1), organ)), { anchors: [organ.pki.root], crls: [organ.pki.crl], trust: 'decide', now: '2026-11-25T00:00:00Z' })
    expect(report.verdict).toBe('valid')
    expect(conclusionOf(report.signatures[0])).toBe('签章有效')
    expect(judge(await sealed(order(plainOfd(1), organ)), { anchors: [], crls: [], trust: 'decide' }).verdict).toBe('undecided')
  })
  test('touches OFD.xml by one element and no other file', async () => {
    const before = filesOf(plainOfd(2))
    const ofd = await sealed(order(plainOfd(2), organ))
    const after = filesOf(ofd)
    expect([...before].filter(([path, bytes]) => !sameBytes(after.get(path)!, bytes)).map(([path]) => path)).toEqual(['OFD.xml'])
    expect(textOf(ofd, 'OFD.xml')).toBe(textOf(plainOfd(2), 'OFD.xml').replace('</ofd:DocBody>', '<ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures></ofd:DocBody>'))
    expect([...after.keys()].filter((path) => !before.has(path)).sort()).toEqual(['Doc_0/Signs/Sign_0/Seal.esl', FIRST, 'Doc_0/Signs/Sign_0/SignedValue.dat', 'Doc_0/Signs/Signatures.xml'])
  })
  test('binds the signature file by digest, place and time', async () => {
    const files = filesOf(await sealed(order(plainOfd(1), organ)))
    const value = readSealSignature(files.get('Doc_0/Signs/Sign_0/SignedValue.dat')!)
    expect(value).toMatchObject({ ok: true, value: { time: SIGNED_AT, propertyInfo: `/${FIRST}`, dataHash: sm3(files.get(FIRST)!) } })
    expect(files.get('Doc_0/Signs/Sign_0/Seal.esl')).toEqual(organ.seal)
  })
  test('shows in the place asked for, by its own size, in our reader', async () => {
    const ofd = await sealed(order(plainOfd(1), organ))
    expect(stampsOf(textOf(ofd, FIRST))).toEqual([{ id: '2', page: '1', boundary: '100 220 40 40', clip: undefined }])
    const document = readOfd(ofd)
    expect(document).toMatchObject({ ok: true, value: { signatures: [{ stamps: [{ page: '1' }], picture: { type: 'png', data: png } }] } })
  })
  test('names in Chinese: the signature goes where its data can name it', async () => {
    const ofd = await sealed(order(plainOfd(1, '文档'), organ))
    expect(judge(ofd)).toMatchObject({ verdict: 'valid', signatures: [{ id: 'Signs/Sign_0/Signature.xml', coverage: 'whole' }] })
  })
})

describe('several seals', () => {
  test('three signers one after another all stay valid, and earlier bytes stay', async () => {
    let ofd = plainOfd(3)
    for (const who of [organ, other, organ]) {
      const before = filesOf(ofd)
      ofd = await sealed(order(ofd, who, { places: [{ kind: 'seam', edge: 'right' }] }))
      const after = filesOf(ofd)
      const touched = [...before].filter(([path, bytes]) => after.get(path) === undefined || !sameBytes(after.get(path)!, bytes)).map(([path]) => path)
      expect(touched).toEqual([before.has('Doc_0/Signs/Signatures.xml') ? 'Doc_0/Signs/Signatures.xml' : 'OFD.xml'])
    }
    const report = judge(ofd)
    expect(report.signatures.map((signature) => [signature.verdict, signature.coverage])).toEqual([['valid', 'whole'], ['valid', 'whole'], ['valid', 'whole']])
    const ids = [...textOf(ofd, 'Doc_0/Signs/Signatures.xml').matchAll(/ ID="(\d+)"/g)].map(([, id]) => id)
    expect(ids).toEqual(['1', '5', '9'])
    expect(textOf(ofd, 'Doc_0/Signs/Signatures.xml')).toContain('<ofd:MaxSignId>12</ofd:MaxSignId>')
  })
  test('a locking seal protects the list, and nothing can follow', async () => {
    const first = await sealed(order(plainOfd(1), organ))
    const locked = await sealed(order(first, other, { closing: 'locked' }))
    expect(judge(locked).verdict).toBe('valid')
    expect(textOf(locked, 'Doc_0/Signs/Sign_1/Signature.xml')).toContain('FileRef="/Doc_0/Signs/Signatures.xml"')
    expect(await refusal(order(locked, organ))).toBe('seal.locked')
  })
  test('two seals of one organ at once, in one signature', async () => {
    const ofd = await sealed(order(plainOfd(5), organ, { places: [{ kind: 'at', page: 5, x: 120, y: 240 }, { kind: 'seam', edge: 'right' }] }))
    expect(stampsOf(textOf(ofd, FIRST))).toHaveLength(6)
  })
})

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i])

describe('places', () => {
  const stamps = async (pages: number, place: Parameters<typeof order>[2]) => stampsOf(textOf(await sealed(order(plainOfd(pages), organ, place)), FIRST))
  test('a seam of 40 mm over five pages stands as makers of seals place it', async () => {
    expect(await stamps(5, { places: [{ kind: 'seam', edge: 'right', along: 60 }] })).toEqual([
      { id: '2', page: '1', boundary: '202 40 40 40', clip: '0 0 8 40' }, { id: '3', page: '2', boundary: '194 40 40 40', clip: '8 0 8 40' },
      { id: '4', page: '3', boundary: '186 40 40 40', clip: '16 0 8 40' }, { id: '5', page: '4', boundary: '178 40 40 40', clip: '24 0 8 40' },
      { id: '6', page: '5', boundary: '170 40 40 40', clip: '32 0 8 40' },
    ])
  })
  test.each(['left', 'top', 'bottom', 'right'] as const)('a seam on the %s edge lies on the paper and its slices make the whole seal', async (edge) => {
    const found = await stamps(4, { places: [{ kind: 'seam', edge }] })
    const upright = edge === 'left' || edge === 'right'
    const slices = found.map(({ boundary, clip }) => {
      const [x, y] = boundary!.split(' ').map(Number)
      const [fromX, fromY, width, height] = clip!.split(' ').map(Number)
      expect([x! + fromX!, y! + fromY!]).toEqual(edge === 'left' ? [0, 128.5] : edge === 'top' ? [85, 0] : edge === 'bottom' ? [85, 287] : [200, 128.5])
      expect([width, height]).toEqual(upright ? [10, 40] : [40, 10])
      return upright ? fromX! : fromY!
    })
    expect([...slices].sort((a, b) => a - b)).toEqual([0, 10, 20, 30])
  })
  test('on both sides of the paper: right edge of one page, left edge of the next', async () => {
    const found = await stamps(2, { places: [{ kind: 'seam', edge: 'right', sides: 'facing' }] })
    expect(found.map(({ boundary, clip }) => [boundary, clip])).toEqual([['190 128.5 40 40', '0 0 20 40'], ['-20 128.5 40 40', '20 0 20 40']])
  })
  test('many pages share seals in groups: no slice below 2 mm, no last group of one page', async () => {
    const found = await stamps(41, { places: [{ kind: 'seam', edge: 'right' }] })
    expect(found).toHaveLength(41)
    const widths = found.map(({ clip }) => Number(clip!.split(' ')[2]))
    expect(Math.min(...widths)).toBeGreaterThanOrEqual(2)
    expect(found.filter(({ clip }) => clip!.startsWith('0 0 ')).length).toBe(3)
    expect(Number(found.at(-1)!.clip!.split(' ')[0])).toBeGreaterThan(0)
  })
  test('a keyword: on the words, everywhere or where they stand last', async () => {
    const all = await stamps(3, { places: [{ kind: 'keyword', text: '2026年11月24日', which: 'all' }] })
    expect(all.map(({ page }) => page)).toEqual(['1', '2', '3'])
    const [last, ...none] = await stamps(3, { places: [{ kind: 'keyword', text: '某某 办公厅', which: 'last' }] })
    expect([last!.page, none]).toEqual(['3', []])
    const [x, y] = last!.boundary!.split(' ').map(Number)
    // Five characters of 5 mm from x 20; the line's middle lies above its baseline at y 245.
    expect(x! + 20).toBeCloseTo(32.5, 0)
    expect(y! + 20).toBeCloseTo(243, 0)
  })
  test('what cannot be is refused by its own code', async () => {
    const code = (places: Parameters<typeof order>[2]) => refusal(order(plainOfd(2), organ, places))
    expect(await code({ places: [] })).toBe('seal.no-place')
    expect(await code({ places: [{ kind: 'at', page: 3, x: 100, y: 100 }] })).toBe('seal.page')
    expect(await code({ places: [{ kind: 'at', page: 1, x: 5, y: 100 }] })).toBe('seal.place')
    expect(await code({ places: [{ kind: 'at', page: 1, x: Number.NaN, y: 100 }] })).toBe('seal.place')
    expect(await code({ places: [{ kind: 'keyword', text: '没有这句话', which: 'all' }] })).toBe('seal.keyword')
    expect(await refusal(order(plainOfd(1), organ, { places: [{ kind: 'seam', edge: 'right' }] }))).toBe('seal.seam-pages')
    expect(await code({ places: [{ kind: 'seam', edge: 'right', along: 1 }] })).toBe('seal.seam-place')
  })
})

describe('a seal that must not be used is not used', () => {
  test('one of another organ, one that has run out, one altered, one of version 1, a revoked maker', async () => {
    expect(await refusal(order(plainOfd(1), { seal: organ.seal, signer: other.signer }))).toBe('seal.signer')
    const old = await sealOf(organ.maker, organ.signer, '旧章', { validTo: '2026-06-01T00:00:00Z' })
    expect(await refusal(order(plainOfd(1), { seal: old, signer: organ.signer }))).toBe('seal.not-valid')
    const altered = organ.seal.slice()
    altered[altered.length - 3]! ^= 1
    expect(await refusal(order(plainOfd(1), { seal: altered, signer: organ.signer }))).toMatch(/^seal\.not-valid|^der\./)
    expect(await refusal(order(plainOfd(1), organ, { trust: { anchors: [], crls: [], trust: 'decide' } }))).toBe('seal.not-trusted')
    expect(await refusal(order(plainOfd(1), organ, { trust: { anchors: [organ.pki.root], crls: [organ.pki.crl], trust: 'decide' } }))).toBe('ok')
  })
  test('a failing time stamp leaves nothing behind', async () => {
    const timeStamp = async () => ({ ok: false, error: { code: 'tsa.down', message: '时间戳服务不可用' } }) as const
    expect(await refusal(order(plainOfd(1), organ, { timeStamp }))).toBe('seal.timestamp-unavailable')
    expect(await refusal(order(plainOfd(1), organ, { timeStamp: async () => ({ ok: true, value: Uint8Array.of(0x30, 0) }) }))).toBe('seal.timestamp-wrong')
  })
  test('a time stamp of an authority goes in and is the time of the seal; one of other data or of another day is refused', async () => {
    const authority = await organ.pki.authority('sm2')
    const port = (now: string, over?: Uint8Array) => async (value: Uint8Array) => {
      const reply = await buildTimeStampReply(buildTimeStampRequest('sm3', sm3(over ?? value), 5n), { signer: authority, chain: [], now, policy: '1.2.3', serial: 10n })
      return { ok: true, value: reply } as const
    }
    const ofd = await sealed(order(plainOfd(1), organ, { timeStamp: port('2026-11-24T10:01:00Z') }))
    expect(judge(ofd)).toMatchObject({ verdict: 'valid', signatures: [{ timeSource: 'timestamp', signedAt: '2026-11-24T10:01:00Z' }] })
    const value = readSealSignature(filesOf(ofd).get('Doc_0/Signs/Sign_0/SignedValue.dat')!)
    expect(value.ok && value.value.timeStamp?.[0]).toBe(0x30)
    expect(await refusal(order(plainOfd(1), organ, { timeStamp: port('2026-11-23T10:01:00Z') }))).toBe('seal.timestamp-clock')
    expect(await refusal(order(plainOfd(1), organ, { timeStamp: port('2026-11-24T10:01:00Z', Uint8Array.of(1)) }))).toBe('seal.timestamp-wrong')
  })
  test('a signer that returns rubbish is found out before anything is returned', async () => {
    const signer = { ...organ.signer, sign: async () => new Uint8Array(70) }
    expect(await refusal(order(plainOfd(1), { seal: organ.seal, signer }))).toBe('seal.self-check')
  })
  test('no OFD, a damaged one, and one whose earlier seal does not hold', async () => {
    expect(await refusal(order(new Uint8Array(100), organ))).toMatch(/^ofd\./)
    const tampered = changed(await sealed(order(plainOfd(1), organ)), { 'Doc_0/Pages/Page_0/Content.xml': (text) => text.replace('正文', '假文') })
    expect(failed(judge(tampered).signatures[0])).toContain('保护文件')
    expect(await refusal(order(tampered, other))).toBe('seal.earlier-invalid')
  })
})

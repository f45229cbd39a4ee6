/** Packages as other makers arrange them: the same seals in other places, orders and versions. */
import { beforeAll, describe, expect, test } from 'vitest'
import { sm3, type Signer } from '#core/crypto'
import { bitString, concatBytes, contextExplicit, generalizedTime, ia5String, integer, octetString, oid, sequence, utcTime, utf8, utf8String, writeZip } from '#core/formats'
import { readOfd } from '#core/output'
import { verifySealed } from '../index.ts'
import { changed, failed, filesOf, FIRST, forge, judge, office, order, plainOfd, png, refusal, REPORT, sealed, SIGNED_AT, type Office } from './ofd.fixture.ts'

const LIST = 'Doc_0/Signs/Signatures.xml'
const VALUE = 'Doc_0/Signs/Sign_0/SignedValue.dat'
const SM2 = '1.2.156.10197.1.501'
let organ: Office
let ofd: Uint8Array
beforeAll(async () => {
  organ = await office()
  ofd = await sealed(order(plainOfd(2), organ))
})
const resigned = (edit: (text: string) => string, more: Parameters<typeof changed>[1] = {}): Promise<Uint8Array> => forge(changed(ofd, { ...more, [FIRST]: edit }), organ)
const valid = (coverage = 'whole') => ({ verdict: 'valid', signatures: [{ verdict: 'valid', coverage, modifiedAfter: false }] })

describe('order and wording of the parts', () => {
  test.each<readonly [string, (text: string) => string]>([
    ['the signed value before what is signed', (text) => { const value = /\s*<ofd:SignedValue>.*?<\/ofd:SignedValue>/s.exec(text)![0]; return text.replace(value, '').replace('<ofd:SignedInfo>', `${value}<ofd:SignedInfo>`) }],
    ['seal and stamps before the references', (text) => { const tail = /\s*<ofd:StampAnnot.*<\/ofd:Seal>/s.exec(text)![0]; return text.replace(tail, '').replace('<ofd:References', `${tail}<ofd:References`) }],
    ['a provider told by elements', (text) => text.replace(/<ofd:Provider[^>]*\/>/, '<ofd:Provider><ofd:ProviderName>x</ofd:ProviderName><ofd:Version>1</ofd:Version></ofd:Provider>')],
    ['parameters of a later edition', (text) => text.replace('<ofd:References', '<ofd:Parameters><ofd:Parameter Name="a">b</ofd:Parameter></ofd:Parameters><ofd:References')],
    ['a time of Beijing', (text) => text.replace(/<ofd:SignatureDateTime>[^<]*/, '<ofd:SignatureDateTime>2026-11-24 18:00:00')], ['no time', (text) => text.replace(/\s*<ofd:SignatureDateTime>[^<]*<\/ofd:SignatureDateTime>/, '')],
    ['a picture of the seal beside', (text) => text.replace('</ofd:BaseLoc></ofd:Seal>', '</ofd:BaseLoc><ofd:ImageLoc>/Doc_0/Signs/Sign_0/Seal.png</ofd:ImageLoc></ofd:Seal>')],
    ['texts with blanks around', (text) => text.replace('<ofd:SignedValue>', '<ofd:SignedValue>\n  ').replace('</ofd:SignedValue>', '\n</ofd:SignedValue>')],
    ['no stamp', (text) => text.replace(/\s*<ofd:StampAnnot[^>]*\/>/, '')],
  ])('%s', async (_, edit) => {
    expect(judge(await resigned(edit))).toMatchObject(valid())
  })
  test.each<readonly [string, (text: string) => string]>([
    ['ids of letters, the largest behind', (text) => text.replace(/<ofd:MaxSignId>.*?<\/ofd:MaxSignId>\s*/, '').replace('ID="1"', 'ID="s001"').replace('</ofd:Signatures>', '<ofd:MaxSignId>s001</ofd:MaxSignId></ofd:Signatures>')],
    ['no type', (text) => text.replace(' Type="Seal"', '')], ['a base signature', (text) => text.replace(' Type="Seal"', ' Type="Seal" Relative="1"')],
    ['a place from the list', (text) => text.replace(`/${FIRST}`, './Sign_0/Signature.xml')], ['two slashes', (text) => text.replace(`/${FIRST}`, `//${FIRST}`)],
  ])('the list with %s', (_, edit) => {
    expect(judge(changed(ofd, { [LIST]: edit }))).toMatchObject(valid())
  })
  test('no seal beside, neither named nor there', async () => {
    const bare = (text: string) => text.replace(/\s*<ofd:Seal>.*?<\/ofd:Seal>/s, '').replace(/\s*<ofd:Reference FileRef="[^"]*Seal.esl">.*?<\/ofd:Reference>/s, '')
    expect(judge(await resigned(bare, { 'Doc_0/Signs/Sign_0/Seal.esl': null }))).toMatchObject(valid())
  })
})

describe('places of the parts', () => {
  test('documents and signatures in folders of other names', async () => {
    expect(judge(await sealed(order(plainOfd(1, 'Doc_1'), organ)))).toMatchObject({ verdict: 'valid', signatures: [{ id: 'Doc_1/Signs/Sign_0/Signature.xml', coverage: 'whole' }] })
    expect(judge(await sealed(order(plainOfd(1, 'a/b/文档'), organ)))).toMatchObject({ verdict: 'valid', signatures: [{ id: 'Signs/Sign_0/Signature.xml', coverage: 'whole' }] })
    const moved = new Map([...filesOf(ofd)].map(([path, bytes]) => [path.replace('Doc_0/Signs/', 'sig/'), bytes]))
    const pack = changed(writeZip([...moved].map(([path, bytes]) => ({ path, bytes }))), { 'sig/Signatures.xml': (text) => text.replace('/Doc_0/Signs/', '/sig/'), 'OFD.xml': (text) => text.replace('/Doc_0/Signs/', '/sig/') })
    // The entry and the places in the signature file are not those that were signed.
    expect(judge(pack).verdict).toBe('invalid')
  })
  test('a name written anew in the code of another system is another name', async () => {
    const gbk = Uint8Array.of(0xb8, 0xbd, 0xbc, 0xfe)
    const plain = changed(plainOfd(1), { 'Doc_0/Attachs/附件.txt': null, 'Doc_0/Attachs/abcd.txt': utf8('附件正文') })
    const bytes = (await sealed(order(plain, organ))).slice()
    const at = (text: string, from: number): number => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(text, from)
    for (let place = at('Doc_0/Attachs/abcd.txt', 0); place >= 0; place = at('Doc_0/Attachs/abcd.txt', place + 1)) {
      const head = [46, 30].find((length) => bytes[place - length] === 0x50 && bytes[place - length + 1] === 0x4b)
      if (head === undefined) continue
      bytes.set(gbk, place + 'Doc_0/Attachs/'.length)
      bytes[place - head + (head === 46 ? 9 : 7)]! &= ~0x08
    }
    const report = judge(bytes)
    expect([...filesOf(bytes).keys()]).toContain('Doc_0/Attachs/附件.txt')
    // Protected under its old name: gone; and what is there now is nobody's.
    expect(report).toMatchObject({ verdict: 'invalid', signatures: [{ modifiedAfter: true }] })
  })
})

describe('versions inside', () => {
  const value = async (make: (hash: Uint8Array) => Promise<Uint8Array>): Promise<Uint8Array> => changed(ofd, { [VALUE]: await make(sm3(filesOf(ofd).get(FIRST)!)) })
  const info = (version: number, signer: Signer): Uint8Array => {
    const date = version === 1 ? utcTime : generalizedTime
    return sequence(sequence(ia5String('ES'), integer(version), ia5String('V')), ia5String('15000000000001'),
      sequence(integer(1), utf8String('章'), ...(version === 1 ? [] : [integer(1)]), sequence(octetString(signer.certificate)), date('2026-01-01T00:00:00Z'), date('2026-01-01T00:00:00Z'), date('2031-01-01T00:00:00Z')),
      sequence(ia5String('png'), octetString(png), integer(40), integer(40)))
  }
  const first = async (hash: Uint8Array, wrap: 'plain' | 'octets'): Promise<Uint8Array> => {
    const { maker, signer } = organ
    const own = info(1, signer)
    const seal = sequence(own, sequence(octetString(maker.certificate), oid(SM2), bitString(await maker.sign(sequence(own, octetString(maker.certificate), oid(SM2))))))
    const [time, digest] = wrap === 'plain' ? [bitString(utf8('2026-11-24 18:00:00')), bitString(hash)] : [octetString(utf8('20261124100000Z')), octetString(hash)]
    const tbs = sequence(integer(1), wrap === 'plain' ? seal : octetString(seal), time, digest, ia5String(`/${FIRST}`), octetString(signer.certificate), oid(SM2))
    return sequence(tbs, bitString(await signer.sign(tbs)))
  }
  const fifth = async (hash: Uint8Array): Promise<Uint8Array> => {
    const { maker, signer } = organ
    const own = info(5, signer)
    const seal = sequence(own, octetString(maker.certificate), oid(SM2), bitString(await maker.sign(own)), contextExplicit(0, bitString(Uint8Array.of(1, 2, 3))))
    const tbs = sequence(integer(5), seal, generalizedTime(SIGNED_AT), bitString(hash), ia5String(`/${FIRST}`))
    return sequence(tbs, octetString(signer.certificate), oid(SM2), bitString(await signer.sign(tbs)))
  }
  test.each<readonly [string, (hash: Uint8Array) => Promise<Uint8Array>]>([
    ['GM/T 0031-2014', (hash) => first(hash, 'plain')], ['GM/T 0031-2014', (hash) => first(hash, 'octets')], ['GM/T 0031-2025', fifth],
  ])('%s', async (type, make) => {
    const report = judge(await value(make))
    // The seal that lies beside is the one of version 4: another one.
    expect(failed(report.signatures[0])).toEqual(['印章文件', '结论'])
    const bare = await resigned((text) => text.replace(/\s*<ofd:Seal>.*?<\/ofd:Seal>/s, ''))
    const good = changed(bare, { [VALUE]: await make(sm3(filesOf(bare).get(FIRST)!)) })
    expect(judge(good)).toMatchObject({ verdict: 'valid', signatures: [{ type: `${type} 电子签章`, coverage: 'whole', signedAt: SIGNED_AT }] })
    expect(readOfd(good)).toMatchObject({ ok: true, value: { signatures: [{ picture: { type: 'png', data: png } }] } })
    expect(judge(changed(good, { 'Doc_0/Pages/Page_0/Content.xml': (text) => `${text} ` }))).toMatchObject({ verdict: 'invalid', signatures: [{ modifiedAfter: true }] })
  })
  test('a seal whose picture has no sensible size is not used', async () => {
    const { maker, signer } = organ
    const own = info(4, signer)
    const text = Buffer.from(own).toString('latin1').replace('\x02\x01\x28\x02\x01\x28', '\x02\x01\x00\x02\x01\x28')
    const none = Uint8Array.from(Buffer.from(text, 'latin1'))
    const seal = sequence(none, octetString(maker.certificate), oid(SM2), bitString(await maker.sign(none)))
    expect(verifySealed(seal, REPORT).verdict).toBe('valid')
    expect(await refusal(order(plainOfd(1), { seal, signer }))).toBe('seal.picture')
  })
  test('whatever its name is, a file is judged by what it is', () => {
    expect(verifySealed(ofd, REPORT)).toMatchObject({ kind: 'ofd', verdict: 'valid' })
    expect(verifySealed(filesOf(ofd).get(VALUE)!, REPORT)).toMatchObject({ kind: 'seal', verdict: 'undecided' })
    expect(verifySealed(organ.seal, REPORT)).toMatchObject({ kind: 'seal', verdict: 'valid' })
    expect(verifySealed(concatBytes(organ.seal, Uint8Array.of(0)), REPORT)).toMatchObject({ kind: 'seal', verdict: 'unusable' })
  })
})

describe('SO20 archives that are not as they should be, and that other readers open all the same', () => {
  /** A file without compression, wherever it stands. */
  const at = (bytes: Uint8Array, word: string): number => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(word)
  const edited = (edit: (bytes: Buffer) => void): Uint8Array => {
    const bytes = Buffer.from(writeZip([...filesOf(ofd)].map(([path, content]) => ({ path, bytes: content, store: true }))))
    edit(bytes)
    return new Uint8Array(bytes)
  }
  test('checksums that do not fit: the digests decide, and it is told', () => {
    const pack = edited((bytes) => { for (let i = bytes.indexOf('PK\x01\x02', 0, 'latin1'); i >= 0; i = bytes.indexOf('PK\x01\x02', i + 1, 'latin1')) bytes[i + 16]! ^= 1 })
    expect(judge(pack)).toMatchObject({ ...valid(), warnings: [{ code: 'ofd.zip.lenient' }] })
  })
  test('bytes changed in place, the checksum left as it was: a modified document, not one that cannot be read', () => {
    const pack = edited((bytes) => { bytes.write('第九', at(bytes, '第1'), 'utf8') })
    expect(judge(pack)).toMatchObject({ verdict: 'invalid', signatures: [{ modifiedAfter: true }], warnings: [{ code: 'ofd.zip.lenient' }] })
  })
  test('backslashes between folders, something before the archive', () => {
    const slashed = edited((bytes) => { for (const [path] of filesOf(ofd)) for (let i = bytes.indexOf(path); i >= 0; i = bytes.indexOf(path, i + 1)) if (isName(bytes, i, path)) bytes.write(path.replaceAll('/', '\\'), i, 'utf8') })
    expect(judge(slashed)).toMatchObject({ ...valid(), warnings: [{ code: 'ofd.zip.lenient' }] })
    expect(judge(concatBytes(utf8('stub'), ofd))).toMatchObject({ ...valid(), warnings: [{ code: 'ofd.zip.lenient' }] })
  })
  /** In a local header the name stands 30 bytes behind the mark, in the directory 46. */
  const isName = (bytes: Buffer, i: number, path: string): boolean => (
    (bytes.readUInt32LE(Math.max(0, i - 30)) === 0x04034b50 && bytes.readUInt16LE(i - 4) === Buffer.byteLength(path)) || (i >= 46 && bytes.readUInt32LE(i - 46) === 0x02014b50))
})

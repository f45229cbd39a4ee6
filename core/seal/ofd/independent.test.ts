/** What others say about OFDs that were sealed here: openssl over the bytes, xmllint over the parts, vendors' files over the order. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { childElements, readXml, type XmlNode } from '#core/formats'
import { skipLoudly } from '../../../tests/harness/skips.ts'
import { noSamples, sample } from '../pdf/seal.fixture.ts'
import { readSealSignature, type SealSignature } from '../index.ts'
import { changed, conclusionOf, failed, filesOf, judge, office, order, plainOfd, sealed } from './ofd.fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'wenshu-ofd-'))
afterAll(() => rmSync(folder, { recursive: true }))
const put = (path: string, bytes: Uint8Array): string => {
  const target = join(folder, path)
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, bytes)
  return target
}
const runs = (tool: string, argument: string): boolean => spawnSync(tool, [argument]).error === undefined
const hasOpenssl = runs('openssl', 'version') || !skipLoudly('sealed OFD beside openssl', 'no openssl')
const hasXmllint = runs('xmllint', '--version') || !skipLoudly('sealed OFD against schemas', 'no xmllint (apt-get install -y libxml2-utils)')

const SIGNED = ['Doc_0/Signs/Sign_0', 'Doc_0/Signs/Sign_1'] as const
let files: Map<string, Uint8Array>
let values: readonly SealSignature[]
beforeAll(async () => {
  const [organ, other] = [await office(), await office('另一机关', { id: '15000000000002' })]
  const once = await sealed(order(plainOfd(3), organ, { places: [{ kind: 'at', page: 3, x: 120, y: 240 }, { kind: 'seam', edge: 'right' }] }))
  files = filesOf(await sealed(order(once, other, { closing: 'locked' })))
  for (const [path, bytes] of files) put(path, bytes)
  values = SIGNED.map((path) => {
    const read = readSealSignature(files.get(`${path}/SignedValue.dat`)!)
    if (!read.ok) throw new Error(read.error.message)
    return read.value
  })
})

describe.skipIf(!hasOpenssl)('openssl', () => {
  const openssl = (...argv: readonly string[]): string => execFileSync('openssl', argv, { encoding: 'utf8', cwd: folder })
  const verifies = (name: string, certificate: Uint8Array, message: Uint8Array, signature: Uint8Array): string => {
    const pem = openssl('x509', '-inform', 'DER', '-in', put(`${name}.der`, certificate), '-noout', '-pubkey')
    const key = put(`${name}.pem`, Buffer.from(pem))
    const asked = ['dgst', '-sm3', '-verify', key, '-sigopt', 'distid:1234567812345678', '-signature', put(`${name}.sig`, signature), put(`${name}.tbs`, message)]
    return spawnSync('openssl', asked, { encoding: 'utf8' }).stdout.trim()
  }
  test('holds the signatures over TBS_Sign and eSealInfo, and not over changed ones', () => {
    values.forEach((value, i) => {
      expect(verifies(`sign-${i}`, value.signerCertificate, value.tbsRaw, value.signature)).toBe('Verified OK')
      expect(verifies(`seal-${i}`, value.seal.makerCertificate, value.seal.infoRaw, value.seal.signature)).toBe('Verified OK')
      const other = value.tbsRaw.slice()
      other[other.length - 1]! ^= 1
      expect(verifies(`changed-${i}`, value.signerCertificate, other, value.signature)).toBe('Verification failure')
    })
  })
  test('finds the same SM3 for every referenced file and for the signature file', () => {
    SIGNED.forEach((path, i) => {
      const xml = Buffer.from(files.get(`${path}/Signature.xml`)!).toString('utf8')
      const references = [...xml.matchAll(/FileRef="\/([^"]+)">\s*<ofd:CheckValue>([^<]+)</g)]
      expect(references.length).toBe(i === 0 ? files.size - 6 : files.size - 2)
      const digests = openssl('dgst', '-sm3', '-r', ...references.map(([, file]) => file!)).trim().split('\n').map((line) => line.split(' ')[0])
      expect(digests).toEqual(references.map(([, , value]) => Buffer.from(value!, 'base64').toString('hex')))
      expect(openssl('dgst', '-sm3', '-r', `${path}/Signature.xml`).split(' ')[0]).toBe(Buffer.from(values[i]!.dataHash).toString('hex'))
    })
  })
  test('sees one structure without a byte too many', () => {
    for (const path of SIGNED) {
      const shown = openssl('asn1parse', '-inform', 'DER', '-in', `${path}/SignedValue.dat`)
      expect(shown).toContain(`/${path}/Signature.xml`)
      expect(shown).toContain('GENERALIZEDTIME   :20261124100000Z')
    }
  })
})

describe.skipIf(!hasXmllint)('xmllint', () => {
  const schemas = fileURLToPath(new URL('../../../resources/schemas/ofd', import.meta.url))
  const lint = (schema: string, path: string) => spawnSync('xmllint', ['--noout', '--schema', join(schemas, `${schema}.xsd`), join(folder, path)], { encoding: 'utf8' })
  test('finds the parts as the schema has them', () => {
    for (const path of SIGNED) expect(lint('Signature', `${path}/Signature.xml`)).toMatchObject({ status: 0 })
    expect(lint('Signatures', 'Doc_0/Signs/Signatures.xml')).toMatchObject({ status: 0 })
  })
  test('and would see another order', () => {
    put('other/Signature.xml', Buffer.from(Buffer.from(files.get(`${SIGNED[0]}/Signature.xml`)!).toString('utf8').replace(/(<ofd:Provider[^>]*>\s*)(<ofd:SignatureMethod>[^<]*<\/ofd:SignatureMethod>)/, '$2$1')))
    expect(lint('Signature', 'other/Signature.xml').status).not.toBe(0)
  })
})

describe.skipIf(noSamples('ofdrw'))('files of other makers', () => {
  const vendor = () => filesOf(sample('ofdrw/v4signed.ofd'))
  const parsed = (bytes: Uint8Array): XmlNode => {
    const read = readXml(bytes)
    if (!read.ok) throw new Error(read.error.message)
    return read.value
  }
  /** Names in order, each once, with their attributes' names. */
  const shape = (element: XmlNode): unknown => {
    const seen = new Set<string>()
    const children = childElements(element).filter(({ name }) => !seen.has(name) && seen.add(name))
    return { name: element.name, namespace: element.namespace, attributes: Object.keys(element.attributes).sort(), children: children.map(shape) }
  }
  test('our parts have the elements of a tax seal in the same order, and the seal beside', () => {
    const path = `${SIGNED[0]}/Signature.xml`
    const own = JSON.stringify(shape(parsed(files.get('Doc_0/Signs/Sign_1/Signature.xml')!)))
    const seal = ',{"name":"Seal","namespace":"http://www.ofdspec.org/2016","attributes":[],"children":[{"name":"BaseLoc","namespace":"http://www.ofdspec.org/2016","attributes":[],"children":[]}]}'
    expect(own).toContain(seal)
    expect(JSON.parse(own.replace(seal, ''))).toEqual(shape(parsed(vendor().get(path)!)))
    const order = (xml: Uint8Array) => childElements(parsed(xml)).map(({ name }) => name).filter((name, i, all) => all.indexOf(name) === i)
    expect(order(files.get('Doc_0/Signs/Signatures.xml')!)).toEqual(order(vendor().get('Doc_0/Signs/Signatures.xml')!))
  })
  test('have the verdicts that were found out independently', () => {
    const found = (path: string) => {
      const report = judge(sample(path))
      const [first] = report.signatures
      return [report.verdict, first?.steps.find((step) => step.name === '保护文件')?.detail.split(' ')[0], first?.coverage, first?.modifiedAfter]
    }
    expect(found('ofdrw/v4signed.ofd')).toEqual(['valid', '13', 'whole', false])
    expect(found('ofdrw/V4RideRight.ofd')).toEqual(['valid', '9', 'whole', false])
    expect(found('ofdrw/SESV4SignDoc.ofd')).toEqual(['valid', '5', 'whole', false])
    for (const plain of ['helloworld', 'VPage7', 'z', 'multiKeywordInTextCode', 'chineseDir', 'test-ofda']) expect(judge(sample(`ofdrw/${plain}.ofd`)).verdict).toBe('unsigned')
    const modified = judge(sample('derived/v4signed_page-content-changed.ofd'))
    expect([modified.verdict, conclusionOf(modified.signatures[0]), modified.signatures[0]!.modifiedAfter]).toEqual(['invalid', '签章有效但文档已被修改', true])
    const flipped = judge(sample('derived/v4signed_signature-bit-flipped.ofd'))
    expect([flipped.verdict, failed(flipped.signatures[0])]).toEqual(['invalid', ['签名值', '结论']])
    expect(judge(sample('derived/v4signed_zip-path-traversal.ofd'))).toMatchObject({ verdict: 'unusable', warnings: [{ code: 'ofd.zip.path' }] })
  })
  test('a seal that had run out when it was used is refused where trust decides', () => {
    const report = judge(sample('ofdrw/SESV4SignDoc.ofd'), { anchors: [], crls: [], trust: 'decide' })
    expect(report.verdict).toBe('invalid')
    expect(failed(report.signatures[0])).toContain('印章有效期')
  })
  test('our seam is that of another maker: same boxes, same slices', async () => {
    const xml = (pack: Uint8Array) => [...Buffer.from(filesOf(pack).get(`${SIGNED[0]}/Signature.xml`)!).toString('utf8').matchAll(/Boundary="([^"]+)" (?:PageRef="\d+" )?Clip="([^"]+)"/g)].map(([, boundary, clip]) => [boundary, clip])
    const theirs = xml(sample('ofdrw/V4RideRight.ofd'))
    expect(theirs).toHaveLength(5)
    expect(xml(await sealed(order(plainOfd(5), await office(), { places: [{ kind: 'seam', edge: 'right', along: 60 }] })))).toEqual(theirs)
  })
  test('their unsigned and open files take our seal; what they locked stays locked', async () => {
    const organ = await office()
    const at = { places: [{ kind: 'at', page: 1, x: 100, y: 100 }] } as const
    for (const path of ['helloworld', 'VPage7', 'z', 'chineseDir', 'test-ofda', 'SESV4SignDoc', 'v4signed']) {
      const ofd = sample(`ofdrw/${path}.ofd`)
      const place = path === 'v4signed' ? ({ places: [{ kind: 'at', page: 1, x: 105, y: 70 }] } as const) : at
      const report = judge(await sealed(order(ofd, organ, place)))
      expect([path, report.verdict, report.signatures.at(-1)!.coverage]).toEqual([path, 'valid', 'whole'])
    }
    await expect(sealed(order(sample('ofdrw/V4RideRight.ofd'), organ, at))).rejects.toThrow('seal.locked')
    await expect(sealed(order(changed(sample('ofdrw/v4signed.ofd'), { 'Doc_0/Document.xml': (text) => `${text} ` }), organ, at))).rejects.toThrow(/seal\.(place|earlier-invalid)/)
  })
})

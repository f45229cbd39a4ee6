/** Files and keys for the tests of sealing. */
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { zlibSync } from 'fflate'
import { buildCertificate, buildDetachedCms, buildOcspResponse, buildRevocationList, buildTimeStampReply, buildTimeStampRequest, digest, p256KeyPair, p256MessageSigner, readCertificate, sm2KeyPair, sm2MessageSigner, writeName, type Entropy, type MessageSigner, type PublicKey, type RevocationReason, type Signer } from '#core/crypto'
import { ok, utf8 } from '#core/formats'
import { skipLoudly } from '../../../tests/harness/skips.ts'
import { sealFace, sealPdf, type SealAppearance, type SealRequest, type TimeStampPort } from '../index.ts'

const samples = process.env['WENSHU_SAMPLES'] ?? fileURLToPath(new URL('../../../../shared/samples', import.meta.url))
export const noSamples = (name: string): boolean =>
  !existsSync(`${samples}/${name}`) && skipLoudly(`samples ${name}`, `${samples}/${name} is absent, set WENSHU_SAMPLES`)
export const sample = (name: string): Uint8Array => new Uint8Array(readFileSync(`${samples}/${name}`))

const fontFile = fileURLToPath(new URL('../../../node_modules/@expo-google-fonts/noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf', import.meta.url))
const face = sealFace(new Uint8Array(readFileSync(fontFile)))
if (!face.ok) throw new Error(face.error.message)
export const glyph: SealAppearance['glyph'] = face.value

/** Bytes from a word, the same in every run. */
export const seeded = (seed: string): Entropy => {
  let counter = 0
  return (n) => {
    const out = new Uint8Array(n)
    for (let at = 0; at < n; at += 32) out.set(new Uint8Array(createHash('sha256').update(`${seed}/${counter++}`).digest()).subarray(0, n - at), at)
    return out
  }
}

export type Kind = 'rsa' | 'p256' | 'sm2'
export type TestPki = {
  readonly root: Uint8Array; readonly crl: Uint8Array
  readonly signer: (kind: Kind, name: string, until?: string) => Promise<Signer>
  /** a time-stamp authority; `until`: when its certificate runs out */
  readonly authority: (kind: Kind, until?: string, from?: string) => Promise<Signer>
  /** an empty list that holds at a later time */
  /** an answer that the certificates are good, given at `at` */
  readonly ocspAt: (at: string, certificates: readonly Uint8Array[]) => Promise<Uint8Array>
  readonly crlAt: (thisUpdate: string, nextUpdate: string) => Promise<Uint8Array>
}

/** The port to an authority whose clock stands at `now`. */
export const stampedBy = (signer: Signer, now: string): TimeStampPort => {
  let serial = 1n
  return async (message) => {
    const request = buildTimeStampRequest('sha256', digest('sha256', message), 77n)
    return ok(await buildTimeStampReply(request, { signer, chain: [], policy: '1.2.3.4', serial: serial++, now }))
  }
}

const keyOf = (kind: Kind, entropy: Entropy): { readonly message: MessageSigner; readonly key: PublicKey } => {
  if (kind === 'rsa') {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const jwk = publicKey.export({ format: 'jwk' })
    const number = (text: string | undefined) => BigInt(`0x${Buffer.from(text ?? '', 'base64url').toString('hex')}`)
    return {
      message: { algorithm: 'rsa-sha256', sign: async (bytes) => new Uint8Array(sign('sha256', bytes, privateKey)) },
      key: { algorithm: 'rsa', modulus: number(jwk.n), exponent: number(jwk.e) },
    }
  }
  const pair = kind === 'sm2' ? sm2KeyPair(entropy) : p256KeyPair(entropy)
  const message = kind === 'sm2' ? sm2MessageSigner(pair.privateKey, entropy) : p256MessageSigner(pair.privateKey, entropy)
  return { message, key: { algorithm: kind, point: pair.publicKey } }
}

/** A root of the given kind, an empty revocation list and certificates under it. */
export const testPki = async (rootKind: Kind, revoked: readonly { readonly serial: string; readonly date: string; readonly reason?: RevocationReason }[] = []): Promise<TestPki> => {
  const entropy = seeded(`pki ${rootKind}`)
  const ca = keyOf(rootKind, entropy)
  const issuer = writeName([{ type: 'C', value: 'CN' }, { type: 'CN', value: '测试根证书' }])
  const dates = { notBefore: '2026-01-01T00:00:00Z', notAfter: '2036-01-01T00:00:00Z' }
  const root = await buildCertificate({ serial: '01', issuer, subject: issuer, ...dates, publicKey: ca.key, authority: {}, keyUsage: ['keyCertSign', 'cRLSign'] }, ca.message)
  const crl = await buildRevocationList({ issuer, number: 1, thisUpdate: '2026-11-01T00:00:00Z', nextUpdate: '2030-01-01T00:00:00Z', revoked }, ca.message)
  let serial = 16
  return {
    root, crl,
    signer: async (kind, name, until = dates.notAfter) => {
      const own = keyOf(kind, entropy)
      const subject = writeName([{ type: 'O', value: name }, { type: 'CN', value: `${name}公章` }])
      const certificate = await buildCertificate({
        serial: (serial++).toString(16), issuer, subject, ...dates, notAfter: until, publicKey: own.key, keyUsage: ['digitalSignature', 'nonRepudiation'], issuerKey: ca.key,
      }, ca.message)
      return { ...own.message, certificate }
    },
    authority: async (kind, until = dates.notAfter, from = dates.notBefore) => {
      const own = keyOf(kind, entropy)
      const certificate = await buildCertificate({
        serial: (serial++).toString(16), issuer, subject: writeName([{ type: 'CN', value: `测试时间戳机构${serial}` }]), notBefore: from, notAfter: until, publicKey: own.key,
        keyUsage: ['digitalSignature'], extKeyUsage: { oids: ['1.3.6.1.5.5.7.3.8'], critical: true }, issuerKey: ca.key,
      }, ca.message)
      return { ...own.message, certificate }
    },
    ocspAt: (at, certificates) => {
      const read = readCertificate(root)
      if (!read.ok) throw new Error(read.error.message)
      const answers = certificates.map((der) => {
        const certificate = readCertificate(der)
        if (!certificate.ok) throw new Error(certificate.error.message)
        return { serial: certificate.value.serial, status: { kind: 'good' } as const, thisUpdate: at, nextUpdate: `${Number(at.slice(0, 4)) + 1}${at.slice(4)}` }
      })
      return buildOcspResponse({ issuer: read.value, producedAt: at, answers, responder: 'by key', certificates: [] }, { ...ca.message, certificate: root })
    },
    crlAt: (thisUpdate, nextUpdate) => buildRevocationList({ issuer, number: 2, thisUpdate, nextUpdate, revoked }, ca.message),
  }
}

/** Objects 1, 2, 3 … as a PDF file with a classic table; object 1 is the catalog. */
export const pdfOf = (objects: readonly string[]): Uint8Array => {
  let text = '%PDF-1.7\n'
  const offsets = objects.map((object, i) => {
    const at = text.length
    text += `${i + 1} 0 obj\n${object}\nendobj\n`
    return at
  })
  const start = text.length
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')}`
  return utf8(`${text}trailer\n<</Size ${objects.length + 1}/Root 1 0 R/ID[<00><00>]>>\nstartxref\n${start}\n%%EOF\n`)
}

const content = '0 0 0 rg 100 600 300 40 re f'
/** One A4 page with a black bar. */
export const onePage = (catalogExtra = '', pageExtra = ''): Uint8Array => pdfOf([
  `<</Type/Catalog/Pages 2 0 R${catalogExtra}>>`, '<</Type/Pages/Count 1/Kids[3 0 R]>>',
  `<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.276 841.89]/Resources<<>>/Contents 4 0 R${pageExtra}>>`,
  `<</Length ${content.length}>>\nstream\n${content}\nendstream`,
])

export const request = (pdf: Uint8Array, signer: Signer, change: Partial<SealRequest> = {}): SealRequest => ({
  pdf, place: { page: 1, x: 120, y: 80, diameter: 42 }, appearance: { name: '内蒙古自治区人民政府办公厅', bottomText: '', glyph }, signer, chain: [],
  signedAt: '2026-11-24T10:00:00Z', name: '内蒙古自治区人民政府办公厅', reason: '用印', ...change,
})

export const sealed = async (pdf: Uint8Array, signer: Signer, change: Partial<SealRequest> = {}): Promise<Uint8Array> => {
  const result = await sealPdf(request(pdf, signer, change))
  if (!result.ok) throw new Error(`${result.error.code} ${result.error.message}`)
  return result.value
}

/** An incremental update as an attacker writes it: objects by number, classic table, /Prev to the last startxref. */
export const update = (pdf: Uint8Array, objects: Readonly<Record<number, string>>, rootNum = 1): Uint8Array => {
  const before = Buffer.from(pdf).toString('latin1')
  const previous = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(before)?.[1] ?? '0'
  let text = ''
  const rows = Object.entries(objects).map(([num, object]) => {
    const row = `${num} 1\n${String(pdf.length + text.length).padStart(10, '0')} 00000 n \n`
    text += `${num} 0 obj\n${object}\nendobj\n`
    return row
  })
  const start = pdf.length + text.length
  text += `xref\n${rows.join('')}trailer\n<</Size 100/Root ${rootNum} 0 R/Prev ${previous}>>\nstartxref\n${start}\n%%EOF\n`
  return new Uint8Array(Buffer.concat([Buffer.from(pdf), Buffer.from(text, 'latin1')]))
}

/** A signature as another maker writes it: any dictionary, and any value over the covered bytes. For files of `onePage`. */
export const signedBy = async (pdf: Uint8Array, entries: string, value: (covered: Uint8Array) => Promise<Uint8Array> | Uint8Array, room = 8192, base: 'page' | 'form' = 'page'): Promise<Uint8Array> => {
  const hole = `<${'0'.repeat(2 * room)}>`
  const out = Buffer.from(update(pdf, {
    1: `<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[${base === 'form' ? '5 0 R 6 0 R ' : ''}80 0 R]/SigFlags 3>>>>`,
    3: `<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.276 841.89]/Resources<<>>/Contents 4 0 R/Annots[${base === 'form' ? '5 0 R 6 0 R 9 0 R ' : ''}80 0 R]>>`,
    80: '<</Type/Annot/Subtype/Widget/FT/Sig/T(Other)/F 132/Rect[0 0 0 0]/P 3 0 R/V 81 0 R>>',
    81: `<</Type/Sig${entries}/ByteRange [0 0000000000 0000000000 0000000000]/Contents ${hole}>>`,
  }))
  const at = out.indexOf(hole)
  const end = at + hole.length
  out.write(`[0 ${String(at).padStart(10, '0')} ${String(end).padStart(10, '0')} ${String(out.length - end).padStart(10, '0')}]`, out.indexOf('[0 0000000000'), 'latin1')
  const made = await value(new Uint8Array(Buffer.concat([out.subarray(0, at), out.subarray(end)])))
  out.write(Buffer.from(made).toString('hex'), at + 1, 'latin1')
  return new Uint8Array(out)
}

/** The dictionary of a signature whose value `signedAtOnce` fills in. */
export const openSignatureDict = `<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(D:20261124100000+00'00')/ByteRange [0 0000000000 0000000000 0000000000]/Contents <${'0'.repeat(6000)}>>>`

/** A file in one piece, `openSignatureDict` in it, signed as it stands: whatever is wrong with it is inside of what is covered. */
export const signedAtOnce = async (file: string, signer: Signer): Promise<Uint8Array> => {
  const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'))
  const start = file.indexOf('/Contents <0000') + 10
  const end = file.indexOf('>', start) + 1
  const range = `[0 ${[start, end, file.length - end].map((n) => String(n).padStart(10, '0')).join(' ')}]`
  const ranged = file.replace('[0 0000000000 0000000000 0000000000]', range)
  const cms = await buildDetachedCms({ contentDigest: digest('sha256', bytesOf(ranged.slice(0, start) + ranged.slice(end))), chain: [] }, signer)
  return bytesOf(`${ranged.slice(0, start + 1)}${Buffer.from(cms).toString('hex').padEnd(end - start - 2, '0')}${ranged.slice(end - 1)}`)
}

const crcTable = Array.from({ length: 256 }, (_, n) => Array.from({ length: 8 }).reduce<number>((c) => (c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1), n))
const crc = (bytes: Uint8Array): number => (bytes.reduce((c, byte) => crcTable[(c ^ byte) & 255]! ^ (c >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0
/** A red disc on clear ground, 40 × 30 pixels. */
export const discPng = (): Uint8Array => {
  const rows = Buffer.alloc(30 * 161)
  for (let y = 0; y < 30; y++) for (let x = 0; x < 40; x++) if ((x - 20) ** 2 + (y - 15) ** 2 < 150) rows.set([220, 10, 20, 255], y * 161 + 1 + 4 * x)
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
    const ends = Buffer.alloc(8)
    ends.writeUInt32BE(data.length, 0)
    ends.writeUInt32BE(crc(body), 4)
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)])
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(40, 0)
  head.writeUInt32BE(30, 4)
  head.set([8, 6, 0, 0, 0], 8)
  return new Uint8Array(Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), chunk('IHDR', head), chunk('IDAT', zlibSync(rows)), chunk('IEND', new Uint8Array(0))]))
}

/** Bare pages, A4. */
export const pagesPdf = (count: number): Uint8Array => pdfOf([
  '<</Type/Catalog/Pages 2 0 R>>', `<</Type/Pages/Count ${count}/Kids[${Array.from({ length: count }, (_, i) => `${3 + i} 0 R`).join(' ')}]>>`,
  ...Array.from({ length: count }, () => '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.276 841.89]/Resources<<>>>>'),
])

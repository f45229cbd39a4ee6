/** What the product writes and seals keeps to PDF/A-2b. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { buildCertificate, p256KeyPair, p256MessageSigner, sm2KeyPair, sm2MessageSigner, writeName, type Entropy, type Signer } from '#core/crypto'
import { checkPdfA } from '#core/output'
import { sealFace, sealPdf } from '#core/seal'
import { writtenPdf } from './written.ts'

let counter = 0
const entropy: Entropy = (n) => {
  const out = new Uint8Array(n)
  for (let at = 0; at < n; at += 32) out.set(new Uint8Array(createHash('sha256').update(`pdfa ${counter++}`).digest()).subarray(0, n - at), at)
  return out
}
const issuer = writeName([{ type: 'CN', value: '测试用印' }])

const signer = async (kind: 'p256' | 'sm2'): Promise<Signer> => {
  const pair = kind === 'sm2' ? sm2KeyPair(entropy) : p256KeyPair(entropy)
  const message = kind === 'sm2' ? sm2MessageSigner(pair.privateKey, entropy) : p256MessageSigner(pair.privateKey, entropy)
  const certificate = await buildCertificate(
    { serial: '11', issuer, subject: issuer, notBefore: '2026-01-01T00:00:00Z', notAfter: '2036-01-01T00:00:00Z', publicKey: { algorithm: kind, point: pair.publicKey }, keyUsage: ['digitalSignature', 'nonRepudiation'] },
    message,
  )
  return { ...message, certificate }
}

const face = sealFace(new Uint8Array(readFileSync(createRequire(import.meta.url).resolve('@expo-google-fonts/noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf'))))
const sealed = async (pdf: Uint8Array, kind: 'p256' | 'sm2'): Promise<Uint8Array> => {
  if (!face.ok) throw new Error(face.error.message)
  const result = await sealPdf({
    pdf, place: { page: 1, x: 120, y: 200, diameter: 42 }, appearance: { name: '某某市人民政府', bottomText: '', glyph: face.value }, signer: await signer(kind), chain: [],
    signedAt: '2026-11-24T10:00:00Z', name: '某某市人民政府', reason: '用印',
  })
  if (!result.ok) throw new Error(`${result.error.code} ${result.error.message}`)
  return result.value
}

describe('our own files are PDF/A-2b', () => {
  it.each(['plain', 'tagged'] as const)('%s, with pictures, rules and turned text', async (tags) => {
    expect(checkPdfA(await writtenPdf(tags)).findings).toEqual([])
  })
  it.each(['p256', 'sm2'] as const)('after sealing with %s, and after a second seal', async (kind) => {
    const once = await sealed(await writtenPdf('tagged'), kind)
    expect(checkPdfA(once).findings).toEqual([])
    expect(checkPdfA(await sealed(once, kind)).findings).toEqual([])
  })
  it('and stop being so when one thing is spoilt', async () => {
    const text = Buffer.from(await writtenPdf('tagged')).toString('latin1')
    const spoilt = (from: string | RegExp, to: string): readonly string[] => {
      const changed = text.replace(from, to)
      expect(changed).not.toBe(text)
      expect(changed).toHaveLength(text.length)
      return checkPdfA(new Uint8Array(Buffer.from(changed, 'latin1'))).findings.map(({ clause, code }) => `${clause} ${code}`)
    }
    expect(spoilt('pdfaid:part>2<', 'pdfaid:part>3<')).toEqual(['6.6.4 pdfa.part'])
    expect(spoilt('/GTS_PDFA1', '/GTS_PDFX1')).toContain('6.2.4.3 pdfa.device-rgb')
    expect(spoilt('/FontFile2', '/FontFileX')).toContain('6.2.11.4.1 pdfa.font-not-embedded')
    expect(spoilt('/CIDToGIDMap', '/CIDToGIDMaq')).toContain('6.2.11.3.2 pdfa.cid-to-gid')
    expect(spoilt('/DW 1000', '/DW 1010')).toContain('6.2.11.5 pdfa.glyph-width')
    expect(spoilt('/ID [', '/IX [')).toContain('6.1.3 pdfa.no-id')
    expect(spoilt('endobj\n', 'endobj ')).toContain('6.1.9 pdfa.object-spacing')
    expect(spoilt('%PDF-1.7', '%PDF-2.0')).toContain('6.1.2 pdfa.header')
    expect(spoilt('<dc:title><rdf:Alt>', '<dc:title><rdf:Bag>')).toContain('6.6.2.1 pdfa.xmp-malformed')
    expect(spoilt('/Filter /FlateDecode', '/Filter /LZWDecodeX ')).toContain('6.1.7.2 pdfa.filter')
  })
})

/** Seals and signatures for the tests of this folder. */
import { sm3, type Signer } from '#core/crypto'
import { fromHex, readDer, utf8, type DerNode } from '#core/formats'
import { testPki, type TestPki } from '../pdf/seal.fixture.ts'
import { buildSeal, buildSealSignature, type SealContent, type SealSignatureRequest, type VerifyOptions } from '../index.ts'

const small = fromHex('89504e470d0a1a0a')
export const content = (signers: readonly Signer[], change: Partial<SealContent> = {}): SealContent => ({
  id: '15000000000001', vendor: 'WENSHU', type: 1, name: '某某市人民政府办公室', certs: { kind: 'certificates', list: signers.map(({ certificate }) => certificate) },
  createdAt: '2026-02-01T00:00:00Z', validFrom: '2026-02-01T00:00:00Z', validTo: '2031-02-01T00:00:00Z',
  picture: { type: 'PNG', data: small.ok ? small.value : new Uint8Array(1), width: 42, height: 42 }, ...change,
})

export type Cast = { readonly pki: TestPki; readonly maker: Signer; readonly signer: Signer; readonly stranger: Signer; readonly decide: VerifyOptions }
/** Serial numbers: maker 10, signer 11, stranger 12 (hexadecimal). */
export const cast = async (revoked: readonly { serial: string; date: string }[] = []): Promise<Cast> => {
  const pki = await testPki('sm2', revoked)
  const [maker, signer, stranger] = [await pki.signer('sm2', '制章中心'), await pki.signer('sm2', '某某市人民政府办公室'), await pki.signer('sm2', '路人')]
  return { pki, maker, signer, stranger, decide: { anchors: [pki.root], crls: [pki.crl], trust: 'decide', now: '2026-11-25T00:00:00Z' } }
}

export const must = <T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: { readonly code: string; readonly message: string } }): T => {
  if (!result.ok) throw new Error(`${result.error.code} ${result.error.message}`)
  return result.value
}

export const original = utf8('<ofd:Signature/>')
export const dataHash = sm3(original)
export const sealBy = async ({ maker, signer }: Cast, change: Partial<SealContent> = {}): Promise<Uint8Array> => must(await buildSeal(content([signer], change), maker))
export const signWith = async (seal: Uint8Array, signer: Signer, change: Partial<SealSignatureRequest> = {}) =>
  buildSealSignature({ seal, signedAt: '2026-11-24T10:00:00Z', dataHash, propertyInfo: '/Doc_0/Signs/Sign_0/Signature.xml', ...change }, signer)

/** Tags of a structure, nested: values and lengths left out. Lists of the same element count once. */
export const skeleton = (der: Uint8Array): string => {
  const draw = (node: DerNode): string => {
    const own = `${node.class[0]}${node.tag}`
    if (!node.constructed) return own
    const parts = must(node.children()).map(draw)
    return `${own}(${parts.filter((part, i) => part !== parts[i - 1]).join(' ')})`
  }
  return draw(must(readDer(der)))
}

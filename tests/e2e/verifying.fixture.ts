/** Files to verify: real pages sealed by an authority of the tests, and the same changed afterwards. */
import { readFile } from 'node:fs/promises'
import { buildCertificate, buildRevocationList, sm2KeyPair, sm2MessageSigner, writeName, writePem, type Signer } from '#core/crypto'
import { emptyContent } from '#core/document'
import { utf8, type Result } from '#core/formats'
import { buildSeal, makeSealPicture, sealFace, sealPdf } from '#core/seal'
import { openPress } from '../../cli/compose.ts'
import { loadFaces } from '../../cli/fonts.ts'

const organ = '内蒙古自治区人民政府办公厅'
const dates = { notBefore: '2026-01-01T00:00:00Z', notAfter: '2036-01-01T00:00:00Z' }
const signedAt = '2026-11-24T02:30:00Z'

export type Files = {
  readonly rootPem: Uint8Array
  readonly crl: Uint8Array
  readonly sealedPdf: Uint8Array
  readonly changedPdf: Uint8Array
  readonly plainPdf: Uint8Array
  readonly seal: Uint8Array
}

const paragraphs = ['为做好今冬明春草原防火工作，现就有关事项通知如下。', '各地各部门要压实责任，严格野外用火管理，及时处置火情。', '本通知自印发之日起施行。']

const must = <T>(result: Result<T, { readonly message: string }>): T => {
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

/** Never twice the same key, never the machine's chance: runs can be compared. */
const entropyFrom = (seed: number) => {
  let counter = seed
  return (length: number): Uint8Array => Uint8Array.from({ length }, () => (counter = (counter * 73 + 41) % 251))
}

const party = async (): Promise<{ readonly signer: Signer; readonly root: Uint8Array; readonly crl: Uint8Array }> => {
  const entropy = entropyFrom(7)
  const rootPair = sm2KeyPair(entropy)
  const rootKey = { algorithm: 'sm2', point: rootPair.publicKey } as const
  const rootSigner = sm2MessageSigner(rootPair.privateKey, entropy)
  const name = writeName([{ type: 'C', value: 'CN' }, { type: 'O', value: '试验根证书机构' }, { type: 'CN', value: '试验根证书' }])
  const root = await buildCertificate({ serial: '01', issuer: name, subject: name, ...dates, publicKey: rootKey, authority: {}, keyUsage: ['keyCertSign', 'cRLSign'] }, rootSigner)
  const pair = sm2KeyPair(entropy)
  const signer = sm2MessageSigner(pair.privateKey, entropy)
  const certificate = await buildCertificate({
    serial: '02', issuer: name, subject: writeName([{ type: 'C', value: 'CN' }, { type: 'O', value: organ }, { type: 'CN', value: `${organ}电子印章` }]), ...dates,
    publicKey: { algorithm: 'sm2', point: pair.publicKey }, keyUsage: ['digitalSignature', 'nonRepudiation'], issuerKey: rootKey,
  }, rootSigner)
  const crl = await buildRevocationList({ issuer: name, number: 1, thisUpdate: '2026-01-02T00:00:00Z', nextUpdate: '2036-01-01T00:00:00Z', revoked: [] }, rootSigner)
  return { signer: { ...signer, certificate }, root, crl }
}

export const makeFiles = async (): Promise<Files> => {
  const faces = await loadFaces()
  const press = openPress(faces)
  const content = {
    ...emptyContent({ kind: '通知', organName: organ }), title: '关于做好草原防火工作的通知', issuers: [organ], recipients: ['各盟行政公署、市人民政府'],
    body: paragraphs.map((text) => ({ kind: 'paragraph', level: 0, number: null, text }) as const),
  }
  const { pdf, sealPlace } = await press.compose(content, { number: '内政办发〔2026〕12号', date: '2026-11-24', printDate: '2026-11-24' })
  if (sealPlace === null) throw new Error('the layout has no place for a seal')
  const { signer, root, crl } = await party()
  const glyph = must(sealFace(new Uint8Array(await readFile(faces.files['宋体'].path))))
  const appearance = { name: organ, bottomText: '样章', glyph }
  const sealed = await sealPdf({ pdf, place: sealPlace, appearance, signer, chain: [], signedAt, name: organ, reason: '用印' })
  if (!sealed.ok) throw new Error(sealed.error.message)
  const changedPdf = sealed.value.slice()
  // One byte of the first page's stream; the file still opens.
  changedPdf[changedPdf.length >> 3]! ^= 1
  const picture = must(makeSealPicture({ from: 'round', appearance, width: 42 }, { as: 'ofd', id: '15000000000001', title: organ, date: '2026-02-01' }))
  const seal = await buildSeal({
    id: '15000000000001', vendor: 'WENSHU', type: 1, name: organ, certs: { kind: 'certificates', list: [signer.certificate] },
    createdAt: '2026-02-01T00:00:00Z', validFrom: '2026-02-01T00:00:00Z', validTo: '2031-02-01T00:00:00Z', picture,
  }, signer)
  if (!seal.ok) throw new Error(seal.error.message)
  return { rootPem: utf8(writePem('CERTIFICATE', root)), crl, sealedPdf: sealed.value, changedPdf, plainPdf: pdf, seal: seal.value }
}

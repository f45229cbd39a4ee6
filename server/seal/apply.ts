import { sealFace, sealPdf, type PdfSealPlace, type SealAppearance } from '#core/seal'
import type { Signer } from '#core/crypto'
import { toBase64 } from '#core/formats'
import type { BlobStore } from '../blobs/index.ts'
import type { Queryable } from '../db/index.ts'
import type { Authority } from '../identity/index.ts'

export type SealDefinition = {
  readonly id: string; readonly organId: string; readonly name: string; readonly diameterMm: number
  /** below the star, e.g. 演示专用; '' for none */
  readonly bottomText: string
}

export type SealServices = {
  readonly blobs: BlobStore
  readonly authority: Authority
  /** a TrueType font with the characters of the seals' names */
  readonly font: () => Promise<Uint8Array>
}

type Applied = { readonly sealedHash: string; readonly sealName: string; readonly certificate: string }

const signerOf = (authority: Authority, sealId: string, name: string, now: string): Promise<Signer> =>
  authority.sealSigner({ sealId, organName: name, name: `${name}电子印章` }, now)

export const defineSeal = async (q: Queryable, seal: SealDefinition): Promise<void> => {
  await q.query(
    'insert into seal_definition (id, organ, name, diameter_mm, bottom_text) values ($1, $2, $3, $4, $5) on conflict (id) do nothing',
    [seal.id, seal.organId, seal.name, seal.diameterMm, seal.bottomText])
}

/** Makes the keys and certificates of all seals ahead of their first use, until told to stop. A key is made here and never leaves. */
export const prepareSeals = async (q: Queryable, authority: Authority, now: string, stopped: () => boolean): Promise<void> => {
  for (const { id, name } of await q.query<{ id: string; name: string }>('select id, name from seal_definition order by id')) {
    if (stopped()) return
    await signerOf(authority, id, name, now)
  }
}

/** Reading the font's outlines is slow, and one font draws all seals. A failure is not kept. */
const faces = new WeakMap<SealServices['font'], SealAppearance['glyph']>()

const openFace = async (font: SealServices['font']): Promise<SealAppearance['glyph']> => {
  const known = faces.get(font)
  if (known !== undefined) return known
  const opened = sealFace(await font())
  if (!opened.ok) throw new Error(opened.error.message)
  faces.set(font, opened.value)
  return opened.value
}

export type SealOrder = {
  readonly documentId: string; readonly purpose: string; readonly sealId: string; readonly organId: string
  readonly revisionHash: string; readonly finalHash: string; readonly commandId: string; readonly now: string
}

/** S1: the stored application answers a repeated order. A string is the reason why the seal cannot be used. */
export const applySeal = async (services: SealServices, tx: Queryable, order: SealOrder): Promise<Applied | string> => {
  const [done] = await tx.query<{ sealed_hash: string; seal_name: string; certificate: string }>(
    'select sealed_hash, seal_name, certificate from seal_application where document = $1 and revision_hash = $2 and purpose = $3',
    [order.documentId, order.revisionHash, order.purpose])
  if (done !== undefined) return { sealedHash: done.sealed_hash, sealName: done.seal_name, certificate: done.certificate }
  const [seal] = await tx.query<{ organ: string; name: string; diameter_mm: number; bottom_text: string }>('select organ, name, diameter_mm, bottom_text from seal_definition where id = $1', [order.sealId])
  if (seal === undefined || seal.organ !== order.organId) return '印章不存在，或不是本机关的印章'
  const [composition] = await tx.query<{ seal_place: Omit<PdfSealPlace, 'diameter'> | null }>('select seal_place from composition where hash = $1', [order.finalHash])
  const pdf = await services.blobs.read(order.finalHash)
  if (composition === undefined || pdf === null) return '版式文件不存在'
  if (composition.seal_place === null) return '版式文件没有用印位置'
  const glyph = await openFace(services.font)
  const signer = await signerOf(services.authority, order.sealId, seal.name, order.now)
  const sealed = await sealPdf({
    pdf, place: { ...composition.seal_place, diameter: seal.diameter_mm }, appearance: { name: seal.name, bottomText: seal.bottom_text, glyph }, signer,
    chain: [services.authority.rootCertificate], signedAt: `${order.now.slice(0, 19)}Z`, name: seal.name, reason: '公文用印',
  })
  if (!sealed.ok) return sealed.error.message
  const sealedHash = await services.blobs.keep(sealed.value)
  const certificate = toBase64(signer.certificate)
  await tx.query(
    `insert into seal_application (document, revision_hash, purpose, sealed_hash, seal_name, certificate, command, applied_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [order.documentId, order.revisionHash, order.purpose, sealedHash, seal.name, certificate, order.commandId, order.now])
  return { sealedHash, sealName: seal.name, certificate }
}

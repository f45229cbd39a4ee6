/** Making a seal by GB/T 38540 (制章): its keys, its certificates, its picture, signed by the seal's maker; once for each seal. */
import { randomBytes } from 'node:crypto'
import { readCertificate } from '#core/crypto'
import { fromBase64, toBase64 } from '#core/formats'
import type { DeskSignatures } from '#core/route'
import { buildSeal, makeSealPicture, sealFace, type SealAppearance } from '#core/seal'
import type { Database, Queryable } from '../db/index.ts'
import type { Authority } from '../identity/index.ts'
import type { OpenSigners, SealKeys } from './keys.ts'
import { deskSigners } from './deskKeys.ts'
import { lockSeal, type SealRow } from './register.ts'

export type MakeServices = {
  readonly authority: Authority
  /** a TrueType font with the characters of the seals' names */
  readonly font: () => Promise<Uint8Array>
  /** the keys that are elsewhere */
  readonly keys: SealKeys
}

/** What the register keeps of a seal that was made: base64 DER and times. */
type SealMaking = {
  readonly seal: string; readonly pdfCertificate: string; readonly ofdCertificate: string; readonly makerCertificate: string; readonly at: string; readonly until: string
}

/** A seal ready for use, to be closed after it. `seal`: SESeal, DER. `entry`: to be entered in the register, null when it is there. */
export type MadeSeal = { readonly seal: Uint8Array; readonly signers: OpenSigners; readonly appearance: SealAppearance; readonly entry: SealMaking | null }

/** Reading the font's outlines is slow, and one font draws all seals. A failure is not kept. */
const faces = new WeakMap<MakeServices['font'], SealAppearance['glyph']>()

const openFace = async (font: MakeServices['font']): Promise<SealAppearance['glyph']> => {
  const known = faces.get(font)
  if (known !== undefined) return known
  const opened = sealFace(await font())
  if (!opened.ok) throw new Error(opened.error.message)
  faces.set(font, opened.value)
  return opened.value
}

type Named = Pick<SealRow, 'id' | 'name' | 'pdf_key' | 'ofd_key'>

const signersOf = ({ authority, keys }: MakeServices, seal: Named, now: string): Promise<OpenSigners> =>
  keys.open({ pdf: seal.pdf_key, ofd: seal.ofd_key }, () => authority.sealSigners({ sealId: seal.id, organName: seal.name, name: `${seal.name}电子印章` }, now))

const bytesOf = (text: string): Uint8Array => {
  const read = fromBase64(text)
  if (!read.ok) throw new Error('印章登记中的印章无法读取')
  return read.value
}

/** The seal of a row as it was read; made when it is not yet. Slow, and never inside a transaction. @param desk what the seal desk signed */
export const makeSeal = async (services: MakeServices, row: SealRow, now: string, desk: DeskSignatures | null = null): Promise<MadeSeal> => {
  const signers = deskSigners(row, desk) ?? await signersOf(services, row, now)
  try {
    return await makeWith(services, row, signers, now)
  } catch (error) {
    await signers.close()
    throw error
  }
}

const makeWith = async (services: MakeServices, row: SealRow, signers: OpenSigners, now: string): Promise<MadeSeal> => {
  const appearance: SealAppearance = { name: row.name, bottomText: row.bottom_text, glyph: await openFace(services.font) }
  if (row.seal !== null) return { seal: bytesOf(row.seal), signers, appearance, entry: null }
  const certificate = readCertificate(signers.ofd.certificate)
  if (!certificate.ok) throw new Error(certificate.error.message)
  const picture = makeSealPicture({ from: 'round', appearance, width: row.diameter_mm })
  if (!picture.ok) throw new Error(picture.error.message)
  const at = `${now.slice(0, 19)}Z`
  // Never longer than its certificate; the register may say shorter.
  const until = [certificate.value.notAfter, ...(row.valid_to === null ? [] : [row.valid_to])].sort()[0] ?? at
  const { sealMaker } = services.authority
  const seal = await buildSeal({
    id: randomBytes(16).toString('hex'), vendor: 'WENSHU', type: 1, name: row.name, certs: { kind: 'certificates', list: [signers.ofd.certificate] },
    createdAt: at, validFrom: row.valid_from !== null && row.valid_from > at ? row.valid_from : at, validTo: until, picture: picture.value,
  }, sealMaker)
  if (!seal.ok) throw new Error(seal.error.message)
  const entry = {
    seal: toBase64(seal.value), pdfCertificate: toBase64(signers.pdf.certificate), ofdCertificate: toBase64(signers.ofd.certificate),
    makerCertificate: toBase64(sealMaker.certificate), at, until,
  }
  return { seal: seal.value, signers, appearance, entry }
}

/** @param id of a row that the caller holds locked and that has no seal yet */
export const enterSeal = async (tx: Queryable, id: string, made: SealMaking): Promise<void> => {
  await tx.query(
    `update seal_definition set seal = $2, pdf_certificate = $3, ofd_certificate = $4, maker_certificate = $5, created_at = $6,
       valid_from = coalesce(valid_from, $6), valid_to = $7 where id = $1`,
    [id, made.seal, made.pdfCertificate, made.ofdCertificate, made.makerCertificate, made.at, made.until])
}

/** Makes all seals ahead of their first use, until told to stop. A key of the own store is made here and never leaves. */
export const prepareSeals = async (services: MakeServices, db: Database, now: string, stopped: () => boolean): Promise<void> => {
  const waiting = await db.query<SealRow>('select * from seal_definition where seal is null order by id')
  for (const row of waiting) {
    if (stopped()) return
    // Keys that are elsewhere are opened when the seal is used, not before.
    if (row.pdf_key !== '' || row.ofd_key !== '') continue
    if (row.valid_to !== null && row.valid_to <= now) continue
    const { entry } = await makeSeal(services, row, now)
    await db.transaction(async (tx) => {
      const standing = await lockSeal(tx, row.id)
      if (entry !== null && standing?.seal === null) await enterSeal(tx, row.id, entry)
    })
  }
}

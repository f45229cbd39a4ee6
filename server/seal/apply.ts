/** Applying a seal once to both files of a document (用印). Rules S1, S2 of docs/spec/route.md. */
import { KeyRefused } from '#keys'
import { sm3Hex } from '#core/crypto'
import { err, ok, toBase64, utf8, type Result } from '#core/formats'
import type { DeskSignatures, SealPosition } from '#core/route'
import type { PdfSealPlace } from '#core/seal'
import type { BlobStore } from '../blobs/index.ts'
import type { Queryable } from '../db/index.ts'
import { revocationList } from '../identity/index.ts'
import { sealBoth, type PdfLevel } from './both.ts'
import { DeskMismatch, deskOrderProblem, type PrepareAgain } from './deskKeys.ts'
import { keyProblem } from './keys.ts'
import { enterSeal, makeSeal, type MakeServices } from './make.ts'
import { lockSeal, sealProblem, logUse, type SealRow, type SealUsed } from './register.ts'
import { stampers, type TimeStamps } from './time.ts'

export type SealServices = MakeServices & {
  /** asked outside of any transaction */
  readonly db: Queryable
  readonly blobs: BlobStore
  readonly clock: () => Date
  readonly timeStamps: TimeStamps
  readonly pdfLevel: PdfLevel
  /** K65: seconds from preparing to the order in which a seal desk's signature is taken */
  readonly deskSeconds: number
}

/**
 * `place`: where the clerk saw the seal; null leaves it to the composed pages. `base`: what is sealed, the composed pages or the
 * newest files under the seals of other organs; null where nothing is.
 */
export type SealOrder = SealUsed & {
  readonly organId: string; readonly revisionHash: string; readonly place: SealPosition | null; readonly base: { readonly hash: string; readonly ofdHash: string | null } | null
  readonly desk: DeskSignatures | null
}

type Applied = { readonly kind: 'applySeal'; readonly sealedHash: string; readonly sealedOfdHash?: string; readonly sealName: string; readonly certificate: string }

/** S10: what was on screen had the size of the seal that is used. */
const sizeProblem = ({ place }: SealOrder, seal: SealRow): string | null => place === null || place.diameter === seal.diameter_mm * 1000 ? null
  : `印章“${seal.name}”登记的直径为${seal.diameter_mm}毫米，与用印声明所写的${place.diameter / 1000}毫米不一致，请重新打开后再用印`

/** Whether the seal may be used, and by how many; under dual control the request is entered in the use log. A string is the reason against it. */
export const checkSeal = async (tx: Queryable, order: SealOrder): Promise<{ readonly kind: 'checkSeal'; readonly control: 'single' | 'dual'; readonly sealName: string } | string> => {
  const seal = await lockSeal(tx, order.sealId)
  const problem = sealProblem(seal, order.organId, order.now)
  if (problem !== null || seal === undefined) return problem ?? ''
  const size = sizeProblem(order, seal)
  if (size !== null) return size
  if (seal.control === 'dual') {
    const { sql, params } = logUse(order, { result: 'requested' })
    await tx.query(sql, params)
  }
  return { kind: 'checkSeal', control: seal.control, sealName: seal.name }
}

const inMillimetres = ({ page, x, y }: SealPosition) => ({ page, x: x / 1000, y: y / 1000 })

type Done = { readonly sealed_hash: string; readonly sealed_ofd_hash: string | null; readonly seal_name: string; readonly certificate: string }

/** A token that is not there or locked is the clerk's business, not a defect. */
export const refusing = async <T>(work: () => Promise<Result<T, string>>): Promise<Result<T, string | PrepareAgain>> => {
  try {
    return await work()
  } catch (error) {
    if (error instanceof DeskMismatch) return err({ kind: 'prepareAgain', detail: error.message })
    if (error instanceof KeyRefused) return err(`印章密钥不能使用：${keyProblem(error.refusal)}`)
    throw error
  }
}

/** What sealing takes from the installation. */
export const surroundings = async (services: SealServices, now: string) => ({
  root: services.authority.rootCertificate, crl: await revocationList(services.db, services.authority, now), level: services.pdfLevel,
  stampers: stampers(services.timeStamps, services.authority, () => services.clock().toISOString()),
})

export const baseOf = ({ base, finalHash, ofdHash }: SealOrder) => base ?? { hash: finalHash, ofdHash }

/** The slow part: keys are opened, both files are signed and stamped. The error is in words for the clerk. */
const sealFiles = (services: SealServices, order: SealOrder, row: SealRow, place: PdfSealPlace) => refusing(async () => {
  const base = baseOf(order)
  const pdf = await services.blobs.read(base.hash)
  const ofd = base.ofdHash === null ? null : await services.blobs.read(base.ofdHash)
  if (pdf === null || (base.ofdHash !== null && ofd === null)) return err('版式文件不存在')
  // What stands between the pages that were signed for and these files is known by hash alone (J3).
  if (sm3Hex(pdf) !== base.hash || (ofd !== null && sm3Hex(ofd) !== base.ofdHash)) return err('库中的版式文件与登记的指纹不符，未用印，请报告系统管理员')
  // The time of the key, not of the order: an order may have waited for another one. A desk's key has signed its time already.
  const now = order.desk?.signedAt ?? services.clock().toISOString()
  const made = await makeSeal(services, row, now, order.desk)
  try {
    const both = await sealBoth({ pdf, ofd, made, place, name: row.name, now, ...(await surroundings(services, now)) })
    return both.ok ? ok({ ...both.value, certificate: toBase64(made.signers.pdf.certificate), entry: made.entry }) : both
  } finally {
    await made.signers.close()
  }
})

/** Work under this name is done while the transaction is not open; see `Ahead` of the command path. */
type Ahead = <T>(key: string, work: () => Promise<T>) => Promise<T>

/** S9: a seal that was made for these files, this place and this entry of the register, and for no other. */
const nameOf = (order: SealOrder, row: SealRow, place: PdfSealPlace): string =>
  `seal ${sm3Hex(utf8(JSON.stringify([order.documentId, order.revisionHash, order.purpose, order.finalHash, order.ofdHash, baseOf(order), row, place, order.desk])))}`

/** The entry of the register, held until the commit, and where its seal goes. A string is the reason why it cannot be used. */
export const readyFor = async (tx: Queryable, order: SealOrder): Promise<{ readonly row: SealRow; readonly place: PdfSealPlace } | string> => {
  const row = await lockSeal(tx, order.sealId)
  const problem = sealProblem(row, order.organId, order.now)
  if (problem !== null || row === undefined) return problem ?? ''
  if (row.control === 'dual' && (order.confirmedBy === null || order.confirmedBy === order.by)) return `印章“${row.name}”须由两人用印，还没有第二人复核`
  const [composition] = await tx.query<{ seal_place: Omit<PdfSealPlace, 'diameter'> | null; ofd_hash: string | null }>('select seal_place, ofd_hash from composition where hash = $1', [order.finalHash])
  if (composition === undefined || composition.ofd_hash !== order.ofdHash) return '版式文件不存在'
  const size = sizeProblem(order, row)
  if (size !== null) return size
  if (composition.seal_place === null) return '版式文件没有用印位置'
  const { page, x, y } = order.place === null ? composition.seal_place : inMillimetres(order.place)
  return { row, place: { page, x, y, diameter: row.diameter_mm } }
}

/** S1: the stored application answers a repeated order. A string is the reason why the seal cannot be used; then neither file is kept. */
export const applySeal = async (services: SealServices, tx: Queryable, ahead: Ahead, order: SealOrder): Promise<Applied | PrepareAgain | string> => {
  const [done] = await tx.query<Done>(
    'select sealed_hash, sealed_ofd_hash, seal_name, certificate from organ_seal where document = $1 and revision_hash = $2 and purpose = $3 and organ = $4',
    [order.documentId, order.revisionHash, order.purpose, order.organId])
  if (done !== undefined) {
    return {
      kind: 'applySeal', sealedHash: done.sealed_hash, ...(done.sealed_ofd_hash === null ? {} : { sealedOfdHash: done.sealed_ofd_hash }),
      sealName: done.seal_name, certificate: done.certificate,
    }
  }
  const ready = await readyFor(tx, order)
  if (typeof ready === 'string') return ready
  const { row, place } = ready
  const stale = deskOrderProblem(services.deskSeconds, order, row)
  if (stale !== null) return stale
  const sealed = await ahead(nameOf(order, row, place), () => sealFiles(services, order, row, place))
  if (!sealed.ok) return sealed.error
  const sealedHash = await services.blobs.keep(sealed.value.pdf)
  const sealedOfd = sealed.value.ofd === null ? {} : { sealedOfdHash: await services.blobs.keep(sealed.value.ofd) }
  const { certificate, entry } = sealed.value
  if (entry !== null) await enterSeal(tx, row.id, entry)
  await tx.query(
    `insert into organ_seal (document, revision_hash, purpose, organ, sealed_hash, seal_name, certificate, command, applied_at, sealed_ofd_hash)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [order.documentId, order.revisionHash, order.purpose, order.organId, sealedHash, row.name, certificate, order.commandId, order.now, sealedOfd.sealedOfdHash ?? null])
  const { sql, params } = logUse(order, { result: 'sealed', sealedHash, ...sealedOfd })
  await tx.query(sql, params)
  return { kind: 'applySeal', sealedHash, ...sealedOfd, sealName: row.name, certificate }
}

/** Orders for seals whose keys are at the seal desk (用印台用印): prepared for its token, and nothing is kept of it. Rule K61. */
import { toBase64 } from '#core/formats'
import type { PreparedSeal } from '#core/sync'
import type { Database } from '../db/index.ts'
import { baseOf, readyFor, refusing, surroundings, type SealOrder, type SealServices } from './apply.ts'
import { prepareBoth, sealingTime } from './both.ts'
import { certificatesProblem } from './deskKeys.ts'
import { enterSeal, makeSeal } from './make.ts'
import { lockSeal, type SealRow } from './register.ts'

/** The seal of GB/T 38540 is made once and kept: what the token signs holds it. */
const withSeal = async (services: SealServices & { readonly db: Database }, row: SealRow, now: string): Promise<SealRow> => {
  if (row.seal !== null) return row
  const { entry } = await makeSeal(services, row, now)
  return services.db.transaction(async (tx) => {
    const standing = await lockSeal(tx, row.id)
    if (entry !== null && standing?.seal === null) await enterSeal(tx, row.id, entry)
    return (await lockSeal(tx, row.id)) ?? row
  })
}

/**
 * What the token at the desk is to sign for this order; nothing is kept of it, and the same time gives the same again (K61).
 * A string is the reason why the seal cannot be used.
 */
export const prepareSeal = async (services: SealServices & { readonly db: Database }, order: SealOrder): Promise<PreparedSeal | string> => {
  const ready = await services.db.transaction((tx) => readyFor(tx, order))
  if (typeof ready === 'string') return ready
  const { place } = ready
  const { desk_certificates: certificates, name } = ready.row
  if (certificates === null) return `印章“${name}”的密钥不在用印台，不须准备`
  const { hash, ofdHash } = baseOf(order)
  if (order.place === null || ofdHash === null) return '这份公文没有 OFD 或用印位置，不能用用印台的密钥用印'
  const now = services.clock().toISOString()
  const expired = certificatesProblem(certificates, now)
  if (expired !== null) return expired
  const [pdf, ofd] = [await services.blobs.read(hash), await services.blobs.read(ofdHash)]
  if (pdf === null || ofd === null) return '版式文件不存在'
  const prepared = await refusing(async () => {
    const row = await withSeal(services, ready.row, now)
    const made = await makeSeal(services, row, now)
    const both = await prepareBoth({ pdf, ofd, made, place, name, now, ...(await surroundings(services, now)) })
    return both.ok ? { ok: true, value: { ...both.value, seal: made.seal } } : both
  })
  if (!prepared.ok) return typeof prepared.error === 'string' ? prepared.error : prepared.error.detail
  const { value } = prepared
  return { signedAt: sealingTime(now), base: { pdf: hash, ofd: ofdHash }, pdf: toBase64(value.pdf), ofd: toBase64(value.ofd), seal: toBase64(value.seal) }
}

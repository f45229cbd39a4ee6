/** The seal register (印章登记): which seals there are, whether each may be used, and what was done with it. */
import { openKeyHolder } from '#keys'
import type { Directory } from '#core/access'
import { fromBase64 } from '#core/formats'
import { readCertificate } from '#core/crypto'
import type { SealEntry, SealStatus, SealUse } from '#core/sync'
import { writeAudit } from '../audit/index.ts'
import type { Database, Part, Queryable } from '../db/index.ts'
import { Problem } from '../problem.ts'
import { deskAddress, deskProblem, type DeskCertificates } from './deskKeys.ts'
import { localDate } from '../records/index.ts'

export type SealDefinition = {
  readonly id: string; readonly organId: string; readonly name: string; readonly diameterMm: number
  /** below the star, e.g. 演示专用; '' for none */
  readonly bottomText: string
  /** 双人用印: a second clerk confirms each use */
  readonly control?: 'single' | 'dual'
  /** addresses of keys that are not in the installation's own store */
  readonly pdfKey?: string
  readonly ofdKey?: string
  /** of keys at the seal desk, for which both addresses are `desk` */
  readonly deskCertificates?: DeskCertificates
  /** ISO 8601 UTC; absent: from its making, as long as its certificates */
  readonly validFrom?: string
  readonly validTo?: string
}

export type SealRow = {
  readonly id: string; readonly organ: string; readonly name: string; readonly diameter_mm: number; readonly bottom_text: string
  readonly control: 'single' | 'dual'; readonly status: SealStatus; readonly halted_by: string | null; readonly halted_reason: string | null; readonly halted_at: string | null
  readonly pdf_key: string; readonly ofd_key: string; readonly desk_certificates: DeskCertificates | null; readonly seal: string | null
  readonly pdf_certificate: string | null; readonly ofd_certificate: string | null; readonly maker_certificate: string | null
  readonly created_at: string | null; readonly valid_from: string | null; readonly valid_to: string | null
}

/** A seal that is there already is left as it is, and false. */
export const defineSeal = async (q: Queryable, seal: SealDefinition): Promise<boolean> => {
  const made = await q.query(
    `insert into seal_definition (id, organ, name, diameter_mm, bottom_text, control, pdf_key, ofd_key, valid_from, valid_to, desk_certificates) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (id) do nothing returning id`,
    [seal.id, seal.organId, seal.name, seal.diameterMm, seal.bottomText, seal.control ?? 'single', seal.pdfKey ?? '', seal.ofdKey ?? '', seal.validFrom ?? null, seal.validTo ?? null,
      seal.deskCertificates === undefined ? null : JSON.stringify(seal.deskCertificates)])
  return made.length > 0
}

const addressProblem = (address: string | undefined): string | null => {
  const holder = address === undefined || address === '' || address === deskAddress ? null : openKeyHolder(address)
  return holder === null || holder.ok ? null : holder.error.message
}

/** Why a seal cannot be entered, in words, or null. Rule S7. */
export const definitionProblem = (seal: SealDefinition, organs: Directory['organs'], now: string): string | null => {
  const { id, organId, name, diameterMm, bottomText, validFrom, validTo } = seal
  if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/.test(id)) return '印章编号只能用字母、数字和连字符，以字母或数字开头，至多64个字符'
  if (!Object.hasOwn(organs, organId)) return `没有登记编号为“${organId}”的机关`
  if (name.trim() === '' || name !== name.trim() || name.length > 60) return '印章名称应为1至60个字，首尾没有空格'
  if (!Number.isInteger(diameterMm) || diameterMm < 10 || diameterMm > 100) return '印章直径应为10至100的整毫米数'
  if (bottomText.length > 20) return '印章下方文字至多20个字'
  if (validFrom !== undefined && validTo !== undefined && validTo <= validFrom) return '印章有效期的止日应在起日之后'
  return addressProblem(seal.pdfKey) ?? addressProblem(seal.ofdKey) ?? deskProblem(seal, now)
}

/** Enters a seal by whoever is at the server's console, with a trace in the audit log. A string is the reason against it. */
export const enterDefinition = (db: Database, seal: SealDefinition, organs: Directory['organs'], { by, now }: { readonly by: string; readonly now: string }): Promise<string | null> =>
  db.transaction(async (tx) => {
    const problem = definitionProblem(seal, organs, now) ?? ((await defineSeal(tx, seal)) ? null : `编号为“${seal.id}”的印章已经登记，没有改动`)
    if (problem !== null) return problem
    const keys = [seal.pdfKey, seal.ofdKey].map((address) => (address === undefined || address === '' ? '本机密钥' : address === deskAddress ? '用印台密钥' : address)).join('、')
    await writeAudit(tx, { at: now, actor: by, action: 'seal.define', target: seal.id, outcome: 'done', detail: `${seal.name}，${seal.control === 'dual' ? '双人用印' : '一人用印'}，${keys}` })
    return null
  })

/** Held until the commit: a seal cannot be stopped between the check and its use. */
export const lockSeal = async (tx: Queryable, id: string): Promise<SealRow | undefined> =>
  (await tx.query<SealRow>('select * from seal_definition where id = $1 for update', [id]))[0]

/** Days in words are those of the desk, whatever the server's own zone is. */
const day = (iso: string): string => localDate(new Date(iso), 'Asia/Shanghai')

/** Certificates and seals know whole seconds, the clock knows more: as text, 08:00:00Z would be later than 08:00:00.5Z. */
const isBefore = (one: string, other: string): boolean => Date.parse(one) < Date.parse(other)

/** Why the seal may not be used now, in words for the clerk, or null. @param now server time, ISO 8601 UTC */
export const sealProblem = (seal: SealRow | undefined, organId: string, now: string): string | null => {
  if (seal === undefined || seal.organ !== organId) return '印章不存在，或不是本机关的印章'
  const why = seal.halted_reason === null ? '' : `（${seal.halted_reason}）`
  if (seal.status === 'suspended') return `印章“${seal.name}”已停用${why}，恢复使用前不能用印`
  if (seal.status === 'revoked') return `印章“${seal.name}”已注销${why}，不能再用印`
  if (seal.valid_to !== null && isBefore(seal.valid_to, now)) return `印章“${seal.name}”的有效期到${day(seal.valid_to)}为止，已过期，请换发印章`
  return seal.valid_from !== null && isBefore(now, seal.valid_from) ? `印章“${seal.name}”自${day(seal.valid_from)}起有效，现在还不能用` : null
}

export type SealUsed = {
  readonly sealId: string; readonly documentId: string; readonly title: string; readonly number: string; readonly purpose: string
  readonly by: string; readonly confirmedBy: string | null; readonly commandId: string; readonly now: string
  readonly finalHash: string; readonly ofdHash: string | null
}

type SealOutcome =
  | { readonly result: 'requested' }
  | { readonly result: 'refused'; readonly detail: string }
  | { readonly result: 'sealed'; readonly sealedHash: string; readonly sealedOfdHash?: string }

/** One entry of the use log (用印登记). */
export const logUse = (use: SealUsed, outcome: SealOutcome): Part => ({
  sql: `insert into seal_use (seal, at, result, detail, document, title, number, purpose, clerk, confirmed_by, command, final_hash, ofd_hash, sealed_hash, sealed_ofd_hash)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
  params: [
    use.sealId, use.now, outcome.result, outcome.result === 'refused' ? outcome.detail : '', use.documentId, use.title, use.number, use.purpose, use.by,
    use.confirmedBy, use.commandId, use.finalHash, use.ofdHash, outcome.result === 'sealed' ? outcome.sealedHash : null,
    outcome.result === 'sealed' ? (outcome.sealedOfdHash ?? null) : null,
  ],
})

const entryOf = (row: SealRow & { readonly uses: number }): SealEntry => ({
  id: row.id, organId: row.organ, name: row.name, diameterMm: row.diameter_mm, status: row.status,
  halted: row.status === 'active' || row.halted_at === null ? null : { by: row.halted_by ?? '', reason: row.halted_reason ?? '', at: row.halted_at },
  control: row.control, keys: { pdf: row.pdf_key, ofd: row.ofd_key }, desk: row.desk_certificates,
  made: row.seal === null ? null : {
    createdAt: row.created_at ?? '', validFrom: row.valid_from ?? '', validTo: row.valid_to ?? '', seal: row.seal,
    pdfCertificate: row.pdf_certificate ?? '', ofdCertificate: row.ofd_certificate ?? '', makerCertificate: row.maker_certificate ?? '',
  },
  uses: row.uses,
})

/** Keys that are not in the own store, of seals that may be used again, with the names of these seals. */
export const externalKeys = async (q: Queryable): Promise<ReadonlyMap<string, readonly string[]>> => {
  const rows = await q.query<{ address: string; names: string[] }>(
    `select address, array_agg(name order by id) as names from seal_definition, lateral unnest(array[pdf_key, ofd_key]) as address
     where address not in ('', 'desk') and status <> 'revoked' group by address order by address`)
  return new Map(rows.map(({ address, names }) => [address, [...new Set(names)]]))
}

/** @param organId null for the seals of every organ */
export const listSeals = async (q: Queryable, organId: string | null): Promise<SealEntry[]> => {
  const rows = await q.query<SealRow & { readonly uses: number }>(
    `select seal_definition.*, (select count(*) from seal_use where seal_use.seal = seal_definition.id and result = 'sealed') as uses
     from seal_definition where $1::text is null or organ = $1 order by organ, id`, [organId])
  return rows.map(entryOf)
}

/** Newest first, 500 at most; null when there is no such seal among those of `organId`. */
export const sealUses = async (q: Queryable, organId: string | null, sealId: string): Promise<SealUse[] | null> => {
  const [seal] = await q.query('select 1 from seal_definition where id = $1 and ($2::text is null or organ = $2)', [sealId, organId])
  return seal === undefined ? null : q.query<SealUse>(
    `select at, result, detail, document as "documentId", title, number, purpose, clerk as by, confirmed_by as "confirmedBy", command as "commandId",
       final_hash as "finalHash", ofd_hash as "ofdHash", sealed_hash as "sealedHash", sealed_ofd_hash as "sealedOfdHash"
     from seal_use where seal = $1 order by id desc limit 500`, [sealId])
}

/**
 * Stops a seal, takes it back into use, or ends it for good; with its end its certificates go on the revocation list.
 * Problems: `not_found`, `seal_revoked` (409).
 */
export const setSealStatus = (db: Database, change: { readonly sealId: string; readonly status: SealStatus; readonly reason: string; readonly by: string; readonly now: string }): Promise<void> =>
  db.transaction(async (tx) => {
    const { sealId, status, reason, by, now } = change
    const seal = await lockSeal(tx, sealId)
    if (seal === undefined) throw new Problem(404, 'not_found', '印章不存在')
    if (seal.status === 'revoked') throw new Problem(409, 'seal_revoked', '印章已经注销，不能再改变状态')
    await tx.query('update seal_definition set status = $2, halted_by = $3, halted_reason = $4, halted_at = $5 where id = $1',
      [sealId, status, ...(status === 'active' ? [null, null, null] : [by, reason, now])])
    if (status === 'revoked') {
      for (const der of [seal.pdf_certificate, seal.ofd_certificate]) {
        const bytes = fromBase64(der ?? '')
        const certificate = bytes.ok ? readCertificate(bytes.value) : bytes
        if (der === null || !certificate.ok) continue
        await tx.query(
          `insert into certificate (serial, purpose, public_key, der, issued_at, not_after, revoked_at) values ($1, 'seal', '', $2, $3, $4, $5)
           on conflict (serial) do update set revoked_at = coalesce(certificate.revoked_at, excluded.revoked_at)`,
          [certificate.value.serial, der, certificate.value.notBefore, certificate.value.notAfter, now])
      }
    }
    await writeAudit(tx, { at: now, actor: by, action: 'seal.status', target: sealId, outcome: status, detail: reason })
  })

/** Making what a seal consists of: its keys and certificates (制章). */
import { toBase64 } from '#core/formats'
import type { Database, Queryable } from '../db/index.ts'
import type { Authority, SealSigners } from '../identity/index.ts'
import { lockSeal, type SealRow } from './register.ts'

type MakeServices = { readonly authority: Authority }

/** The signers of a seal; what is not made yet is made and entered in the register. The row is locked by the caller. */
export const makeSeal = async ({ authority }: MakeServices, tx: Queryable, row: SealRow, now: string): Promise<{ readonly signers: SealSigners }> => {
  const signers = await authority.sealSigners({ sealId: row.id, organName: row.name, name: `${row.name}电子印章` }, now)
  if (row.pdf_certificate === null) {
    await tx.query('update seal_definition set pdf_certificate = $2, ofd_certificate = $3, maker_certificate = $4 where id = $1', [
      row.id, toBase64(signers.pdf.certificate), toBase64(signers.ofd.certificate), toBase64(authority.sealMaker.certificate),
    ])
  }
  return { signers }
}

/** Makes all seals ahead of their first use, until told to stop. A key is made here and never leaves. */
export const prepareSeals = async (services: MakeServices, db: Database, now: string, stopped: () => boolean): Promise<void> => {
  for (const { id, name } of await db.query<{ id: string; name: string }>('select id, name from seal_definition where seal is null order by id')) {
    if (stopped()) return
    // The slow part, before the row is locked.
    await services.authority.sealSigners({ sealId: id, organName: name, name: `${name}电子印章` }, now)
    if (stopped()) return
    await db.transaction(async (tx) => {
      const row = await lockSeal(tx, id)
      if (row !== undefined) await makeSeal(services, tx, row, now)
    })
  }
}

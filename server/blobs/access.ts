/** Who may read which bytes (I0): those who sent them, and those who hold a record that names them. */
import type { Directory } from '#core/access'
import { blobsOf, type DocumentState } from '#core/route'
import type { Part, Queryable } from '../db/index.ts'
import { documentRow } from '../records/index.ts'

/** Sending the bytes is proof of having them; naming a hash is not. */
export const rememberUpload = (q: Queryable, hash: string, personId: string, at: string): Promise<unknown> =>
  q.query('insert into blob_upload values ($1, $2, $3) on conflict do nothing', [hash, personId, at])

/** `via`: the content that names the file, or the hash itself for bytes that the record names. */
export const blobRefParts = (documentId: string, refs: readonly { readonly hash: string; readonly via: string }[]): Part[] => refs.length === 0 ? [] : [{
  sql: `insert into blob_ref (hash, document, via) select hash, $1::text, via from unnest($2::text[], $3::text[]) as named (hash, via) on conflict do nothing`,
  params: [documentId, refs.map((ref) => ref.hash), refs.map((ref) => ref.via)],
}]

export const mayRead = async (q: Queryable, directory: Directory, hash: string, personId: string, now: string): Promise<boolean> => {
  const [sent] = await q.query('select 1 from blob_upload where hash = $1 and person = $2', [hash, personId])
  if (sent !== undefined) return true
  const named = await q.query<{ state: DocumentState; via: string }>(
    `select aggregate.state, blob_ref.via from blob_ref
     join feed on feed.kind = 'document' and feed.id = blob_ref.document and feed.person = $2 and not feed.removed
     join aggregate on aggregate.kind = 'document' and aggregate.id = blob_ref.document
     where blob_ref.hash = $1`,
    [hash, personId],
  )
  return named.some(({ state, via }) => {
    const row = documentRow(state, directory, personId, now)
    return row !== null && blobsOf(row.data as DocumentState).includes(via)
  })
}

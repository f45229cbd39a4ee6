import type { Directory } from '#core/access'
import { project, type DocumentState } from '#core/route'
import type { Row } from '#core/sync'

/** The document as this person may hold it, or null (I0). */
export const documentRow = (state: DocumentState, directory: Directory, personId: string, now: string): Row | null => {
  const data = project(state, directory, personId, now)
  return data === null ? null : { kind: 'document', id: state.id, version: state.version, schema: state.schema, data }
}

/** Any record; directory and routes are everyone's. */
export const recordRow = (
  record: { readonly kind: Row['kind']; readonly id: string; readonly version: number; readonly state: unknown }, directory: Directory, personId: string, now: string,
): Row | null =>
  record.kind === 'document'
    ? documentRow(record.state as DocumentState, directory, personId, now)
    : { kind: record.kind, id: record.id, version: record.version, schema: 1, data: record.state }

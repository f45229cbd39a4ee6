/** After a change of roles or delegations: who sees what, worked out again document by document (知悉范围重算). */
import { audienceOf, type DocumentState } from '#core/route'
import { together } from '../db/index.ts'
import { feedParts } from '../feed/index.ts'
import type { CommandServices } from './ports.ts'

export const refreshAudiences = async (services: CommandServices): Promise<void> => {
  let after = ''
  for (;;) {
    const ids = await services.db.query<{ id: string }>(`select id from aggregate where kind = 'document' and id > $1 order by id limit 200`, [after])
    const last = ids.at(-1)
    if (last === undefined) return
    after = last.id
    for (const { id } of ids) {
      const touched = await services.db.transaction(async (tx) => {
        const document = await services.records.document(tx, id, 'lock')
        if (document === null) return []
        const directory = await services.records.directory(tx)
        const should = [...audienceOf(document.state satisfies DocumentState, directory, services.clock().toISOString()).keys()].sort()
        const held = await tx.query<{ person: string }>(`select person from feed where kind = 'document' and id = $1 and not removed`, [id])
        const has = held.map((row) => row.person).sort()
        if (has.join('\n') === should.join('\n')) return []
        const write = together(feedParts('document', id, should))
        await tx.query(write.sql, write.params)
        return [...new Set([...has, ...should])]
      })
      if (touched.length > 0) services.committed(touched)
    }
  }
}

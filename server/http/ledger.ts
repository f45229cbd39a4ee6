/** The log as a file, for the auditor (账本导出). */
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { hasRole } from '#core/access'
import { isSignedHead, type SignedHead } from '#core/ledger'
import { exportLedger } from '../ledger/index.ts'
import { Problem } from '../problem.ts'
import { signed, type HttpServices } from './services.ts'
import { parse } from './parse.ts'

const request = z.strictObject({
  documents: z.union([z.literal('all'), z.array(z.string().min(1).max(512)).min(1).max(1000)]),
  earlier: z.array(z.custom<SignedHead>(isSignedHead)).max(100).default([]),
})

export const ledgerRoutes = (app: FastifyInstance, services: HttpServices): void => {
  const { commands, feed } = services
  app.post('/v1/log/export', async (incoming, reply) => {
    const { personId } = await signed(services, incoming)
    if (!hasRole(await commands.records.directory(commands.db), personId, 'auditor')) throw new Problem(403, 'forbidden', '账本由安全审计员导出')
    const made = await exportLedger(commands.db, await feed.head(), parse(request, incoming.body))
    if (!made.ok) {
      switch (made.reason) {
        case 'too_large': throw new Problem(413, 'too_large', '账本过长，请按文件导出')
        case 'no_such_document': throw new Problem(404, 'not_found', '账本中没有这些文件的记录')
        case 'foreign_head': throw new Problem(409, 'foreign_head', '所附日志头不是本账本签发的，或比账本还长：请核对后与管理机关联系')
      }
    }
    return reply.type('application/json').header('content-disposition', 'attachment; filename="wenshu.ledger.json"').send(Buffer.from(made.bytes))
  })
}

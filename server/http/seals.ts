/** The seal register: read by those who keep seals or watch over them, changed by the security administrator (印章登记). */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { prepareSealRequestSchema, sealStatusRequestSchema } from '#core/sync'
import { hasRole } from '#core/access'
import { prepareForDesk } from '../commands/index.ts'
import { Problem } from '../problem.ts'
import { listSeals, sealUses, setSealStatus } from '../seal/index.ts'
import { signed, type HttpServices } from './services.ts'
import { parse } from './parse.ts'

const params = z.strictObject({ id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/) })

export const sealRoutes = (app: FastifyInstance, services: HttpServices): void => {
  const { db, records, clock } = services.commands
  /** The organ whose seals the sender may see; null for all. */
  const reader = async (request: FastifyRequest): Promise<string | null> => {
    const { personId } = await signed(services, request)
    const directory = await records.directory(db)
    if (hasRole(directory, personId, 'securityAdmin') || hasRole(directory, personId, 'auditor')) return null
    const organId = directory.people[personId]?.organId
    if (organId === undefined || !hasRole(directory, personId, 'sealClerk')) throw new Problem(403, 'forbidden', '印章登记由印章管理员、安全保密管理员和审计员查看')
    return organId
  }
  app.get('/v1/seals', async (request) => {
    const seals = await listSeals(db, await reader(request))
    return { seals: await Promise.all(seals.map(async (seal) => ({ ...seal, keyStates: await services.sealKeys.states(seal.keys) }))) }
  })
  app.post('/v1/seals/:id/prepare', async (request) => {
    const sender = await signed(services, request)
    return prepareForDesk(services.commands, { ...sender, sealId: parse(params, request.params).id, ...parse(prepareSealRequestSchema, request.body) })
  })
  app.get('/v1/seals/:id/uses', async (request) => {
    const organId = await reader(request)
    const uses = await sealUses(db, organId, parse(params, request.params).id)
    if (uses === null) throw new Problem(404, 'not_found', '印章不存在')
    return { uses }
  })
  app.post('/v1/seals/:id/status', async (request, reply) => {
    const { personId } = await signed(services, request)
    if (!hasRole(await records.directory(db), personId, 'securityAdmin')) throw new Problem(403, 'forbidden', '只有安全保密管理员可以停用、恢复或注销印章')
    const { status, reason } = parse(sealStatusRequestSchema, request.body)
    await setSealStatus(db, { sealId: parse(params, request.params).id, status, reason, by: personId, now: clock().toISOString() })
    return reply.code(204).send()
  })
}

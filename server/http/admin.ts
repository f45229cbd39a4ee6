/** What officers do beside commands: devices and accounts (三员事务). */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { hasRole, type Role } from '#core/access'
import { approveDevice, createAccount, listDevices, revokeDevice } from '../identity/index.ts'
import { Problem } from '../problem.ts'
import { signed, type HttpServices } from './services.ts'
import { parse } from './parse.ts'

const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/)

export const adminRoutes = (app: FastifyInstance, services: HttpServices): void => {
  const { identity, commands, pokes } = services
  const officer = async (request: FastifyRequest, role: Role): Promise<string> => {
    const { personId } = await signed(services, request)
    if (!hasRole(await commands.records.directory(commands.db), personId, role)) throw new Problem(403, 'forbidden', '您没有这项管理岗位')
    return personId
  }
  app.get('/v1/admin/devices', async (request) => {
    await officer(request, 'securityAdmin')
    return { devices: await listDevices(identity) }
  })
  app.post('/v1/admin/devices/:id/revoke', async (request, reply) => {
    const by = await officer(request, 'securityAdmin')
    const person = await revokeDevice(identity, parse(z.strictObject({ id }), request.params).id, by)
    pokes.poke([person])
    return reply.code(204).send()
  })
  app.post('/v1/admin/devices/:id/approve', async (request, reply) => {
    const by = await officer(request, 'securityAdmin')
    await approveDevice(identity, parse(z.strictObject({ id }), request.params).id, by)
    return reply.code(204).send()
  })
  app.post('/v1/admin/accounts', async (request, reply) => {
    await officer(request, 'systemAdmin')
    const { account, password } = parse(z.strictObject({ account: id, password: z.string().min(1).max(256) }), request.body)
    await createAccount(identity, account, password)
    return reply.code(204).send()
  })
}

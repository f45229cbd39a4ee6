/** Sessions, keys, certificates, trust. */
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { enrolKeyRequestSchema, refreshRequestSchema, signInRequestSchema } from '#core/sync'
import { certificatesOf, enrolKey, refresh, revocationPem, rootPem, signIn } from '../identity/index.ts'
import { signed, type HttpServices } from './services.ts'
import { parse } from './parse.ts'

export const identityRoutes = (app: FastifyInstance, services: HttpServices): void => {
  const { identity } = services
  app.get('/v1/trust', async () => ({ root: rootPem(identity.authority), crl: await revocationPem(identity) }))
  app.post('/v1/session', (request) => signIn(identity, parse(signInRequestSchema, request.body), request.ip))
  app.post('/v1/session/refresh', (request) => refresh(identity, parse(refreshRequestSchema, request.body), request.ip))
  app.post('/v1/keys', async (request) => {
    const { personId } = await signed(services, request)
    return enrolKey(identity, personId, parse(enrolKeyRequestSchema, request.body))
  })
  app.get('/v1/certificates/:personId', async (request) => {
    await signed(services, request)
    const { personId } = parse(z.strictObject({ personId: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/) }), request.params)
    return { certificates: await certificatesOf(identity.db, personId) }
  })
}

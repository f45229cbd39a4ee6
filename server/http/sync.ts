/** hello, push, pull, digest, log, poke, health. */
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { maxBatch, pullRequestSchema, wireVersion, type Hello } from '#core/sync'
import { toBase64 } from '#core/formats'
import { push } from '../commands/index.ts'
import { pull, viewDigest } from '../feed/index.ts'
import { authenticate } from '../identity/index.ts'
import { jobsWaiting } from '../jobs/index.ts'
import { consistency } from '../ledger/index.ts'
import { Problem } from '../problem.ts'
import { minWireVersion, signed, type HttpServices } from './services.ts'
import { parse } from './parse.ts'

const size = z.string().regex(/^\d{1,12}$/).transform(Number)

export const syncRoutes = (app: FastifyInstance, services: HttpServices): void => {
  const { commands, feed, pokes } = services
  const { db, clock } = commands

  app.get('/v1/hello', async (): Promise<Hello> => ({
    service: 'wenshu', wireVersion, minWireVersion, regionName: (await commands.records.directory(db)).regionName, logId: services.logId,
    logCertificate: toBase64(commands.authority.log.certificate), serverTime: clock().toISOString(),
  }))

  app.post('/v1/push', async (request) => {
    const sender = await signed(services, request)
    const body = parse(z.strictObject({ commands: z.array(z.unknown()).max(maxBatch) }), request.body)
    return push(commands, { ...sender, address: request.ip }, body.commands)
  })

  app.post('/v1/pull', async (request) => {
    const { personId } = await signed(services, request)
    return pull(feed, personId, parse(pullRequestSchema, request.body))
  })

  app.get('/v1/view-digest', async (request) => viewDigest(db, (await signed(services, request)).personId))

  app.get('/v1/log/head', async (request) => {
    await signed(services, request)
    return feed.head()
  })

  app.get('/v1/log/consistency', async (request) => {
    await signed(services, request)
    const { from, to } = parse(z.strictObject({ from: size, to: size }), request.query)
    const nodes = await consistency(db, from, to)
    if (nodes === null) throw new Problem(404, 'not_found', '日志没有这样的区间')
    return { nodes }
  })

  /** L3: the age of the oldest running transaction is how far the feed lags behind. */
  app.get('/v1/health', async () => {
    const [row] = await db.query<{ seconds: number | null }>(
      `select extract(epoch from max(clock_timestamp() - xact_start))::float8 as seconds from pg_stat_activity
       where backend_xid is not null and pid <> pg_backend_pid() and datname = current_database()`)
    const jobs = await jobsWaiting(db)
    return { ok: true, database: db.kind, feedWatermarkAgeSeconds: row?.seconds ?? 0, jobs, connected: pokes.connected(), serverTime: clock().toISOString() }
  })

  app.get('/v1/poke', { websocket: true }, (socket) => {
    let leave = (): void => undefined
    let joined = false
    // A socket that does not say who it is does not stay.
    const late = setTimeout(() => socket.close(4401, 'token expected'), 10_000)
    socket.on('message', (data: Buffer) => {
      if (joined) return
      joined = true
      clearTimeout(late)
      const token = (() => {
        try {
          const value = JSON.parse(data.toString('utf8')) as { token?: unknown }
          return typeof value.token === 'string' ? value.token : ''
        } catch {
          return ''
        }
      })()
      authenticate(services.identity, token).then(
        ({ personId }) => {
          if (socket.readyState !== socket.OPEN) return
          leave = pokes.join(personId, { send: (text) => socket.send(text), close: () => socket.close(1001) })
          // What was committed while the socket was being opened is not lost for want of a poke.
          socket.send(JSON.stringify({ type: 'poke' }))
        },
        (error: unknown) => socket.close(error instanceof Problem && error.status === 403 ? 4403 : 4401, error instanceof Problem ? error.code : 'unauthorized'),
      )
    })
    const end = (): void => {
      clearTimeout(late)
      leave()
    }
    socket.on('close', end)
    socket.on('error', end)
  })
}

/** Bytes by hash. Rule I0: whoever may not read them cannot tell whether they exist. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Readable } from 'node:stream'
import { z } from 'zod'
import { mayRead, rememberUpload } from '../blobs/index.ts'
import { Problem } from '../problem.ts'
import { signed, type HttpServices } from './services.ts'
import { parse } from './parse.ts'

const params = z.strictObject({ hash: z.string().regex(/^[0-9a-f]{64}$/) })

export const blobRoutes = (parent: FastifyInstance, services: HttpServices): void => {
  const { blobs, commands } = services
  const { db, records, clock } = commands
  void parent.register(async (app) => {
    // In this scope bodies stay streams: they go to disk as they come, and are hashed on the way.
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))

    app.put('/v1/blobs/:hash', { bodyLimit: services.blobLimit }, async (request, reply) => {
      const { personId } = await signed(services, request)
      const { hash } = parse(params, request.params)
      if (Number(request.headers['content-length'] ?? 0) > services.blobLimit) throw new Problem(413, 'too_large', '文件超过大小限制')
      const body = (request.body ?? request.raw) as Readable
      const outcome = await blobs.put(hash, body, services.blobLimit)
      if (!outcome.ok) {
        throw outcome.reason === 'too_large' ? new Problem(413, 'too_large', '文件超过大小限制') : new Problem(400, 'hash_differs', '文件内容与其摘要不符，请重新上传')
      }
      await rememberUpload(db, hash, personId, clock().toISOString())
      return reply.code(204).send()
    })

    const readable = async (request: FastifyRequest) => {
      const { personId } = await signed(services, request)
      const { hash } = parse(params, request.params)
      const missing = new Problem(404, 'not_found', '文件不存在或无权查看')
      if (!(await mayRead(db, await records.directory(db), hash, personId, clock().toISOString()))) throw missing
      const opened = await blobs.open(hash)
      if (opened === null) throw missing
      return opened
    }
    app.get('/v1/blobs/:hash', { exposeHeadRoute: false }, async (request, reply) => {
      const { size, stream } = await readable(request)
      return reply.type('application/octet-stream').header('content-length', size).header('content-disposition', 'attachment').send(stream())
    })
    app.head('/v1/blobs/:hash', async (request, reply) => {
      const { size } = await readable(request)
      return reply.type('application/octet-stream').header('content-length', size).send()
    })
  })
}

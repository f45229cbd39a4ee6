import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import websocket from '@fastify/websocket'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { wireVersion, type HttpProblem } from '#core/sync'
import { DatabaseUnavailable } from '../db/index.ts'
import { Problem, type Log } from '../problem.ts'
import { adminRoutes } from './admin.ts'
import { blobRoutes } from './blobs.ts'
import { identityRoutes } from './identity.ts'
import { ledgerRoutes } from './ledger.ts'
import { minWireVersion, type HttpServices } from './services.ts'
import { sealRoutes } from './seals.ts'
import { syncRoutes } from './sync.ts'

const compress = promisify(gzip)

const problemOf = (error: unknown, log: Log, request: FastifyRequest): { status: number; body: HttpProblem; retryAfter?: number } => {
  if (error instanceof Problem) {
    return { status: error.status, body: { code: error.code, message: error.message }, ...(error.retryAfterSeconds === undefined ? {} : { retryAfter: error.retryAfterSeconds }) }
  }
  if (error instanceof DatabaseUnavailable) return { status: 503, body: { code: 'unavailable', message: '服务器暂时不可用，您的操作保留在本机，稍后会自动重试' }, retryAfter: 5 }
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' || status === 413) return { status: 413, body: { code: 'too_large', message: '数据超过大小限制' } }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return { status: 415, body: { code: 'bad_request', message: '不支持的数据类型' } }
  if (status >= 400 && status < 500) return { status: 400, body: { code: 'bad_request', message: '请求格式不正确' } }
  // The cause stays in the log; outside it would tell a stranger how the server is built.
  log('error', `${request.method} ${request.routeOptions.url ?? '?'} 出错`, { error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  return { status: 500, body: { code: 'internal', message: '服务器内部错误，操作没有生效，可以重试' } }
}

export const buildApp = async (services: HttpServices): Promise<FastifyInstance> => {
  const app = Fastify({
    logger: false, bodyLimit: 8 * 1024 * 1024, trustProxy: false, forceCloseConnections: true, requestTimeout: 120_000,
    routerOptions: { maxParamLength: 200 },
    ...(services.tls === null ? {} : { https: { ...services.tls, minVersion: 'TLSv1.2' as const } }),
  }) as unknown as FastifyInstance
  await app.register(websocket, { options: { maxPayload: 4_096 } })
  app.setErrorHandler((error, request, reply) => {
    const { status, body, retryAfter } = problemOf(error, services.log, request)
    if (retryAfter !== undefined) void reply.header('retry-after', String(retryAfter))
    void reply.code(status).send(body)
  })
  app.setNotFoundHandler((_request, reply) => {
    void reply.code(404).send({ code: 'not_found', message: '没有这个接口' } satisfies HttpProblem)
  })
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers({
      'x-content-type-options': 'nosniff', 'cache-control': 'no-store', 'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer', ...(services.tls === null ? {} : { 'strict-transport-security': 'max-age=31536000' }),
    })
    // C1 comes first of all. Reading what service this is, its trust anchors and its health is open to any version.
    const url = request.routeOptions.url ?? ''
    if (['/v1/hello', '/v1/trust', '/v1/health', '/v1/poke'].includes(url)) return
    const version = Number(request.headers['wenshu-wire'] ?? Number.NaN)
    if (!Number.isSafeInteger(version) || version < minWireVersion) {
      throw new Problem(426, 'client_too_old', `客户端版本过旧（最低为${minWireVersion}），请升级；未发送的工作仍在本机，可以导出`)
    }
    if (version > wireVersion) throw new Problem(400, 'client_too_new', '客户端比服务器新，请先升级服务器')
  })
  app.addHook('onSend', async (request, reply, payload) => {
    if (typeof payload !== 'string' || payload.length < 1_024 || !/\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))) return payload
    const packed = await compress(payload, { level: 4 })
    void reply.header('content-encoding', 'gzip').header('vary', 'accept-encoding').header('content-length', packed.length)
    return packed
  })
  syncRoutes(app, services)
  identityRoutes(app, services)
  blobRoutes(app, services)
  adminRoutes(app, services)
  ledgerRoutes(app, services)
  sealRoutes(app, services)
  return app
}

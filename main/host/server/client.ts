/**
 * The host's word with the central server (服务器客户端). Every failure is one of TransportFailure; tokens stay in here, and the
 * refresh token is bound to the device key.
 */
import type { z } from 'zod'
import { signCanonical, type MessageSigner } from '#core/crypto'
import { fromUtf8, utf8, type CanonicalValue } from '#core/formats'
import { refreshContext, signInContext, wireVersion, type Answer, type Hello, type Session, type TransportFailure } from '#core/sync'
import { AnswerTooLarge, readBody, Unreachable, type Http, type HttpRequest, type HttpResponse } from './http.ts'
import { helloShape, problemShape, sessionShape } from './shapes.ts'

export type Tokens = { readonly accessToken: string | null; readonly refreshToken: string | null }

/** What the client needs to speak for a device; null while the profile is locked. */
export type Identity = {
  readonly deviceId: string
  readonly deviceName: string
  readonly devicePublicKey: string
  readonly signer: MessageSigner
}

export type ServerClient = {
  readonly hello: () => Promise<Answer<Hello>>
  readonly signIn: (identity: Identity, account: string, password: string) => Promise<Answer<Session>>
  /** From now on requests speak for this device. */
  readonly speakFor: (identity: Identity | null, tokens: Tokens) => void
  readonly accessToken: () => string | null
  /** A token that the server has just refused is exchanged; callers share one exchange. */
  readonly refresh: (refused: string | null) => Promise<Answer<null>>
  readonly ask: <S extends z.ZodType>(shape: S, request: HttpRequest, as: 'anyone' | 'session') => Promise<Answer<z.infer<S>>>
  /** For bytes: the open response, after the same judgement of errors. */
  readonly open: (request: () => HttpRequest) => Promise<Answer<HttpResponse>>
  /** ISO 8601 UTC by the server's clock as far as it is known, else by the device's */
  readonly serverNow: () => string
  /** the same, or null before the server has told its time in this run */
  readonly knownNow: () => string | null
}

export type ServerClientOptions = {
  readonly http: Http
  readonly now: () => string
  readonly monotonicMs: () => number
  /** Stored before the new token is used: it is good for one exchange only. */
  readonly keepRefreshToken: (token: string | null) => Promise<void>
  readonly onReachable: (reachable: boolean) => void
  /** 403 device_revoked (I2) */
  readonly onRevoked: () => void
}

const maxAnswer = 64 * 1024 * 1024
const fail = (failure: TransportFailure): { ok: false; failure: TransportFailure } => ({ ok: false, failure })
const down = new Set([502, 503, 504])

export const createServerClient = (options: ServerClientOptions): ServerClient => {
  const { http, monotonicMs, onReachable, onRevoked } = options
  let identity: Identity | null = null
  let tokens: Tokens = { accessToken: null, refreshToken: null }
  let exchange: Promise<Answer<null>> | null = null
  let clock: { readonly server: number; readonly at: number } | null = null

  const serverNow = (): string => (clock === null ? options.now() : new Date(clock.server + monotonicMs() - clock.at).toISOString())
  const noteTime = (value: unknown): void => {
    const time = typeof value === 'object' && value !== null && 'serverTime' in value ? Date.parse(String(value.serverTime)) : Number.NaN
    if (Number.isFinite(time)) clock = { server: time, at: monotonicMs() }
  }

  const send = async (request: HttpRequest, token: string | null): Promise<Answer<HttpResponse>> => {
    try {
      const headers = { 'wenshu-wire': String(wireVersion), ...request.headers, ...(token === null ? {} : { authorization: `Bearer ${token}` }) }
      const response = await http.send({ ...request, headers })
      onReachable(true)
      return { ok: true, value: response }
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error
      onReachable(false)
      return fail({ kind: 'offline' })
    }
  }

  const problem = async (response: HttpResponse): Promise<TransportFailure> => {
    const { status } = response
    const value = await parsed(response, 65_536).catch(() => null)
    const body = problemShape.safeParse(value)
    const code = body.success ? body.data.code : ''
    if (status === 403 && code === 'device_revoked') { onRevoked(); return { kind: 'deviceRevoked' } }
    if (status === 426 && code === 'client_too_old') return { kind: 'tooOld', minWireVersion: (body.success ? body.data.minWireVersion : undefined) ?? wireVersion + 1 }
    if (status === 401) return { kind: 'unauthorized' }
    if (body.success) return { kind: 'server', status, code, message: body.data.message }
    return down.has(status) ? { kind: 'offline' } : { kind: 'garbage', detail: `HTTP ${status}` }
  }

  const judge = async <S extends z.ZodType>(shape: S, response: HttpResponse): Promise<Answer<z.infer<S>>> => {
    if (response.status < 200 || response.status > 299) return fail(await problem(response))
    let value: unknown
    try {
      value = await parsed(response, maxAnswer)
    } catch (error) {
      if (error instanceof Unreachable) { onReachable(false); return fail({ kind: 'offline' }) }
      return fail({ kind: 'garbage', detail: error instanceof AnswerTooLarge ? 'too large' : 'not JSON' })
    }
    const judged = shape.safeParse(value)
    if (!judged.success) return fail({ kind: 'garbage', detail: `unexpected shape at ${judged.error.issues[0]?.path.join('.') ?? ''}` })
    noteTime(value)
    return { ok: true, value: judged.data }
  }

  const plain = async <S extends z.ZodType>(shape: S, request: HttpRequest): Promise<Answer<z.infer<S>>> => {
    const answer = await send(request, null)
    return answer.ok ? judge(shape, answer.value) : answer
  }

  const hello = (): Promise<Answer<Hello>> => plain(helloShape, { method: 'GET', path: '/v1/hello', patience: 5000 })

  const take = async (session: Session): Promise<void> => {
    await options.keepRefreshToken(session.refreshToken)
    tokens = { accessToken: session.accessToken, refreshToken: session.refreshToken }
  }

  const exchangeToken = async (): Promise<Answer<null>> => {
    if (identity === null || tokens.refreshToken === null) return fail({ kind: 'unauthorized' })
    // The proof carries a time; a device whose clock is years off asks the server for it first.
    if (clock === null) { const greeting = await hello(); if (!greeting.ok) return greeting }
    const { refreshToken } = tokens
    const { deviceId, signer } = identity
    const at = serverNow()
    const proof = await signCanonical({ refreshToken, deviceId, at } as CanonicalValue, refreshContext, signer)
    // A second use of the token looks like theft to the server, which then ends every session of the device.
    const answer = await plain(sessionShape, { ...post('/v1/session/refresh', { refreshToken, deviceId, at, proof }), again: 'never' })
    if (!answer.ok) {
      if (answer.failure.kind === 'unauthorized') { tokens = { accessToken: null, refreshToken: null }; await options.keepRefreshToken(null) }
      return answer
    }
    await take(answer.value)
    return { ok: true, value: null }
  }

  const refresh = (refused: string | null): Promise<Answer<null>> => {
    if (refused !== tokens.accessToken) return Promise.resolve({ ok: true, value: null })
    exchange ??= exchangeToken().finally(() => { exchange = null })
    return exchange
  }

  /** Sends with the token; after one 401 exchanges it and sends once more. */
  const authorized = async (request: () => HttpRequest): Promise<Answer<HttpResponse>> => {
    if (tokens.accessToken === null) {
      const fresh = await refresh(null)
      if (!fresh.ok) return fresh
    }
    const used = tokens.accessToken
    const first = await send(request(), used)
    if (!first.ok || first.value.status !== 401) return first
    await readBody(first.value, 65_536).catch(() => undefined)
    const fresh = await refresh(used)
    return fresh.ok ? send(request(), tokens.accessToken) : fresh
  }

  return {
    hello,
    serverNow, knownNow: () => (clock === null ? null : serverNow()),
    refresh,
    accessToken: () => tokens.accessToken,
    speakFor: (who, held) => { identity = who; tokens = held },
    signIn: async (who, account, password) => {
      const { deviceId, deviceName, devicePublicKey, signer } = who
      const at = serverNow()
      const proof = await signCanonical({ account, deviceId, devicePublicKey, at } as CanonicalValue, signInContext, signer)
      return plain(sessionShape, post('/v1/session', { account, password, deviceId, deviceName, devicePublicKey, at, proof }))
    },
    ask: async (shape, request, as) => {
      const answer = as === 'anyone' ? await send(request, null) : await authorized(() => request)
      return answer.ok ? judge(shape, answer.value) : answer
    },
    open: async (request) => {
      const answer = await authorized(request)
      if (!answer.ok) return answer
      return answer.value.status >= 200 && answer.value.status <= 299 ? answer : fail(await problem(answer.value))
    },
  }
}

export const post = (path: string, value: unknown): HttpRequest => ({
  method: 'POST', path, headers: { 'content-type': 'application/json' }, body: utf8(JSON.stringify(value)),
})

const parsed = async (response: HttpResponse, maxBytes: number): Promise<unknown> => {
  const bytes = await readBody(response, maxBytes)
  const text = fromUtf8(bytes)
  if (!text.ok) throw new SyntaxError('not UTF-8')
  return JSON.parse(text.value)
}

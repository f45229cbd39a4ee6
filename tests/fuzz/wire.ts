/** A client's line to a real server over real HTTP, with the faults of a bad network between (故障注入). */
import { sm2MessageSigner, signCanonical } from '#core/crypto'
import { toHex, type CanonicalValue } from '#core/formats'
import { enrolKeyContext, signInContext, type Answer, type Session, type TransportPort } from '#core/sync'
import type { Random } from './random.ts'

export type Faults = {
  /** the request never arrives */
  readonly drop: number
  /** the request arrives and takes effect, the answer is lost */
  readonly loseAnswer: number
  /** the request arrives twice, at once */
  readonly duplicate: number
  /** the request arrives again later, after others */
  readonly replay: number
}
export const calm: Faults = { drop: 0, loseAnswer: 0, duplicate: 0, replay: 0 }

export type Identity = {
  readonly personId: string
  readonly deviceId: string
  readonly device: { readonly privateKey: Uint8Array; readonly publicKey: Uint8Array }
  readonly personal: { readonly privateKey: Uint8Array; readonly publicKey: Uint8Array }
  readonly password: string
}

export type Line = TransportPort & {
  readonly setFaults: (faults: Faults) => void
  readonly setOnline: (online: boolean) => void
  readonly keepBlob: (hash: string, bytes: Uint8Array) => void
  readonly signIn: () => Promise<Session>
  readonly enrolPersonalKey: () => Promise<string>
  /** requests of the past that the network delivers again now */
  readonly deliverLate: () => Promise<void>
}

export const openLine = (serverUrl: () => string, identity: Identity, random: Random, now: () => string): Line => {
  const blobs = new Map<string, Uint8Array>()
  const late: (() => Promise<unknown>)[] = []
  let faults = calm
  let online = true
  let token = ''

  const sign = (value: CanonicalValue, context: string, privateKey: Uint8Array): Promise<string> =>
    signCanonical(value, context, sm2MessageSigner(privateKey, random.bytes))

  const send = async (method: string, path: string, body: unknown): Promise<{ status: number; json: unknown }> => {
    const raw = body instanceof Uint8Array
    const response = await fetch(`${serverUrl()}${path}`, {
      method,
      headers: {
        'wenshu-wire': '1', ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': raw ? 'application/octet-stream' : 'application/json' }),
      },
      ...(body === undefined ? {} : { body: raw ? new Uint8Array(body) : JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    })
    const text = await response.text()
    return { status: response.status, json: text === '' ? null : JSON.parse(text) }
  }

  const faulty = async (method: string, path: string, body: unknown): Promise<{ status: number; json: unknown } | null> => {
    if (!online || random.chance(faults.drop)) return null
    try {
      if (random.chance(faults.replay)) late.push(() => send(method, path, body))
      if (random.chance(faults.duplicate)) {
        const [first] = await Promise.all([send(method, path, body), send(method, path, body)])
        return random.chance(faults.loseAnswer) ? null : first
      }
      const answer = await send(method, path, body)
      return random.chance(faults.loseAnswer) ? null : answer
    } catch {
      // The server was killed under the request: for the client the same as a lost answer.
      return null
    }
  }

  const signIn = async (): Promise<Session> => {
    const at = now()
    const { personId: account, deviceId } = identity
    const devicePublicKey = toHex(identity.device.publicKey)
    const proof = await sign({ account, deviceId, devicePublicKey, at }, signInContext, identity.device.privateKey)
    const answer = await send('POST', '/v1/session', { account, password: identity.password, deviceId, deviceName: 'fuzz', devicePublicKey, at, proof })
    if (answer.status !== 200) throw new Error(`sign-in ${account}: ${answer.status} ${JSON.stringify(answer.json)}`)
    const session = answer.json as Session
    token = session.accessToken
    return session
  }

  const ask = async <T>(method: string, path: string, body?: unknown): Promise<Answer<T>> => {
    let answer = await faulty(method, path, body)
    if (answer?.status === 401) {
      try { await signIn() } catch { return { ok: false, failure: { kind: 'offline' } } }
      answer = await faulty(method, path, body)
    }
    if (answer === null) return { ok: false, failure: { kind: 'offline' } }
    if (answer.status >= 200 && answer.status < 300) return { ok: true, value: answer.json as T }
    const problem = (answer.json ?? {}) as { code?: string; message?: string }
    if (problem.code === 'device_revoked') return { ok: false, failure: { kind: 'deviceRevoked' } }
    return { ok: false, failure: { kind: 'server', status: answer.status, code: problem.code ?? '', message: problem.message ?? '' } }
  }

  return {
    hello: () => ask('GET', '/v1/hello'),
    push: (request) => ask('POST', '/v1/push', request),
    pull: (request) => ask('POST', '/v1/pull', request),
    consistency: (from, to) => ask('GET', `/v1/log/consistency?from=${from}&to=${to}`),
    viewDigest: () => ask('GET', '/v1/view-digest'),
    uploadBlob: async (hash) => {
      const bytes = blobs.get(hash)
      if (bytes === undefined) throw new Error(`client has no blob ${hash}`)
      return ask('PUT', `/v1/blobs/${hash}`, bytes)
    },
    setFaults: (next) => { faults = next },
    setOnline: (next) => { online = next },
    keepBlob: (hash, bytes) => { blobs.set(hash, bytes) },
    signIn,
    enrolPersonalKey: async () => {
      const at = now()
      const publicKey = toHex(identity.personal.publicKey)
      const proof = await sign({ personId: identity.personId, publicKey, at }, enrolKeyContext, identity.personal.privateKey)
      const answer = await send('POST', '/v1/keys', { publicKey, at, proof })
      if (answer.status !== 200) throw new Error(`enrol ${identity.personId}: ${answer.status} ${JSON.stringify(answer.json)}`)
      return (answer.json as { certificate: string }).certificate
    },
    deliverLate: async () => {
      const requests = late.splice(0)
      for (const request of requests.sort(() => random.next() - 0.5)) await request().catch(() => undefined)
    },
  }
}

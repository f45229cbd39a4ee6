/**
 * Keys in a remote seal service (远程印章服务): the key never leaves the service, the PIN goes there over TLS, and nothing that
 * comes back is believed before it was verified here (docs/spec/keys.md R1–R9).
 */
import { readFile } from 'node:fs/promises'
import { readCertificate } from '#core/crypto'
import type { KeyDescription, KeyHolder, OpenKey, PinRefusal } from '#core/desktop'
import { assertNever, equalBytes, err, fromBase64, ok, toBase64, toHex, type Result } from '#core/formats'
import { randomBytes } from './box.ts'
import { readCertificates } from './key-file.ts'
import { algorithmOf, chainFor, holds } from './private-key.ts'
import { ask, isSafeService, wire, type Line, type Question, type WireRefusal } from './remote-wire.ts'

export type ServiceOptions = {
  /** https, or http on this machine */
  readonly url: string
  /** identifier of the key that `open` takes when it is not told another */
  readonly key?: string
  /** milliseconds for one question; 10,000 when absent */
  readonly timeoutMs?: number
  /** path of the PEM authority of the service's TLS certificate, where that is not a public one */
  readonly ca?: string
  /** path of the seal's certificate: a service that shows another one is `untrusted` */
  readonly certificates?: string
}

type Answered<T> = Promise<Result<T, PinRefusal>>

const absent = err<PinRefusal>({ reason: 'absent' })
const untrusted = err<PinRefusal>({ reason: 'untrusted' })

const refusalOf = (error: WireRefusal): PinRefusal => {
  switch (error.code) {
    case 'no_key': return { reason: 'noKey' }
    case 'pin_wrong':
      return error.triesLeft === undefined ? { reason: 'pinWrong', retryAfterMs: error.retryAfterMs ?? 0 } : { reason: 'pinWrong', retryAfterMs: error.retryAfterMs ?? 0, triesLeft: error.triesLeft }
    case 'delayed': return { reason: 'delayed', retryAfterMs: error.retryAfterMs ?? 0 }
    case 'blocked': return { reason: 'blocked' }
    case 'pin_change_required': return { reason: 'pinChangeRequired' }
    case 'unsupported': return { reason: 'unsupported', what: '这个签章服务的签名方式' }
    case 'session_ended': return { reason: 'absent' }
    // The service signed something else under this request: whatever it is, it is not ours.
    case 'request_reused': return { reason: 'untrusted' }
    default: return assertNever(error.code)
  }
}

/** @param path of a file; null when it cannot be read */
const fileText = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null)

export const serviceKey = (options: ServiceOptions): KeyHolder => {
  const url = URL.canParse(options.url) ? new URL(options.url) : null
  const line = async (): Answered<Line> => {
    if (url === null || !isSafeService(url)) return err({ reason: 'unsupported', what: '不经 TLS 加密的签章服务' })
    const ca = options.ca === undefined ? undefined : await fileText(options.ca)
    if (ca === null) return absent
    return ok({ base: url, timeoutMs: options.timeoutMs ?? 10_000, ...(ca === undefined ? {} : { ca }) })
  }
  const descriptions = async (to: Line): Answered<readonly KeyDescription[]> => {
    const answer = await question(to, { method: 'GET', path: '/v1/keys' }, wire.keys, 'ask twice')
    if (!answer.ok) return answer
    const pinned = options.certificates === undefined ? null : await readFile(options.certificates).then((bytes) => readCertificates(new Uint8Array(bytes)), () => [])
    const keys: KeyDescription[] = []
    for (const { chain: encoded, ...rest } of answer.value.keys) {
      const chain = encoded.flatMap((each) => {
        const der = fromBase64(each)
        return der.ok ? [der.value] : []
      })
      const own = chain[0] === undefined ? undefined : readCertificate(chain[0])
      // Without a certificate nothing that the service returns could be checked.
      if (own?.ok !== true || algorithmOf(own.value.publicKey) !== rest.algorithm) continue
      if (pinned !== null && !pinned.some((der) => equalBytes(der, own.value.raw))) continue
      keys.push({ ...rest, chain: chainFor(own.value.publicKey, chain) ?? chain })
    }
    return pinned !== null && keys.length === 0 && answer.value.keys.length > 0 ? untrusted : ok(keys)
  }
  return {
    kind: 'service',
    label: url?.host ?? options.url,
    list: async () => {
      const to = await line()
      return to.ok ? descriptions(to.value) : to
    },
    open: async (pin, id = options.key) => {
      const to = await line()
      if (!to.ok) return to
      const keys = await descriptions(to.value)
      if (!keys.ok) return keys
      const key = id === undefined ? keys.value[0] : keys.value.find((each) => each.id === id || each.label === id)
      if (key === undefined) return err({ reason: 'noKey' })
      const secret = Buffer.from(pin, 'utf8')
      const session = await begin(to.value, key.id, secret)
      return session.ok ? ok(openServiceKey(to.value, key, secret, session.value)) : session
    },
  }
}

const begin = async (to: Line, id: string, pin: Buffer): Answered<string> => {
  if (pin.length === 0 || pin.length > 1024) return err({ reason: 'pinWrong', retryAfterMs: 0 })
  // Asked once only: a PIN that is sent again might cost a second try.
  const answer = await question(to, { method: 'POST', path: `/v1/keys/${encodeURIComponent(id)}/sessions`, body: { pin: pin.toString('utf8') } }, wire.session, 'ask once')
  return answer.ok ? ok(answer.value.session) : answer
}

const openServiceKey = (to: Line, key: KeyDescription, secret: Buffer, first: string): OpenKey => {
  let session: string | null = first
  const certificate = readCertificate(key.chain[0]!)
  const once = (requestId: string, message: Uint8Array, within: string): Promise<Result<{ requestId: string; signature: string }, PinRefusal>> =>
    question(to, { method: 'POST', path: '/v1/signatures', session: within, body: { requestId, algorithm: key.algorithm, message: toBase64(message) } }, wire.signature, 'ask twice')
  return {
    ...key,
    sign: async (message) => {
      if (session === null || !certificate.ok) return absent
      // One name for one signature: asked again after a lost answer, the service returns the same one (R6).
      const requestId = toHex(randomBytes(16))
      let answer = await once(requestId, message, session)
      if (!answer.ok && answer.error === sessionEnded) {
        const renewed = await begin(to, key.id, secret)
        if (!renewed.ok) return renewed
        session = renewed.value
        answer = await once(requestId, message, session)
      }
      if (!answer.ok) return answer
      const signature = fromBase64(answer.value.signature)
      const isOurs = answer.value.requestId === requestId && signature.ok && holds(key.algorithm, certificate.value.publicKey, message, signature.value)
      return isOurs ? ok(signature.value) : untrusted
    },
    close: async () => {
      const ending = session
      session = null
      secret.fill(0)
      if (ending !== null) await ask(to, { method: 'DELETE', path: '/v1/sessions', session: ending })
    },
  }
}

/** A refusal of its own identity, so that only the service's word `session_ended` leads to a new login. */
const sessionEnded: PinRefusal = { reason: 'absent' }

/** `ask twice` for what may be repeated without harm: a lost answer is asked for once more. */
const question = async <T>(to: Line, what: Question, shape: { safeParse: (value: unknown) => { success: true; data: T } | { success: false } }, how: 'ask once' | 'ask twice'): Answered<T> => {
  const answer = (await ask(to, what)) ?? (how === 'ask twice' ? await ask(to, what) : null)
  if (answer === null) return absent
  if (answer.status === 200) {
    const read = shape.safeParse(answer.body)
    return read.success ? ok(read.data) : absent
  }
  const refused = answer.status >= 400 && answer.status < 500 ? wire.refusal.safeParse(answer.body) : null
  if (refused?.success !== true) return absent
  return err(refused.data.error.code === 'session_ended' ? sessionEnded : refusalOf(refused.data.error))
}

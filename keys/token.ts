/**
 * PKCS#11 tokens (密码设备、智能密码钥匙): RSA and P-256 by the standard's mechanisms, SM2 by a vendor's. One login per token
 * and process is what the standard knows, so calls to a module go one after the other, and a key whose session or login was
 * lost opens again by itself with the PIN that opened it.
 */
import { readFile } from 'node:fs/promises'
import { digest, sm2Digest } from '#core/crypto'
import type { KeyHolder, OpenKey, PinRefusal } from '#core/desktop'
import { assertNever, err, ok, type Result } from '#core/formats'
import { loadCryptoki, type Cryptoki } from './cryptoki.ts'
import { readCertificates } from './key-file.ts'
import { holds } from './private-key.ts'
import { ckf, ckm, ckr, isLost, refusalOf } from './token-codes.ts'
import { ecSignature, findTokenKey, readTokenKeys, sha256Info, type TokenKey } from './token-objects.ts'

/** How a vendor's SM2 mechanism is fed: `digest` takes e = SM3(Z‖M), `message` the message itself. */
export type Sm2Mechanism = { readonly mechanism: number; readonly input: 'digest' | 'message' }

export type TokenOptions = {
  /** path of the module's shared library */
  readonly module: string
  /** label or serial number of the token; the first one with a token when absent */
  readonly token?: string
  /** label or CKA_ID (hexadecimal) of the key `open` takes when it is not told another */
  readonly object?: string
  /** CKM of the vendor for SM2; without it SM2 keys are `unsupported` */
  readonly sm2?: Sm2Mechanism
  /** path of certificates (PEM or DER) that the token itself does not hold */
  readonly certificates?: string
}

export type LoadCryptoki = (path: string) => Promise<Cryptoki | null>
/** Whether this token has accepted the PIN before: then a login by another key of this process will do. */
export type PinKnown = 'proved' | 'unproved'
type Answered<T> = Promise<Result<T, PinRefusal>>

const absent = err<PinRefusal>({ reason: 'absent' })

/** Modules stay loaded: most cannot be started twice in one process. */
const modules = new Map<string, Promise<Cryptoki | null>>()
const turns = new WeakMap<Cryptoki, Promise<unknown>>()

export const moduleAt = (path: string, load: LoadCryptoki): Promise<Cryptoki | null> => {
  if (load !== loadCryptoki) return load(path)
  const known = modules.get(path) ?? load(path).then((module) => {
    if (module === null) modules.delete(path)
    return module
  })
  modules.set(path, known)
  return known
}

export const inTurn = <T>(module: Cryptoki, work: () => Promise<T>): Promise<T> => {
  const mine = (turns.get(module) ?? Promise.resolve()).then(work)
  turns.set(module, mine.catch(() => undefined))
  return mine
}

/** @param load another way to reach a module, for tests */
export const tokenKey = (options: TokenOptions, load: LoadCryptoki = loadCryptoki): KeyHolder => {
  const session = async (module: Cryptoki, pin: Uint8Array, known: PinKnown): Answered<number> => {
    const slot = await findSlot(module, options.token)
    if (!slot.ok) return slot
    const opened = await module.openSession(slot.value, 'read')
    if (!opened.ok) return err(refusalOf(opened.error))
    const refusal = await login(module, slot.value, opened.value, pin, known)
    if (refusal === null) return opened
    await module.closeSession(opened.value)
    return err(refusal)
  }
  const extra = async (): Promise<readonly Uint8Array[]> =>
    options.certificates === undefined ? [] : readFile(options.certificates).then((bytes) => readCertificates(new Uint8Array(bytes)), () => [])

  /** Session and keys of the token, with the module to call. */
  const enter = async (pin: string): Answered<{ readonly module: Cryptoki; readonly session: number; readonly keys: readonly TokenKey[]; readonly secret: Uint8Array }> => {
    const module = await moduleAt(options.module, load)
    if (module === null) return absent
    const more = await extra()
    const secret = Buffer.from(pin.normalize('NFC'), 'utf8')
    return inTurn(module, async () => {
      const opened = await session(module, secret, 'unproved')
      if (!opened.ok) return opened
      const keys = await readTokenKeys(module, opened.value, more)
      if (keys.ok) return ok({ module, session: opened.value, keys: keys.value, secret })
      await module.closeSession(opened.value)
      return err(refusalOf(keys.error))
    })
  }

  return {
    kind: 'pkcs11',
    label: options.token ?? options.module,
    list: async (pin = '') => {
      const entered = await enter(pin)
      if (!entered.ok) return entered
      const { module, session: handle, keys } = entered.value
      await inTurn(module, () => module.closeSession(handle))
      return ok(keys.map(({ id, label, algorithm, chain }) => ({ id, label, algorithm, chain })))
    },
    open: async (pin, id = options.object) => {
      const entered = await enter(pin)
      if (!entered.ok) return entered
      const { module, session: handle, keys, secret } = entered.value
      const key = id === undefined ? keys[0] : keys.find((each) => each.id === id || each.label === id)
      const refusal: PinRefusal | null = key === undefined ? { reason: 'noKey' } : key.algorithm === 'sm2-sm3' && options.sm2 === undefined ? { reason: 'unsupported', what: '这个密码设备的 SM2 签名（没有配置厂商机制号）' } : null
      if (key !== undefined && refusal === null) return ok(openTokenKey(module, handle, key, secret, options.sm2, (again) => session(module, again, 'proved')))
      await inTurn(module, () => module.closeSession(handle))
      return err(refusal ?? { reason: 'noKey' })
    },
  }
}

export const findSlot = async (module: Cryptoki, token: string | undefined): Answered<number> => {
  const slots = await module.slots()
  if (!slots.ok) return err(refusalOf(slots.error))
  for (const slot of slots.value) {
    const info = await module.tokenInfo(slot)
    if (info.ok && (token === undefined || info.value.label === token || info.value.serial === token)) return ok(slot)
  }
  return absent
}

/** null when logged in. */
export const login = async (module: Cryptoki, slot: number, session: number, pin: Uint8Array, known: PinKnown): Promise<PinRefusal | null> => {
  const info = await module.tokenInfo(slot)
  if (!info.ok) return refusalOf(info.error)
  const { flags } = info.value
  if (flags & ckf.pinLocked) return { reason: 'blocked' }
  const hasPad = (flags & ckf.ownPinPad) !== 0
  // Nothing that cannot be the PIN is shown to the token: it would cost one of its few tries.
  if (!hasPad && (pin.length === 0 || pin.length > 255)) return { reason: 'pinWrong', retryAfterMs: 0 }
  const show = (): ReturnType<Cryptoki['login']> => module.login(session, 'user', hasPad ? null : pin)
  let shown = await show()
  if (!shown.ok && shown.error === ckr.userAlreadyLoggedIn) {
    if (known === 'proved') return null
    // Logged in by another key of this process: that would accept any PIN. Others log in again when they next sign.
    await module.logout(session)
    shown = await show()
  }
  if (shown.ok) return flags & ckf.pinToBeChanged ? { reason: 'pinChangeRequired' } : null
  const after = await module.tokenInfo(slot)
  const state = after.ok ? after.value.flags : 0
  if (state & ckf.pinLocked) return { reason: 'blocked' }
  return refusalOf(shown.error, state & ckf.finalTry ? 1 : undefined)
}

const openTokenKey = (
  module: Cryptoki, firstSession: number, found: TokenKey, secret: Uint8Array, sm2: Sm2Mechanism | undefined, enter: (pin: Uint8Array) => Answered<number>,
): OpenKey => {
  let session: number | null = firstSession
  let { handle } = found
  let isOpen = true

  const again = async (): Promise<PinRefusal | null> => {
    if (session !== null) await module.closeSession(session)
    session = null
    const entered = await enter(secret)
    if (!entered.ok) {
      // A PIN that was changed meanwhile must not use up the token's tries, signature by signature.
      if (entered.error.reason === 'pinWrong') isOpen = false
      return entered.error
    }
    session = entered.value
    const key = await findTokenKey(module, session, found.id)
    if (!key.ok) return refusalOf(key.error)
    if (key.value === null) return { reason: 'noKey' }
    ;({ handle } = key.value)
    return null
  }
  const attempt = async (message: Uint8Array): Promise<Result<Uint8Array, number>> => {
    if (session === null) return err(ckr.sessionInvalid)
    let last: Result<Uint8Array, number> = err(ckr.mechanismInvalid)
    for (const { mechanism, data } of waysToSign(found, message, sm2)) {
      const started = await module.signInit(session, mechanism, handle)
      if (started.ok) {
        const proved = found.asksEveryTime ? await module.login(session, 'context', secret) : started
        return proved.ok ? module.sign(session, data) : proved
      }
      last = started
      if (started.error !== ckr.mechanismInvalid) break
    }
    return last
  }
  const sign = async (message: Uint8Array): Answered<Uint8Array> => {
    if (!isOpen) return absent
    let signed = await attempt(message)
    if (!signed.ok && isLost(signed.error)) {
      const refusal = await again()
      if (refusal !== null) return err(refusal)
      signed = await attempt(message)
    }
    if (!signed.ok) return err(refusalOf(signed.error))
    const signature = found.algorithm === 'rsa-sha256' ? signed.value : ecSignature(signed.value)
    return holds(found.algorithm, found.publicKey, message, signature) ? ok(signature) : err({ reason: 'untrusted' })
  }
  return {
    id: found.id, label: found.label, algorithm: found.algorithm, chain: found.chain,
    sign: (message) => inTurn(module, () => sign(message)),
    close: () => inTurn(module, async () => {
      isOpen = false
      secret.fill(0)
      if (session !== null) await module.closeSession(session)
      session = null
    }),
  }
}

type Way = { readonly mechanism: number; readonly data: Uint8Array }

/** Hashed here first: every token signs a digest, not every one hashes; and some do only the whole. */
const waysToSign = ({ algorithm, publicKey }: TokenKey, message: Uint8Array, sm2: Sm2Mechanism | undefined): readonly Way[] => {
  switch (algorithm) {
    case 'rsa-sha256': return [{ mechanism: ckm.rsaPkcs, data: sha256Info(digest('sha256', message)) }, { mechanism: ckm.sha256RsaPkcs, data: message }]
    case 'ecdsa-p256-sha256': return [{ mechanism: ckm.ecdsa, data: digest('sha256', message) }, { mechanism: ckm.ecdsaSha256, data: message }]
    case 'sm2-sm3': {
      if (sm2 === undefined || publicKey.algorithm !== 'sm2') return []
      return [{ mechanism: sm2.mechanism, data: sm2.input === 'message' ? message : sm2Digest(message, publicKey.point) }]
    }
    default: return assertNever(algorithm)
  }
}

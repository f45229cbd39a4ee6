/** A token as vendors make them, with an SM2 key and on demand an RSA key beside it, played in memory (密码设备替身): tries, lock, first PIN, removal at any moment, PIN change. */
import { constants, createPrivateKey, generateKeyPairSync, privateEncrypt, type KeyObject } from 'node:crypto'
import { sm2KeyPair, sm2SignDigest, type PublicKey } from '#core/crypto'
import { err, ok, readDer, readSequence, utf8 } from '#core/formats'
import { certify } from './carrier.fixture.ts'
import { randomBytes, type Cryptoki } from './index.ts'
import { ulong } from './cryptoki.ts'

export const sm2Mechanism = 0x80000101
const flag = { initialized: 0x400, last: 0x20000, locked: 0x40000, change: 0x80000 } as const

export type Sm2Token = {
  readonly module: Cryptoki
  readonly publicKey: Uint8Array
  /** DER; `rsa` empty without such a key */
  readonly certificates: { readonly sm2: Uint8Array; readonly rsa: Uint8Array }
  /** the plug: pulled, every session is gone */
  pull: () => void
  plug: () => void
  /** pulled when the next signature is asked for */
  pullAtSign: boolean
  /** pulled when one signature more is asked for than this */
  pullAfter: number
  /** returns signatures of something else */
  lies: boolean
  pin: string
  triesLeft: number
  mustChange: boolean
  /** PINs that it was shown */
  readonly shown: string[]
}

const raw = (der: Uint8Array): Uint8Array => {
  const node = readDer(der)
  const parts = node.ok ? readSequence(node.value) : node
  const padded = (content: Uint8Array): number[] => [...new Uint8Array(32), ...content].slice(-32)
  return parts.ok ? Uint8Array.from([...padded(parts.value[0]!.content), ...padded(parts.value[1]!.content)]) : der
}

const rsaPkcs = 1
const unsigned = (value: string | undefined): Uint8Array => new Uint8Array(Buffer.from(value ?? '', 'base64url'))

/** Handles 3 and 4: certificate and private key of the RSA key. */
const rsaObjects = async (name: string, key: KeyObject): Promise<{ readonly certificate: Uint8Array; readonly objects: Readonly<Record<number, ReadonlyMap<number, Uint8Array>>> }> => {
  const { n, e } = key.export({ format: 'jwk' })
  const [modulus, exponent] = [unsigned(n), unsigned(e)]
  const number = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
  const [certificate] = await certify({ algorithm: 'rsa', modulus: number(modulus), exponent: number(exponent) }, name)
  return {
    certificate,
    objects: {
      3: new Map([[0, ulong(1)], [0x102, Uint8Array.of(8)], [0x11, certificate]]),
      4: new Map([[0, ulong(3)], [3, utf8('RSA')], [0x102, Uint8Array.of(8)], [0x120, modulus], [0x122, exponent]]),
    },
  }
}

/** @param name the person on its certificate @param tries wrong PINs until it locks itself @param more `rsa`: a second key, 2048 bits */
export const makeSm2Token = async (name: string, pin: string, tries = 6, more: 'rsa' | 'sm2 alone' = 'sm2 alone'): Promise<Sm2Token> => {
  const pair = sm2KeyPair(randomBytes)
  const publicKey: PublicKey = { algorithm: 'sm2', point: pair.publicKey }
  const [own] = await certify(publicKey, name)
  const rsaKey = more === 'rsa' ? createPrivateKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' })) : null
  const rsa = rsaKey === null ? null : await rsaObjects(name, rsaKey)
  let signsWith = 2
  const sessions = new Set<number>()
  let next = 1
  let loggedIn = false
  let present = true
  const objects: Readonly<Record<number, ReadonlyMap<number, Uint8Array>>> = {
    1: new Map([[0, ulong(1)], [0x102, Uint8Array.of(7)], [0x11, own]]),
    2: new Map([[0, ulong(3)], [3, utf8('签名')], [0x102, Uint8Array.of(7)]]),
    ...rsa?.objects,
  }
  const leave = (): void => {
    present = false
    sessions.clear()
    loggedIn = false
  }
  /** CK_RV of a PIN that is shown: 0, wrong or locked */
  const show = (given: string): number => {
    token.shown.push(given)
    if (token.triesLeft === 0) return 0xa4
    if (given === token.pin) {
      token.triesLeft = tries
      return 0
    }
    token.triesLeft -= 1
    return token.triesLeft === 0 ? 0xa4 : 0xa0
  }
  const text = (bytes: Uint8Array | null): string => (bytes === null ? '' : Buffer.from(bytes).toString('utf8'))
  const token: Sm2Token = {
    publicKey: pair.publicKey, certificates: { sm2: own, rsa: rsa?.certificate ?? new Uint8Array() }, pullAfter: Number.POSITIVE_INFINITY, pull: leave, plug: () => { present = true }, pullAtSign: false, lies: false, pin, triesLeft: tries, mustChange: false, shown: [],
    module: {
      slots: async () => ok(present ? [4] : []),
      tokenInfo: async () => present
        ? ok({ label: '试验密钥', serial: 'WS0001', flags: flag.initialized | (token.triesLeft === 0 ? flag.locked : token.triesLeft === 1 ? flag.last : 0) | (token.mustChange ? flag.change : 0) })
        : err(0xe0),
      mechanisms: async () => ok(rsa === null ? [sm2Mechanism] : [sm2Mechanism, rsaPkcs]),
      openSession: async () => {
        if (!present) return err(0xe0)
        sessions.add(next)
        return ok(next++)
      },
      closeSession: async (session) => {
        if (!sessions.delete(session)) return err(0xb3)
        if (sessions.size === 0) loggedIn = false
        return ok(null)
      },
      login: async (session, _as, given) => {
        if (!sessions.has(session)) return err(0xb3)
        if (loggedIn) return err(0x100)
        const code = show(text(given))
        loggedIn = code === 0
        return code === 0 ? ok(null) : err(code)
      },
      logout: async () => {
        loggedIn = false
        return ok(null)
      },
      setPin: async (session, old, wanted) => {
        if (!sessions.has(session)) return err(0xb3)
        const code = show(text(old))
        if (code !== 0) return err(code)
        if (text(wanted).length > 16) return err(0xa2)
        token.pin = text(wanted)
        token.mustChange = false
        return ok(null)
      },
      find: async (session, template) => {
        if (!sessions.has(session)) return err(0xb3)
        const matches = (id: string): boolean => template.every(({ type, value }) => Buffer.compare(objects[Number(id)]!.get(type) ?? new Uint8Array(), value) === 0)
        return ok(Object.keys(objects).filter((id) => matches(id) && ((id !== '2' && id !== '4') || loggedIn)).map(Number))
      },
      attribute: async (_, object, type) => ok(objects[object]!.get(type) ?? null),
      create: async () => err(0x54),
      signInit: async (session, asked, key) => {
        if (token.pullAtSign || token.pullAfter-- <= 0) {
          token.pullAfter = Number.POSITIVE_INFINITY
          token.pullAtSign = false
          leave()
        }
        if (!sessions.has(session)) return err(0xe0)
        if (!loggedIn) return err(0x101)
        signsWith = key
        return asked === (key === 4 ? rsaPkcs : sm2Mechanism) ? ok(null) : err(0x70)
      },
      sign: async (_, data) => ok(signsWith === 4 && rsaKey !== null ? new Uint8Array(privateEncrypt({ key: rsaKey, padding: constants.RSA_PKCS1_PADDING }, data)) : raw(sm2SignDigest(token.lies ? data.map((byte) => byte ^ 1) : data, pair.privateKey, randomBytes))),
    },
  }
  return token
}

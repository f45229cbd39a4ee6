/** Tokens as they are met in the field, played by a stand-in for the module: SM2 by a vendor's mechanism, locks, removal, lies. */
import { describe, expect, it } from 'vitest'
import { p256KeyPair, p256Sign, sm2KeyPair, sm2Sign, sm2SignDigest, type PublicKey } from '#core/crypto'
import { err, ok, octetString, oid, readDer, readSequence, utf8 } from '#core/formats'
import { carrierContract, certify, holds, value } from './carrier.fixture.ts'
import { randomBytes, type Cryptoki } from './index.ts'
import { ulong } from './cryptoki.ts'
import { tokenKey } from './token.ts'

const pin = '135790'
const sm2Mechanism = 0x80000101

type Stand = {
  readonly module: Cryptoki
  flags: number
  /** CK_RV that the next sign calls give, first to last */
  readonly faults: number[]
  present: boolean
  pin: string
  logins: number
  lies: boolean
}

const raw = (der: Uint8Array): Uint8Array => {
  const node = readDer(der)
  const parts = node.ok ? readSequence(node.value) : node
  const padded = (content: Uint8Array): number[] => [...new Uint8Array(32), ...content].slice(-32)
  return parts.ok ? Uint8Array.from([...padded(parts.value[0]!.content), ...padded(parts.value[1]!.content)]) : der
}

/** @param how what the SM2 mechanism takes and gives */
const stand = async (how: 'digest raw' | 'digest der' | 'message raw' | 'p256 asks every time' = 'digest raw'): Promise<Stand> => {
  const isP256 = how === 'p256 asks every time'
  const pair = isP256 ? p256KeyPair(randomBytes) : sm2KeyPair(randomBytes)
  const publicKey: PublicKey = { algorithm: isP256 ? 'p256' : 'sm2', point: pair.publicKey }
  const [own] = await certify(publicKey)
  const sessions = new Set<number>()
  let next = 1
  let loggedIn = false
  let proved = !isP256
  let mechanism = 0
  const objects: Readonly<Record<number, ReadonlyMap<number, Uint8Array>>> = {
    1: new Map([[0, ulong(1)], [0x102, Uint8Array.of(7)], [0x11, own]]),
    // SM2: no public key object and a key type of the vendor's own, as some tokens have it.
    2: new Map([[0, ulong(3)], [3, utf8('公章')], [0x102, Uint8Array.of(7)], ...(isP256 ? [[0x202, Uint8Array.of(1)] as const, [0x180, oid('1.2.840.10045.3.1.7')] as const] : [])]),
    ...(isP256 ? { 3: new Map([[0, ulong(2)], [0x102, Uint8Array.of(7)], [0x181, octetString(pair.publicKey)], [0x180, oid('1.2.840.10045.3.1.7')]]) } : {}),
  }
  const state: Stand = {
    flags: 0, faults: [], present: true, pin, logins: 0, lies: false,
    module: {
      slots: async () => ok(state.present ? [4] : []),
      tokenInfo: async () => ok({ label: '厂商', serial: 'S1', flags: state.flags }),
      mechanisms: async () => ok([sm2Mechanism]),
      openSession: async () => {
        if (!state.present) return err(0xe0)
        sessions.add(next)
        return ok(next++)
      },
      closeSession: async (session) => {
        if (!sessions.delete(session)) return err(0xb3)
        if (sessions.size === 0) loggedIn = false
        return ok(null)
      },
      login: async (session, as, given) => {
        if (!sessions.has(session)) return err(0xb3)
        if (as === 'context') {
          proved = given !== null && Buffer.from(given).toString() === state.pin
          return proved ? ok(null) : err(0xa0)
        }
        if (loggedIn) return err(0x100)
        state.logins += 1
        if (given !== null && Buffer.from(given).toString() !== state.pin) return err(0xa0)
        loggedIn = true
        return ok(null)
      },
      logout: async () => {
        loggedIn = false
        return ok(null)
      },
      setPin: async () => err(0x54),
      find: async (session, template) => {
        if (!sessions.has(session)) return err(0xb3)
        const matches = (id: string): boolean => template.every(({ type, value: wanted }) => Buffer.compare(objects[Number(id)]!.get(type) ?? new Uint8Array(), wanted) === 0)
        return ok(Object.keys(objects).filter((id) => matches(id) && (id !== '2' || loggedIn)).map(Number))
      },
      attribute: async (_, object, type) => ok(objects[object]!.get(type) ?? null),
      create: async () => err(0x54),
      signInit: async (session, asked) => {
        mechanism = asked
        if (!sessions.has(session)) return err(0xb3)
        if (!loggedIn) return err(0x101)
        return asked === (isP256 ? 0x1044 : sm2Mechanism) ? ok(null) : err(0x70)
      },
      sign: async (_, data) => {
        const fault = state.faults.shift()
        if (fault !== undefined) return err(fault)
        if (!proved) return err(0x101)
        proved = !isP256
        const what = state.lies ? data.map((byte) => byte ^ 1) : data
        if (isP256) return ok(raw(p256Sign(what, pair.privateKey, randomBytes)))
        expect(mechanism).toBe(sm2Mechanism)
        const der = how.startsWith('digest') ? sm2SignDigest(what, pair.privateKey, randomBytes) : sm2Sign(what, pair.privateKey, randomBytes)
        return ok(how.endsWith('der') ? der : raw(der))
      },
    },
  }
  return state
}

const holderOf = (given: Stand, input: 'digest' | 'message' = 'digest', token = '厂商') =>
  tokenKey({ module: 'stand-in', token, sm2: { mechanism: sm2Mechanism, input } }, async () => given.module)

const forms = [['digest raw', 'digest'], ['digest der', 'digest'], ['message raw', 'message']] as const
for (const [how, input] of forms) {
  carrierContract(`vendor token, SM2, ${how}`, async () => {
    const given = await stand(how)
    return { holder: holderOf(given, input), pin, algorithm: 'sm2-sm3', gone: holderOf(given, input, '别的'), shows: 'with pin only' }
  })
}
carrierContract('token that asks every time and hashes by itself, P-256', async () => {
  const given = await stand('p256 asks every time')
  return { holder: holderOf(given), pin, algorithm: 'ecdsa-p256-sha256', gone: holderOf(given, 'digest', '别的'), shows: 'with pin only' }
})

describe('tokens in trouble', () => {
  it('K35 a locked token is blocked and sees no PIN', async () => {
    const given = await stand()
    given.flags = 0x40000
    expect(await holderOf(given).open(pin)).toEqual({ ok: false, error: { reason: 'blocked' } })
    expect(given.logins).toBe(0)
  })

  it('K35 the last try is told, and the lock that follows', async () => {
    const given = await stand()
    given.flags = 0x20000
    expect(await holderOf(given).open('000000')).toEqual({ ok: false, error: { reason: 'pinWrong', retryAfterMs: 0, triesLeft: 1 } })
    const { module } = given
    const locking: Cryptoki = { ...module, login: async () => {
      given.flags = 0x40000
      return err(0xa4)
    } }
    expect(await tokenKey({ module: 'x' }, async () => locking).open('000000')).toEqual({ ok: false, error: { reason: 'blocked' } })
  })

  it('K36 a first PIN must be changed before anything is signed', async () => {
    const given = await stand()
    given.flags = 0x80000
    expect(await holderOf(given).open(pin)).toEqual({ ok: false, error: { reason: 'pinChangeRequired' } })
    for (const code of [0xa3, 0x102]) {
      const expired: Cryptoki = { ...given.module, tokenInfo: async () => ok({ label: 'x', serial: '', flags: 0 }), login: async () => err(code) }
      expect(await tokenKey({ module: 'x' }, async () => expired).open(pin)).toEqual({ ok: false, error: { reason: 'pinChangeRequired' } })
    }
  })

  it('K37 a token that was taken out is absent, and signs again when it is back, without asking for the PIN', async () => {
    const given = await stand()
    const key = value(await holderOf(given).open(pin))
    given.present = false
    given.faults.push(0x32)
    expect(await key.sign(utf8('x'))).toEqual({ ok: false, error: { reason: 'absent' } })
    given.present = true
    expect(holds('sm2-sm3', key.chain[0]!, utf8('x'), value(await key.sign(utf8('x'))))).toBe(true)
  })

  it.each([0xb3, 0xb0, 0x101, 0x30, 0x60])('K37 a session lost with 0x%s is opened again once', async (code) => {
    const given = await stand()
    const key = value(await holderOf(given).open(pin))
    given.faults.push(code)
    expect((await key.sign(utf8('x'))).ok).toBe(true)
    given.faults.push(code, code)
    expect(await key.sign(utf8('x'))).toEqual({ ok: false, error: { reason: 'absent' } })
  })

  it('K38 a PIN that was changed meanwhile costs one try, not one for each signature', async () => {
    const given = await stand()
    const key = value(await holderOf(given).open(pin))
    given.pin = '999999'
    given.faults.push(0xb3)
    const before = given.logins
    const first = await key.sign(utf8('x'))
    expect(first.ok || first.error.reason).toBe('pinWrong')
    for (let i = 0; i < 5; i++) await key.sign(utf8('x'))
    expect(given.logins - before).toBe(1)
  })

  it('K39 a wrong signature, or a mechanism set up wrongly, is untrusted', async () => {
    const given = await stand()
    const key = value(await holderOf(given).open(pin))
    given.lies = true
    expect(await key.sign(utf8('x'))).toEqual({ ok: false, error: { reason: 'untrusted' } })
    const mixed = value(await holderOf(await stand('message raw'), 'digest').open(pin))
    expect(await mixed.sign(utf8('x'))).toEqual({ ok: false, error: { reason: 'untrusted' } })
  })

  it('K39 SM2 without a vendor’s mechanism is unsupported, and so is one that the token does not have', async () => {
    const given = await stand()
    const refused = await tokenKey({ module: 'x' }, async () => given.module).open(pin)
    expect(refused.ok || refused.error.reason).toBe('unsupported')
    const key = value(await tokenKey({ module: 'x', sm2: { mechanism: 1, input: 'digest' } }, async () => given.module).open(pin))
    const unsigned = await key.sign(utf8('x'))
    expect(unsigned.ok || unsigned.error.reason).toBe('unsupported')
  })

  it('K40 a token with its own PIN pad is given no PIN', async () => {
    const given = await stand()
    given.flags = 0x100
    const shown: (Uint8Array | null)[] = []
    const pad: Cryptoki = { ...given.module, login: async (session, as, secret) => {
      shown.push(secret)
      return given.module.login(session, as, secret)
    } }
    expect((await tokenKey({ module: 'x', sm2: { mechanism: sm2Mechanism, input: 'digest' } }, async () => pad).open('')).ok).toBe(true)
    expect(shown).toEqual([null])
  })

  it('K9 what cannot be a PIN is not shown to the token', async () => {
    const given = await stand()
    for (const impossible of ['', '9'.repeat(300)]) await holderOf(given).open(impossible)
    expect(given.logins).toBe(0)
  })
})

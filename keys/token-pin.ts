/** Another PIN on a token (修改口令), and which tokens are plugged in (已插入的密码设备). */
import type { PinRefusal } from '#core/desktop'
import { err, ok, type Result } from '#core/formats'
import { loadCryptoki } from './cryptoki.ts'
import { ckf, refusalOf } from './token-codes.ts'
import { readCertificates } from './token-objects.ts'
import { findSlot, inTurn, moduleAt, type LoadCryptoki, type TokenOptions } from './token.ts'

/** Of CKR: the new PIN is of a kind or length that the token does not take. */
const pinInvalid = 0xa1
const pinLength = 0xa2

/** A wrong old PIN costs one of the token's tries. `unsupported` when the token does not take the new one; nothing is changed then. */
export const changeTokenPin = async (options: TokenOptions, pin: string, newPin: string, load: LoadCryptoki = loadCryptoki): Promise<Result<null, PinRefusal>> => {
  const module = await moduleAt(options.module, load)
  if (module === null) return err({ reason: 'absent' })
  const [old, next] = [pin, newPin].map((text) => Buffer.from(text.normalize('NFC'), 'utf8')) as [Buffer, Buffer]
  return inTurn(module, async () => {
    const slot = await findSlot(module, options.token)
    if (!slot.ok) return slot
    const info = await module.tokenInfo(slot.value)
    if (!info.ok) return err(refusalOf(info.error))
    if (info.value.flags & ckf.pinLocked) return err({ reason: 'blocked' })
    const hasPad = (info.value.flags & ckf.ownPinPad) !== 0
    if (!hasPad && (old.length === 0 || old.length > 255)) return err({ reason: 'pinWrong', retryAfterMs: 0 })
    const session = await module.openSession(slot.value, 'write')
    if (!session.ok) return err(refusalOf(session.error))
    try {
      const changed = await module.setPin(session.value, hasPad ? null : old, hasPad ? null : next)
      if (changed.ok) return ok(null)
      if (changed.error === pinInvalid || changed.error === pinLength) return err({ reason: 'unsupported', what: '这个新口令（密码设备要求的长度或字符不同）' })
      const after = await module.tokenInfo(slot.value)
      const state = after.ok ? after.value.flags : 0
      return err(state & ckf.pinLocked ? { reason: 'blocked' } : refusalOf(changed.error, state & ckf.finalTry ? 1 : undefined))
    } finally {
      await module.closeSession(session.value)
      old.fill(0)
      next.fill(0)
    }
  })
}

export type PluggedToken = {
  readonly label: string
  readonly serial: string
  readonly state: 'ready' | 'lastTry' | 'blocked' | 'pinChangeRequired'
  /** the PIN is typed on the device itself */
  readonly pad: boolean
  /** DER; what the token shows without a PIN */
  readonly certificates: readonly Uint8Array[]
}

const stateOf = (flags: number): PluggedToken['state'] => {
  if (flags & ckf.pinLocked) return 'blocked'
  if (flags & ckf.finalTry) return 'lastTry'
  return flags & ckf.pinToBeChanged ? 'pinChangeRequired' : 'ready'
}

/** Tokens that are plugged in and set up, without a login. `absent` when the module is not there. */
export const listTokens = async (path: string, load: LoadCryptoki = loadCryptoki): Promise<Result<readonly PluggedToken[], PinRefusal>> => {
  const module = await moduleAt(path, load)
  if (module === null) return err({ reason: 'absent' })
  return inTurn(module, async () => {
    const slots = await module.slots()
    if (!slots.ok) return err(refusalOf(slots.error))
    const tokens: PluggedToken[] = []
    for (const slot of slots.value) {
      const info = await module.tokenInfo(slot)
      if (!info.ok || (info.value.flags & ckf.tokenInitialized) === 0) continue
      const session = await module.openSession(slot, 'read')
      const certificates = session.ok ? await readCertificates(module, session.value) : null
      if (session.ok) await module.closeSession(session.value)
      const { label, serial, flags } = info.value
      tokens.push({ label, serial, state: stateOf(flags), pad: (flags & ckf.ownPinPad) !== 0, certificates: certificates?.ok ? certificates.value.map(({ der }) => der) : [] })
    }
    return ok(tokens)
  })
}

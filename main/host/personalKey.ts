/** The person's key wherever it lies (个人密钥): one face for the soft file of the profile, tokens and services. */
import { failed, personalRefusalText, type DesktopError, type KeyHolder, type PersonalRefusal, type PinRefusal } from '#core/desktop'
import { readCertificate } from '#core/crypto'
import { assertNever, err, ok, toHex, type Result } from '#core/formats'
import type { Carriers } from './personalCarriers.ts'
import type { Profile } from './profile.ts'
import type { ServerClient } from './server/client.ts'

/** What signing needs: an unlocked profile, the word with the server, and the carriers within reach. */
export type Signing = { readonly profile: Profile; readonly server: ServerClient; readonly carriers: Carriers }

/** Hex of the point (04‖X‖Y) of the key in use, or null. */
export const personalPublicKey = async (profile: Profile): Promise<string | null> => {
  const { carrier } = profile.holdings()
  if (carrier !== null && carrier.kind !== 'file') return carrier.publicKey
  const key = await profile.keys.personalPublicKey()
  return key === null ? null : toHex(key)
}

/** The SM2 point of a carrier's key as its certificate tells it, or null. */
export const pointOf = (chain: readonly Uint8Array[]): string | null => {
  const own = chain[0] === undefined ? undefined : readCertificate(chain[0])
  return own?.ok === true && own.value.publicKey.algorithm === 'sm2' ? toHex(own.value.publicKey.point) : null
}

/** One signature on a carrier: opened for it, closed behind it. Wrong PINs are counted here too, since tokens lock themselves for good. */
export const signOn = async (
  profile: Profile, holder: KeyHolder, address: string, key: string, publicKey: string, pin: string, message: Uint8Array,
): Promise<Result<Uint8Array, PersonalRefusal>> => {
  const opened = await profile.triesAt(address).judge<Uint8Array | 'removed'>(async () => {
    const open = await holder.open(pin, key)
    if (!open.ok) return open
    try {
      // Another key under the same name: what it signs would not be this person's.
      if (pointOf(open.value.chain) !== publicKey) return err({ reason: 'noKey' })
      const signed = await open.value.sign(message)
      return !signed.ok && signed.error.reason === 'absent' ? ok('removed') : signed
    } finally {
      await open.value.close()
    }
  })
  if (!opened.ok) return opened
  return opened.value === 'removed' ? err({ reason: 'removed' }) : ok(opened.value)
}

export const signWithPersonal = async (profile: Profile, carriers: Carriers, pin: string, message: Uint8Array): Promise<Result<Uint8Array, PersonalRefusal>> => {
  const { carrier } = profile.holdings()
  if (carrier === null || carrier.kind === 'file') return pin === '' ? wrongAtOnce : profile.keys.signWithPersonal(pin, message)
  const holder = carriers.at(carrier.address)
  return holder === null ? err({ reason: 'absent' }) : signOn(profile, holder, carrier.address, carrier.key, carrier.publicKey, pin, message)
}

export const changePersonalPin = async (profile: Profile, carriers: Carriers, pin: string, newPin: string): Promise<Result<null, PinRefusal>> => {
  const { carrier } = profile.holdings()
  if (carrier === null || carrier.kind === 'file') return pin === '' ? wrongAtOnce : profile.keys.changePersonalPin(pin, newPin)
  return changePinAt(profile, carriers.at(carrier.address), carrier.address, pin, newPin)
}

export const changePinAt = async (profile: Profile, holder: KeyHolder | null, address: string, pin: string, newPin: string): Promise<Result<null, PinRefusal>> => {
  if (holder === null) return err({ reason: 'absent' })
  const { changePin } = holder
  return changePin === undefined ? err({ reason: 'unsupported', what: '在本客户端修改这个载体的口令（请用发放单位的工具修改）' }) : profile.triesAt(address).judge(() => changePin(pin, newPin))
}

/** What cannot be a PIN is not shown to anything and costs no try (K9). */
const wrongAtOnce = err<PinRefusal>({ reason: 'pinWrong', retryAfterMs: 0 })

/** A refusal as the contract tells it: a code, a sentence, and the refusal itself for the screen. */
export const refused = (refusal: PersonalRefusal): { readonly ok: false; readonly error: DesktopError } => {
  const { error } = failed(codeOf(refusal), personalRefusalText(refusal), 'retryAfterMs' in refusal ? refusal.retryAfterMs : undefined)
  return { ok: false, error: { ...error, refusal } }
}

const codeOf = ({ reason }: PersonalRefusal): DesktopError['code'] => {
  switch (reason) {
    case 'noKey': case 'uncertified': return 'no_key'
    case 'pinWrong': return 'wrong_pin'
    case 'delayed': case 'blocked': return 'locked'
    case 'damaged': case 'untrusted': return 'damaged'
    case 'absent': case 'removed': case 'pinChangeRequired': case 'unsupported': case 'certificate': case 'keyTaken': case 'notSealKey': return 'key_refused'
    default: return assertNever(reason)
  }
}

/** The personal key (个人密钥): made here, brought in a file, or kept by a token or service; certified by the server, used for statements only. */
import { failed, type DesktopResult, type MethodInput, type MethodOutput, type PersonalRefusal } from '#core/desktop'
import { signedBytes } from '#core/crypto'
import { toHex, type CanonicalValue } from '#core/formats'
import { statementContext, type Statement } from '#core/route'
import { enrolKeyContext, statementSchema } from '#core/sync'
import { serverFailure } from './errors.ts'
import type { Carriers } from './personalCarriers.ts'
import { changePersonalPin, changePinAt, personalPublicKey, refused, signWithPersonal, type Signing } from './personalKey.ts'
import { carrierNamed, chooseKey } from './personalSource.ts'
import { certificateOf, factsOf, standingOf } from './personalStanding.ts'
import type { Profile } from './profile.ts'
import { post, type ServerClient } from './server/client.ts'
import { enrolShape } from './server/shapes.ts'
import type { Holdings } from './vault.ts'

/** A key that is neither certified nor waiting to be is none: it can be replaced. */
export const personalKeyState = async (profile: Profile): Promise<'absent' | 'unenrolled' | 'ready'> => {
  const key = await personalPublicKey(profile)
  const { personal, enrolment } = profile.holdings()
  if (key === null) return 'absent'
  if (personal?.publicKey === key) return 'ready'
  return enrolment?.publicKey === key ? 'unenrolled' : 'absent'
}

export const describePersonalKey = async ({ profile, server, carriers }: Signing): Promise<DesktopResult<MethodOutput<'keys.state'>>> => {
  const state = await personalKeyState(profile)
  const holdings = profile.holdings()
  const certificate = state === 'ready' && holdings.personal !== null ? certificateOf(holdings.personal.certificate) : null
  const problem = state === 'ready' ? standingOf(holdings, server.knownNow()) : null
  const refusal: PersonalRefusal | null = state === 'unenrolled' ? { reason: 'uncertified' } : problem === null ? null : { reason: 'certificate', problem }
  return { ok: true, value: { state, carrier: state === 'absent' ? null : carrierFacts(holdings, carriers), certificate: certificate === null ? null : factsOf(certificate), refusal } }
}

const carrierFacts = ({ carrier }: Holdings, carriers: Carriers): MethodOutput<'keys.state'>['carrier'] => {
  if (carrier === null) return { kind: 'soft', label: '', changesPin: true, pad: false }
  if (carrier.kind === 'file') return { kind: 'file', label: carrier.label, changesPin: true, pad: false }
  return { kind: carrier.kind, label: carrier.label, changesPin: carriers.at(carrier.address)?.changePin !== undefined, pad: carrier.pad }
}

/** A standing key is replaced only by whoever opens it: otherwise who finds an unlocked desk could give it a key of his own. */
const mayReplace = async ({ profile, carriers }: Signing, current: string | undefined): Promise<DesktopResult<null>> => {
  if ((await personalKeyState(profile)) !== 'ready') return { ok: true, value: null }
  if (current === undefined) return failed('forbidden', '这台设备上已有生效的个人密钥，不能直接替换；更换须先输入原口令。如忘记口令或遗失载体，请联系系统管理员停用原密钥后重新登录再申领。')
  // What is signed here is thrown away; it is no statement under any context that is verified.
  const proved = await signWithPersonal(profile, carriers, current, signedBytes({ personId: profile.holdings().personId }, 'wenshu.replace-key/1'))
  return proved.ok ? { ok: true, value: null } : refused(proved.error)
}

/** Makes the key and asks for its certificate; without a network the certificate comes later. */
export const createPersonalKey = async (signing: Signing, { pin, current }: MethodInput<'keys.create'>): Promise<DesktopResult<MethodOutput<'keys.create'>>> => {
  const allowed = await mayReplace(signing, current)
  if (!allowed.ok) return allowed
  const publicKey = toHex(await signing.profile.keys.createPersonal(pin))
  return askFor(signing, publicKey, null, (message) => signing.profile.keys.signWithPersonal(pin, message))
}

/** Takes a key of a file or carrier; see `keys.use` of the table. */
export const usePersonalKey = async (signing: Signing, input: MethodInput<'keys.use'>): Promise<DesktopResult<MethodOutput<'keys.use'>>> => {
  const allowed = await mayReplace(signing, input.current)
  if (!allowed.ok) return allowed
  const chosen = await chooseKey(signing, input)
  return chosen.ok ? askFor(signing, chosen.value.publicKey, chosen.value.carrier, chosen.value.sign) : refused(chosen.error)
}

/** The proof is made while the PIN is at hand, so that asking again needs none. */
const askFor = async (
  { profile, server }: Signing, publicKey: string, carrier: Holdings['carrier'], sign: (message: Uint8Array) => ReturnType<typeof signWithPersonal>,
): Promise<DesktopResult<{ enrolled: boolean }>> => {
  const { personId } = profile.holdings()
  const at = server.serverNow()
  const proof = await sign(signedBytes({ personId, publicKey, at } as CanonicalValue, enrolKeyContext))
  if (!proof.ok) return refused(proof.error)
  await profile.keep({ carrier, enrolment: { publicKey, at, proof: toHex(proof.value) }, personal: null })
  const enrolled = await enrolPersonalKey(profile, server)
  return enrolled.ok || enrolled.error.refusal !== undefined ? enrolled : { ok: true, value: { enrolled: false } }
}

export const enrolPersonalKey = async (profile: Profile, server: ServerClient): Promise<DesktopResult<MethodOutput<'keys.enrol'>>> => {
  if ((await personalKeyState(profile)) === 'ready') return { ok: true, value: { enrolled: true } }
  const { enrolment } = profile.holdings()
  if (enrolment === null) return failed('no_key', '这台设备上还没有待登记的个人密钥：请先设置个人密钥。')
  const answer = await server.ask(enrolShape, post('/v1/keys', { publicKey: enrolment.publicKey, at: enrolment.at, proof: enrolment.proof }), 'session')
  if (!answer.ok) {
    const { failure } = answer
    const taken = failure.kind === 'server' ? takenBy[failure.code] : undefined
    if (taken === undefined) return serverFailure(failure)
    // Asked again it would be refused again: the person chooses another key.
    await profile.keep({ enrolment: null })
    return refused({ reason: 'keyTaken', by: taken })
  }
  await profile.keep({ personal: { certificate: answer.value.certificate, publicKey: enrolment.publicKey }, enrolment: null })
  return { ok: true, value: { enrolled: true } }
}

const takenBy: Readonly<Record<string, 'other' | 'revoked'>> = { key_taken: 'other', key_revoked: 'revoked' }

/** Only what core/route calls a statement is signed: a page that went wrong cannot have a command or a contract signed as one. */
const isStatement = (statement: unknown): statement is Statement => statementSchema.safeParse(statement).success

export const signStatement = async ({ profile, server, carriers }: Signing, pin: string, statement: unknown): Promise<DesktopResult<MethodOutput<'keys.sign'>>> => {
  if (!isStatement(statement)) return failed('invalid_input', '要签名的内容不是意见、用印或签收声明，未签名。')
  const holdings = profile.holdings()
  if (statement.person !== holdings.personId) return failed('forbidden', '不能替他人签名：声明上的姓名与登录人不一致，未签名。')
  const state = await personalKeyState(profile)
  if (state === 'absent') return refused({ reason: 'noKey' })
  if (state === 'unenrolled' || holdings.personal === null) return refused({ reason: 'uncertified' })
  const problem = standingOf(holdings, server.knownNow())
  if (problem !== null) return refused({ reason: 'certificate', problem })
  const signed = await signWithPersonal(profile, carriers, pin, signedBytes(statement as CanonicalValue, statementContext))
  return signed.ok ? { ok: true, value: { signature: toHex(signed.value), certificate: holdings.personal.certificate } } : refused(signed.error)
}

export const changePin = async ({ profile, carriers }: Signing, { carrier, pin, newPin }: MethodInput<'keys.changePin'>): Promise<DesktopResult<Record<string, never>>> => {
  const named = carrier === null ? null : await carrierNamed(carriers, carrier)
  if (carrier !== null && named === null) return refused({ reason: 'absent' })
  const changed = named === null ? await changePersonalPin(profile, carriers, pin, newPin) : await changePinAt(profile, carriers.at(named.address), named.address, pin, newPin)
  return changed.ok ? { ok: true, value: {} } : refused(changed.error)
}

/** The personal key (个人密钥): made here under a PIN, certified by the server, used for statements only. */
import { failed, type DesktopResult, type MethodOutput, type PinRefusal } from '#core/desktop'
import { signedBytes } from '#core/crypto'
import { toHex, type CanonicalValue } from '#core/formats'
import { statementContext, type Statement } from '#core/route'
import { enrolKeyContext, statementSchema } from '#core/sync'
import { serverFailure } from './errors.ts'
import type { Profile } from './profile.ts'
import { post, type ServerClient } from './server/client.ts'
import { enrolShape } from './server/shapes.ts'

export const personalKeyState = async (profile: Profile): Promise<'absent' | 'unenrolled' | 'ready'> => {
  const key = await profile.keys.personalPublicKey()
  if (key === null) return 'absent'
  return profile.holdings().personal?.publicKey === toHex(key) ? 'ready' : 'unenrolled'
}

/** Makes the key and asks for its certificate; without a network the certificate comes later. */
export const createPersonalKey = async (profile: Profile, server: ServerClient, pin: string): Promise<DesktopResult<MethodOutput<'keys.create'>>> => {
  // Otherwise whoever finds an unlocked desk could give it a PIN of his own.
  if ((await personalKeyState(profile)) === 'ready') {
    return failed('forbidden', '这台设备上已有生效的个人密钥，不能直接替换；如忘记口令，请联系系统管理员停用原密钥后重新登录再申领。')
  }
  const publicKey = toHex(await profile.keys.createPersonal(pin))
  const { personId } = profile.holdings()
  const at = server.serverNow()
  const proof = await profile.keys.signWithPersonal(pin, signedBytes({ personId, publicKey, at } as CanonicalValue, enrolKeyContext))
  if (!proof.ok) return pinFailure(proof.error)
  await profile.keep({ enrolment: { publicKey, at, proof: toHex(proof.value) }, personal: null })
  const enrolled = await enrolPersonalKey(profile, server)
  return enrolled.ok ? enrolled : { ok: true, value: { enrolled: false } }
}

/** The proof was made with the key, when the PIN was at hand; so asking again needs no PIN. */
export const enrolPersonalKey = async (profile: Profile, server: ServerClient): Promise<DesktopResult<MethodOutput<'keys.enrol'>>> => {
  if ((await personalKeyState(profile)) === 'ready') return { ok: true, value: { enrolled: true } }
  const { enrolment } = profile.holdings()
  if (enrolment === null) return failed('no_key', '这台设备上还没有待登记的个人密钥：请先设置口令，生成个人密钥。')
  const answer = await server.ask(enrolShape, post('/v1/keys', { publicKey: enrolment.publicKey, at: enrolment.at, proof: enrolment.proof }), 'session')
  if (!answer.ok) return serverFailure(answer.failure)
  await profile.keep({ personal: { certificate: answer.value.certificate, publicKey: enrolment.publicKey }, enrolment: null })
  return { ok: true, value: { enrolled: true } }
}

/** Only what core/route calls a statement is signed: a page that went wrong cannot have a command or a contract signed as one. */
const isStatement = (statement: unknown): statement is Statement => statementSchema.safeParse(statement).success

export const signStatement = async (profile: Profile, pin: string, statement: unknown): Promise<DesktopResult<MethodOutput<'keys.sign'>>> => {
  if (!isStatement(statement)) return failed('invalid_input', '要签名的内容不是意见、用印或签收声明，未签名。')
  const { personal, personId } = profile.holdings()
  if (statement.person !== personId) return failed('forbidden', '不能替他人签名：声明上的姓名与登录人不一致，未签名。')
  const state = await personalKeyState(profile)
  if (state === 'absent') return pinFailure({ reason: 'noKey' })
  if (state === 'unenrolled' || personal === null) return failed('no_key', '个人密钥还没有经服务器登记，暂不能用于签名；联网后会自动登记，意见内容已保留。')
  const signed = await profile.keys.signWithPersonal(pin, signedBytes(statement as CanonicalValue, statementContext))
  return signed.ok ? { ok: true, value: { signature: toHex(signed.value), certificate: personal.certificate } } : pinFailure(signed.error)
}

const seconds = (milliseconds: number): number => Math.ceil(milliseconds / 1000)

const pinFailure = (refusal: PinRefusal): ReturnType<typeof failed> => {
  switch (refusal.reason) {
    case 'noKey': return failed('no_key', '这台设备上还没有个人密钥：请先设置口令，生成个人密钥。填写的意见已保留。')
    case 'pinWrong':
      return refusal.retryAfterMs === 0
        ? failed('wrong_pin', '签名口令不正确，未签名；填写的意见已保留，请重新输入口令。', 0)
        : failed('wrong_pin', `签名口令不正确，未签名；填写的意见已保留，请在 ${seconds(refusal.retryAfterMs)} 秒后再试。`, refusal.retryAfterMs)
    case 'delayed': return failed('locked', `签名口令多次不正确，请在 ${seconds(refusal.retryAfterMs)} 秒后再试；填写的意见已保留。`, refusal.retryAfterMs)
    case 'blocked': return failed('locked', '密码设备已自锁，须由发放单位解锁；填写的意见已保留。')
    case 'absent': return failed('no_key', '没有找到密码设备：请插好后再试；填写的意见已保留。')
    case 'damaged': return failed('damaged', '个人密钥文件已损坏，无法签名；填写的意见已保留。请联系系统管理员停用原密钥后重新申领。')
    case 'pinChangeRequired': return failed('wrong_pin', '密码设备要求先修改初始口令，未签名；填写的意见已保留。')
    case 'unsupported': return failed('no_key', `不支持${refusal.what}，未签名；填写的意见已保留。`)
    case 'untrusted': return failed('damaged', '密码设备返回的签名与证书不符，已丢弃；填写的意见已保留。')
  }
}

/**
 * Why a personal signature was not given (个人签名的状态): a closed set. What carriers say, and what stands in the way of a person's
 * key beside them. Every member has its screen; docs/spec/keys.md.
 */
import { z } from 'zod'
import { assertNever } from '#core/formats'
import type { PinRefusal } from './keyStore.ts'

/** What is wrong with a certificate: no path to the pinned root, its time, a revocation, or another person's name. */
export const certificateProblems = ['untrusted', 'expired', 'notYet', 'revoked', 'stranger'] as const
export type CertificateProblem = (typeof certificateProblems)[number]

export type PersonalRefusal =
  | PinRefusal
  /** the carrier went away between the PIN and the signature (中途拔出) */
  | { readonly reason: 'removed' }
  /** the key is there, the server has not certified it yet */
  | { readonly reason: 'uncertified' }
  | { readonly reason: 'certificate'; readonly problem: CertificateProblem }
  /** the server knows this key as another person's, or as one that was revoked (密钥已被他人登记、已吊销) */
  | { readonly reason: 'keyTaken'; readonly by: 'other' | 'revoked' }
  /** a token at the seal desk that has no key of this seal (不是这枚印章的密码设备) */
  | { readonly reason: 'notSealKey' }

const ms = z.number().min(0)
const wrong = { reason: z.literal('pinWrong'), retryAfterMs: ms } as const
const bare = z.enum(['noKey', 'blocked', 'absent', 'damaged', 'pinChangeRequired', 'untrusted', 'removed', 'uncertified', 'notSealKey'])
/** As it crosses between host and page. */
export const personalRefusalSchema = z.union([
  z.strictObject({ reason: bare }), z.strictObject(wrong), z.strictObject({ ...wrong, triesLeft: z.int().min(0) }), z.strictObject({ reason: z.literal('delayed'), retryAfterMs: ms }),
  z.strictObject({ reason: z.literal('unsupported'), what: z.string().max(200) }),
  z.strictObject({ reason: z.literal('certificate'), problem: z.enum(certificateProblems) }),
  z.strictObject({ reason: z.literal('keyTaken'), by: z.enum(['other', 'revoked']) }),
])

/** The screen that a refusal has: one word each, none left out. A new member does not compile until it has one. */
export const refusalScreen = (refusal: PersonalRefusal) => {
  switch (refusal.reason) {
    case 'pinWrong': return refusal.triesLeft === 1 ? 'lastTry' : 'pinWrong'
    case 'certificate':
      switch (refusal.problem) {
        case 'untrusted': return 'certificateUntrusted'
        case 'expired': return 'certificateExpired'
        case 'notYet': return 'certificateNotYet'
        case 'revoked': return 'certificateRevoked'
        case 'stranger': return 'certificateStranger'
        default: return assertNever(refusal.problem)
      }
    case 'keyTaken': return refusal.by === 'other' ? 'keyTaken' : 'keyRevoked'
    case 'noKey': case 'delayed': case 'blocked': case 'absent': case 'removed': case 'damaged': case 'pinChangeRequired': case 'unsupported': case 'untrusted': case 'uncertified': case 'notSealKey':
      return refusal.reason
    default: return assertNever(refusal)
  }
}
export type RefusalScreen = ReturnType<typeof refusalScreen>

const seconds = (milliseconds: number): number => Math.ceil(milliseconds / 1000)

/** One sentence for logs and for screens without words of their own: what happened and what is kept. */
export const personalRefusalText = (refusal: PersonalRefusal): string => {
  switch (refusal.reason) {
    case 'noKey': return '没有可用的个人密钥，未签名；填写的内容已保留。请先设置个人密钥。'
    case 'pinWrong': {
      const left = refusal.triesLeft === undefined ? '' : `还可以试 ${refusal.triesLeft} 次，`
      return refusal.retryAfterMs === 0 ? `签名口令不正确，未签名；填写的内容已保留，${left}请重新输入口令。` : `签名口令不正确，未签名；填写的内容已保留，${left}请在 ${seconds(refusal.retryAfterMs)} 秒后再试。`
    }
    case 'delayed': return `签名口令多次不正确，请在 ${seconds(refusal.retryAfterMs)} 秒后再试；填写的内容已保留。`
    case 'blocked': return '密码设备已锁定，须由发放单位解锁；填写的内容已保留。'
    case 'absent': return '没有找到密码设备或签名服务，未签名；填写的内容已保留。'
    case 'removed': return '签名过程中密码设备被拔出或断开，未签名；填写的内容已保留。请重新插好再试。'
    case 'damaged': return '个人密钥文件已损坏，无法签名；填写的内容已保留。请联系系统管理员停用原密钥后重新申领。'
    case 'pinChangeRequired': return '密码设备要求先修改初始口令，未签名；填写的内容已保留。'
    case 'unsupported': return `不支持${refusal.what}，未签名；填写的内容已保留。`
    case 'untrusted': return '密码设备返回的签名与证书不符，已丢弃；填写的内容已保留。'
    case 'uncertified': return '个人密钥还没有经服务器登记，暂不能用于签名；联网后会自动登记，填写的内容已保留。'
    case 'certificate': return `${certificateText(refusal.problem)}，未签名；填写的内容已保留。`
    case 'keyTaken': return refusal.by === 'other' ? '这把密钥已登记在另一人名下，不能再登记。' : '这把密钥的证书已被吊销，不能再登记，请换用新的密钥。'
    case 'notSealKey': return '这个密码设备中没有印章登记的密钥，未用印；填写的内容已保留。请插入这枚印章的密码设备。'
    default: return assertNever(refusal)
  }
}

const certificateText = (problem: CertificateProblem): string => {
  switch (problem) {
    case 'untrusted': return '个人证书不是由本单位的根证书签发'
    case 'expired': return '证书已过有效期'
    case 'notYet': return '证书还没有到生效时间'
    case 'revoked': return '个人证书已被吊销'
    case 'stranger': return '证书上的姓名不是登录人'
    default: return assertNever(problem)
  }
}

/** What every transport and every host does with a call before and after it runs (校验): the table decides, nobody else. */
import type { z } from 'zod'
import { desktopTable, type DesktopError, type DesktopErrorCode, type DesktopResult, type MethodName } from './table.ts'

/** Bytes of one structured input, and of one byte body. Larger ones are `too_large` before anything is parsed. */
export const desktopLimits = { jsonBytes: 16 * 1024 * 1024, bodyBytes: 256 * 1024 * 1024 } as const

export const failed = (code: DesktopErrorCode, message: string, retryAfterMs?: number): { readonly ok: false; readonly error: DesktopError } => ({
  ok: false, error: retryAfterMs === undefined ? { code, message } : { code, message, retryAfterMs },
})

/** Own members only: `toString` and `__proto__` are no methods. */
export const isMethod = (name: string): name is MethodName => Object.hasOwn(desktopTable, name)

export const methodNames = Object.keys(desktopTable) as readonly MethodName[]

/** The first complaint in words; what was sent is never repeated, it may be a password. */
const complaint = (error: z.ZodError): string => {
  const issue = error.issues[0]
  return issue === undefined ? '' : `（${issue.path.join('.') || '参数'}：${issue.code}）`
}

/** @returns the method and its parsed input, or `unknown_method`, `invalid_input`, `too_large` */
export const judgeInput = (method: string, input: unknown, body: 'body' | 'none'): DesktopResult<{ readonly method: MethodName; readonly input: unknown }> => {
  if (!isMethod(method)) return failed('unknown_method', '客户端与主机版本不一致：没有这个调用。请重新启动客户端，未发送的内容仍在本机。')
  const entry = desktopTable[method]
  if ((entry.effect === 'bytesIn') !== (body === 'body')) return failed('invalid_input', '调用参数不正确（字节内容），未做任何改动。')
  const parsed = entry.input.safeParse(input)
  if (parsed.success) return { ok: true, value: { method, input: parsed.data } }
  const tooBig = parsed.error.issues.length > 0 && parsed.error.issues.every((issue) => issue.code === 'too_big')
  return tooBig
    ? failed('too_large', `内容超过上限${complaint(parsed.error)}，未保存；原有内容没有改变，请分开或精简后再试。`)
    : failed('invalid_input', `调用参数不正确${complaint(parsed.error)}，未做任何改动。`)
}

/** A host that answers outside of the table is a defect, and is told as one. */
export const judgeOutput = (method: MethodName, value: unknown): DesktopResult<unknown> => {
  const parsed = desktopTable[method].output.safeParse(value)
  return parsed.success ? { ok: true, value: parsed.data } : failed('internal', `主机的回答不合约定（${method}）。未发送的内容仍在本机，请重新启动客户端。`)
}

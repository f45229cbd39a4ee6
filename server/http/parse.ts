import type { z } from 'zod'
import { Problem } from '../problem.ts'

/** A value from outside by its closed schema; Problem `bad_request` names the first member that is wrong. */
export const parse = <T>(schema: z.ZodType<T>, value: unknown): T => {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new Problem(400, 'bad_request', `请求格式不正确：${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.slice(0, 300).trim())
}

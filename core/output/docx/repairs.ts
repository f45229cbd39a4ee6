/** What reading changed or left out (修复记录): nothing is altered silently. */

/** One repair. `block`: index into the blocks of the result where it is known. */
export type Repair = { readonly code: string; readonly message: string; readonly block?: number }

/** More than this would bury the reader; the rest is counted. */
const maxRepairs = 300

/** Collects repairs; the same kind of small repair is told once with its count. */
export type Repairs = {
  add(code: string, message: string, block?: number): void
  /** `message` has {n} where the count goes */
  count(code: string, message: string): void
  list(): readonly Repair[]
}

export function createRepairs(): Repairs {
  const single: Repair[] = []
  const seen = new Set<string>()
  const counted = new Map<string, { message: string; n: number }>()
  let left = 0
  return {
    add(code, message, block) {
      const key = `${code}\n${message}\n${block ?? ''}`
      if (seen.has(key)) return
      if (single.length >= maxRepairs) {
        left++
        return
      }
      seen.add(key)
      single.push(block === undefined ? { code, message } : { code, message, block })
    },
    count(code, message) {
      const entry = counted.get(code)
      if (entry === undefined) counted.set(code, { message, n: 1 })
      else entry.n++
    },
    list() {
      const counts = [...counted].map(([code, { message, n }]) => ({ code, message: message.replace('{n}', String(n)) }))
      return [...single, ...counts, ...(left === 0 ? [] : [{ code: 'docx.more', message: `另有 ${left} 处同类修复未逐一列出` }])]
    },
  }
}

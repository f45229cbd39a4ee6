/** What reading changed or left out (修复记录): nothing is altered silently. */

/** One repair. `block`: index into the blocks of the result where it is known. */
export type Repair = { readonly code: string; readonly message: string; readonly block?: number }

/** Lines as they are typed in the file, before anything was mended: what a check judges. */
export type TypedLines = {
  readonly number?: string
  readonly date?: string
  readonly recipientLine?: string
  readonly attachmentLine?: string
  readonly noteLine?: string
  readonly copiesLine?: string
  readonly printLine?: string
}

/** Whether usual variants of level numbers become the standard ones, or stay for a check to find. */
export type NumberReading = 'mended' | 'typed'

/** More than this would bury the reader; the rest is counted. */
const maxRepairs = 300

/** Collects repairs; the same kind of small repair is told once with its count. */
export type Repairs = {
  add(code: string, message: string, block?: number): void
  /** `message` has {n} where the count goes */
  count(code: string, message: string): void
  list(): readonly Repair[]
  /** keeps a line as it was typed; the first of its kind counts */
  typed(name: keyof TypedLines, text: string): void
  readonly lines: TypedLines
  readonly numbers: NumberReading
}

export function createRepairs(numbers: NumberReading = 'mended'): Repairs {
  const lines: { -readonly [K in keyof TypedLines]: TypedLines[K] } = {}
  const single: Repair[] = []
  const seen = new Set<string>()
  const counted = new Map<string, { message: string; n: number }>()
  let left = 0
  return {
    lines,
    numbers,
    typed(name, text) {
      lines[name] ??= text.trim()
    },
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

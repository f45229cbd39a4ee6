/** Small checks from which the closed schema is put together. Each reports problems and never throws. */

/** Collects problems; `count` also counts those beyond the reporting limit. */
export type Report = { count: number; add(path: string, code: string, message: string): void }

/** Looks at one value at one path. */
export type Check = ((value: unknown, path: string, report: Report) => void) & { readonly isOptional?: true }

const at = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`)

const quoted = (value: unknown): string => `「${String(value).slice(0, 30)}」`

/** Characters that cannot be printed: controls (line ends too, a paragraph is one line) and non-characters. */
const unprintable = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff]/u

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** An object with exactly these keys (optional ones may be missing). */
export function fields(shape: Readonly<Record<string, Check>>): Check {
  return (value, path, report) => {
    if (!isPlainObject(value)) return report.add(path, 'content.not-object', '此处应为一组字段')
    for (const key of Object.keys(value)) {
      if (!Object.hasOwn(shape, key)) report.add(at(path, key), 'content.unknown-key', `不认识的字段${quoted(key)}`)
    }
    for (const [key, check] of Object.entries(shape)) {
      if (Object.hasOwn(value, key)) check(value[key], at(path, key), report)
      else if (check.isOptional !== true) report.add(at(path, key), 'content.missing-key', `缺少字段${quoted(key)}`)
    }
  }
}

/** A key that may be missing. */
export function optional(check: Check): Check {
  return Object.assign(((value, path, report) => check(value, path, report)) as Check, { isOptional: true as const })
}

export function orNull(check: Check): Check {
  return (value, path, report) => {
    if (value !== null) check(value, path, report)
  }
}

/** A one-line text; lengths in characters (code points). */
export function text(label: string, rule: { readonly min: number; readonly max: number; readonly pattern?: RegExp }): Check {
  return (value, path, report) => {
    if (typeof value !== 'string') return report.add(path, 'content.not-text', `${label}应为文字`)
    if (!value.isWellFormed() || unprintable.test(value)) {
      return report.add(path, 'content.control', `${label}含有不可显示的控制字符`)
    }
    // UTF-16 units are at least as many as characters: count only where it can matter.
    const length = value.length > 2 * rule.max ? value.length : [...value].length
    if (length > rule.max) return report.add(path, 'content.too-long', `${label}超过 ${rule.max} 字的上限`)
    if (length < rule.min) return report.add(path, 'content.empty', `${label}不能为空`)
    if (rule.pattern !== undefined && !rule.pattern.test(value)) report.add(path, 'content.malformed', `${label}写法不符合要求`)
  }
}

export function integer(label: string, min: number, max: number): Check {
  return (value, path, report) => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || Object.is(value, -0) || value < min || value > max) {
      report.add(path, 'content.not-integer', `${label}应为 ${min} 以上的整数`)
    }
  }
}

export function oneOf(label: string, allowed: readonly (string | number)[]): Check {
  const list = allowed.map((item) => (item === '' ? '（空）' : String(item))).join('、')
  return (value, path, report) => {
    if (!allowed.includes(value as string)) report.add(path, 'content.not-allowed', `${label}只能是：${list}`)
  }
}

/** An array without holes. */
export function list(label: string, item: Check, max: number): Check {
  return (value, path, report) => {
    if (!Array.isArray(value)) return report.add(path, 'content.not-list', `${label}应为列表`)
    if (value.length > max) return report.add(path, 'content.too-many', `${label}超过 ${max} 项的上限`)
    for (let i = 0; i < value.length; i++) item(value[i], `${path}[${i}]`, report)
  }
}

/** A union told apart by one key. */
export function variants(label: string, key: string, shapes: Readonly<Record<string, Check>>): Check {
  return (value, path, report) => {
    if (!isPlainObject(value)) return report.add(path, 'content.not-object', `${label}应为一组字段`)
    const tag = value[key]
    const shape = typeof tag === 'string' && Object.hasOwn(shapes, tag) ? shapes[tag] : undefined
    if (shape === undefined) {
      return report.add(at(path, key), 'content.not-allowed', `${label}的 ${key} 只能是：${Object.keys(shapes).join('、')}`)
    }
    shape(value, path, report)
  }
}

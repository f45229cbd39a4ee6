/** 档号 after DA/T 22-2015 §5 and DA/T 13-2022. The two join their parts differently, so the template is a setting. */
import { err, formatErr, ok, type FormatError, type Result } from '#core/formats'
import type { Retention } from '#core/route'

/** {fonds} 全宗号 · {type} 档案门类代码 · {year} 年度 · {retention} 保管期限代码 · {unit} 机构代码 · {serial} 件号 */
export const codeTemplates = {
  'DA/T 22-2015': '{fonds}-{type}·{year}-{retention}-{unit}-{serial}',
  'DA/T 13-2022': '{fonds}-{type}·{year}·{retention}·{unit}-{serial}',
} as const
export const defaultCodeTemplate = codeTemplates['DA/T 22-2015']

export const retentionNames: Readonly<Record<Retention, string>> = { Y: '永久', D30: '定期30年', D10: '定期10年' }

export type CodeParts = {
  /** letter and three digits */
  readonly fonds: string
  readonly year: number
  readonly retention: Retention
  /** 2–5 capitals or digits, or '' to leave the part out together with its separator */
  readonly unitCode: string
  /** from 1 */
  readonly serial: number
  readonly template?: string
  /** 档案门类代码; WS 文书 when absent */
  readonly type?: string
}

/** The code. Error archive.code names the part that its rule refuses. */
export const archivalCode = (parts: CodeParts): Result<string, FormatError> => {
  const { fonds, year, retention, unitCode, serial, template = defaultCodeTemplate, type = 'WS' } = parts
  const bad = (why: string) => formatErr('archive.code', `档号：${why}`)
  if (!/^[A-Z]\d{3}$/.test(fonds)) return bad('全宗号应为一个大写字母加三位数字')
  if (!Number.isInteger(year) || year < 1900 || year > 9999) return bad('年度应为四位数字')
  if (retentionNames[retention] === undefined) return bad('保管期限不是 Y、D30、D10')
  if (unitCode !== '' && !/^[A-Z0-9]{2,5}$/.test(unitCode)) return bad('机构代码应为2至5位大写字母或数字')
  if (!Number.isInteger(serial) || serial < 1 || serial > 99_999) return bad('件号应为1至99999')
  if (!/^[A-Z]{2}$/.test(type)) return bad('门类代码应为两个大写字母')
  const values: Readonly<Record<string, string>> = { fonds, type, year: String(year), retention, unit: unitCode, serial: String(serial).padStart(4, '0') }
  const used = [...template.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!)
  if (['fonds', 'year', 'retention', 'serial'].some((part) => !used.includes(part)) || used.some((part) => values[part] === undefined)) {
    return bad('模板缺少全宗号、年度、保管期限或件号')
  }
  const usual = unitCode === '' ? template.replace(/[-·]\{unit\}/, '').replace('{unit}', '') : template
  return ok(usual.replace(/\{(\w+)\}/g, (_, part: string) => values[part]!))
}

export type ReadCode = { readonly fonds: string; readonly type: string; readonly year: number; readonly retention: Retention; readonly unitCode: string; readonly serial: number }

/** The parts of a code made with the template; error archive.code when it was not. */
export const readArchivalCode = (code: string, template: string = defaultCodeTemplate): Result<ReadCode, FormatError> => {
  const groups: Readonly<Record<string, string>> = {
    fonds: '(?<fonds>[A-Z]\\d{3})', type: '(?<type>[A-Z]{2})', year: '(?<year>\\d{4})', retention: '(?<retention>Y|D30|D10)',
    unit: '(?<unit>[A-Z0-9]{2,5})', serial: '(?<serial>\\d{4,5})',
  }
  const escaped = template.replace(/[.*+?^$()|[\]\\]/g, '\\$&')
  const pattern = escaped.replace(/([-·])\{unit\}/, (_, mark: string) => `(?:${mark}${groups['unit']})?`).replace(/\{(\w+)\}/g, (whole, part: string) => groups[part] ?? whole)
  const found = new RegExp(`^${pattern}$`).exec(code)?.groups
  if (found === undefined) return err({ code: 'archive.code', message: `档号不符合格式：${code}` })
  return ok({
    fonds: found['fonds'] ?? '', type: found['type'] ?? 'WS', year: Number(found['year']), retention: found['retention'] as Retention,
    unitCode: found['unit'] ?? '', serial: Number(found['serial']),
  })
}

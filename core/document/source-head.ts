/** The YAML head of a .gw source: known keys only. */
import { parseDocument, visit, type Document } from 'yaml'
import { formatErr, ok, type FormatError, type Result } from '#core/formats'

/** Keys in the order in which they are written. */
export const headKeys = [
  '文种', '版式', '发文机关', '发文机关标志', '发文字号', '份号', '密级', '保密期限', '紧急程度', '签发人', '标题', '主送', '附件',
  '署名', '成文日期', '印章', '附注', '抄送', '印发机关', '印发日期', '公开属性',
] as const
export type HeadKey = (typeof headKeys)[number]

export const attachmentKeys = ['名称', '装订', '文件', '类型', '大小', '摘要'] as const

/** Values as written: text, lists of texts, and for 附件 lists of maps of texts. */
export type Head = ReadonlyMap<string, unknown>

/** Reads the head. Errors: gw.yaml (not YAML, aliases, duplicate keys), gw.unknown-key. */
export function readHead(yaml: string): Result<Head, FormatError> {
  let value: unknown
  try {
    // With the failsafe schema every scalar stays the text that was written: 000012 and 2026-11-24 are not numbers or dates.
    const document = parseDocument(yaml, { schema: 'failsafe', uniqueKeys: true, logLevel: 'silent' })
    const problem = document.errors[0] ?? document.warnings[0]
    if (problem !== undefined) return notYaml(yaml, problem.code, problem.linePos?.[0].line ?? null)
    meant(document)
    // No aliases: they can blow a small file up to any size.
    value = document.toJS({ maxAliasCount: 0 })
  } catch {
    return formatErr('gw.yaml', '文件头不是合法的 YAML（不支持锚点与引用）')
  }
  if (value === null || value === '') value = {}
  if (typeof value !== 'object' || Array.isArray(value)) return formatErr('gw.yaml', '文件头应为「键: 值」的形式')
  const unknown = unknownKey(value as object, headKeys)
  if (unknown !== null) return unknown
  const head = new Map<string, unknown>(Object.entries(value as object))
  const attachments = head.get('附件')
  if (Array.isArray(attachments)) {
    for (const item of attachments as unknown[]) {
      if (typeof item === 'string') continue
      if (typeof item !== 'object' || item === null || Object.values(item).some((entry) => typeof entry !== 'string')) {
        return formatErr('gw.bad-value', '「附件」的每一项应写作 {名称: …}')
      }
      const wrong = unknownKey(item, attachmentKeys)
      if (wrong !== null) return wrong
    }
  }
  return ok(head)
}

/** What a person did who typed a head that is no YAML; `line` from 1 in the head, which starts on line 2 of the file. */
function notYaml(yaml: string, code: string, line: number | null): ReturnType<typeof formatErr> {
  const lines = yaml.split('\n')
  const slip = lines.findIndex((text) => /^\p{Script=Han}{2,7}\s*(?:：|:(?=[^\s]))/u.test(text))
  if (slip >= 0) return formatErr('gw.yaml', `文件头第 ${slip + 2} 行「${lines[slip]!.slice(0, 20)}」：键后应为半角冒号加一个空格，如「标题: …」`)
  const place = line === null ? '' : `（第 ${line + 1} 行）`
  if (code === 'DUPLICATE_KEY') return formatErr('gw.yaml', `文件头有重复的键「${/^[^:：]{1,20}/u.exec(lines[(line ?? 1) - 1] ?? '')?.[0].trim() ?? ''}」${place}，请只保留一个`)
  if (code === 'BLOCK_AS_IMPLICIT_KEY') return formatErr('gw.yaml', `文件头的值里有冒号加空格${place}，请将整个值用引号括起`)
  if (code === 'TAB_AS_INDENT') return formatErr('gw.yaml', `文件头用了制表符缩进${place}，请改用空格`)
  return formatErr('gw.yaml', `文件头不是合法的 YAML${place}`)
}

/** YAML's unquoted words for nothing are no text, and the line ends of a block (| or >) are none of a title or a name. */
function meant(document: Document): void {
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value !== 'string') return
      if (node.type === 'PLAIN' && /^(?:~|null)$/u.test(node.value)) node.value = ''
      else if (node.type === 'BLOCK_FOLDED' || node.type === 'BLOCK_LITERAL') node.value = node.value.trim().replaceAll(/[ \t]*\n+[ \t]*/gu, '')
    },
  })
}

function unknownKey(value: object, known: readonly string[]): ReturnType<typeof formatErr> | null {
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue
    const near = nearest(key, known)
    return formatErr('gw.unknown-key', `不认识的键「${key.slice(0, 30)}」，是否应为「${near}」`)
  }
  return null
}

/** The known key with the smallest edit distance; the first of equals. */
export function nearest(key: string, known: readonly string[]): string {
  const short = key.slice(0, 30)
  let best = known[0] ?? ''
  let least = Number.POSITIVE_INFINITY
  for (const candidate of known) {
    const distance = editDistance(short, candidate)
    if (distance < least) {
      least = distance
      best = candidate
    }
  }
  return best
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length]!
}

/** BagIt (RFC 8493): manifests, declaration and bag-info, written in one way and read strictly. */
import { compareBytes, formatErr, fromUtf8, ok, toHex, utf8, type FormatError, type Result } from '#core/formats'
import { digest, type DigestAlgorithm } from '#core/crypto'
import { namesProblem } from './paths.ts'

export type Files = ReadonlyMap<string, Uint8Array>
export type ManifestEntry = { readonly path: string; readonly hash: string }

export const declaration = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n'

const byPath = (a: { readonly path: string }, b: { readonly path: string }): number => compareBytes(utf8(a.path), utf8(b.path))

/** Manifest text: one `hash  path` a line, sorted by the bytes of the path, so that `sha256sum -c` reads it as it is. */
export const manifestText = (entries: readonly ManifestEntry[]): string =>
  [...entries].sort(byPath).map(({ hash, path }) => `${hash}  ${path}\n`).join('')

export const manifestOf = (files: Files, algorithm: DigestAlgorithm, wanted: (path: string) => boolean): string =>
  manifestText([...files].filter(([path]) => wanted(path)).map(([path, bytes]) => ({ path, hash: toHex(digest(algorithm, bytes)) })))

/** Entries of a manifest. Errors bag.manifest: a malformed line, a path twice, an unsafe path. */
export const readManifest = (bytes: Uint8Array, name: string): Result<readonly ManifestEntry[], FormatError> => {
  const bad = (why: string) => formatErr('bag.manifest', `${name}：${why}`)
  const text = fromUtf8(bytes)
  if (!text.ok) return bad('不是 UTF-8 文本')
  const lines = text.value.split(/\r\n|\r|\n/)
  if (lines.at(-1) === '') lines.pop()
  const entries: ManifestEntry[] = []
  for (const [i, line] of lines.entries()) {
    const match = /^([0-9A-Fa-f]{32,128})[ \t]+\*?(\S.*)$/.exec(line)
    if (match === null) return bad(`第 ${i + 1} 行不正确`)
    entries.push({ hash: match[1]!.toLowerCase(), path: unescapePath(match[2]!) })
  }
  const problem = namesProblem(entries.map((entry) => entry.path))
  return problem === null ? ok(entries) : bad(problem)
}

/** §2.1.3: only line ends and the per cent sign are escaped. */
const unescapePath = (path: string): string =>
  path.replace(/%(0[aAdD]|25)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

/** Lines `Label: value` of bag-info.txt. */
export const bagInfoText = (fields: readonly (readonly [label: string, value: string])[]): string =>
  fields.map(([label, value]) => `${label}: ${value.replace(/\s+/g, ' ')}\n`).join('')

/** Values of bag-info.txt by label; null when a line has no label. Folded lines are not written here and not read. */
export const readBagInfo = (bytes: Uint8Array): ReadonlyMap<string, string> | null => {
  const text = fromUtf8(bytes)
  if (!text.ok || !text.value.endsWith('\n')) return null
  const fields = new Map<string, string>()
  for (const line of text.value.slice(0, -1).split('\n')) {
    const match = /^([A-Za-z-]+): (\S.*)$/.exec(line)
    if (match === null || fields.has(match[1]!)) return null
    fields.set(match[1]!, match[2]!)
  }
  return fields
}

const ALGORITHMS: readonly DigestAlgorithm[] = ['sha1', 'sha256', 'sha384', 'sha512', 'sm3']

export type BagProblem = { readonly name: string; readonly detail: string }

/**
 * Checks any bag, of whatever maker: declaration, that every payload manifest lists every payload file and nothing else
 * (RFC 8493 §3), that each file has the hash named, and the tag manifests likewise. No problem means valid.
 */
export const checkBag = (files: Files): readonly BagProblem[] => {
  const problems: BagProblem[] = []
  const add = (name: string, detail: string) => problems.push({ name, detail })
  const unsafe = namesProblem(files.keys())
  if (unsafe !== null) add('文件名称', unsafe)
  checkDeclaration(files, add)
  const payload = [...files.keys()].filter((path) => path.startsWith('data/'))
  let payloadManifests = 0
  for (const [name, bytes] of files) {
    const match = /^(tag)?manifest-([a-z0-9]+)\.txt$/.exec(name)
    if (match === null) continue
    const isTag = match[1] !== undefined
    const algorithm = ALGORITHMS.find((known) => known === match[2])
    if (!isTag) payloadManifests++
    const entries = readManifest(bytes, name)
    if (!entries.ok) {
      add('清单', entries.error.message)
      continue
    }
    if (algorithm === undefined) {
      add('清单', `${name}：不支持的摘要算法`)
      continue
    }
    const listed = new Set(entries.value.map((entry) => entry.path))
    if (!isTag) for (const path of payload) if (!listed.has(path)) add('完整性', `${name} 没有列出 ${path}`)
    for (const { path, hash } of entries.value) {
      const content = files.get(path)
      if (isTag === path.startsWith('data/')) add('清单', `${name} 列出了不属于它的 ${path}`)
      else if (content === undefined) add('完整性', `缺少文件 ${path}`)
      else if (toHex(digest(algorithm, content)) !== hash) add('摘要', `${path} 与 ${name} 所记摘要不符`)
    }
  }
  if (payloadManifests === 0) add('清单', '没有内容清单')
  return problems
}

const checkDeclaration = (files: Files, add: (name: string, detail: string) => void): void => {
  const bytes = files.get('bagit.txt')
  const text = bytes === undefined ? undefined : fromUtf8(bytes)
  if (text === undefined) add('声明', '缺少 bagit.txt')
  else if (!text.ok || !/^BagIt-Version: \d+\.\d+\r?\nTag-File-Character-Encoding: UTF-8(\r?\n)?$/.test(text.value)) add('声明', 'bagit.txt 内容不正确')
}

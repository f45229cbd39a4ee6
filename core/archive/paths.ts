/** Names inside a package (归档包内的名称). Rules A1–A3 of docs/spec/package.md. */

export const paths = {
  bagit: 'bagit.txt',
  bagInfo: 'bag-info.txt',
  sha256: 'manifest-sha256.txt',
  sm3: 'manifest-sm3.txt',
  tags: 'tagmanifest-sha256.txt',
  signature: 'package-signature.json',
  sealed: 'data/正本.pdf',
  final: 'data/版式文件.pdf',
  sheet: 'data/处理单.pdf',
  approved: 'data/定稿.json',
  metadata: 'data/元数据.xml',
  events: 'data/过程/事件.jsonl',
  commands: 'data/过程/命令.jsonl',
  names: 'data/过程/名册.json',
  ledger: 'data/证据/账本.json',
  sealReport: 'data/证据/验证报告.json',
} as const

/** Only in packages of documents that were composed as OFD too (version 2). */
export const ofdPaths = {
  sealedOfd: 'data/正本.ofd',
  finalOfd: 'data/版式文件.ofd',
  ofdReport: 'data/证据/验证报告-OFD.json',
} as const

const two = (number: number): string => String(number).padStart(2, '0')

/** 修改稿 of that revision number */
export const revisionPath = (number: number): string => `data/修改稿/${two(number)}.json`
export const deviceCertificatePath = (deviceId: string): string => `data/证据/证书/设备-${deviceId}.cer`
/** Certificate of an issuer, by its place in the list, from 1. */
export const issuerPath = (number: number): string => `data/证据/证书/颁发-${two(number)}.cer`
export const crlPath = (number: number): string => `data/证据/吊销列表/${two(number)}.crl`
/** A file attachment by its place, from 1; the name as the drafter gave it, without what a file name may not hold. */
export const attachmentPath = (number: number, fileName: string): string => `data/附件/${two(number)}_${safeName(fileName)}`

const safeName = (name: string): string => {
  const kept = [...name.normalize('NFC').replace(/[\u0000-\u001f\u007f/\\:*?"<>|%]/g, '_')].slice(0, 80).join('').replace(/^[. ]+|[. ]+$/g, '')
  return kept === '' ? '附件' : kept
}

/** Why a path may not be in a package, or null. The bounds are those of file systems and of BagIt (RFC 8493 §2.1.3). */
export const pathProblem = (path: string): string | null => {
  if (path === '' || path.length > 500 || !path.isWellFormed()) return '名称为空、过长或编码不正确'
  if (/[\u0000-\u001f\u007f\\]/.test(path)) return '名称含控制字符或反斜线'
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return '名称是绝对路径'
  if (path.split('/').some((part) => part === '' || part === '.' || part === '..')) return '名称含空段、“.”或“..”'
  return path.normalize('NFC') === path ? null : '名称不是规范化的 Unicode（NFC）'
}

/** First problem of a set of names, in words, or null: an unsafe one, or two that some file systems take for one. */
export const namesProblem = (names: Iterable<string>): string | null => {
  const seen = new Map<string, string>()
  for (const path of names) {
    const problem = pathProblem(path)
    if (problem !== null) return `${JSON.stringify(path)}：${problem}`
    const key = path.toLowerCase()
    const other = seen.get(key)
    if (other !== undefined) return `${JSON.stringify(other)} 与 ${JSON.stringify(path)} 仅大小写不同或重复`
    seen.set(key, path)
  }
  return null
}

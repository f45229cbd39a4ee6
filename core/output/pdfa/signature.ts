/** Digital signatures. ISO 19005-2 §6.1.12, §6.4.3 and Annex B */
import type { PdfFile } from './file.ts'
import { isArray, isText, latin, numberOf, type PdfDict } from './values.ts'

export function checkSignature(file: PdfFile, signature: PdfDict, catalog: PdfDict): void {
  const { report } = file
  const range = file.resolve(signature.entries.get('ByteRange'))
  const numbers = isArray(range) ? range.items.map((item) => numberOf(file.resolve(item)) ?? -1) : []
  if (!coversRevision(file.bytes, numbers)) report.add('6.4.3', 'byte-range', '签名的 ByteRange 没有覆盖整个文件')
  const contents = file.resolve(signature.entries.get('Contents'))
  if (!isText(contents)) report.add('6.4.3', 'no-contents', '签名字典缺少 Contents')
  else {
    const facts = signedDataFacts(contents.bytes)
    if (facts === null) report.add('6.4.3', 'not-pkcs7', '签名值不是 PKCS#7 数据')
    else {
      if (facts.certificates === 0) report.add('6.4.3', 'no-certificate', '签名值没有签名者证书')
      if (facts.signers !== 1) report.add('6.4.3', 'signers', '签名值应恰有一个签名者')
    }
  }
  const permissions = file.dict(catalog.entries.get('Perms'))
  const references = file.resolve(signature.entries.get('Reference'))
  if (permissions?.entries.has('DocMDP') !== true || !isArray(references)) return
  for (const item of references.items) {
    const entries = file.dict(item)?.entries
    if (['DigestLocation', 'DigestMethod', 'DigestValue'].some((key) => entries?.has(key) === true)) report.add('6.1.12', 'signature-reference', '存在 DocMDP 时签名引用字典不得含有摘要条目')
  }
}

/** From the first byte to the end of a revision, but for the signature value between its angle brackets. */
function coversRevision(bytes: Uint8Array, range: readonly number[]): boolean {
  const [start, first, second, rest] = range
  if (range.length !== 4 || start !== 0 || first! < 0 || second! <= first! || rest! < 0) return false
  if (bytes[first!] !== 0x3c || bytes[second! - 1] !== 0x3e) return false
  const end = second! + rest!
  return end === bytes.length || (end < bytes.length && /%%EOF(\r\n|\r|\n)?$/.test(latin(bytes.subarray(Math.max(0, end - 8), end))))
}

type Der = { readonly tag: number; readonly body: Uint8Array; readonly next: number }

/** One element. Lengths that are left open (BER) are read too: signers in the field write them. */
function der(bytes: Uint8Array, at: number, depth = 0): Der | null {
  const tag = bytes[at]
  const first = bytes[at + 1]
  if (tag === undefined || first === undefined) return null
  let start = at + 2
  if (first === 0x80) {
    let end = start
    for (let i = 0; i < 10_000 && depth < 20; i++) {
      if (bytes[end] === 0 && bytes[end + 1] === 0) return { tag, body: bytes.subarray(start, end), next: end + 2 }
      const child = der(bytes, end, depth + 1)
      if (child === null) return null
      end = child.next
    }
    return null
  }
  let length = first
  if (first > 0x80) {
    const count = first & 0x7f
    if (count > 4) return null
    length = 0
    for (let i = 0; i < count; i++) length = length * 256 + (bytes[start + i] ?? 0)
    start += count
  }
  return start + length > bytes.length ? null : { tag, body: bytes.subarray(start, start + length), next: start + length }
}

function children(bytes: Uint8Array): Der[] {
  const found: Der[] = []
  for (let at = 0; at < bytes.length && found.length < 1000; ) {
    const child = der(bytes, at)
    if (child === null) break
    found.push(child)
    at = child.next
  }
  return found
}

/** Counts of ContentInfo{SignedData}; the value may be padded with zeros. Null when it is something else. RFC 2315 §9 */
function signedDataFacts(bytes: Uint8Array): { readonly certificates: number; readonly signers: number } | null {
  const outer = der(bytes, 0)
  const [type, content] = outer?.tag === 0x30 ? children(outer.body) : []
  const signedData = content?.tag === 0xa0 ? der(content.body, 0) : null
  if (type?.tag !== 6 || signedData?.tag !== 0x30) return null
  const parts = children(signedData.body)
  const signers = parts.at(-1)
  if (parts.length < 4 || parts[0]!.tag !== 2 || signers?.tag !== 0x31) return null
  const certificates = parts.find(({ tag }) => tag === 0xa0)
  return { certificates: certificates === undefined ? 0 : children(certificates.body).length, signers: children(signers.body).length }
}

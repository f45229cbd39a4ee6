/** Metadata. ISO 19005-2 §6.6 */
import { fromUtf8 } from '#core/formats'
import type { Report } from './finding.ts'
import type { PdfFile } from './file.ts'
import { isDict, isStream, latin, Unreadable, type PdfDict, type PdfStream } from './values.ts'
import { extensionNamespace, readExtensions, type Extensions } from './xmp-extension.ts'
import { schemas } from './xmp-schemas.ts'
import { readXmp, type XmpProperty } from './xmp-tree.ts'
import { isOfType } from './xmp-types.ts'

const identification = 'http://www.aiim.org/pdfa/ns/id/'

export function checkMetadata(file: PdfFile, catalog: PdfDict): void {
  const { report } = file
  const main = file.resolve(catalog.entries.get('Metadata'))
  if (!isStream(main)) {
    report.add('6.6.2.1', 'no-metadata', '文档目录缺少元数据流（Metadata）')
    return
  }
  const properties = packetOf(file, main)
  const extensions = properties === null ? new Map() : readExtensions(properties, report)
  if (properties !== null) {
    checkProperties(properties, [extensions], report)
    checkIdentification(properties, report)
  }
  const seen = new Set<PdfStream>([main])
  for (const number of file.numbers) {
    const value = file.resolve({ kind: 'ref', number })
    const dict = isDict(value) ? value : isStream(value) ? value.dict : null
    const other = dict === null ? null : file.resolve(dict.entries.get('Metadata'))
    if (!isStream(other) || seen.has(other)) continue
    seen.add(other)
    const inner = packetOf(file, other)
    if (inner !== null) checkProperties(inner, [extensions, readExtensions(inner, report)], report)
  }
}

/** Null after a finding. */
function packetOf(file: PdfFile, stream: PdfStream): readonly XmpProperty[] | null {
  const { report } = file
  const data = file.decode(stream)
  if (data === null) {
    report.add('6.6.2.1', 'metadata-broken', '元数据流无法解码')
    return null
  }
  const text = fromUtf8(data)
  if (!text.ok || text.value.includes('\u0000')) {
    report.add('6.6.2.1', 'metadata-encoding', '元数据不是 UTF-8 编码')
    return null
  }
  const header = /<\?xpacket\s([^?]*\bbegin\s*=[^?]*)\?>/.exec(latin(data.subarray(0, 1024)))?.[1] ?? ''
  if (/\bbytes\s*=/.test(header)) report.add('6.6.2.1', 'packet-bytes', 'XMP 包头不得使用 bytes 属性')
  if (/\bencoding\s*=/.test(header)) report.add('6.6.2.1', 'packet-encoding', 'XMP 包头不得使用 encoding 属性')
  try {
    return readXmp(text.value.replace(/^\ufeff/, '').trim())
  } catch (problem) {
    if (!(problem instanceof Unreadable)) throw problem
    report.add('6.6.2.1', problem.code, `元数据不是格式正确的 XMP：${problem.message}`)
    return null
  }
}

function checkProperties(properties: readonly XmpProperty[], extensions: readonly Extensions[], report: Report): void {
  for (const { namespace, name, prefix, value } of properties) {
    if (namespace === extensionNamespace) continue
    const label = `${prefix}:${name}`
    const type = schemas.get(namespace)?.get(name)
    if (type !== undefined) {
      // The identification has rules of its own.
      if (!isOfType(value, type) && namespace !== identification) report.add('6.6.2.3.1', 'property-type', `元数据属性 ${label} 的值类型不符（应为 ${type.slice(0, 80)}）`)
      continue
    }
    const extension = extensions.map((each) => each.get(namespace)).find((each) => each?.properties.has(name) === true)
    if (extension === undefined) report.add('6.6.2.3.1', 'property-undefined', `元数据属性 ${label} 既非预定义，也未在扩展模式中定义`)
    else if (!isOfType(value, extension.properties.get(name)!, extension.types)) report.add('6.6.2.3.1', 'property-type', `元数据扩展属性 ${label} 的值类型不符`)
  }
}

function checkIdentification(properties: readonly XmpProperty[], report: Report): void {
  const own = properties.filter(({ namespace }) => namespace === identification)
  const text = (name: string): string | null => {
    const value = own.find((property) => property.name === name)?.value
    return value?.kind === 'simple' ? value.text : null
  }
  if (own.length === 0) {
    report.add('6.6.4', 'no-identification', '元数据没有 PDF/A 标识（pdfaid）')
    return
  }
  if (text('part') !== '2') report.add('6.6.4', 'part', 'pdfaid:part 应为 2')
  if (!['A', 'B', 'U'].includes(text('conformance') ?? '')) report.add('6.6.4', 'conformance', 'pdfaid:conformance 应为 A、B 或 U')
  if (own.some(({ prefix }) => prefix !== 'pdfaid')) report.add('6.6.4', 'identification-prefix', 'PDF/A 标识的命名空间前缀应为 pdfaid')
  for (const { name, value } of own) {
    if (!['part', 'amd', 'corr', 'conformance'].includes(name)) report.add('6.6.2.3.1', 'property-undefined', `元数据属性 pdfaid:${name} 未定义`)
    else if (value.kind !== 'simple') report.add('6.6.2.3.1', 'property-type', `元数据属性 pdfaid:${name} 的值类型不符`)
  }
}

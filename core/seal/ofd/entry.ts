/** OFD.xml at the first seal (入口文件): one element more, every other byte as it was. GB/T 33190 §7.4 */
import { childElement, childElements, concatBytes, formatErr, innerText, ok, readXml, utf8, escapeXml, type FormatError, type Result } from '#core/formats'

/**
 * Names the list of signatures as the last element of the first document. The text around it stays, so that what else the file
 * says, and how, is not touched. Error seal.entry: the file is written in a way that hides where the document ends.
 */
export const nameSignatures = (entry: Uint8Array, location: string): Result<Uint8Array, FormatError> => {
  const bad = () => formatErr('seal.entry', 'OFD.xml 的写法不合常规，不能登记签名列表')
  // One character for each byte: markup is ASCII, and positions stay those of the file.
  const text = Array.from({ length: Math.ceil(entry.length / 8192) }, (_, i) => String.fromCharCode(...entry.subarray(i * 8192, (i + 1) * 8192))).join('')
  const end = /<\/((?:[A-Za-z_][\w.-]*:)?)DocBody\s*>/.exec(text)
  if (end === null) return bad()
  const prefix = end[1]!
  const added = utf8(`<${prefix}Signatures>${escapeXml(location)}</${prefix}Signatures>`)
  const changed = concatBytes(entry.subarray(0, end.index), added, entry.subarray(end.index))
  const read = readXml(changed)
  const body = read.ok ? childElements(read.value, 'DocBody')[0] : undefined
  const named = body === undefined ? undefined : childElement(body, 'Signatures')
  return named !== undefined && innerText(named) === location ? ok(changed) : bad()
}

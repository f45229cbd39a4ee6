/** Reading XML (OFD parts, OOXML parts): namespaces, strict well-formedness, bounded depth and size, no document types. */
import { SaxesParser } from 'saxes'
import { fromUtf8 } from './bytes.ts'
import { formatErr, ok, type FormatError, type Result } from './result.ts'

/** One element. `name` is the local name; attributes are under their names as written (prefix included, xmlns left out). */
export type XmlNode = {
  readonly name: string
  /** namespace URI, '' for none */
  readonly namespace: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly (XmlNode | string)[]
}

export type XmlLimits = { readonly bytes: number; readonly depth: number; readonly elements: number }

export const xmlLimits: XmlLimits = { bytes: 32 * 1024 * 1024, depth: 100, elements: 2_000_000 }

/** Carries the first error out of the parser's callbacks; never leaves this module. */
class Refused extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/**
 * The root element of an XML document in UTF-8 (a byte order mark is allowed). Errors xml.*: too-large, encoding, doctype
 * (document types are refused: entities can blow a small file up), too-deep, malformed.
 */
export function readXml(bytes: Uint8Array, limits: XmlLimits = xmlLimits): Result<XmlNode, FormatError> {
  if (bytes.length > limits.bytes) return formatErr('xml.too-large', 'XML 内容过大')
  const text = fromUtf8(bytes)
  if (!text.ok) return formatErr('xml.encoding', 'XML 不是 UTF-8 编码')
  type Open = { name: string; namespace: string; attributes: Record<string, string>; children: (XmlNode | string)[] }
  const open: Open[] = []
  let root: XmlNode | null = null
  let count = 0
  const parser = new SaxesParser({ xmlns: true })
  const addText = (piece: string): void => {
    const parent = open.at(-1)
    if (parent === undefined) return
    if (typeof parent.children.at(-1) === 'string') parent.children[parent.children.length - 1] += piece
    else parent.children.push(piece)
  }
  parser.on('error', (problem) => { throw new Refused('xml.malformed', `XML 不完整或不合规范：${problem.message.slice(0, 120)}`) })
  parser.on('doctype', () => { throw new Refused('xml.doctype', 'XML 不得含文档类型声明') })
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.on('opentag', (tag) => {
    count++
    if (open.length >= limits.depth || count > limits.elements) throw new Refused('xml.too-deep', 'XML 嵌套过深或元素过多')
    const attributes: Record<string, string> = Object.create(null) as Record<string, string>
    for (const attribute of Object.values(tag.attributes)) {
      if (attribute.prefix !== 'xmlns' && attribute.name !== 'xmlns') attributes[attribute.name] = attribute.value
    }
    open.push({ name: tag.local, namespace: tag.uri, attributes, children: [] })
  })
  parser.on('closetag', () => {
    const element = open.pop()!
    const parent = open.at(-1)
    if (parent === undefined) root = element
    else parent.children.push(element)
  })
  try {
    parser.write(text.value.replace(/^\ufeff/u, '')).close()
  } catch (problem) {
    if (problem instanceof Refused) return formatErr(problem.code, problem.message)
    throw problem
  }
  return root === null ? formatErr('xml.malformed', 'XML 没有根元素') : ok(root)
}

/** The child elements, all or those of one local name. */
export function childElements(element: XmlNode, name?: string): XmlNode[] {
  return element.children.filter((child): child is XmlNode => typeof child !== 'string' && (name === undefined || child.name === name))
}

/** The first child element of a local name. */
export function childElement(element: XmlNode, name: string): XmlNode | undefined {
  return element.children.find((child): child is XmlNode => typeof child !== 'string' && child.name === name)
}

/** All text inside an element, in order. */
export function innerText(element: XmlNode): string {
  return element.children.map((child) => (typeof child === 'string' ? child : innerText(child))).join('')
}

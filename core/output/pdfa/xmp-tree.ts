/** XMP packets as properties. XMP Specification (September 2005), RDF/XML Syntax Specification */
import { SaxesParser } from 'saxes'
import { Unreadable } from './values.ts'

type Name = { readonly namespace: string; readonly name: string; readonly prefix: string }
export type XmpProperty = Name & { readonly value: XmpValue }
export type XmpValue =
  | { readonly kind: 'simple'; readonly text: string; readonly lang: string | null }
  | { readonly kind: 'struct'; readonly fields: readonly XmpProperty[] }
  | { readonly kind: 'array'; readonly form: 'Bag' | 'Seq' | 'Alt'; readonly items: readonly XmpValue[] }

type Element = Name & { readonly attributes: readonly (Name & { readonly value: string })[]; readonly children: Element[]; text: string }

const rdf = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#'
const xml = 'http://www.w3.org/XML/1998/namespace'
const maxDepth = 60
const maxElements = 200_000

const malformed = (message: string): Unreadable => new Unreadable('xmp-malformed', message)

function parse(text: string): Element {
  const open: Element[] = []
  let root: Element | null = null
  let count = 0
  const parser = new SaxesParser({ xmlns: true })
  parser.on('error', (problem) => { throw malformed(problem.message.slice(0, 120)) })
  parser.on('doctype', () => { throw malformed('含有文档类型声明') })
  parser.on('text', (piece) => { if (open.length > 0) open.at(-1)!.text += piece })
  parser.on('cdata', (piece) => { if (open.length > 0) open.at(-1)!.text += piece })
  parser.on('opentag', (tag) => {
    if (open.length >= maxDepth || ++count > maxElements) throw malformed('嵌套过深或元素过多')
    const attributes = Object.values(tag.attributes)
      .filter((attribute) => attribute.prefix !== 'xmlns' && attribute.name !== 'xmlns')
      .map((attribute) => ({ namespace: attribute.uri, name: attribute.local, prefix: attribute.prefix, value: attribute.value }))
    open.push({ namespace: tag.uri, name: tag.local, prefix: tag.prefix, attributes, children: [], text: '' })
  })
  parser.on('closetag', () => {
    const element = open.pop()!
    if (open.length === 0) root = element
    else open.at(-1)!.children.push(element)
  })
  parser.write(text).close()
  if (root === null) throw malformed('没有根元素')
  return root
}

/** The properties of a packet. Unreadable (xmp-malformed) when it is not XMP. */
export function readXmp(text: string): readonly XmpProperty[] {
  const root = parse(text)
  const holder = isRdf(root, 'RDF') ? root : findRdf(root)
  if (holder === null) throw malformed('没有 rdf:RDF')
  const properties: XmpProperty[] = []
  let about = ''
  for (const description of holder.children) {
    if (!isRdf(description, 'Description')) throw malformed('rdf:RDF 中有不允许的元素')
    const subject = description.attributes.find(({ name, namespace }) => name === 'about' && (namespace === rdf || namespace === ''))?.value ?? ''
    if (subject !== '' && about !== '' && subject !== about) throw malformed('rdf:about 不一致')
    about = subject === '' ? about : subject
    properties.push(...fieldsOf(description))
  }
  refuseDuplicates(properties)
  return properties
}

const isRdf = (element: Name, name: string): boolean => element.namespace === rdf && element.name === name

function findRdf(element: Element): Element | null {
  for (const child of element.children) {
    const found = isRdf(child, 'RDF') ? child : findRdf(child)
    if (found !== null) return found
  }
  return null
}

function refuseDuplicates(properties: readonly XmpProperty[]): void {
  const seen = new Set<string>()
  for (const { namespace, name } of properties) {
    if (seen.has(`${namespace} ${name}`)) throw malformed(`属性 ${name} 重复`)
    seen.add(`${namespace} ${name}`)
  }
}

/** What a description says: its attributes and its elements. */
function fieldsOf(element: Element): XmpProperty[] {
  const fields: XmpProperty[] = []
  for (const { namespace, name, prefix, value } of element.attributes) {
    if (namespace === rdf || namespace === xml || namespace === '') continue
    fields.push({ namespace, name, prefix, value: { kind: 'simple', text: value, lang: null } })
  }
  if (element.text.trim() !== '') throw malformed('元素之间有文字')
  for (const child of element.children) {
    if (child.namespace === '' || child.namespace === rdf) {
      if (isRdf(child, 'type') || isRdf(child, 'value')) continue
      throw malformed(`属性 ${child.name} 没有命名空间`)
    }
    fields.push({ namespace: child.namespace, name: child.name, prefix: child.prefix, value: valueOf(child) })
  }
  return fields
}

const forms = new Set(['Bag', 'Seq', 'Alt'])

function valueOf(element: Element): XmpValue {
  const attribute = (name: string): string | undefined => element.attributes.find((each) => each.namespace === rdf && each.name === name)?.value
  const lang = element.attributes.find((each) => each.namespace === xml && each.name === 'lang')?.value ?? null
  const parseType = attribute('parseType')
  if (parseType === 'Resource') return structOf(element, lang)
  if (parseType !== undefined) throw malformed(`不支持 rdf:parseType="${parseType.slice(0, 40)}"`)
  const [child, more] = element.children
  if (more !== undefined) throw malformed(`属性 ${element.name} 的值多于一个`)
  if (child !== undefined) {
    if (element.text.trim() !== '') throw malformed(`属性 ${element.name} 的值混有文字`)
    if (isRdf(child, 'Description')) return structOf(child, lang)
    if (child.namespace !== rdf || !forms.has(child.name)) throw malformed(`属性 ${element.name} 的值不合 RDF 语法`)
    return { kind: 'array', form: child.name as 'Bag', items: itemsOf(child) }
  }
  const resource = attribute('resource')
  const fields = element.attributes.filter(({ namespace }) => namespace !== rdf && namespace !== xml && namespace !== '')
  if (resource !== undefined || (fields.length === 0 && element.attributes.every(({ namespace, name }) => namespace === xml || name !== 'nodeID'))) {
    return { kind: 'simple', text: resource ?? element.text, lang }
  }
  return structOf(element, lang)
}

function itemsOf(list: Element): XmpValue[] {
  if (list.text.trim() !== '') throw malformed('列表中有文字')
  return list.children.map((item) => {
    if (!isRdf(item, 'li')) throw malformed('列表中有 rdf:li 以外的元素')
    return valueOf(item)
  })
}

/** A structure, or the value behind qualifiers (rdf:value). */
function structOf(element: Element, lang: string | null): XmpValue {
  const value = element.children.find((child) => isRdf(child, 'value'))
  if (value !== undefined) return valueOf(value)
  const plain = element.attributes.find((each) => each.namespace === rdf && each.name === 'value')
  if (plain !== undefined) return { kind: 'simple', text: plain.value, lang }
  const fields = fieldsOf(element)
  refuseDuplicates(fields)
  return { kind: 'struct', fields }
}

/** Extension schemas described in the packet itself. ISO 19005-2 §6.6.2.3.2, §6.6.2.3.3 */
import type { Report } from './finding.ts'
import { isKnownType, isOfType, normalType, type OwnTypes, type XmpType } from './xmp-types.ts'
import type { XmpProperty, XmpValue } from './xmp-tree.ts'

export const extensionNamespace = 'http://www.aiim.org/pdfa/ns/extension/'
const clause = '6.6.2.3.3'

export type Extension = { readonly properties: ReadonlyMap<string, XmpType>; readonly types: OwnTypes }
/** By namespace of the properties. */
export type Extensions = ReadonlyMap<string, Extension>

type Table = { readonly namespace: string; readonly prefix: string; readonly required: readonly string[]; readonly optional: readonly string[] }
const table = (name: string, required: string, optional: string): Table => ({
  namespace: `http://www.aiim.org/pdfa/ns/${name}#`, prefix: `pdfa${name[0]!.toUpperCase()}${name.slice(1)}`,
  required: required.split(' '), optional: optional === '' ? [] : [optional],
})
const schemaTable = table('schema', 'schema namespaceURI prefix property', 'valueType')
const propertyTable = table('property', 'name valueType category description', '')
const typeTable = table('type', 'type namespaceURI prefix description', 'field')
const fieldTable = table('field', 'name valueType description', '')
const lists = new Set(['property', 'valueType', 'field'])

/** Reads the descriptions and notes what is wrong with them. */
export function readExtensions(properties: readonly XmpProperty[], report: Report): Extensions {
  const found = new Map<string, { properties: Map<string, XmpType>; types: Map<string, { namespace: string; fields: ReadonlyMap<string, XmpType> }> }>()
  for (const property of properties.filter(({ namespace }) => namespace === extensionNamespace)) {
    const { value } = property
    if (property.prefix !== 'pdfaExtension' || property.name !== 'schemas' || value.kind !== 'array' || value.form !== 'Bag') {
      report.add(clause, 'extension-container', '扩展模式容器应为 pdfaExtension:schemas，类型为 Bag')
    }
    for (const schema of value.kind === 'array' ? value.items : []) {
      const fields = rowOf(schema, schemaTable, report)
      const namespace = textOf(fields.get('namespaceURI'))
      if (namespace === null) continue
      const extension = found.get(namespace) ?? { properties: new Map(), types: new Map() }
      found.set(namespace, extension)
      readTypes(fields.get('valueType'), extension.types, report)
      for (const item of itemsOf(fields.get('property'), 'property', report)) {
        const row = rowOf(item, propertyTable, report)
        const name = textOf(row.get('name'))
        const type = textOf(row.get('valueType'))
        const category = textOf(row.get('category'))
        if (category !== null && category !== 'internal' && category !== 'external') report.add(clause, 'extension-category', `扩展属性 ${name ?? ''} 的 category 应为 internal 或 external`)
        checkType(type, extension.types, report)
        if (name !== null && type !== null) extension.properties.set(name, normalType(type))
      }
    }
  }
  return found
}

function readTypes(value: XmpValue | undefined, types: Map<string, { namespace: string; fields: ReadonlyMap<string, XmpType> }>, report: Report): void {
  const rows = itemsOf(value, 'valueType', report).map((item) => rowOf(item, typeTable, report))
  const pending: (() => void)[] = []
  for (const row of rows) {
    const type = textOf(row.get('type'))
    const namespace = textOf(row.get('namespaceURI'))
    const fields = new Map<string, XmpType>()
    for (const item of itemsOf(row.get('field'), 'field', report)) {
      const field = rowOf(item, fieldTable, report)
      const name = textOf(field.get('name'))
      const valueType = textOf(field.get('valueType'))
      if (name !== null && valueType !== null) fields.set(name, normalType(valueType))
      pending.push(() => checkType(valueType, types, report))
    }
    if (type !== null && namespace !== null && row.has('field')) types.set(type, { namespace, fields })
    // A type without fields is some form of text.
    else if (type !== null) types.set(type, { namespace: '', fields })
  }
  for (const check of pending) check()
}

function checkType(type: string | null, own: OwnTypes, report: Report): void {
  if (type !== null && !isKnownType(type, own)) report.add(clause, 'extension-type', `扩展模式使用了未定义的值类型 ${type.slice(0, 60)}`)
}

const textOf = (value: XmpValue | undefined): string | null => (value?.kind === 'simple' ? value.text : null)

function itemsOf(value: XmpValue | undefined, name: string, report: Report): readonly XmpValue[] {
  if (value === undefined) return []
  if (value.kind === 'array' && value.form === 'Seq') return value.items
  report.add(clause, 'extension-list', `扩展模式的 ${name} 应为 Seq`)
  return value.kind === 'array' ? value.items : []
}

/** The fields of one row of a table of §6.6.2.3.3. */
function rowOf(value: XmpValue, { namespace, prefix, required, optional }: Table, report: Report): ReadonlyMap<string, XmpValue> {
  const fields = new Map<string, XmpValue>()
  if (value.kind !== 'struct') {
    report.add(clause, 'extension-structure', `扩展模式中 ${prefix} 应为结构`)
    return fields
  }
  for (const field of value.fields) {
    if (field.namespace !== namespace || (!required.includes(field.name) && !optional.includes(field.name))) {
      report.add('6.6.2.3.2', 'extension-unknown-field', `扩展模式中有未定义的字段 ${field.prefix}:${field.name}`)
      continue
    }
    if (field.prefix !== prefix) report.add(clause, 'extension-prefix', `扩展模式字段 ${field.name} 的前缀应为 ${prefix}`)
    fields.set(field.name, field.value)
    if (!lists.has(field.name) || (prefix !== 'pdfaSchema' && field.name === 'valueType')) {
      if (!isOfType(field.value, 'Text')) report.add(clause, 'extension-text', `扩展模式字段 ${prefix}:${field.name} 应为文本`)
    }
  }
  for (const name of required) if (!fields.has(name)) report.add(clause, 'extension-missing-field', `扩展模式缺少字段 ${prefix}:${name}`)
  return fields
}

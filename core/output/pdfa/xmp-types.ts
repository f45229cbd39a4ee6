/** Value types of XMP properties. XMP Specification (September 2005), chapter 4 */
import { structures } from './xmp-structures.ts'
import type { XmpValue } from './xmp-tree.ts'

/**
 * Types are written as in the specification: Text, Integer, …; with Bag, Seq or Alt before them for arrays; Lang Alt; a
 * structure's name; or a closed choice in the form `=a|b|c`, its values separated by bars.
 */
export type XmpType = string

/** Structures that an extension schema defines, by their name. */
export type OwnTypes = ReadonlyMap<string, { readonly namespace: string; readonly fields: ReadonlyMap<string, XmpType> }>

const patterns: Readonly<Record<string, RegExp>> = {
  Boolean: /^(True|False)$/,
  Integer: /^[+-]?\d+$/,
  Real: /^[+-]?(\d+\.?\d*|\.\d+)$/,
  Rational: /^[+-]?\d+\/[+-]?\d+$/,
  Date: /^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/,
  GPSCoordinate: /^\d{1,3},\d{1,2}(,\d{1,2}(\.\d+)?|\.\d+)[NSEW]$/,
  MIMEType: /^[-\w+.]+\/[-\w+.]+( *;.*)?$/,
  // A curve point: (Integer, Integer)
  Point: /^\([+-]?\d+, ?[+-]?\d+\)$/,
  Percent: /^[+]?(\d{1,2}(\.\d*)?|\d{0,2}\.\d+|100(\.0*)?)$/,
  Byte: /^[+]?(\d{1,2}|[01]\d{2}|2[0-4]\d|25[0-5])$/,
  SignedByte: /^([+-]?0?\d{1,2}|[+-]?1[01]\d|[+-]?12[0-7]|-128)$/,
  Timestamp: /^\d{2}((:\d{2}){3}|(;\d{2}){3})$/,
}
/** Types whose values are any text. */
const texts = new Set(['Text', 'ProperName', 'AgentName', 'Locale', 'RenditionClass', 'URI', 'URL', 'XPath', 'Choice', 'GUID'])
const noOwnTypes: OwnTypes = new Map()

/** Whether a name is that of a type, arrays and choices included, in the spelling of extension schemas. */
export function isKnownType(type: string, own: OwnTypes): boolean {
  const found = normalType(type)
  const bare = found.replace(/^(Bag|Seq|Alt) /, '')
  return found === 'Lang Alt' || bare === 'Any' || texts.has(bare) || bare in patterns || bare in structures || own.has(bare)
}

/** `bag Text` → `Bag Text`, `closed Choice of Integer` → `Integer`, `open Choice` → `Text`. */
export function normalType(type: string): XmpType {
  const bare = type.trim().replace(/\s+/g, ' ').replace(/(closed|open)? ?choice( of)? ?/giu, '')
  if (/^lang alt$/i.test(bare)) return 'Lang Alt'
  const array = /^(bag|seq|alt)( of)?( (.*))?$/i.exec(bare)
  if (array !== null) return `${array[1]![0]!.toUpperCase()}${array[1]!.slice(1).toLowerCase()} ${spelt(array[4] ?? 'Text')}`
  return spelt(bare === '' ? 'Text' : bare)
}

/** Names of simple types in any case. */
function spelt(type: string): string {
  const known = [...texts, ...Object.keys(patterns)].find((name) => name.toLowerCase() === type.toLowerCase())
  return known ?? type
}

/** Whether a value is of a type. */
export function isOfType(value: XmpValue, type: XmpType, own: OwnTypes = noOwnTypes): boolean {
  if (type === 'Lang Alt') {
    return value.kind === 'array' && value.form === 'Alt' && value.items.every((item) => item.kind === 'simple' && item.lang !== null)
  }
  const array = /^(Bag|Seq|Alt) (.*)$/.exec(type)
  if (array !== null) return value.kind === 'array' && value.form === array[1] && value.items.every((item) => isOfType(item, array[2]!, own))
  // A closed choice of whole sequences: =[4,5,6,0]|[1,2,3,0]
  if (type.startsWith('=[')) {
    if (value.kind !== 'array' || value.form !== 'Seq') return false
    return type.slice(1).split('|').includes(`[${value.items.map((item) => (item.kind === 'simple' ? item.text : '')).join(',')}]`)
  }
  const structure = own.get(type) ?? structures[type]
  // An extension may name a type without saying what is in it.
  if (structure?.namespace === '') return true
  if (structure !== undefined) {
    return value.kind === 'struct' && value.fields.every((field) => {
      const fieldType = field.namespace === structure.namespace ? structure.fields.get(field.name) : undefined
      return fieldType !== undefined && isOfType(field.value, fieldType, own)
    })
  }
  if (type === 'Any') return true
  if (value.kind !== 'simple') return false
  if (type.startsWith('=')) return type.slice(1).split('|').includes(value.text)
  return patterns[type]?.test(value.text) ?? true
}

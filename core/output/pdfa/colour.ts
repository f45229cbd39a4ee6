/** Colour spaces in use. ISO 19005-2 §6.2.4 */
import { sm3Hex } from '#core/crypto'
import { checkIccBased } from './document.ts'
import type { PdfFile } from './file.ts'
import { isArray, isDict, isRef, isStream, isText, latin, nameOf, type PdfDict, type PdfName, type PdfStream, type PdfValue } from './values.ts'

export type ColourCheck = {
  /** Checks a space that something is painted in; `resources` hold its defaults. */
  check(space: PdfValue | undefined, resources: PdfDict | null): void
  /** Whether a space is ICC based with four components. */
  isIccCmyk(space: PdfValue | undefined): boolean
}

const device: Readonly<Record<string, { readonly kind: 'Gray' | 'RGB' | 'CMYK'; readonly needs: string | null } | undefined>> = {
  DeviceGray: { kind: 'Gray', needs: null }, G: { kind: 'Gray', needs: null }, CalGray: undefined,
  DeviceRGB: { kind: 'RGB', needs: 'RGB ' }, RGB: { kind: 'RGB', needs: 'RGB ' },
  DeviceCMYK: { kind: 'CMYK', needs: 'CMYK' }, CMYK: { kind: 'CMYK', needs: 'CMYK' },
}
const processColourants = new Set(['Cyan', 'Magenta', 'Yellow', 'Black', 'None'])
const maxDepth = 12
/** How many values all comparisons of one file may look at: values that share parts could be compared for ever. */
const maxPrints = 2_000_000

export function createColourCheck(file: PdfFile, outputSpace: string | null): ColourCheck {
  const { report } = file
  const separations = new Map<string, string>()
  const done = new Map<PdfDict | null, Set<unknown>>()
  const prints = { left: maxPrints }

  function judge(entry: PdfValue | undefined, resources: PdfDict | null, depth: number): void {
    const space = file.resolve(entry)
    if (space === null || depth > maxDepth) return
    const name = nameOf(space)
    if (name !== undefined) return checkDevice(name, resources, depth)
    if (!isArray(space)) return
    let seen = done.get(resources)
    if (seen === undefined) done.set(resources, (seen = new Set()))
    if (seen.has(space)) return
    seen.add(space)
    const [family, first, second, third, fourth] = space.items
    switch (nameOf(file.resolve(family))) {
      case 'DeviceGray': case 'DeviceRGB': case 'DeviceCMYK': case 'G': case 'RGB': case 'CMYK':
        return checkDevice(nameOf(file.resolve(family))!, resources, depth)
      case 'ICCBased': {
        const profile = file.resolve(first)
        if (isStream(profile)) checkIccBased(file, profile)
        return
      }
      case 'Indexed': case 'I': case 'Pattern':
        return judge(first, resources, depth + 1)
      case 'Separation':
        checkColourant(file.resolve(first))
        checkSeparation(nameOf(file.resolve(first)), second, third)
        return judge(second, resources, depth + 1)
      case 'DeviceN':
        checkDeviceN(file.resolve(first), file.dict(fourth), resources, depth)
        return judge(second, resources, depth + 1)
      default:
    }
  }

  function checkDevice(name: string, resources: PdfDict | null, depth: number): void {
    const found = device[name]
    if (found === undefined) return
    const preset = file.dict(resources?.entries.get('ColorSpace'))?.entries.get(`Default${found.kind}`)
    if (preset !== undefined) {
      const value = file.resolve(preset)
      const family = nameOf(value) ?? (isArray(value) ? nameOf(file.resolve(value.items[0])) : undefined)
      if (family !== undefined && device[family] === undefined) return judge(preset, null, depth + 1)
    }
    if (outputSpace === null || (found.needs !== null && found.needs !== outputSpace)) {
      report.add('6.2.4.3', `device-${found.kind.toLowerCase()}`, `使用了设备颜色 Device${found.kind}，但没有相应的默认颜色空间或 PDF/A 输出意图`)
    }
  }

  function checkColourant(value: PdfValue): void {
    const name = nameOf(value)
    if (name !== undefined && !isUtf8Name({ kind: 'name', name })) report.add('6.1.8', 'name-encoding', '颜料名称不是 UTF-8 编码')
  }

  function checkSeparation(name: string | undefined, alternate: PdfValue | undefined, tint: PdfValue | undefined): void {
    if (name === undefined || name === 'All' || name === 'None') return
    const print = `${fingerprint(file, alternate ?? null, prints, 0)}|${fingerprint(file, tint ?? null, prints, 0)}`
    const known = separations.get(name)
    if (known === undefined) separations.set(name, print)
    else if (known !== print) report.add('6.2.4.4', 'separation-differs', `专色 ${name.slice(0, 60)} 的多处定义不一致`)
  }

  function checkDeviceN(names: PdfValue, attributes: PdfDict | null, resources: PdfDict | null, depth: number): void {
    if (!isArray(names)) return
    if (names.items.length > 32) report.add('6.1.13', 'device-n', 'DeviceN 颜色空间的颜料超过 32 种')
    const colourants = file.dict(attributes?.entries.get('Colorants'))
    const components = file.resolve(file.dict(attributes?.entries.get('Process'))?.entries.get('Components'))
    const ownProcess = new Set(isArray(components) ? components.items.map((item) => nameOf(file.resolve(item))) : [])
    for (const item of names.items) {
      const value = file.resolve(item)
      checkColourant(value)
      const name = nameOf(value)
      if (name === undefined || processColourants.has(name) || ownProcess.has(name)) continue
      if (colourants?.entries.has(name) !== true) report.add('6.2.4.4', 'colorant-missing', `DeviceN 颜色空间的 Colorants 没有定义 ${name.slice(0, 60)}`)
    }
    for (const entry of colourants?.entries.values() ?? []) judge(entry, resources, depth + 1)
  }

  return {
    check: (space, resources) => judge(space, resources, 0),
    isIccCmyk: (entry) => {
      const space = file.resolve(entry)
      if (!isArray(space) || nameOf(file.resolve(space.items[0])) !== 'ICCBased') return false
      const profile = file.resolve(space.items[1])
      return isStream(profile) && file.resolve(profile.dict.entries.get('N')) === 4
    },
  }
}

/** Names expand to bytes that should be UTF-8. §6.1.8 */
export function isUtf8Name({ name }: PdfName): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(name, (char) => char.charCodeAt(0)))
    return true
  } catch {
    return false
  }
}

/** The same for equal values, whether direct or not and however packed. */
function fingerprint(file: PdfFile, entry: PdfValue, prints: { left: number }, depth: number): string {
  if (depth > 30 || prints.left-- <= 0) return '…'
  const value = file.resolve(entry)
  if (value === null || typeof value !== 'object') return String(value)
  const inner = (dict: PdfDict, without: readonly string[]): string =>
    [...dict.entries].filter(([key]) => !without.includes(key)).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => `${key} ${fingerprint(file, item, prints, depth + 1)}`).join()
  if (isArray(value)) return `[${value.items.map((item) => fingerprint(file, item, prints, depth + 1)).join()}]`
  if (isDict(value)) return `<${inner(value, [])}>`
  if (isStream(value)) return `{${inner(value.dict, ['Length', 'Filter', 'DecodeParms'])} ${sm3Hex(dataOf(file, value))}}`
  if (isText(value)) return `(${latin(value.bytes)})`
  return isRef(value) ? '' : `/${value.kind === 'name' ? value.name : value.word}`
}

function dataOf(file: PdfFile, stream: PdfStream): Uint8Array {
  return file.decode(stream) ?? stream.raw
}

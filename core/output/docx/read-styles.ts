/** Styles (样式) with what they inherit: names, outline level, numbering, size, colour, alignment. ECMA-376 Part 1 §17.7 */
import { childElements, type XmlNode } from '#core/formats'
import { at, attributeOf, valueAt } from './read-package.ts'
import type { Repairs } from './repairs.ts'

/** Properties of a paragraph and its text, those that reading needs; undefined where nothing is said. */
export type Look = {
  readonly align?: string | undefined
  /** 0–8 */
  readonly outline?: number | undefined
  readonly numId?: string | undefined
  readonly numLevel?: number | undefined
  /** half points */
  readonly size?: number | undefined
  /** rrggbb */
  readonly color?: string | undefined
  readonly isHidden?: boolean | undefined
  readonly breaksPage?: boolean | undefined
}

type Style = { readonly id: string; readonly names: readonly string[]; readonly look: Look }

export type Styles = {
  /** The resolved style of an id; the default paragraph style for undefined or an unknown id. */
  of(id: string | undefined): Style
}

/** What w:pPr and w:rPr say themselves. */
export function lookOf(paragraph: XmlNode | undefined, text: XmlNode | undefined): Look {
  const number = (found: string | undefined): number | undefined => (found !== undefined && /^\d{1,6}$/u.test(found) ? Number(found) : undefined)
  return {
    align: valueAt(paragraph, 'jc'),
    outline: number(valueAt(paragraph, 'outlineLvl')),
    numId: valueAt(paragraph, 'numPr', 'numId'),
    numLevel: number(valueAt(paragraph, 'numPr', 'ilvl')),
    breaksPage: onOff(at(paragraph, 'pageBreakBefore')),
    size: number(valueAt(text, 'sz')),
    color: valueAt(text, 'color'),
    isHidden: onOff(at(text, 'vanish')),
  }
}

function onOff(node: XmlNode | undefined): boolean | undefined {
  if (node === undefined) return undefined
  return !['0', 'false', 'off'].includes(attributeOf(node, 'val') ?? '1')
}

/** `over` laid over `under`. */
export function mergeLooks(under: Look, over: Look): Look {
  const merged: Record<string, unknown> = { ...under }
  for (const [key, value] of Object.entries(over)) if (value !== undefined) merged[key] = value
  return merged as Look
}

/** Longest chain of w:basedOn that is followed. */
const maxChain = 50

export function readStyles(root: XmlNode | null, repairs: Repairs): Styles {
  const elements = root === null ? [] : childElements(root, 'style')
  const byId = new Map(elements.map((element) => [attributeOf(element, 'styleId') ?? '', element]))
  const defaults = root === null ? {} : lookOf(at(root, 'docDefaults', 'pPrDefault', 'pPr'), at(root, 'docDefaults', 'rPrDefault', 'rPr'))
  const fallback = elements.find((element) => attributeOf(element, 'type') === 'paragraph' && attributeOf(element, 'default') === '1')
  const resolved = new Map<string, Style>()
  const resolve = (id: string): Style => {
    const known = resolved.get(id)
    if (known !== undefined) return known
    const chain: XmlNode[] = []
    const seen = new Set<string>()
    let next: string | undefined = id
    while (next !== undefined && chain.length < maxChain) {
      if (seen.has(next)) {
        repairs.add('docx.style-cycle', '样式之间循环引用，已从循环处断开')
        break
      }
      seen.add(next)
      const element: XmlNode | undefined = byId.get(next)
      if (element === undefined) break
      chain.push(element)
      next = valueAt(element, 'basedOn')
    }
    const look = chain.reduceRight((under, element) => mergeLooks(under, lookOf(at(element, 'pPr'), at(element, 'rPr'))), defaults)
    const style = { id, names: chain.map((element) => valueAt(element, 'name') ?? ''), look }
    resolved.set(id, style)
    return style
  }
  const fallbackId = fallback === undefined ? undefined : attributeOf(fallback, 'styleId')
  const plain: Style = fallbackId === undefined ? { id: '', names: [], look: defaults } : resolve(fallbackId)
  return { of: (id) => (id === undefined || !byId.has(id) ? plain : resolve(id)) }
}

/** Level of a heading style (1–9) by its English or Chinese name, or null. */
export function headingLevel(style: Style): number | null {
  for (const name of style.names) {
    const match = /^(?:heading|标题)\s*([1-9])$/iu.exec(name.trim())
    if (match !== null) return Number(match[1])
    const chinese = /^([一二三四])级标题$/u.exec(name.trim())
    if (chinese !== null) return '一二三四'.indexOf(chinese[1]!) + 1
  }
  return null
}

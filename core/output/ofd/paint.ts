/** Colours, shadings and draw parameters → paint and pen. GB/T 33190 §8.2–8.4 */
import { childElement, childElements, type XmlNode } from '#core/formats'
import type { ColorSpace, Resources } from './resources.ts'
import type { Paint, Pen, Rgba, Spread, Stop } from './scene.ts'
import { readNumber, readNumbers, readPoint } from './values.ts'

export const black: Paint = { kind: 'plain', color: { red: 0, green: 0, blue: 0, alpha: 1 } }

type Report = (code: string, message: string) => void

const clamp = (value: number): number => Math.max(0, Math.min(255, Math.round(value)))

/** A plain colour; black when it says nothing that can be read. */
function readColor(element: XmlNode, resources: Resources): Rgba {
  const { Value: text, Index: index, ColorSpace: space, Alpha: alphaText } = element.attributes
  const alpha = Math.max(0, Math.min(1, (readNumber(alphaText) ?? 255) / 255))
  const colorSpace = resources.colorSpaces.get(space ?? '')
  const values = text === undefined ? colorSpace?.palette[Number(index ?? -1)] ?? [] : readNumbers(text.replace(/#([0-9a-f]{2})/giu, (_, hex: string) => ` ${Number.parseInt(hex, 16)} `), 8) ?? []
  return { ...toRgb(values, colorSpace), alpha }
}

function toRgb(values: readonly number[], space: ColorSpace | undefined): { red: number; green: number; blue: number } {
  const type = space?.type ?? (values.length === 1 ? 'GRAY' : values.length === 4 ? 'CMYK' : 'RGB')
  const [first = 0, second = 0, third = 0, fourth = 0] = values
  if (type === 'GRAY') return { red: clamp(first), green: clamp(first), blue: clamp(first) }
  if (type === 'RGB') return { red: clamp(first), green: clamp(second), blue: clamp(third) }
  const mixed = (ink: number): number => clamp(((255 - ink) * (255 - fourth)) / 255)
  return { red: mixed(first), green: mixed(second), blue: mixed(third) }
}

/** The paint of a FillColor or StrokeColor element. Patterns and meshes are reported and painted in the element's plain colour. */
function readPaint(element: XmlNode, resources: Resources, report: Report): Paint {
  const axial = childElement(element, 'AxialShd')
  const radial = childElement(element, 'RadialShd')
  const shading = axial ?? radial
  if (shading !== undefined) {
    const from = readPoint(shading.attributes['StartPoint'])
    const to = readPoint(shading.attributes['EndPoint'])
    const stops = readStops(shading, resources)
    const spread = spreads[shading.attributes['MapType'] ?? ''] ?? 'pad'
    if (from !== null && to !== null && stops.length > 0) {
      if (axial !== undefined) return { kind: 'axial', from, to, stops, spread }
      const fromRadius = readNumber(shading.attributes['StartRadius']) ?? 0
      const toRadius = readNumber(shading.attributes['EndRadius']) ?? 0
      return { kind: 'radial', from, fromRadius: Math.max(0, fromRadius), to, toRadius: Math.max(0, toRadius), stops, spread }
    }
  }
  if (childElements(element).length > 0) report('ofd.unsupported-paint', '有底纹或渐变暂不能显示，以单色代替')
  return { kind: 'plain', color: readColor(element, resources) }
}

const spreads: Readonly<Record<string, Spread>> = { Direct: 'pad', Repeat: 'repeat', Reflect: 'reflect' }

function readStops(shading: XmlNode, resources: Resources): Stop[] {
  const segments = childElements(shading, 'Segment').slice(0, 256)
  return segments.flatMap((segment, i) => {
    const color = childElement(segment, 'Color')
    if (color === undefined) return []
    const at = readNumber(segment.attributes['Position']) ?? (segments.length > 1 ? i / (segments.length - 1) : 0)
    return [{ at: Math.max(0, Math.min(1, at)), color: readColor(color, resources) }]
  })
}

/** What an object is painted with. */
export type Style = { readonly fill: Paint | null; readonly pen: Pen }

/**
 * The style of an object: its own attributes, then those of its draw parameters and their relatives, then those of the layer's.
 * Chains are known to end (readResources).
 */
export function readStyle(object: XmlNode, layerDrawParam: string | undefined, resources: Resources, report: Report): Style {
  const chain: XmlNode[] = [object]
  for (const start of [object.attributes['DrawParam'], layerDrawParam]) {
    let id = start?.trim()
    while (id !== undefined && chain.length < 64) {
      const param = resources.drawParams.get(id)
      if (param === undefined) break
      chain.push(param)
      id = param.attributes['Relative']?.trim()
    }
  }
  const attribute = (name: string): string | undefined => chain.find((element) => element.attributes[name] !== undefined)?.attributes[name]
  const paint = (name: string): Paint | null => {
    for (const element of chain) {
      const color = childElement(element, name)
      if (color !== undefined) return readPaint(color, resources, report)
    }
    return null
  }
  const dash = readNumbers(attribute('DashPattern'), 32) ?? []
  return {
    fill: paint('FillColor'),
    pen: {
      paint: paint('StrokeColor'),
      width: Math.max(0, readNumber(attribute('LineWidth')) ?? 0.353),
      cap: ({ Round: 'round', Square: 'square' } as const)[attribute('Cap') ?? ''] ?? 'butt',
      join: ({ Round: 'round', Bevel: 'bevel' } as const)[attribute('Join') ?? ''] ?? 'miter',
      miterLimit: Math.max(1, readNumber(attribute('MiterLimit')) ?? 4.234),
      dash: dash.every((length) => length >= 0) && dash.some((length) => length > 0) ? dash : [],
      dashOffset: readNumber(attribute('DashOffset')) ?? 0,
    },
  }
}

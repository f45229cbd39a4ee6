/**
 * Reads an SVG as a drawing (SVG 印模): paths and plain shapes with flat colours. Whatever could act, load or need a font is
 * refused by name: a seal's picture is shown by people who trust it.
 */
import { childElements, formatErr, readXml, type FormatError, type Result, type XmlNode } from '#core/formats'
import { apply, compose, scaleOf, type Matrix } from './flatten.ts'
import { MM, type Colour, type Drawing, type PathStep, type Shape } from './drawing.ts'
import { arc, readSvgPath } from './svg-path.ts'
import { lengthOf, numbersOf, paintOf, transformOf } from './svg-style.ts'

const LIMITS = { bytes: 2 * 1024 * 1024, depth: 24, elements: 20_000 } as const
const MAX_STEPS = 200_000
const IGNORED = new Set(['title', 'desc', 'metadata', 'namedview'])
const SVG = 'http://www.w3.org/2000/svg'

class Refused extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

type State = {
  readonly matrix: Matrix
  readonly fill: Colour | 'none'
  readonly stroke: Colour | 'none'
  readonly strokeWidth: number
  readonly rule: 'nonzero' | 'evenodd'
  readonly join: 'miter' | 'round' | 'bevel'
  readonly cap: 'butt' | 'round' | 'square'
  readonly miterLimit: number
  readonly fillAlpha: number
  readonly strokeAlpha: number
  readonly alpha: number
}

/**
 * The drawing at `widthMm` millimetres; the height follows from the picture's own proportion. Errors xml.*, and svg.root,
 * svg.size, svg.script, svg.external, svg.text, svg.element, svg.style, svg.attribute, svg.too-large.
 */
export const readSvg = (bytes: Uint8Array, widthMm: number): Result<Drawing, FormatError> => {
  const root = readXml(bytes, LIMITS)
  if (!root.ok) return root
  try {
    return { ok: true, value: drawingOf(root.value, widthMm) }
  } catch (error) {
    if (error instanceof Refused) return formatErr(error.code, error.message)
    throw error
  }
}

const drawingOf = (root: XmlNode, widthMm: number): Drawing => {
  if (root.name !== 'svg' || (root.namespace !== SVG && root.namespace !== '')) throw new Refused('svg.root', '不是 SVG 图形')
  const [minX, minY, boxWidth, boxHeight] = viewBox(root)
  const scale = (widthMm * MM) / boxWidth
  const height = boxHeight * scale
  const shapes: Shape[] = []
  const base: State = {
    matrix: [scale, 0, 0, -scale, -minX * scale, height + minY * scale],
    fill: { r: 0, g: 0, b: 0 }, stroke: 'none', strokeWidth: 1, rule: 'nonzero', join: 'miter', cap: 'butt', miterLimit: 4, fillAlpha: 1, strokeAlpha: 1, alpha: 1,
  }
  let steps = 0
  const visit = (element: XmlNode, outer: State): void => {
    const state = stateOf(element, outer)
    for (const child of childElements(element)) {
      if (child.namespace === SVG || child.namespace === '') refuseActive(child)
      // Editors leave notes of their own in other namespaces; they are not drawn.
      if (IGNORED.has(child.name) || (child.namespace !== SVG && child.namespace !== '')) continue
      if (child.name === 'defs' && childElements(child).length === 0) continue
      if (child.name === 'g') visit(child, state)
      else {
        const path = pathOf(child)
        steps += path.length
        if (steps > MAX_STEPS) throw new Refused('svg.too-large', 'SVG 图形过于复杂')
        shapes.push(...shapeOf(path, stateOf(child, state)))
      }
    }
  }
  refuseActive(root)
  visit(root, base)
  if (shapes.length === 0) throw new Refused('svg.element', 'SVG 中没有可绘制的图形')
  return { width: widthMm * MM, height, originX: 0, originY: 0, shapes }
}

const viewBox = (root: XmlNode): readonly [number, number, number, number] => {
  const box = root.attributes['viewBox']
  const numbers = box === undefined ? undefined : numbersOf(box)
  const [width, height] = ['width', 'height'].map((side) => lengthOf(root.attributes[side] ?? ''))
  const values = numbers ?? (width === undefined || height === undefined ? undefined : [0, 0, width, height])
  const [x = 0, y = 0, w = 0, h = 0] = values ?? []
  if (values?.length !== 4 || !(w > 0) || !(h > 0) || w / h > 10 || h / w > 10) throw new Refused('svg.size', 'SVG 没有可用的 viewBox 或宽高')
  return [x, y, w, h]
}

const refuseActive = (element: XmlNode): void => {
  const { name } = element
  if (name === 'script' || name === 'foreignObject' || name === 'iframe' || name === 'handler' || /^(animate|set)/.test(name)) throw new Refused('svg.script', `SVG 不得含脚本、动画或外来内容（${name}）`)
  if (name === 'image' || name === 'use' || name === 'a' || name === 'link') throw new Refused('svg.external', `SVG 不得引用其他内容（${name}）`)
  if (name === 'text' || name === 'tspan') throw new Refused('svg.text', 'SVG 中的文字须先转为曲线')
  if (name === 'style') throw new Refused('svg.style', 'SVG 不得含样式表，请把颜色写在图形上')
  for (const [attribute, value] of Object.entries(element.attributes)) {
    if (/^on/i.test(attribute)) throw new Refused('svg.script', `SVG 不得含事件（${attribute}）`)
    if (/(^|:)href$/i.test(attribute) || /url\s*\(|@import|expression\s*\(|javascript:/i.test(value)) throw new Refused('svg.external', `SVG 不得引用其他内容（${attribute}）`)
  }
}

/** Presentation attributes, and the same in `style`. What would change the picture and is not understood is refused. */
const stateOf = (element: XmlNode, outer: State): State => {
  const own = new Map(Object.entries(element.attributes))
  for (const declaration of (element.attributes['style'] ?? '').split(';')) {
    if (declaration.trim() === '') continue
    const at = declaration.indexOf(':')
    if (at < 0) throw new Refused('svg.style', 'SVG 的样式写法不对')
    own.set(declaration.slice(0, at).trim(), declaration.slice(at + 1).trim())
  }
  for (const name of ['clip-path', 'mask', 'filter', 'stroke-dasharray']) {
    const value = own.get(name)
    if (value !== undefined && value !== 'none') throw new Refused('svg.attribute', `SVG 用了不支持的效果（${name}）`)
  }
  const read = <T>(name: string, fallback: T, parse: (text: string) => T | undefined): T => {
    const text = own.get(name)
    if (text === undefined || text === 'inherit') return fallback
    const value = parse(text)
    if (value === undefined) throw new Refused('svg.attribute', `SVG 属性不能识别：${name}="${text.slice(0, 40)}"`)
    return value
  }
  const fraction = (text: string): number | undefined => {
    const [value, more] = numbersOf(text) ?? []
    return value === undefined || more !== undefined ? undefined : Math.min(1, Math.max(0, value))
  }
  const among = <T extends string>(...words: readonly T[]) => (text: string): T | undefined => words.find((word) => word === text.trim())
  const hidden = own.get('display') === 'none' || own.get('visibility') === 'hidden'
  return {
    matrix: read('transform', outer.matrix, (text) => {
      const matrix = transformOf(text)
      return matrix === undefined ? undefined : compose(outer.matrix, matrix)
    }),
    fill: read('fill', outer.fill, paintOf), stroke: read('stroke', outer.stroke, paintOf),
    strokeWidth: read('stroke-width', outer.strokeWidth, (text) => { const width = lengthOf(text); return width === undefined || width < 0 ? undefined : width }),
    rule: read('fill-rule', outer.rule, among('nonzero', 'evenodd')),
    join: read('stroke-linejoin', outer.join, among('miter', 'round', 'bevel')), cap: read('stroke-linecap', outer.cap, among('butt', 'round', 'square')),
    miterLimit: read('stroke-miterlimit', outer.miterLimit, (text) => numbersOf(text)?.[0]),
    fillAlpha: read('fill-opacity', outer.fillAlpha, fraction), strokeAlpha: read('stroke-opacity', outer.strokeAlpha, fraction),
    alpha: hidden ? 0 : outer.alpha * read('opacity', 1, fraction),
  }
}

const shapeOf = (path: readonly PathStep[], state: State): readonly Shape[] => {
  if (path.length === 0 || state.alpha === 0) return []
  const moved = path.map((step) => move(step, state.matrix))
  const width = state.strokeWidth * scaleOf(state.matrix)
  return [{
    path: moved, rule: state.rule,
    ...(state.fill === 'none' ? {} : { fill: { ...state.fill, alpha: state.fillAlpha * state.alpha } }),
    ...(state.stroke === 'none' || width === 0 ? {} : { stroke: { colour: { ...state.stroke, alpha: state.strokeAlpha * state.alpha }, width, join: state.join, cap: state.cap, miterLimit: state.miterLimit } }),
  }]
}

const move = (step: PathStep, matrix: Matrix): PathStep => {
  if (step.to === 'close') return step
  const [x, y] = apply(matrix, step.x, step.y)
  if (step.to !== 'curve') return { to: step.to, x, y }
  const [x1, y1] = apply(matrix, step.x1, step.y1)
  const [x2, y2] = apply(matrix, step.x2, step.y2)
  return { to: 'curve', x1, y1, x2, y2, x, y }
}

const pathOf = (element: XmlNode): readonly PathStep[] => {
  const value = (name: string, fallback = 0): number => {
    const text = element.attributes[name]
    const length = text === undefined ? fallback : lengthOf(text)
    if (length === undefined) throw new Refused('svg.attribute', `SVG 属性不能识别：${name}="${(text ?? '').slice(0, 40)}"`)
    return length
  }
  switch (element.name) {
    case 'path': {
      const path = readSvgPath(element.attributes['d'] ?? '')
      if (path === undefined) throw new Refused('svg.attribute', 'SVG 路径不能识别')
      return path
    }
    case 'circle':
      return ellipse(value('cx'), value('cy'), value('r'), value('r'))
    case 'ellipse':
      return ellipse(value('cx'), value('cy'), value('rx'), value('ry'))
    case 'rect':
      return rectangle(value('x'), value('y'), value('width'), value('height'), value('rx', value('ry')), value('ry', value('rx')))
    case 'line':
      return [{ to: 'move', x: value('x1'), y: value('y1') }, { to: 'line', x: value('x2'), y: value('y2') }]
    case 'polygon':
    case 'polyline': {
      const numbers = numbersOf(element.attributes['points'] ?? '')
      if (numbers === undefined || numbers.length % 2 !== 0) throw new Refused('svg.attribute', 'SVG 多边形的坐标不能识别')
      const steps = Array.from({ length: numbers.length / 2 }, (_, i): PathStep => ({ to: i === 0 ? 'move' : 'line', x: numbers[2 * i]!, y: numbers[2 * i + 1]! }))
      return element.name === 'polygon' && steps.length > 0 ? [...steps, { to: 'close' }] : steps
    }
    default:
      throw new Refused('svg.element', `SVG 含有不支持的元素 ${element.name.slice(0, 40)}`)
  }
}

const ellipse = (cx: number, cy: number, rx: number, ry: number): readonly PathStep[] => {
  if (!(rx > 0 && ry > 0)) return []
  const [left, right] = [{ x: cx - rx, y: cy }, { x: cx + rx, y: cy }]
  return [{ to: 'move', ...right }, ...arc(right, left, rx, ry, 0, 'small', 'positive'), ...arc(left, right, rx, ry, 0, 'small', 'positive'), { to: 'close' }]
}

const rectangle = (x: number, y: number, width: number, height: number, rxGiven: number, ryGiven: number): readonly PathStep[] => {
  if (!(width > 0 && height > 0)) return []
  const [rx, ry] = [Math.min(rxGiven, width / 2), Math.min(ryGiven, height / 2)]
  const corner = (from: readonly [number, number], to: readonly [number, number]): readonly PathStep[] =>
    rx > 0 && ry > 0 ? arc({ x: from[0], y: from[1] }, { x: to[0], y: to[1] }, rx, ry, 0, 'small', 'positive') : []
  const [r, b] = [x + width, y + height]
  return [
    { to: 'move', x: x + rx, y }, { to: 'line', x: r - rx, y }, ...corner([r - rx, y], [r, y + ry]),
    { to: 'line', x: r, y: b - ry }, ...corner([r, b - ry], [r - rx, b]), { to: 'line', x: x + rx, y: b }, ...corner([x + rx, b], [x, b - ry]),
    { to: 'line', x, y: y + ry }, ...corner([x, y + ry], [x + rx, y]), { to: 'close' },
  ]
}

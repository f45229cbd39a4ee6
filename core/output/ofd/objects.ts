/** Page objects (图元) → shapes. GB/T 33190 §8–§13 */
import { childElement, childElements, innerText, type XmlNode } from '#core/formats'
import { isShowable } from './media.ts'
import { black, readStyle } from './paint.ts'
import { pathData } from './path-data.ts'
import { Refused, tooComplex } from './refused.ts'
import { unknownFont, type Resources } from './resources.ts'
import type { Clip, Group, Shape } from './scene.ts'
import { textGlyphs } from './text-object.ts'
import { identity, multiply, readBox, readMatrix, readNumber, type Box, type Matrix } from './values.ts'
import type { Warn } from './warning.ts'

/** What one page, all documents inside it included, may still cost. */
export type Budget = { shapes: number; glyphs: number }

export function spend(budget: Budget, shapes: number): void {
  budget.shapes -= shapes
  if (budget.shapes < 0) throw tooComplex()
}

/** The state of drawing one page. */
export type Draw = {
  resources: Resources
  readonly budget: Budget
  /** composite units being drawn, outermost first */
  readonly composites: string[]
  readonly warn: Warn
}

/** The objects inside a layer, a block, an appearance or a composite unit, in order. */
export function drawObjects(container: XmlNode, drawParam: string | undefined, draw: Draw): Shape[] {
  const shapes: Shape[] = []
  for (const element of childElements(container)) {
    if (!drawn.has(element.name) || element.attributes['Visible'] === 'false') continue
    spend(draw.budget, 1 + element.children.length / 50)
    const shape = element.name === 'PageBlock' ? plainGroup(drawObjects(element, drawParam, draw)) : drawUnit(element, drawParam, draw)
    if (shape !== null) shapes.push(shape)
  }
  return shapes
}

const drawn = new Set(['TextObject', 'PathObject', 'ImageObject', 'CompositeObject', 'PageBlock'])

export function plainGroup(shapes: readonly Shape[], transform: Matrix = identity, clips: readonly Clip[] = []): Group {
  return { kind: 'group', transform, clips, opacity: 1, blend: 'normal', shapes }
}

/** An object in its place: moved to its boundary and cut off there, then its own matrix, clips and content. */
function drawUnit(element: XmlNode, drawParam: string | undefined, draw: Draw): Shape | null {
  const id = element.attributes['ID'] ?? '?'
  const bad = (what: string): null => {
    draw.warn({ code: 'ofd.bad-object', message: `图元 ${id.slice(0, 20)} 的${what}不合规范，未显示` })
    return null
  }
  const boundary = readBox(element.attributes['Boundary'])
  if (boundary === null) return bad('外接矩形')
  const ctmText = element.attributes['CTM']
  const ctm = ctmText === undefined ? identity : readMatrix(ctmText)
  if (ctm === null) return bad('变换矩阵')
  const content = drawContent(element, drawParam, draw)
  if (typeof content === 'string') return bad(content)
  const alpha = readNumber(element.attributes['Alpha']) ?? 255
  const clips = readClips(element, draw)
  const inner: Shape = ctm === identity && clips.length === 0 ? content : plainGroup([content], ctm, clips)
  // Texts are not cut off at their box: makers often give one that is too small, and the letters would lose their feet.
  const cut = content.kind === 'text' ? [] : [[boundaryArea(boundary, content)]]
  return {
    kind: 'group',
    transform: [1, 0, 0, 1, boundary.x, boundary.y],
    clips: cut,
    opacity: Math.max(0, Math.min(1, alpha / 255)),
    blend: 'normal',
    shapes: [inner],
  }
}

export function rectangle(x: number, y: number, width: number, height: number): string {
  return `M${x} ${y}H${x + width}V${y + height}H${x}Z`
}

/** The box to cut at. A line may come with a box of no height; half its width then belongs to it on each side. */
function boundaryArea({ width, height }: Box, content: Shape): Clip[number] {
  const line = content.kind === 'path' ? content.pen.width : 0
  const [sideX, sideY] = [width === 0 ? line : 0, height === 0 ? line : 0]
  return { data: rectangle(-sideX, -sideY, width + 2 * sideX, height + 2 * sideY), rule: 'nonzero', transform: identity }
}

/** The object's own content, or what about it cannot be read. */
function drawContent(element: XmlNode, drawParam: string | undefined, draw: Draw): Shape | string {
  switch (element.name) {
    case 'TextObject':
      return drawText(element, drawParam, draw)
    case 'PathObject': {
      const data = drawnPath(element, draw)
      if (data === null) return '路径数据'
      const { fill, pen } = readStyle(element, drawParam, draw.resources, (code, message) => draw.warn({ code, message }))
      const isFilled = element.attributes['Fill'] === 'true'
      const isStroked = element.attributes['Stroke'] !== 'false'
      const rule = element.attributes['Rule'] === 'Even-Odd' ? 'evenodd' : 'nonzero'
      return { kind: 'path', data, rule, fill: isFilled ? fill ?? black : null, pen: { ...pen, paint: isStroked ? pen.paint ?? black : null } }
    }
    case 'ImageObject': {
      const media = draw.resources.media.get((element.attributes['ResourceID'] ?? '').trim())
      if (media === undefined) return '图片引用'
      if (isShowable(media.bytes)) return { kind: 'image', media }
      draw.warn({ code: 'ofd.unsupported-image', message: `暂不能显示的图片格式：${(media.format || media.path).slice(0, 60)}` })
      return { kind: 'notice', text: `图片（${media.format || '未知格式'}）` }
    }
    default:
      return drawComposite(element, drawParam, draw)
  }
}

/** Paths already read: a composite unit can be drawn thousands of times. */
const knownPaths = new WeakMap<XmlNode, string | null>()

/** Path data of a path, paid for by its length each time it is drawn. */
function drawnPath(element: XmlNode, draw: Draw): string | null {
  let data = knownPaths.get(element)
  if (data === undefined) knownPaths.set(element, (data = pathData(innerText(childElement(element, 'AbbreviatedData') ?? element))))
  spend(draw.budget, (data?.length ?? 0) / 500)
  return data
}

function drawText(element: XmlNode, drawParam: string | undefined, draw: Draw): Shape | string {
  const { ID: id = '', Font: fontId = '', Size: sizeText, HScale: scale, CharDirection: direction, Weight: weight, Italic: italic } = element.attributes
  const size = readNumber(sizeText)
  if (size === null || size <= 0) return '字号'
  const font = draw.resources.fonts.get(fontId.trim()) ?? unknownFont
  const { glyphs, problem } = textGlyphs(element, font, size, draw.budget.glyphs)
  draw.budget.glyphs -= glyphs.length
  if (draw.budget.glyphs <= 0) throw tooComplex()
  if (problem !== null) return '文字位置'
  const { fill, pen } = readStyle(element, drawParam, draw.resources, (code, message) => draw.warn({ code, message }))
  return {
    kind: 'text', id, font, size, glyphs,
    horizontalScale: readNumber(scale) || 1,
    charDirection: readNumber(direction) ?? 0,
    bold: font.bold || (readNumber(weight) ?? 400) >= 600,
    italic: font.italic || italic === 'true',
    fill: element.attributes['Fill'] === 'false' ? null : fill ?? black,
    pen: { ...pen, paint: element.attributes['Stroke'] === 'true' ? pen.paint ?? black : null },
  }
}

function drawComposite(element: XmlNode, drawParam: string | undefined, draw: Draw): Shape | string {
  const id = (element.attributes['ResourceID'] ?? '').trim()
  const composite = draw.resources.composites.get(id)
  if (composite === undefined) return '复合对象引用'
  if (draw.composites.includes(id)) throw new Refused('ofd.cycle', '复合对象循环引用')
  spend(draw.budget, 10)
  draw.composites.push(id)
  const shapes = drawObjects(composite.content, drawParam, draw)
  draw.composites.pop()
  return plainGroup(shapes)
}

/** Clips, each the union of its areas, in the object's space. Areas of texts are reported and do not cut. */
function readClips(element: XmlNode, draw: Draw): Clip[] {
  const list = childElement(element, 'Clips')
  if (list === undefined) return []
  const clips: Clip[] = []
  for (const clip of childElements(list, 'Clip').slice(0, 64)) {
    const areas: Clip[number][] = []
    for (const area of childElements(clip, 'Area').slice(0, 64)) {
      const path = childElement(area, 'Path')
      const data = path === undefined ? null : drawnPath(path, draw)
      const own = readMatrix(area.attributes['CTM']) ?? identity
      const at = readBox(path?.attributes['Boundary']) ?? { x: 0, y: 0 }
      const pathCtm = readMatrix(path?.attributes['CTM']) ?? identity
      if (data === null) draw.warn({ code: 'ofd.unsupported-clip', message: '有裁剪区暂不能识别，未裁剪' })
      else areas.push({ data, rule: path!.attributes['Rule'] === 'Even-Odd' ? 'evenodd' : 'nonzero', transform: multiply(own, multiply([1, 0, 0, 1, at.x, at.y], pathCtm)) })
    }
    if (areas.length > 0) clips.push(areas)
  }
  return clips
}

/** One page of a document → its scene: templates, layers, stamps, annotations. GB/T 33190 §7.6, §7.7, §15, §18 */
import { childElement, childElements, formatErr, innerText, ok, type FormatError, type Result, type XmlNode } from '#core/formats'
import { readPart, type Part } from './locations.ts'
import type { OfdDocument } from './model.ts'
import { drawObjects, plainGroup, spend, type Budget, type Draw } from './objects.ts'
import { pageBox } from './page-box.ts'
import { Refused } from './refused.ts'
import { readResources } from './resources.ts'
import type { OfdPage, Shape } from './scene.ts'
import { drawStamps } from './stamps.ts'
import { readBox, type Box } from './values.ts'
import type { OfdWarning, Warn } from './warning.ts'

/** Far above real pages; drawings of 50,000 paths occur. */
const pageBudget: Budget = { shapes: 200_000, glyphs: 500_000 }

/**
 * What a page shows; `pageIndex` from 0. Errors: ofd.no-page, ofd.cycle (templates or composite units that contain themselves),
 * ofd.too-complex, and those of reading the page's parts. What is missing or cannot be shown is among its warnings.
 */
export function readOfdPage(document: OfdDocument, pageIndex: number): Result<OfdPage, FormatError> {
  return drawWithin(document, pageIndex, { ...pageBudget })
}

function drawWithin(document: OfdDocument, pageIndex: number, budget: Budget): Result<OfdPage, FormatError> {
  const entry = document.pages[pageIndex]
  if (entry === undefined) return formatErr('ofd.no-page', `没有第${pageIndex + 1}页`)
  const part = readPart(document.files, document.folder, entry.location)
  if (!part.ok) return part
  const warnings = new Map<string, OfdWarning>()
  const warn: Warn = (warning) => { if (warnings.size < 100) warnings.set(`${warning.code} ${warning.message}`, warning) }
  const draw: Draw = { resources: document.resources, budget, composites: [], warn }
  try {
    const { box, shapes } = drawPage(document, part.value, draw, [part.value.path])
    draw.resources = document.resources
    const stamps = drawStamps(document, entry.id, warn, (inner) => drawWithin(inner, 0, budget), budget)
    const notes = drawAnnotations(document, entry.id, draw)
    return ok({ box: box ?? document.pageBox, shapes: [...shapes, ...stamps, ...notes], warnings: [...warnings.values()] })
  } catch (problem) {
    if (problem instanceof Refused) return formatErr(problem.code, problem.message)
    throw problem
  }
}

const ranks: Readonly<Record<string, number>> = { Background: 0, Body: 1, Custom: 1, Foreground: 2 }

/** Content of a page or template page. `open`: paths of the pages being drawn, to see a template that contains itself. */
function drawPage(document: OfdDocument, part: Part, draw: Draw, open: readonly string[]): { readonly box: Box | null; readonly shapes: Shape[] } {
  const { root } = part
  const own = readResources(document.files, part.folder, childElements(root, 'PageRes').map((element) => innerText(element).trim()), draw.resources, draw.warn)
  if (!own.ok) throw new Refused(own.error.code, own.error.message)
  const outside = draw.resources
  const below: Shape[] = []
  const above: Shape[] = []
  for (const reference of childElements(root, 'Template')) {
    const template = document.templates.get((reference.attributes['TemplateID'] ?? '').trim())
    if (template === undefined) {
      draw.warn({ code: 'ofd.missing-template', message: '缺少模板页，未显示' })
      continue
    }
    // A template costs a parse, however little is in it.
    spend(draw.budget, 500)
    const content = readPart(document.files, document.folder, template.location)
    if (!content.ok) throw new Refused(content.error.code, content.error.message)
    if (open.includes(content.value.path)) throw new Refused('ofd.cycle', '模板页循环引用')
    const { shapes } = drawPage(document, content.value, draw, [...open, content.value.path])
    const order = reference.attributes['ZOrder'] ?? template.zOrder
    if (order === 'Foreground') above.push(plainGroup(shapes))
    else below.push(plainGroup(shapes))
  }
  draw.resources = own.value
  const content = childElement(root, 'Content')
  const layers = content === undefined ? [] : childElements(content, 'Layer')
  const rank = (layer: XmlNode): number => ranks[layer.attributes['Type'] ?? ''] ?? 1
  const sorted = [...layers].sort((a, b) => rank(a) - rank(b))
  const body = sorted.map((layer) => plainGroup(drawObjects(layer, layer.attributes['DrawParam'], draw)))
  draw.resources = outside
  const area = childElement(root, 'Area')
  return { box: area === undefined ? null : pageBox(area), shapes: [...below, ...body, ...above] }
}

function drawAnnotations(document: OfdDocument, pageId: string, draw: Draw): Shape[] {
  const shapes: Shape[] = []
  for (const { page, folder, location } of document.annotations) {
    if (page !== pageId) continue
    const part = readPart(document.files, folder, location)
    if (!part.ok) {
      draw.warn({ code: part.error.code, message: `注释未显示：${part.error.message}` })
      continue
    }
    for (const annotation of childElements(part.value.root, 'Annot')) {
      const appearance = childElement(annotation, 'Appearance')
      if (appearance === undefined || annotation.attributes['Visible'] === 'false') continue
      const at = readBox(appearance.attributes['Boundary']) ?? { x: 0, y: 0 }
      const content = drawObjects(appearance, undefined, draw)
      if (content.length > 0) shapes.push(plainGroup(content, [1, 0, 0, 1, at.x, at.y]))
    }
  }
  return shapes
}

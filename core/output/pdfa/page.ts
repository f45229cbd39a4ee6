/** Pages: boundaries, content, annotations, transparency. ISO 19005-2 §6.1.13, §6.2.10, §6.5.2, §6.10 */
import { concatBytes } from '#core/formats'
import { checkAnnotation } from './annotations.ts'
import type { ColourCheck } from './colour.ts'
import { initialState, runContent, runForm, type Painting, type Scope } from './content.ts'
import type { PdfFile } from './file.ts'
import type { FontUses } from './font-use.ts'
import { isArray, isDict, isStream, nameOf, numberOf, type PdfDict, type PdfValue } from './values.ts'

export type PageContext = { readonly colours: ColourCheck; readonly fonts: FontUses; readonly outputSpace: string | null; readonly seenActions: Set<PdfDict> }
type Done = Painting['done']

const maxPages = 100_000
const maxContents = 5000
const inheritable = ['MediaBox', 'CropBox', 'Resources'] as const
type Inherited = Readonly<Partial<Record<(typeof inheritable)[number], PdfValue>>>

export function checkPages(file: PdfFile, catalog: PdfDict, context: PageContext): void {
  const seen = new Set<PdfDict>()
  const queue: { readonly node: PdfDict | null; readonly inherited: Inherited }[] = [{ node: file.dict(catalog.entries.get('Pages')), inherited: {} }]
  let count = 0
  const done: Done = new Map()
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { node, inherited } = next
    if (node === null || seen.has(node) || ++count > maxPages) continue
    seen.add(node)
    const kids = file.resolve(node.entries.get('Kids'))
    if (isArray(kids) && nameOf(file.resolve(node.entries.get('Type'))) !== 'Page') {
      const own = Object.fromEntries(inheritable.flatMap((key) => (node.entries.has(key) ? [[key, node.entries.get(key)!]] : [])))
      for (const kid of kids.items.toReversed()) queue.push({ node: file.dict(kid), inherited: { ...inherited, ...own } })
    } else checkPage(file, node, inherited, context, done)
  }
}

function checkPage(file: PdfFile, page: PdfDict, inherited: Inherited, context: PageContext, done: Done): void {
  const { report } = file
  for (const key of ['MediaBox', 'CropBox', 'BleedBox', 'TrimBox', 'ArtBox'] as const) {
    checkBox(file, page.entries.get(key) ?? (key === 'MediaBox' || key === 'CropBox' ? inherited[key] : undefined))
  }
  if (page.entries.has('AA')) report.add('6.5.2', 'page-triggers', '页面不得含有附加动作（AA）')
  if (page.entries.has('PresSteps')) report.add('6.10', 'presentation-steps', '页面不得含有 PresSteps')
  const own = file.dict(page.entries.get('Resources'))
  const scope: Scope = { resources: own ?? file.dict(inherited.Resources), outer: null, origin: own === null ? 'inherited' : 'own' }
  const painting: Painting = { file, colours: context.colours, fonts: context.fonts, done, isTransparent: false }
  const data = contentsOf(file, page)
  runContent(painting, data, scope, initialState(scope.resources), 0)
  const annotations = file.resolve(page.entries.get('Annots'))
  for (const item of isArray(annotations) ? annotations.items : []) {
    const annotation = file.resolve(item)
    if (!isDict(annotation)) continue
    for (const appearance of checkAnnotation(file, annotation, context.seenActions)) runForm(painting, appearance, null, initialState(null), 0)
  }
  const group = file.dict(page.entries.get('Group'))
  const blending = group?.entries.get('CS')
  if (blending !== undefined) context.colours.check(blending, scope.resources)
  if (painting.isTransparent && context.outputSpace === null && blending === undefined) {
    report.add('6.2.10', 'blending-space', '页面含有透明效果，但没有混合颜色空间，也没有 PDF/A 输出意图')
  }
}

function checkBox(file: PdfFile, entry: PdfValue | undefined): void {
  const box = file.resolve(entry)
  if (!isArray(box) || box.items.length < 4) return
  const [left, bottom, right, top] = box.items.map((item) => numberOf(file.resolve(item)) ?? 0) as [number, number, number, number]
  const fits = [right - left, top - bottom].every((size) => Math.abs(size) >= 3 && Math.abs(size) <= 14_400)
  if (!fits) file.report.add('6.1.13', 'page-size', '页面边界小于 3 或大于 14400 单位')
}

/** The content streams as one. */
function contentsOf(file: PdfFile, page: PdfDict): Uint8Array {
  const entry = file.resolve(page.entries.get('Contents'))
  const parts: Uint8Array[] = []
  for (const item of isArray(entry) ? entry.items.slice(0, maxContents) : [entry]) {
    const stream = file.resolve(item)
    const data = isStream(stream) ? file.decode(stream) : null
    if (data !== null) parts.push(data, Uint8Array.of(10))
  }
  return concatBytes(...parts)
}

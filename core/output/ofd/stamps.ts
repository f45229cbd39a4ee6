/** Stamps on a page: the seal's picture in its place, or the slice of it that the page carries (骑缝章). GB/T 33190 §18.2.3 */
import type { FormatError, Result } from '#core/formats'
import { readNested } from './document.ts'
import { isShowable } from './media.ts'
import type { OfdDocument } from './model.ts'
import { plainGroup, rectangle, spend, type Budget } from './objects.ts'
import type { OfdPage, Shape } from './scene.ts'
import type { OfdStamp, SealPicture } from './signatures.ts'
import { identity } from './values.ts'
import type { Warn } from './warning.ts'

/** Draws the first page of a seal that is a document itself. */
type DrawFirstPage = (document: OfdDocument) => Result<OfdPage, FormatError>

/** A seal may be a document whose own seal is a document; no real one goes deeper. */
const maxNesting = 2

/** The stamps of a page, multiplied onto it so that text below stays readable. */
export function drawStamps(document: OfdDocument, pageId: string, warn: Warn, drawFirstPage: DrawFirstPage, budget: Budget): Shape[] {
  return document.signatures.flatMap((signature) => {
    const here = signature.stamps.filter((stamp) => stamp.page === pageId)
    if (here.length === 0) return []
    // Opening a document inside costs far more than drawing an object.
    spend(budget, here.length + (signature.picture?.type === 'ofd' ? 5000 : 0))
    const picture = unitPicture(signature.picture, document.nesting, warn, drawFirstPage)
    return here.map((stamp) => placed(stamp, picture))
  })
}

function placed({ boundary, clip }: OfdStamp, picture: Shape): Shape {
  const slice = clip ?? { x: 0, y: 0, width: boundary.width, height: boundary.height }
  return {
    kind: 'group',
    transform: [1, 0, 0, 1, boundary.x, boundary.y],
    clips: [[{ data: rectangle(slice.x, slice.y, slice.width, slice.height), rule: 'nonzero', transform: identity }]],
    opacity: 1,
    blend: 'multiply',
    shapes: [plainGroup([picture], [boundary.width, 0, 0, boundary.height, 0, 0])],
  }
}

/** The picture drawn into the unit square. */
function unitPicture(picture: SealPicture | null, nesting: number, warn: Warn, drawFirstPage: DrawFirstPage): Shape {
  if (picture !== null && isShowable(picture.data)) {
    return { kind: 'image', media: { id: '', type: 'Image', format: picture.type, path: '', bytes: picture.data } }
  }
  if (picture?.type === 'ofd' && nesting < maxNesting) {
    const inner = readNested(picture.data, nesting + 1)
    const page = inner.ok ? drawFirstPage(inner.value) : inner
    if (page.ok) {
      const { box, shapes } = page.value
      return plainGroup(shapes, [1 / box.width, 0, 0, 1 / box.height, -box.x / box.width, -box.y / box.height])
    }
    warn({ code: page.error.code, message: `印章图像无法读取：${page.error.message}` })
  }
  warn({ code: 'ofd.seal-picture', message: `印章图像（${picture?.type ?? '缺失'}）不能显示，只标出位置` })
  return { kind: 'notice', text: '印章' }
}

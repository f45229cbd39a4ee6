/** What an OFD shows while it is verified: page sizes, marks over its seals, one page at a time (版面预览). */
import { ofdPageToSvg, readOfd, readOfdPage, type OfdDocument } from '#core/output'
import type { Preview, SealMark } from './wire.ts'

/** Pages that are measured before the first is drawn; the rest have the paper of the document. */
const measured = 200
const marksShown = 2000

export type OfdView = { readonly preview: Preview; readonly page: (index: number) => string }

const sizeOf = (document: OfdDocument, index: number): { readonly x: number; readonly y: number; readonly width: number; readonly height: number } => {
  const page = index < measured ? readOfdPage(document, index) : null
  return page?.ok === true ? page.value.box : document.pageBox
}

/** null when it cannot be read as an OFD: the report says why. */
export const openOfdView = (bytes: Uint8Array): OfdView | null => {
  const read = readOfd(bytes)
  if (!read.ok) return null
  const document = read.value
  const pages = document.pages.map((_, index) => sizeOf(document, index))
  const indexOf = new Map(document.pages.map((page, index) => [page.id, index]))
  const marks = document.signatures.flatMap((signature) => signature.stamps.flatMap((stamp): SealMark[] => {
    const page = indexOf.get(stamp.page)
    const box = page === undefined ? undefined : pages[page]
    if (page === undefined || box === undefined) return []
    const clip = stamp.clip ?? { x: 0, y: 0, width: stamp.boundary.width, height: stamp.boundary.height }
    return [{
      page, signature: signature.path,
      left: (stamp.boundary.x + clip.x - box.x) / box.width, top: (stamp.boundary.y + clip.y - box.y) / box.height,
      width: clip.width / box.width, height: clip.height / box.height,
    }]
  })).slice(0, marksShown)
  return {
    preview: { kind: 'ofd', pages: pages.map(({ width, height }) => ({ width, height })), marks, warnings: document.warnings.slice(0, 5).map((warning) => warning.message) },
    page: (index) => ofdPageToSvg(document, index),
  }
}

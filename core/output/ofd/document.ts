/** Opening an OFD: entry, document, resources, signatures. Pages are read when they are asked for. GB/T 33190 §7 */
import { childElement, childElements, formatErr, innerText, ok, type FormatError, type Result, type XmlNode } from '#core/formats'
import { findFile, folderOf, openPackage, readPart, type OfdFiles } from './locations.ts'
import type { OfdDocument, OfdInfo, OfdOutline } from './model.ts'
import { pageBox } from './page-box.ts'
import { idOf, noResources, readResources } from './resources.ts'
import { readSignatures } from './signatures.ts'
import type { OfdWarning, Warn } from './warning.ts'

const maxPages = 20_000

/**
 * Opens a package. Errors: ofd.zip.* (unsafe or repeated names, bombs, damage), ofd.not-ofd, ofd.encrypted, ofd.missing,
 * ofd.location, ofd.xml.*, ofd.cycle, ofd.no-pages, ofd.too-many-pages. What can be done without is a warning.
 */
export function readOfd(bytes: Uint8Array): Result<OfdDocument, FormatError> {
  return readNested(bytes, 0)
}

/** As readOfd, for a document that is a picture inside others. */
export function readNested(bytes: Uint8Array, nesting: number): Result<OfdDocument, FormatError> {
  const files = openPackage(bytes, nesting)
  if (!files.ok) return files
  if (findFile(files.value, '', 'OFD.xml') === null) {
    if (findFile(files.value, '', 'Encryptions.xml') !== null) return formatErr('ofd.encrypted', '这份 OFD 已加密，不能打开')
    return formatErr('ofd.not-ofd', '不是 OFD 文件（包内没有 OFD.xml）')
  }
  const entry = readPart(files.value, '', 'OFD.xml')
  if (!entry.ok) return entry
  const bodies = childElements(entry.value.root, 'DocBody')
  const body = bodies[0]
  const location = body === undefined ? undefined : childElement(body, 'DocRoot')
  if (body === undefined || location === undefined) return formatErr('ofd.not-ofd', 'OFD.xml 没有指明文档（DocRoot）')
  const warnings: OfdWarning[] = []
  const warn: Warn = (warning) => { if (warnings.length < 200) warnings.push(warning) }
  if (bodies.length > 1) warn({ code: 'ofd.more-documents', message: `文件包内有${bodies.length}份文档，只打开第一份` })
  const part = readPart(files.value, '', innerText(location))
  if (!part.ok) return part
  return readDocument(files.value, entry.value.root.attributes['DocType'] ?? 'OFD', body, part.value, nesting, warnings, warn)
}

function readDocument(
  files: OfdFiles, docType: string, body: XmlNode, part: { readonly path: string; readonly root: XmlNode }, nesting: number,
  warnings: OfdWarning[], warn: Warn,
): Result<OfdDocument, FormatError> {
  const { root, path } = part
  const folder = folderOf(path)
  const common = childElement(root, 'CommonData')
  const list = childElement(root, 'Pages')
  const pages = (list === undefined ? [] : childElements(list, 'Page')).map((page) => ({ id: idOf(page), location: page.attributes['BaseLoc'] ?? '' }))
  if (pages.length === 0) return formatErr('ofd.no-pages', '文档没有页面')
  if (pages.length > maxPages) return formatErr('ofd.too-many-pages', `文档超过${maxPages}页`)
  const missing = pages.findIndex((page) => findFile(files, folder, page.location) === null)
  if (missing >= 0) warn({ code: 'ofd.missing', message: `文件包中缺少第${missing + 1}页：${pages[missing]!.location.slice(0, 100)}` })
  const texts = (name: string): string[] => (common === undefined ? [] : childElements(common, name).map((element) => innerText(element).trim()))
  const resources = readResources(files, folder, [...texts('PublicRes'), ...texts('DocumentRes')], noResources, warn)
  if (!resources.ok) return resources
  const templates = new Map(
    (common === undefined ? [] : childElements(common, 'TemplatePage')).map((template) => [
      idOf(template), { location: template.attributes['BaseLoc'] ?? '', zOrder: template.attributes['ZOrder'] ?? 'Background' },
    ]),
  )
  const area = common === undefined ? undefined : childElement(common, 'PageArea')
  const outlines = childElement(root, 'Outlines')
  const pageIndex = new Map(pages.map((page, index) => [page.id, index]))
  const signatures = childElement(body, 'Signatures')
  return ok({
    files, docType, path, folder, pages, templates, nesting, warnings,
    info: readInfo(childElement(body, 'DocInfo')),
    pageBox: (area === undefined ? null : pageBox(area)) ?? { x: 0, y: 0, width: 210, height: 297 },
    resources: resources.value,
    annotations: readAnnotations(files, folder, root, warn),
    outline: outlines === undefined ? [] : readOutline(outlines, pageIndex),
    signatures: signatures === undefined ? [] : readSignatures(files, innerText(signatures), warn),
  })
}

function readInfo(info: XmlNode | undefined): OfdInfo {
  const text = (name: string): string => {
    const element = info === undefined ? undefined : childElement(info, name)
    return element === undefined ? '' : innerText(element).trim()
  }
  const custom = info === undefined ? undefined : childElement(info, 'CustomDatas')
  return {
    docId: text('DocID'), title: text('Title'), author: text('Author'), creationDate: text('CreationDate'), creator: text('Creator'),
    customData: custom === undefined ? [] : childElements(custom, 'CustomData').map((element) => ({ name: element.attributes['Name'] ?? '', value: innerText(element) })),
  }
}

function readAnnotations(files: OfdFiles, folder: string, root: XmlNode, warn: Warn): OfdDocument['annotations'] {
  const location = childElement(root, 'Annotations')
  if (location === undefined) return []
  const part = readPart(files, folder, innerText(location))
  if (!part.ok) {
    warn({ code: part.error.code, message: `注释未显示：${part.error.message}` })
    return []
  }
  return childElements(part.value.root, 'Page').map((page) => {
    const file = childElement(page, 'FileLoc')
    return { page: (page.attributes['PageID'] ?? '').trim(), folder: part.value.folder, location: file === undefined ? '' : innerText(file).trim() }
  })
}

/** Depth is bounded by that of the XML. */
function readOutline(element: XmlNode, pages: ReadonlyMap<string, number>): OfdOutline[] {
  return childElements(element, 'OutlineElem').map((entry) => {
    const dest = find(childElement(entry, 'Actions'), 'Dest')
    return {
      title: (entry.attributes['Title'] ?? '').trim(),
      page: pages.get((dest?.attributes['PageID'] ?? '').trim()) ?? null,
      children: readOutline(entry, pages),
    }
  })
}

function find(element: XmlNode | undefined, name: string): XmlNode | undefined {
  if (element === undefined || element.name === name) return element
  for (const child of childElements(element)) {
    const found = find(child, name)
    if (found !== undefined) return found
  }
  return undefined
}

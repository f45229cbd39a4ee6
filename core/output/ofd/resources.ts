/** Resources (Res): fonts, media, colour spaces, draw parameters, composite units. GB/T 33190 §7.9 */
import { childElement, childElements, formatErr, innerText, ok, type FormatError, type Result, type XmlNode } from '#core/formats'
import { readFont, type FontFace } from '#core/typeset'
import { readOutlines, type Outlines } from './glyf.ts'
import { findFile, readPart, resolveLocation, type OfdFiles } from './locations.ts'
import { readNumbers } from './values.ts'
import type { Warn } from './warning.ts'

export type FontResource = {
  readonly id: string
  readonly name: string
  readonly family: string
  readonly bold: boolean
  readonly italic: boolean
  /** null when the font is not in the package */
  readonly file: Uint8Array | null
  /** metrics and characters; null when there is no file or it cannot be read */
  readonly face: () => FontFace | null
  /** TrueType outlines; null when there is no file or it has none */
  readonly outlines: () => Outlines | null
}

export type MediaResource = { readonly id: string; readonly type: string; readonly format: string; readonly path: string; readonly bytes: Uint8Array }

export type ColorSpace = { readonly type: 'GRAY' | 'RGB' | 'CMYK'; readonly palette: readonly (readonly number[])[] }

/** A composite unit (CT_VectorG): its content is drawn wherever an object names it. */
export type Composite = { readonly content: XmlNode }

export type Resources = {
  readonly fonts: ReadonlyMap<string, FontResource>
  readonly media: ReadonlyMap<string, MediaResource>
  readonly colorSpaces: ReadonlyMap<string, ColorSpace>
  readonly drawParams: ReadonlyMap<string, XmlNode>
  readonly composites: ReadonlyMap<string, Composite>
}

export const noResources: Resources = { fonts: new Map(), media: new Map(), colorSpaces: new Map(), drawParams: new Map(), composites: new Map() }

/** Reads Res parts on top of others. What is missing is a warning; a part that cannot be read is an error. */
export function readResources(
  files: OfdFiles, folder: string, locations: readonly string[], base: Resources, warn: Warn,
): Result<Resources, FormatError> {
  const fonts = new Map(base.fonts)
  const media = new Map(base.media)
  const colorSpaces = new Map(base.colorSpaces)
  const drawParams = new Map(base.drawParams)
  const composites = new Map(base.composites)
  for (const location of new Set(locations)) {
    const part = readPart(files, folder, location)
    if (!part.ok && part.error.code === 'ofd.missing') {
      // Makers name resource files that they then do not write, when nothing on the pages needs them.
      warn({ code: 'ofd.missing', message: part.error.message })
      continue
    }
    if (!part.ok) return part
    const { root } = part.value
    const base = resolveLocation(part.value.folder, root.attributes['BaseLoc'] ?? '') ?? part.value.folder
    const find = (file: XmlNode | undefined): string | null => {
      if (file === undefined) return null
      const name = innerText(file).trim()
      return findFile(files, base, name) ?? findFile(files, part.value.folder, name)
    }
    const members = (list: string, name: string): XmlNode[] => childElements(root, list).flatMap((element) => childElements(element, name))
    for (const element of members('ColorSpaces', 'ColorSpace')) colorSpaces.set(idOf(element), colorSpace(element))
    for (const element of members('DrawParams', 'DrawParam')) drawParams.set(idOf(element), { ...element, children: childElements(element).filter(({ name }) => name === 'FillColor' || name === 'StrokeColor') })
    for (const element of members('Fonts', 'Font')) {
      const file = childElement(element, 'FontFile')
      const path = find(file)
      if (file !== undefined && path === null) warn({ code: 'ofd.missing-font', message: `缺少嵌入字体：${innerText(file).trim().slice(0, 100)}` })
      fonts.set(idOf(element), font(element, path === null ? null : files.get(path)!))
    }
    for (const element of members('MultiMedias', 'MultiMedia')) {
      const file = childElement(element, 'MediaFile')
      const path = find(file)
      if (path === null) {
        warn({ code: 'ofd.missing-media', message: `缺少资源文件：${file === undefined ? idOf(element) : innerText(file).trim().slice(0, 100)}` })
        continue
      }
      const { Type: type = '', Format: format = '' } = element.attributes
      media.set(idOf(element), { id: idOf(element), type, format, path, bytes: files.get(path)! })
    }
    for (const element of [...members('CompositeGraphicUnits', 'CompositeGraphicUnit'), ...members('CompositeGraphUnits', 'CompositeGraphUnit')]) {
      const content = childElement(element, 'Content')
      if (content !== undefined) composites.set(idOf(element), { content })
    }
  }
  const all = { fonts, media, colorSpaces, drawParams, composites }
  return findDrawParamCycle(drawParams) ? formatErr('ofd.cycle', '绘制参数（DrawParam）循环引用') : ok(all)
}

export const idOf = (element: XmlNode): string => (element.attributes['ID'] ?? '').trim()

/** Each chain of Relative is walked once: what was seen to end is not walked again. */
function findDrawParamCycle(drawParams: ReadonlyMap<string, XmlNode>): boolean {
  const ends = new Set<string>()
  for (const start of drawParams.keys()) {
    const chain = new Set<string>()
    let id: string | undefined = start
    while (id !== undefined && !ends.has(id)) {
      if (chain.has(id)) return true
      chain.add(id)
      id = drawParams.get(id)?.attributes['Relative']?.trim()
    }
    for (const each of chain) ends.add(each)
  }
  return false
}

function colorSpace(element: XmlNode): ColorSpace {
  const type = (element.attributes['Type'] ?? '').toUpperCase()
  const palette = childElement(element, 'Palette')
  return {
    type: type === 'GRAY' || type === 'CMYK' ? type : 'RGB',
    palette: palette === undefined ? [] : childElements(palette, 'CV').slice(0, 65_536).map((value) => readNumbers(innerText(value), 8) ?? []),
  }
}

function font(element: XmlNode, file: Uint8Array | null): FontResource {
  const { FontName: name = '', FamilyName: family = '', Bold: bold, Italic: italic } = element.attributes
  return {
    id: idOf(element), name, family, file, bold: isTrue(bold), italic: isTrue(italic),
    face: once(() => {
      const face = file === null ? null : readFont(file)
      return face?.ok === true ? face.value : null
    }),
    outlines: once(() => (file === null ? null : readOutlines(file))),
  }
}

/** A font that the file does not name: shown in whatever the reader has. */
export const unknownFont: FontResource = { id: '', name: '', family: '', bold: false, italic: false, file: null, face: () => null, outlines: () => null }

const isTrue = (text: string | undefined): boolean => text === 'true' || text === '1'

/** Computed when first asked for: most files of a package are never looked at. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null
  return () => (made ??= { value: make() }).value
}

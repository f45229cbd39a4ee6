/** Pages → PDF/A-2b. Written from the same numbers as every other surface; the same input gives the same bytes. */
import { sm3 } from '#core/crypto'
import { toHex, utf8 } from '#core/formats'
import type { FontKey, Page, StructureElement } from '#core/typeset'
import { srgbProfile } from './icc.ts'
import { short } from './pdf-bytes.ts'
import { points } from './pdf-content.ts'
import { createObjects, deflated, hexText, ref } from './pdf-file.ts'
import { addFont, cutFont, merged, type CutFont } from './pdf-font.ts'
import { addMetadata, type PdfMetadata } from './pdf-metadata.ts'
import { addOutline } from './pdf-outline.ts'
import { glyphsUsed, writtenPage } from './pdf-page.ts'
import { addPictures, type Pictures } from './pdf-picture.ts'
import { addStructure, tagsOf } from './pdf-structure.ts'
import type { FontSubsetter } from './subsetter.ts'

export type PdfOptions = PdfMetadata & {
  /** names the document for good; enters the file identifier */
  readonly docId: string
  readonly subsets: FontSubsetter
  /** where the pictures of the pages are */
  readonly pictures?: Pictures
  /** what the marks of the pages name; absent or empty: the file is not tagged */
  readonly structure?: readonly StructureElement[]
  /** 书签 from the first two heading levels of the structure; by default there are */
  readonly outline?: 'headings' | 'none'
}

let profile: Uint8Array | undefined

/**
 * The file's bytes. Rejects with TypeError on a malformed date or subset, and with an OutputProblem (code, message) on a
 * picture that is missing or cannot be embedded; no clock, no randomness.
 */
export async function pagesToPdf(pages: readonly Page[], options: PdfOptions): Promise<Uint8Array> {
  const structure = options.structure ?? []
  const tags = structure.length === 0 ? null : pages.map((page) => tagsOf(page, structure))
  const cut = new Map<FontKey, CutFont>()
  for (const [key, used] of merged(pages.map((page) => glyphsUsed(page.glyphs)))) cut.set(key, await cutFont(key, used, options.subsets))
  const names = new Map([...cut].map(([key, font]) => [key, { name: fontName(key), font }] as const))

  const objects = createObjects()
  const root = objects.reserve()
  const tree = objects.reserve()
  const pageNumbers = pages.map(() => objects.reserve())
  const { info, xmp } = addMetadata(objects, options)
  const icc = objects.addStream('/N 3 /Filter /FlateDecode', (profile ??= deflated(srgbProfile())))
  const fonts = [...cut].map(([key, font], i) => `/${fontName(key)} ${ref(addFont(objects, key, font, i))}`)
  const pictures = [...addPictures(objects, pages, options.pictures)].map(([name, number]) => `/${name} ${ref(number)}`)
  const resources = objects.add(`<< /Font << ${fonts.join(' ')} >>${pictures.length === 0 ? '' : ` /XObject << ${pictures.join(' ')} >>`} >>`)

  const digests: string[] = []
  pages.forEach((page, i) => {
    const written = writtenPage(page, options.subsets, names, tags?.[i] ?? null)
    digests.push(written.digest)
    const contents = objects.addStream('/Filter /FlateDecode', written.data)
    objects.set(pageNumbers[i]!,
      `<< /Type /Page /Parent ${ref(tree)} /MediaBox [0 0 ${short(page.width * points)} ${short(page.height * points)}] ` +
      `/Resources ${ref(resources)} /Contents ${ref(contents)}${tags === null ? '' : ` /StructParents ${i} /Tabs /S`} >>`)
  })
  objects.set(tree, `<< /Type /Pages /Kids [${pageNumbers.map(ref).join(' ')}] /Count ${pages.length} >>`)
  const extras = tags === null ? '' : ` /MarkInfo << /Marked true >> /StructTreeRoot ${ref(addStructure(objects, pages, tags, structure, pageNumbers).root)}`
  const outline = tags === null || options.outline === 'none' ? null : addOutline(objects, pages, tags, structure, pageNumbers)
  const intent = hexText('sRGB IEC61966-2.1')
  objects.set(root,
    `<< /Type /Catalog /Pages ${ref(tree)} /Metadata ${ref(xmp)} /Lang (zh-CN) /ViewerPreferences << /DisplayDocTitle true >>${extras}` +
    `${outline === null ? '' : ` /Outlines ${ref(outline)}`} ` +
    `/OutputIntents [<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier ${intent} /Info ${intent} /DestOutputProfile ${ref(icc)} >>] >>`)
  const id = fileIdentifier(options, digests, structure)
  return objects.bytes(`/Root ${ref(root)} /Info ${ref(info)} /ID [ <${id}> <${id}> ]`)
}

/** The same on every page of every document, so that a page's content can be kept. */
function fontName(key: FontKey): string {
  const fixed = ['小标宋', '仿宋', '黑体', '楷体', '宋体'].indexOf(key)
  return fixed === -1 ? `B${key.replace(/\D/g, '')}` : `F${fixed + 1}`
}

/** 16 bytes from what the file says, in hexadecimal. ISO 32000-1 §14.4 */
function fileIdentifier(options: PdfOptions, digests: readonly string[], structure: readonly StructureElement[]): string {
  const elements = structure.map(({ role, parent, alt }) => `${role} ${parent ?? ''} ${alt ?? ''}`)
  const named = [options.docId, options.title, options.author, options.date, ...digests, ...elements].join('\u0000')
  return toHex(sm3(utf8(named)).slice(0, 16)).toUpperCase()
}

/** Pages → OFD (版式文档). GB/T 33190; archive profile GB/T 42133. The same input gives the same bytes. */
import { sm3 } from '#core/crypto'
import { concatBytes, toHex, utf8, writeZip, type ZipInput } from '#core/formats'
import { readFont, type FontKey, type Layout, type Page } from '#core/typeset'
import type { FontSubsetter } from '../subsetter.ts'
import { escapeXml } from '../svg.ts'
import { charactersOf } from './characters.ts'
import { micro } from './numbers.ts'
import { outlineXml } from './write-outline.ts'
import { declaration, namespace, pageXml, type Ids } from './write-page.ts'
import { ofdFont, type OfdFont } from './write-text.ts'

export type OfdOptions = {
  readonly title: string
  readonly author: string
  /** names the document for good; enters DocID together with the content */
  readonly docId: string
  /** YYYY-MM-DD, a time after it is not written */
  readonly date: string
  readonly subsets: FontSubsetter
  /** bytes of a picture (PNG or JPEG) by SM3 in hexadecimal */
  readonly pictures?: (hash: string) => Uint8Array | undefined
  /** OFD-A: the archive profile. Absent means OFD. */
  readonly profile?: 'OFD' | 'OFD-A'
  /** further metadata by name (CustomDatas), in order */
  readonly customData?: readonly { readonly name: string; readonly value: string }[]
}

export type OfdSource = Pick<Layout, 'pages' | 'structure'>

/**
 * The package's bytes. Rejects with TypeError on a malformed date, a subset that is no font, a picture that is not at hand or
 * is neither PNG nor JPEG; no clock, no randomness. Positions agree with the layout's within 0.002 mm.
 */
export async function layoutToOfd(layout: OfdSource, options: OfdOptions): Promise<Uint8Array> {
  const { pages } = layout
  const date = /^(\d{4}-\d{2}-\d{2})(?:T.*)?$/u.exec(options.date)?.[1]
  if (date === undefined) throw new TypeError(`not an ISO date: ${options.date}`)
  if (pages[0] === undefined) throw new TypeError('an OFD has at least one page')
  let largest = 0
  const ids: Ids = { next: () => ++largest, largest: () => largest }
  const pageIds = pages.map(() => ids.next())
  const fonts = await embedFonts(pages, ids, options.subsets)
  const images = embedImages(pages, ids, options.pictures ?? (() => undefined))
  const usual = { width: pages[0].width, height: pages[0].height }
  const imageIds = new Map([...images].map(([hash, { id }]) => [hash, id]))
  const contents = pages.map((page) => utf8(pageXml(page, ids, { fonts: fonts.used, images: imageIds, usual }).xml))
  const part = (path: string, xml: string): ZipInput => ({ path, bytes: utf8(declaration + xml) })
  const publicRes = fonts.files.length === 0 ? '' : '<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>'
  const documentRes = images.size === 0 ? '' : '<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>'
  const document =
    `<ofd:Document ${namespace}><ofd:CommonData><ofd:MaxUnitID>${ids.largest()}</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 ` +
    `${micro(usual.width)} ${micro(usual.height)}</ofd:PhysicalBox></ofd:PageArea>${publicRes}${documentRes}</ofd:CommonData><ofd:Pages>` +
    `${pageIds.map((id, i) => `<ofd:Page ID="${id}" BaseLoc="Pages/Page_${i}/Content.xml"/>`).join('')}</ofd:Pages>` +
    `${outlineXml(layout, pageIds)}</ofd:Document>`
  return writeZip([
    part('OFD.xml', rootXml(options, date, documentIdentifier(options, contents))),
    part('Doc_0/Document.xml', document),
    ...(publicRes === '' ? [] : [part('Doc_0/PublicRes.xml', `<ofd:Res ${namespace} BaseLoc="Res"><ofd:Fonts>${fonts.xml}</ofd:Fonts></ofd:Res>`)]),
    ...(documentRes === '' ? [] : [part('Doc_0/DocumentRes.xml', mediaXml(images))]),
    ...contents.map((bytes, i) => ({ path: `Doc_0/Pages/Page_${i}/Content.xml`, bytes })),
    ...fonts.files,
    ...[...images.values()].map(({ file, bytes }) => ({ path: `Doc_0/Res/${file}`, bytes, store: true })),
  ])
}

function rootXml(options: OfdOptions, date: string, docId: string): string {
  const custom = (options.customData ?? []).map(({ name, value }) => `<ofd:CustomData Name="${escapeXml(name)}">${escapeXml(value)}</ofd:CustomData>`).join('')
  const isArchive = options.profile === 'OFD-A'
  return (
    `<ofd:OFD ${namespace} Version="${isArchive ? '1.2' : '1.0'}" DocType="${isArchive ? 'OFD-A' : 'OFD'}"><ofd:DocBody><ofd:DocInfo>` +
    `<ofd:DocID>${docId}</ofd:DocID><ofd:Title>${escapeXml(options.title)}</ofd:Title><ofd:Author>${escapeXml(options.author)}</ofd:Author>` +
    `<ofd:CreationDate>${date}</ofd:CreationDate><ofd:ModDate>${date}</ofd:ModDate><ofd:Creator>文枢 Wenshu</ofd:Creator><ofd:CreatorVersion>1</ofd:CreatorVersion>` +
    `${custom === '' ? '' : `<ofd:CustomDatas>${custom}</ofd:CustomDatas>`}</ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>`
  )
}

/** 32 hexadecimal digits from what the file says. §7.4 */
function documentIdentifier(options: OfdOptions, contents: readonly Uint8Array[]): string {
  const named = utf8([options.docId, options.title, options.author, options.date, options.profile ?? 'OFD'].join('\u0000'))
  return toHex(sm3(concatBytes(named, ...contents)).subarray(0, 16))
}

async function embedFonts(pages: readonly Page[], ids: Ids, subsets: FontSubsetter) {
  const used = new Map<FontKey, OfdFont>()
  const files: ZipInput[] = []
  let xml = ''
  for (const [key, codePoints] of charactersOf(pages)) {
    const { bytes, family } = await subsets.subset(key, codePoints)
    const face = readFont(bytes)
    if (!face.ok) throw new TypeError(`${key}: ${face.error.message}`)
    const id = ids.next()
    used.set(key, ofdFont(id, face.value))
    const file = `font_${id}.ttf`
    const name = escapeXml(family)
    xml += `<ofd:Font ID="${id}" FontName="${name}" FamilyName="${name}"><ofd:FontFile>${file}</ofd:FontFile></ofd:Font>`
    files.push({ path: `Doc_0/Res/${file}`, bytes })
  }
  return { used, files, xml }
}

type Media = { readonly id: number; readonly file: string; readonly format: 'PNG' | 'JPEG'; readonly bytes: Uint8Array }

function embedImages(pages: readonly Page[], ids: Ids, pictures: (hash: string) => Uint8Array | undefined): ReadonlyMap<string, Media> {
  const images = new Map<string, Media>()
  for (const image of pages.flatMap((page) => page.images)) {
    if (images.has(image.hash)) continue
    const bytes = pictures(image.hash)
    if (bytes === undefined) throw new TypeError(`picture not at hand: ${image.name}`)
    const format = bytes[0] === 0x89 && bytes[1] === 0x50 ? 'PNG' : bytes[0] === 0xff && bytes[1] === 0xd8 ? 'JPEG' : null
    if (format === null) throw new TypeError(`neither PNG nor JPEG: ${image.name}`)
    const id = ids.next()
    images.set(image.hash, { id, file: `image_${id}.${format === 'PNG' ? 'png' : 'jpg'}`, format, bytes })
  }
  return images
}

function mediaXml(images: ReadonlyMap<string, Media>): string {
  const entries = [...images.values()].map(({ id, file, format }) => `<ofd:MultiMedia ID="${id}" Type="Image" Format="${format}"><ofd:MediaFile>${file}</ofd:MediaFile></ofd:MultiMedia>`)
  return `<ofd:Res ${namespace} BaseLoc="Res"><ofd:MultiMedias>${entries.join('')}</ofd:MultiMedias></ofd:Res>`
}

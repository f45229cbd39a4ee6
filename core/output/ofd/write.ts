/** Pages → OFD (版式文档). GB/T 33190; archive profile GB/T 42133. The same input gives the same bytes. */
import { sm3 } from '#core/crypto'
import { concatBytes, packBytes, toHex, utf8, writeZip, type PackedBytes, type ZipInput } from '#core/formats'
import { fontRoles, readFont, type FontKey, type Layout, type Page } from '#core/typeset'
import type { OutputProblem } from '../pdf-picture.ts'
import type { FontSubsetter } from '../subsetter.ts'
import { escapeXml } from '../svg.ts'
import { charactersOf, shapedOf } from './characters.ts'
import { imageType } from './media.ts'
import { micro } from './numbers.ts'
import { outlineXml } from './write-outline.ts'
import { declaration, idsOf, namespace } from './write-page.ts'
import { ofdFont, type OfdFont } from './write-text.ts'
import { writtenPage, type WrittenPage } from './written-page.ts'

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
 * The package's bytes. Rejects with TypeError on a malformed date, no pages, or a subset that is no font, and with an
 * OutputProblem (code, message) on a picture that is not at hand or is neither PNG nor JPEG; no clock, no randomness.
 * Positions agree with the layout's within 0.002 mm.
 */
export async function layoutToOfd(layout: OfdSource, options: OfdOptions): Promise<Uint8Array> {
  const { pages } = layout
  const date = /^(\d{4}-\d{2}-\d{2})(?:T.*)?$/u.exec(options.date)?.[1]
  if (date === undefined) throw new TypeError(`not an ISO date: ${options.date}`)
  if (pages[0] === undefined) throw new TypeError('an OFD has at least one page')
  const images = embedImages(pages, options.pictures ?? (() => undefined))
  const fonts = await embedFonts(pages, options.subsets)
  // Every page has a block of identifiers to itself: they do not move when an earlier page changes.
  const block = thousands(Math.max(...pages.map(idsOf)))
  const firstPage = thousands(firstImage + images.size)
  const pageIds = pages.map((_, i) => firstPage + i * block)
  const usual = { width: pages[0].width, height: pages[0].height }
  const imageIds = new Map([...images].map(([hash, { id }]) => [hash, id]))
  const written = pages.map((page, i) => writtenPage(page, options.subsets, { fonts: fonts.used, images: imageIds, usual, id: pageIds[i]! }))
  const part = (path: string, xml: string): ZipInput => ({ path, bytes: utf8(declaration + xml) })
  const publicRes = fonts.files.length === 0 ? '' : '<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>'
  const documentRes = images.size === 0 ? '' : '<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>'
  const document =
    `<ofd:Document ${namespace}><ofd:CommonData><ofd:MaxUnitID>${firstPage + pages.length * block}</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 ` +
    `${micro(usual.width)} ${micro(usual.height)}</ofd:PhysicalBox></ofd:PageArea>${publicRes}${documentRes}</ofd:CommonData><ofd:Pages>` +
    `${pageIds.map((id, i) => `<ofd:Page ID="${id}" BaseLoc="Pages/Page_${i}/Content.xml"/>`).join('')}</ofd:Pages>` +
    `${outlineXml(layout, pageIds)}</ofd:Document>`
  return writeZip([
    part('OFD.xml', rootXml(options, date, documentIdentifier(options, written))),
    part('Doc_0/Document.xml', document),
    ...(publicRes === '' ? [] : [part('Doc_0/PublicRes.xml', `<ofd:Res ${namespace} BaseLoc="Res"><ofd:Fonts>${fonts.xml}</ofd:Fonts></ofd:Res>`)]),
    ...(documentRes === '' ? [] : [part('Doc_0/DocumentRes.xml', mediaXml(images))]),
    ...written.map(({ bytes, packed }, i) => ({ path: `Doc_0/Pages/Page_${i}/Content.xml`, bytes, packed })),
    ...fonts.files,
    ...[...images.values()].map(({ file, bytes }) => ({ path: `Doc_0/Res/${file}`, bytes, store: true })),
  ])
}

/** Identifiers: fonts by their key from 1, pictures from here, pages from the next thousand. */
const firstImage = 100
const thousands = (value: number): number => 1000 * Math.ceil(value / 1000)

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
function documentIdentifier(options: OfdOptions, pages: readonly WrittenPage[]): string {
  const named = utf8([options.docId, options.title, options.author, options.date, options.profile ?? 'OFD'].join('\u0000'))
  return toHex(sm3(concatBytes(named, ...pages.map((page) => page.digest))).subarray(0, 16))
}

/** Subsets made ready, by their bytes: a subsetter gives the same array for the same characters. */
const readyFonts = new WeakMap<Uint8Array, { readonly font: OfdFont; readonly packed: PackedBytes }>()

async function embedFonts(pages: readonly Page[], subsets: FontSubsetter) {
  const used = new Map<FontKey, OfdFont>()
  const files: ZipInput[] = []
  let xml = ''
  const shaped = shapedOf(pages)
  for (const [key, codePoints] of charactersOf(pages)) {
    const glyphs = shaped.get(key)
    const { bytes, family } = await subsets.subset(key, codePoints, glyphs === undefined ? undefined : { glyphs })
    const id = fontId(key)
    let ready = readyFonts.get(bytes)
    if (ready?.font.id !== id) {
      const face = readFont(bytes)
      if (!face.ok) throw new TypeError(`${key}: ${face.error.message}`)
      readyFonts.set(bytes, (ready = { font: ofdFont(id, face.value), packed: packBytes(bytes) }))
    }
    used.set(key, ready.font)
    const file = `font_${id}.ttf`
    const name = escapeXml(family)
    xml += `<ofd:Font ID="${id}" FontName="${name}" FamilyName="${name}"><ofd:FontFile>${file}</ofd:FontFile></ofd:Font>`
    files.push({ path: `Doc_0/Res/${file}`, bytes, packed: ready.packed })
  }
  return { used, files, xml }
}

function fontId(key: FontKey): number {
  const role = (fontRoles as readonly string[]).indexOf(key)
  const id = role >= 0 ? role + 1 : fontRoles.length + Number(key.slice('后备'.length))
  if (!(id >= 1 && id < firstImage)) throw new TypeError(`no such font: ${key}`)
  return id
}

type Media = { readonly id: number; readonly file: string; readonly format: 'PNG' | 'JPEG'; readonly bytes: Uint8Array }

const problem = (code: string, message: string): OutputProblem => Object.assign(new TypeError(message), { code })

/** The pictures by hash, in order of first use. Throws OutputProblem as the PDF does. */
function embedImages(pages: readonly Page[], pictures: (hash: string) => Uint8Array | undefined): ReadonlyMap<string, Media> {
  const images = new Map<string, Media>()
  for (const page of pages) {
    for (const image of page.images) {
      if (images.has(image.hash)) continue
      const bytes = pictures(image.hash)
      if (bytes === undefined) throw problem('output.picture-missing', `找不到插图“${image.name}”的数据，无法生成文件`)
      const type = imageType(bytes)
      if (type !== 'image/png' && type !== 'image/jpeg') throw problem('output.picture-kind', `插图“${image.name}”不是 PNG 或 JPEG 图片`)
      const id = firstImage + images.size
      images.set(image.hash, { id, file: `image_${id}.${type === 'image/png' ? 'png' : 'jpg'}`, format: type === 'image/png' ? 'PNG' : 'JPEG', bytes })
    }
  }
  return images
}

function mediaXml(images: ReadonlyMap<string, Media>): string {
  const entries = [...images.values()].map(({ id, file, format }) => `<ofd:MultiMedia ID="${id}" Type="Image" Format="${format}"><ofd:MediaFile>${file}</ofd:MediaFile></ofd:MultiMedia>`)
  return `<ofd:Res ${namespace} BaseLoc="Res"><ofd:MultiMedias>${entries.join('')}</ofd:MultiMedias></ofd:Res>`
}

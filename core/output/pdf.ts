/** Pages → PDF/A-2b. Written from the same numbers as every other surface; the same input gives the same bytes. */
import { PDFContext, PDFHexString, PDFName, PDFWriter, type PDFRef } from 'pdf-lib'
import { sm3 } from '#core/crypto'
import { concatBytes, toHex, utf8 } from '#core/formats'
import type { Page } from '#core/typeset'
import { srgbProfile } from './icc.ts'
import { pageContent, points, short } from './pdf-content.ts'
import { compressed, embedFonts } from './pdf-font.ts'
import { addMetadata, type PdfMetadata } from './pdf-metadata.ts'
import type { FontSubsetter } from './subsetter.ts'

export type PdfOptions = PdfMetadata & {
  /** names the document for good; enters the file identifier */
  readonly docId: string
  readonly subsets: FontSubsetter
}

/** The file's bytes. Rejects with TypeError on a malformed date or subset; no clock, no randomness. */
export async function pagesToPdf(pages: readonly Page[], options: PdfOptions): Promise<Uint8Array> {
  const context = PDFContext.create()
  const fonts = await embedFonts(context, pages, options.subsets)
  const resources = context.register(context.obj({
    Font: Object.fromEntries([...fonts.values()].map((font) => [font.name, font.ref])),
  }))
  const tree = context.nextRef()
  const contents = pages.map((page) => utf8(pageContent(page, fonts)))
  const kids = pages.map((page, i): PDFRef =>
    context.register(context.obj({
      Type: 'Page',
      Parent: tree,
      MediaBox: [0, 0, Number(short(page.width * points)), Number(short(page.height * points))],
      Resources: resources,
      Contents: context.register(compressed(context, contents[i]!, {})),
    })),
  )
  context.assign(tree, context.obj({ Type: 'Pages', Kids: kids, Count: kids.length }))
  const { info, xmp } = addMetadata(context, options)
  const profile = context.register(compressed(context, srgbProfile(), { N: 3 }))
  const root = context.register(context.obj({
    Type: 'Catalog',
    Pages: tree,
    Metadata: xmp,
    Lang: PDFHexString.fromText('zh-CN'),
    ViewerPreferences: { DisplayDocTitle: true },
    OutputIntents: [{
      Type: 'OutputIntent',
      S: PDFName.of('GTS_PDFA1'),
      OutputConditionIdentifier: PDFHexString.fromText('sRGB IEC61966-2.1'),
      Info: PDFHexString.fromText('sRGB IEC61966-2.1'),
      DestOutputProfile: profile,
    }],
  }))
  const id = PDFHexString.of(fileIdentifier(options, contents))
  context.trailerInfo.Root = root
  context.trailerInfo.Info = info
  context.trailerInfo.ID = context.obj([id, id])
  return PDFWriter.forContext(context, Number.POSITIVE_INFINITY).serializeToBuffer()
}

/** 16 bytes from what the file says, in hexadecimal. ISO 32000-1 §14.4 */
function fileIdentifier(options: PdfOptions, contents: readonly Uint8Array[]): string {
  const named = utf8([options.docId, options.title, options.author, options.date].join('\u0000'))
  return toHex(sm3(concatBytes(named, ...contents)).slice(0, 16)).toUpperCase()
}

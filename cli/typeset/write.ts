/** Pages → files: PDF, OFD, SVG pages, positions.json (排版输出). All are written from the same numbers. */
import { layoutToOfd, pagesToPdf, pageToSvg, type FontSubsetter } from '#core/output'
import { sm3Hex } from '#core/crypto'
import { toBase64, utf8 } from '#core/formats'
import type { FontKey, Layout, Page } from '#core/typeset'

/** One file to be written, named below the output folder. */
export type OutputFile = { readonly name: string; readonly bytes: Uint8Array }

export type Sheets = {
  readonly layout: Layout
  readonly title: string
  readonly author: string
  /** YYYY-MM-DD; fixes what the files say of their time */
  readonly date: string
  readonly pictures: ReadonlyMap<string, Uint8Array>
  readonly subsets: FontSubsetter
}

const described = (sheets: Sheets) => ({
  title: sheets.title, author: sheets.author, date: sheets.date, docId: docIdOf(sheets), subsets: sheets.subsets,
  pictures: (hash: string) => sheets.pictures.get(hash),
})

const docIdOf = (sheets: Sheets): string => sm3Hex(utf8([sheets.title, sheets.author, sheets.date].join('\u0000')))

export const pdfFile = async (name: string, sheets: Sheets): Promise<OutputFile> => ({
  name: `${name}.pdf`,
  bytes: await pagesToPdf(sheets.layout.pages, { ...described(sheets), structure: sheets.layout.structure }),
})

export const ofdFile = async (name: string, sheets: Sheets, profile: 'OFD' | 'OFD-A'): Promise<OutputFile> => ({
  name: `${name}.ofd`,
  bytes: await layoutToOfd(sheets.layout, { ...described(sheets), profile }),
})

/** Each page as an SVG of its own with the faces it needs inside, so that it looks the same on every machine. */
export const svgFiles = async (name: string, sheets: Sheets): Promise<readonly OutputFile[]> => {
  const files: OutputFile[] = []
  for (const page of sheets.layout.pages) files.push({ name: `${name}-${page.number}.svg`, bytes: utf8(await svgWithFaces(page, sheets)) })
  return files
}

const svgWithFaces = async (page: Page, sheets: Sheets): Promise<string> => {
  const used = new Map<FontKey, Set<number>>()
  const shaped = new Set<FontKey>()
  for (const glyph of page.glyphs) {
    const set = used.get(glyph.font) ?? new Set()
    used.set(glyph.font, set)
    for (const char of glyph.char) set.add(char.codePointAt(0)!)
    if (glyph.shaped !== undefined) shaped.add(glyph.font)
  }
  const keys = [...used.keys()]
  const faces = await Promise.all(keys.map(async (key, i) => {
    const { bytes } = await sheets.subsets.subset(key, [...used.get(key)!], shaped.has(key) ? 'rules' : undefined)
    return `@font-face{font-family:w${i};src:url(data:font/ttf;base64,${toBase64(bytes)})}`
  }))
  const svg = pageToSvg(page, { fontFamily: (key) => `w${keys.indexOf(key)}` })
  return svg.replace('</title>', `</title><style>${faces.join('')}</style>`)
}

/** The contract's positions.json: baseline origins in mm from the page's top left. */
export const positionsFile = (layout: Layout): OutputFile => ({
  name: 'positions.json',
  bytes: utf8(`${JSON.stringify({
    unit: 'mm',
    pages: layout.pages.map((page) => ({
      width: page.width,
      height: page.height,
      glyphs: page.glyphs.map(({ char, x, y, size, font, color, turn }) => ({ char, x, y, size, font, color, ...(turn === undefined ? {} : { turn }) })),
      rules: page.rules,
      images: page.images.map(({ x, y, width, height, name }) => ({ x, y, w: width, h: height, name })),
    })),
    seals: layout.sealPlaces,
  })}\n`),
})

/** A stand-in for typesetting alone: one A4 page as real PDF and OFD bytes that depend on nothing but content and issue. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { PDFDocument } from 'pdf-lib'
import { sm3Hex } from '#core/crypto'
import { frozenBytes } from '#core/document'
import { layoutToOfd, type FontSubsetter } from '#core/output'
import type { SealGround } from '#core/route'
import type { Page } from '#core/typeset'
import type { ComposePort, ProcessSheetPort } from '#server'

const page = async (title: string): Promise<Uint8Array> => {
  const pdf = await PDFDocument.create({ updateMetadata: false })
  pdf.setTitle(title)
  pdf.addPage([595.28, 841.89])
  return pdf.save({ useObjectStreams: false })
}

const blank: Page = { number: 1, width: 210, height: 297, glyphs: [], rules: [], images: [], regions: [], marks: [] }
const noFonts: FontSubsetter = { subset: (key) => Promise.reject(new Error(`a blank page asks for ${key}`)) }

/** As if 署名 and date stood under the seal, and 版记 below. Micrometres. */
const sealGround: SealGround = {
  paper: { width: 210_000, height: 297_000 }, line: 10_446, clear: [{ page: 1, part: '版记', x: 28_000, y: 240_000, width: 156_000, height: 22_000 }],
  places: [{
    page: 1, x: 140_000, y: 200_000, diameter: 42_000, textBottom: 175_000,
    name: { page: 1, x: 120_000, y: 200_000, width: 40_000, height: 5_644 }, date: { page: 1, x: 117_000, y: 210_446, width: 46_000, height: 5_644 },
  }],
}

/** Of a joint issue: one 署名 below the other, the date under the last. */
const groundFor = (organs: number): SealGround => organs === 1 ? sealGround : {
  ...sealGround,
  places: Array.from({ length: organs }, (_, nth) => {
    const y = 60_000 * (nth + 1)
    const date = nth === organs - 1 ? { page: 1, x: 117_000, y: y + 10_446, width: 46_000, height: 5_644 } : null
    return { page: 1, x: 140_000, y, diameter: 42_000, textBottom: null, name: { page: 1, x: 120_000, y, width: 40_000, height: 5_644 }, date }
  }),
}

/** A character that this stand-in has no glyph for. */
export const unprintable = '\u{10fffd}'

export const plainCompose: ComposePort & ProcessSheetPort = {
  missing: (content) => (JSON.stringify(content).includes(unprintable) ? ['有私用区字符（U+10FFFD），别处打不开，请改用标准编码的字'] : []),
  compose: async (content, issue) => {
    const layoutHash = sm3Hex(frozenBytes(content))
    const pdf = await page(`${issue.number} ${layoutHash}`)
    const ofd = await layoutToOfd({ pages: [blank], structure: [] }, { title: content.title, author: '', docId: layoutHash, date: issue.date, subsets: noFonts })
    return { pdf, ofd, pages: 1, layoutHash, sealPlace: { page: 1, x: 140, y: 200, diameter: 42 }, sealGround: groundFor(content.issuers.length) }
  },
  processSheet: (sheet, documentId) => page(`${sheet.title} ${documentId}`),
}

/** Any Chinese TrueType font does for drawing a seal. */
export const plainSealFont = async (): Promise<Uint8Array> =>
  readFile(createRequire(import.meta.url).resolve('@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf'))

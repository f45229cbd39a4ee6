/** A stand-in for typesetting alone: one A4 page as real PDF and OFD bytes that depend on nothing but content and issue. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { PDFDocument } from 'pdf-lib'
import { sm3Hex } from '#core/crypto'
import { frozenBytes } from '#core/document'
import { layoutToOfd, type FontSubsetter } from '#core/output'
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

export const plainCompose: ComposePort & ProcessSheetPort = {
  compose: async (content, issue) => {
    const layoutHash = sm3Hex(frozenBytes(content))
    const pdf = await page(`${issue.number} ${layoutHash}`)
    const ofd = await layoutToOfd({ pages: [blank], structure: [] }, { title: content.title, author: '', docId: layoutHash, date: issue.date, subsets: noFonts })
    return { pdf, ofd, pages: 1, layoutHash, sealPlace: { page: 1, x: 140, y: 220, diameter: 42 } }
  },
  processSheet: (sheet, documentId) => page(`${sheet.title} ${documentId}`),
}

/** Any Chinese TrueType font does for drawing a seal. */
export const plainSealFont = async (): Promise<Uint8Array> =>
  readFile(createRequire(import.meta.url).resolve('@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf'))

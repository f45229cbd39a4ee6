/** A stand-in for typesetting alone: one A4 page as real PDF bytes that depend on nothing but content and issue. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { PDFDocument } from 'pdf-lib'
import { sm3Hex } from '#core/crypto'
import { frozenBytes } from '#core/document'
import type { ComposePort } from '#server'

export const plainCompose: ComposePort = {
  compose: async (content, issue) => {
    const layoutHash = sm3Hex(frozenBytes(content))
    const pdf = await PDFDocument.create({ updateMetadata: false })
    pdf.setTitle(`${issue.number} ${layoutHash}`)
    pdf.addPage([595.28, 841.89])
    return { pdf: await pdf.save({ useObjectStreams: false }), pages: 1, layoutHash, sealPlace: { page: 1, x: 140, y: 220, diameter: 42 } }
  },
}

/** Any Chinese TrueType font does for drawing a seal. */
export const plainSealFont = async (): Promise<Uint8Array> =>
  readFile(createRequire(import.meta.url).resolve('@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf'))

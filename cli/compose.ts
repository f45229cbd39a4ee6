/** Approved content + issue → pages → PDF and OFD (排版成文): the one path by which documents become files. */
import { sm3Hex } from '#core/crypto'
import { frozenBytes, type DocumentContent, type Issue } from '#core/document'
import { layoutToOfd, pagesToPdf, processSheetPages, type FontSubsetter, type ProcessSheet } from '#core/output'
import type { SealGround } from '#core/route'
import { sealGround } from '#core/seal'
import { layoutBytes, typeset, type Layout, type SealPlace } from '#core/typeset'
import { createSubsetter, type loadFontSet } from '#main/host'

export type Press = {
  readonly compose: (content: DocumentContent, issue: Issue, pictures?: ReadonlyMap<string, Uint8Array>) => Promise<{ readonly pdf: Uint8Array; readonly ofd: Uint8Array; readonly pages: number; readonly layoutHash: string; readonly sealPlace: SealPlace | null; readonly sealGround?: SealGround; readonly missing: readonly string[] }>
  readonly missing: (content: DocumentContent) => readonly string[]
  readonly processSheet: (sheet: ProcessSheet, documentId: string, date: string) => Promise<Uint8Array>
}

/** What would print as 〓. */
const missingOf = ({ warnings }: Layout): readonly string[] => warnings.filter(({ code }) => code === 'typeset.missing-glyph').map(({ message }) => message)

export const openPress = ({ fonts, files }: Awaited<ReturnType<typeof loadFontSet>>): Press => {
  const subsets: FontSubsetter = createSubsetter(files)
  const known = new Set<string>()
  const isKnown = (char: string): boolean => {
    if (known.has(char)) return true
    const code = char.codePointAt(0) ?? 0
    const isShown = code < 0x20 || Object.values(fonts.faces).some(({ face }) => face.glyphId(code) !== 0)
    if (isShown) known.add(char)
    return isShown
  }
  return {
    compose: async (content, issue, pictures) => {
      const layout = typeset(content, issue, fonts)
      const described = {
        title: content.title, author: content.issuers.join('、'), date: `${issue.date}T00:00:00Z`, docId: `${sm3Hex(frozenBytes(content))}/${issue.number}`, subsets,
        pictures: (hash: string) => pictures?.get(hash),
      }
      const pdf = await pagesToPdf(layout.pages, { ...described, structure: layout.structure })
      const ground = sealGround(layout)
      return {
        pdf, ofd: await layoutToOfd(layout, described), pages: layout.pages.length, layoutHash: sm3Hex(layoutBytes(layout)), sealPlace: layout.sealPlace, missing: missingOf(layout),
        ...(ground === undefined ? {} : { sealGround: ground }),
      }
    },
    // Setting the pages tells what is printed of the content; nearly every text has no character that is worth asking about.
    missing: (content) => ([...JSON.stringify(content)].every(isKnown) ? [] : missingOf(typeset(content, null, fonts))),
    processSheet: (sheet, documentId, date) => pagesToPdf(processSheetPages(sheet, fonts), {
      title: `${sheet.title}（发文处理单）`, author: sheet.organName, date, docId: `${documentId}/process-sheet`, subsets,
    }),
  }
}

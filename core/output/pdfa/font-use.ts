/** Which glyphs of which fonts the content shows. */
import { encodingOf, type CMap } from './cmap.ts'
import type { PdfFile } from './file.ts'
import { isArray, isStream, nameOf, numberOf, type PdfDict, type PdfStream } from './values.ts'

export type FontUse = {
  readonly font: PdfDict
  readonly type: string | undefined
  /** character codes, or CIDs of composite fonts; null when a CMap is not known */
  readonly shown: Set<number> | null
  /** those shown in a rendering mode other than 3 (invisible) */
  readonly rendered: Set<number>
  isRendered: boolean
}
export type FontUses = {
  readonly all: ReadonlyMap<PdfDict, FontUse>
  /** Notes a string; the procedures that draw its glyphs when the font is of Type 3. */
  show(font: PdfDict, text: Uint8Array, mode: number): readonly { readonly procedure: PdfStream; readonly resources: PdfDict | null }[]
}

export function createFontUses(file: PdfFile): FontUses {
  const all = new Map<PdfDict, FontUse>()
  const cmaps = new Map<PdfDict, CMap | null>()
  return {
    all,
    show(font, text, mode) {
      let use = all.get(font)
      if (use === undefined) {
        const type = nameOf(file.resolve(font.entries.get('Subtype')))
        const cmap = type === 'Type0' ? encodingOf(file, file.resolve(font.entries.get('Encoding'))) : null
        cmaps.set(font, cmap)
        use = { font, type, shown: type === 'Type0' && cmap === null ? null : new Set(), rendered: new Set(), isRendered: false }
        all.set(font, use)
      }
      if (mode !== 3) use.isRendered = true
      const { shown } = use
      if (shown === null) return []
      const codes = cmaps.get(font)?.cids(text) ?? text
      const fresh: number[] = []
      for (const code of codes) {
        if (!shown.has(code)) fresh.push(code)
        shown.add(code)
        if (mode !== 3) use.rendered.add(code)
      }
      return use.type === 'Type3' ? procedures(file, font, fresh) : []
    },
  }
}

function procedures(file: PdfFile, font: PdfDict, codes: readonly number[]): { procedure: PdfStream; resources: PdfDict | null }[] {
  const names = differencesOf(file, font)
  const drawings = file.dict(font.entries.get('CharProcs'))
  const resources = file.dict(font.entries.get('Resources'))
  return codes.flatMap((code) => {
    const procedure = file.resolve(drawings?.entries.get(names.get(code) ?? ''))
    return isStream(procedure) ? [{ procedure, resources }] : []
  })
}

/** Glyph names by code from an encoding's Differences. */
export function differencesOf(file: PdfFile, font: PdfDict): ReadonlyMap<number, string> {
  const list = file.resolve(file.dict(font.entries.get('Encoding'))?.entries.get('Differences'))
  const names = new Map<number, string>()
  let code = 0
  for (const item of isArray(list) ? list.items.map(file.resolve) : []) {
    const name = nameOf(item)
    if (name === undefined) code = numberOf(item) ?? code
    else names.set(code++, name)
  }
  return names
}

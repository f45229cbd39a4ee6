/** The machine's faces as the table shows them (本机字体), loaded on first use, and pages set in them. */
import { sm3Hex } from '#core/crypto'
import { frozenBytes, isDate } from '#core/document'
import { layoutToOfd, pagesToPdf } from '#core/output'
import { typeset } from '#core/typeset'
import { bytesOf, createSubsetter, loadFontSet, type LoadedFonts } from './fonts/index.ts'
import type { FontRoleName, HostFonts } from './ports.ts'

const roles = ['小标宋', '仿宋', '黑体', '楷体', '宋体'] as const satisfies readonly FontRoleName[]

/** What a file says of its time while the document has no date: the same draft gives the same bytes. */
const undated = '2000-01-01'

/** @param load finds and reads the fonts */
export const createHostFonts = (load: () => Promise<LoadedFonts> = loadFontSet): HostFonts => {
  let loaded: Promise<LoadedFonts> | null = null
  const get = (): Promise<LoadedFonts> => {
    // A failure (a folder that was not mounted yet) must not stand for the whole run.
    loaded ??= load().catch((error: unknown) => { loaded = null; throw error })
    return loaded
  }
  return {
    list: async () => {
      const { fonts, files } = await get()
      const own = roles.map((role) => ({ role, family: fonts.faces[role].family, substituted: fonts.faces[role].substituted, size: files[role].bytes.length }))
      const rare = (fonts.fallbacks ?? []).map(({ key, family }) => {
        const file = files[key]
        const about = { role: key, family, substituted: false }
        if (file === undefined) return { ...about, size: 0 }
        return 'read' in file ? { ...about, size: file.size, rare: file.rare } : { ...about, size: file.bytes.length }
      })
      return { setId: fonts.id, fonts: [...own, ...rare] }
    },
    read: async (role) => {
      const file = (await get()).files[role]
      if (file === undefined) throw new Error(`no font for ${role}`)
      return bytesOf(file)
    },
    make: async (content, issue, format, pictures) => {
      const { fonts, files } = await get()
      const layout = typeset(content, issue, fonts)
      const about = {
        title: content.title, author: content.issuers.join('、'), docId: sm3Hex(frozenBytes(content)), subsets: createSubsetter(files),
        date: issue !== null && isDate(issue.date) ? issue.date : undated, pictures: (hash: string) => pictures.get(hash),
      }
      return format === 'ofd' ? layoutToOfd(layout, about) : pagesToPdf(layout.pages, { ...about, structure: layout.structure })
    },
  }
}

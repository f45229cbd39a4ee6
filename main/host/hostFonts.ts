/** The machine's five faces as the table shows them (本机字体), loaded on first use. */
import { loadFontSet, type LoadedFonts } from './fonts/index.ts'
import type { FontRoleName, HostFonts } from './ports.ts'

const roles: readonly FontRoleName[] = ['小标宋', '仿宋', '黑体', '楷体', '宋体']

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
      return { setId: fonts.id, fonts: roles.map((role) => ({ role, family: fonts.faces[role].family, substituted: fonts.faces[role].substituted, size: files[role].bytes.length })) }
    },
    read: async (role) => (await get()).files[role].bytes,
  }
}

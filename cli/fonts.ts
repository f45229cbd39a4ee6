/** The five faces of this machine for host, server and headless clients (字体装载). */
import type { HostFonts } from '#main/host'
import { loadFontSet } from '#main/host'

/**
 * The client's own faces: the system's where it has them. `WENSHU_FONTS` names the agency's font folder; `WENSHU_OPEN_FONTS=1` sets every
 * page with the open fonts alone, so that different machines make the same pages.
 */
export const loadFaces = () => loadFontSet({
  system: process.env['WENSHU_OPEN_FONTS'] !== '1',
  ...(process.env['WENSHU_FONTS'] === undefined ? {} : { agencyFolder: process.env['WENSHU_FONTS'] }),
})

export const hostFonts: HostFonts = {
  list: async () => {
    const { fonts, files } = await loadFaces()
    return {
      setId: fonts.id,
      fonts: (Object.keys(files) as (keyof typeof files)[]).map((role) => ({
        role, family: files[role].family, substituted: files[role].substituted, size: files[role].bytes.length,
      })),
    }
  },
  read: async (role) => (await loadFaces()).files[role].bytes,
}

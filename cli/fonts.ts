/** The faces that documents are issued in (成文字体). */
import { loadFontSet } from '#main/host'

/** `WENSHU_FONTS` names the agency's font folder; `WENSHU_OPEN_FONTS=1` uses the open fonts alone, so that different machines make the same pages. */
export const loadFaces = () => loadFontSet({
  system: process.env['WENSHU_OPEN_FONTS'] !== '1',
  ...(process.env['WENSHU_FONTS'] === undefined ? {} : { agencyFolder: process.env['WENSHU_FONTS'] }),
})

/** The machine's own subsetter with the open fonts, for tests of the writers. */
import { createSubsetter, loadFontSet } from '../../main/host/fonts/index.ts'

const loaded = await loadFontSet({ system: false })

export const testFonts = loaded.fonts
export const subsets = createSubsetter(loaded.files)

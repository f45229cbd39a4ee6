/** The open fonts that come with the product, for tests on pages. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { readFont, type FontRole, type FontSet } from '#core/typeset'

const resolve = createRequire(import.meta.url).resolve
const files: Readonly<Record<FontRole, string>> = {
  小标宋: 'noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf', 仿宋: 'noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf', 黑体: 'noto-sans-sc/500Medium/NotoSansSC_500Medium.ttf',
  楷体: 'noto-serif-sc/500Medium/NotoSerifSC_500Medium.ttf', 宋体: 'noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf',
}
const faces = Object.fromEntries(Object.entries(files).map(([role, file]) => {
  const face = readFont(readFileSync(resolve(`@expo-google-fonts/${file}`)))
  if (!face.ok) throw new Error(face.error.message)
  return [role, { face: face.value, family: role, substituted: true }]
})) as FontSet['faces']

export const openFonts: FontSet = { id: 'open', faces }

/** The open fonts that come with the product, read for tests. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { readFont, type FontFace, type FontRole, type FontSet } from './index.ts'

const resolve = createRequire(import.meta.url).resolve

export const fontFiles: Readonly<Record<FontRole, string>> = {
  小标宋: '@expo-google-fonts/noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf',
  仿宋: '@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf',
  黑体: '@expo-google-fonts/noto-sans-sc/500Medium/NotoSansSC_500Medium.ttf',
  楷体: '@expo-google-fonts/noto-serif-sc/500Medium/NotoSerifSC_500Medium.ttf',
  宋体: '@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf',
}

export function fontBytes(role: FontRole): Uint8Array {
  return readFileSync(resolve(fontFiles[role]))
}

function face(role: FontRole): FontFace {
  const result = readFont(fontBytes(role))
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

const faces = Object.fromEntries(
  (Object.keys(fontFiles) as FontRole[]).map((role) => [role, { face: face(role), family: role, substituted: true }]),
) as FontSet['faces']

export const testFonts: FontSet = { id: 'open', faces }

/** The open fonts and a subsetter, for tests of the writers. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
// @ts-expect-error it has no types of its own
import untyped from 'subset-font'
import { readFont, type FontRole, type FontSet } from '#core/typeset'
import type { FontSubsetter } from './index.ts'

const subsetFont = untyped as (font: Buffer, text: string, options: { targetFormat: 'truetype'; noLayoutClosure: boolean }) => Promise<Buffer>
const resolve = createRequire(import.meta.url).resolve
const regular = '@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf'
const files: Readonly<Record<FontRole, string>> = {
  小标宋: '@expo-google-fonts/noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf',
  仿宋: regular,
  黑体: '@expo-google-fonts/noto-sans-sc/500Medium/NotoSansSC_500Medium.ttf',
  楷体: regular,
  宋体: regular,
}

const bytesOf = new Map<string, Buffer>()
function read(file: string): Buffer {
  let bytes = bytesOf.get(file)
  if (bytes === undefined) bytesOf.set(file, (bytes = readFileSync(resolve(file))))
  return bytes
}

export const testFonts: FontSet = {
  id: 'open',
  faces: Object.fromEntries(Object.entries(files).map(([role, file]) => {
    const face = readFont(read(file))
    if (!face.ok) throw new Error(face.error.message)
    return [role, { face: face.value, family: role, substituted: true }]
  })) as FontSet['faces'],
}

/** Cut once: a host's subsetter gives the same bytes again too. */
const cuts = new Map<string, ReturnType<FontSubsetter['subset']>>()

export const subsets: FontSubsetter = {
  subset(key, codePoints) {
    const name = `${key}:${codePoints.join()}`
    let cut = cuts.get(name)
    if (cut === undefined) cuts.set(name, (cut = cutOut(key, codePoints)))
    return cut
  },
}

const cutOut: FontSubsetter['subset'] = async (role, codePoints) => {
  const bytes = await subsetFont(read((files as Readonly<Record<string, string>>)[role] ?? regular), String.fromCodePoint(...codePoints), { targetFormat: 'truetype', noLayoutClosure: true })
  return { bytes: new Uint8Array(bytes), family: `Test ${codePoints.length}` }
}

/** The font source (字体来源): system fonts by role, then the agency's folder, then the open fonts that come along. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fontRoles, rareFace, readFont, type FallbackKey, type FontKey, type FontRole, type FontSet } from '#core/typeset'
import { rareNames, roleOfNames } from './names.ts'
import { standaloneFace } from './collection.ts'
import type { FontFile, UnreadFont } from './font-file.ts'
import { rareFiles } from './rare.ts'
import { scanFolders, systemFolders, type FoundFont } from './scan.ts'

export type LoadedFonts = { readonly fonts: FontSet; readonly files: Readonly<Record<FontRole, FontFile>> & Readonly<Partial<Record<FontKey, FontFile | UnreadFont>>> }

export type FontSourceOptions = {
  /** a folder of the agency's own licensed fonts */
  readonly agencyFolder?: string
  /** false: do not look at the system's fonts, so that every machine sets the same pages */
  readonly system?: boolean
}

/** Open fonts for each role. None of them is a 小标宋, 仿宋 or 楷体 by design, so those roles count as substituted. */
const openFonts: Readonly<Record<FontRole, { readonly file: string; readonly family: string; readonly substituted: boolean }>> = {
  小标宋: { file: '@expo-google-fonts/noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf', family: 'Noto Serif SC Bold', substituted: true },
  仿宋: { file: '@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf', family: 'Noto Serif SC', substituted: true },
  黑体: { file: '@expo-google-fonts/noto-sans-sc/500Medium/NotoSansSC_500Medium.ttf', family: 'Noto Sans SC Medium', substituted: false },
  楷体: { file: '@expo-google-fonts/noto-serif-sc/500Medium/NotoSerifSC_500Medium.ttf', family: 'Noto Serif SC Medium', substituted: true },
  宋体: { file: '@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf', family: 'Noto Serif SC', substituted: false },
}

const openMongolian = '@expo-google-fonts/noto-sans-mongolian/400Regular/NotoSansMongolian_400Regular.ttf'

let systemScan: Promise<FoundFont[]> | undefined
const loaded = new Map<string, Promise<LoadedFonts>>()

/** Loads one face for every role. Results are kept: faces are large. Rejects only when an open font is missing or broken. */
export function loadFontSet(options: FontSourceOptions = {}): Promise<LoadedFonts> {
  const key = JSON.stringify([options.agencyFolder ?? null, options.system ?? true])
  let set = loaded.get(key)
  if (set === undefined) {
    set = load(options)
    loaded.set(key, set)
    set.catch(() => loaded.delete(key))
  }
  return set
}

async function load(options: FontSourceOptions): Promise<LoadedFonts> {
  const chosen = new Map<FontRole, FontFile>()
  const agency = options.agencyFolder === undefined ? [] : await scanFolders([options.agencyFolder])
  const system = options.system === false ? [] : await (systemScan ??= scanFolders(systemFolders()))
  await choose(system, chosen)
  await choose(agency, chosen)
  const sharedFiles = new Map<string, Uint8Array>()
  const files = {} as Record<FontRole, FontFile> & Record<FontKey, FontFile | UnreadFont>
  const faces = {} as Record<FontRole, FontSet['faces'][FontRole]>
  const hash = createHash('sha256')
  for (const role of fontRoles) {
    const file = chosen.get(role) ?? (await openFont(role, sharedFiles))
    const face = readFont(file.bytes)
    if (!face.ok) throw new Error(`${file.path}: ${face.error.message}`)
    files[role] = file
    faces[role] = { face: face.value, family: file.family, substituted: file.substituted }
    hash.update(`${role}:${file.index}:${file.bytes.length}:`)
    // Hashing five whole fonts takes longer than a page; version tables and sizes tell files apart.
    hash.update(file.bytes.subarray(0, 4096))
  }
  const fallbacks: NonNullable<FontSet['fallbacks']>[number][] = []
  const used = new Set(Object.values(files).map((file) => `${file.path}#${file.index}`))
  for (const font of fallbackFonts(system, agency)) {
    if (used.has(`${font.path}#${font.index}`)) continue
    const file = await fileOf(font)
    if (file === null) continue
    const key: FallbackKey = `后备${fallbacks.length + 1}`
    fallbacks.push({ key, face: file.face, family: file.file.family })
    files[key] = file.file
    hash.update(`${key}:${file.file.index}:${file.file.bytes.length}:`)
    hash.update(file.file.bytes.subarray(0, 4096))
  }
  const mongolian = await mongolianFont()
  const mongolianKey: FallbackKey = `后备${fallbacks.length + 1}`
  fallbacks.push({ key: mongolianKey, face: mongolian.face, family: mongolian.file.family })
  files[mongolianKey] = mongolian.file
  hash.update(`${mongolianKey}:${mongolian.file.bytes.length}:`)
  for (const file of await rareFiles()) {
    const key: FallbackKey = `后备${fallbacks.length + 1}`
    fallbacks.push({ key, face: rareFace(file.rare), family: file.family })
    files[key] = file
    hash.update(`${key}:${file.rare}:${file.size}:`)
  }
  return { fonts: { id: hash.digest('hex').slice(0, 16), faces, ...(fallbacks.length === 0 ? {} : { fallbacks }) }, files }
}

/** Whole fonts stay in memory: more than this would be a burden. */
const mostFallbacks = 8

/** Fonts for rare characters: the agency's own first, then those that systems are known to carry. */
function fallbackFonts(system: readonly FoundFont[], agency: readonly FoundFont[]): readonly FoundFont[] {
  const rankOf = (font: FoundFont): number => {
    const ranks = font.names.map((name) => rareNames.indexOf(name.toLowerCase())).filter((rank) => rank >= 0)
    return ranks.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...ranks)
  }
  const known = system.filter((font) => Number.isFinite(rankOf(font))).sort((a, b) => rankOf(a) - rankOf(b))
  return [...agency, ...known].slice(0, mostFallbacks)
}

async function fileOf(font: FoundFont): Promise<{ readonly file: FontFile; readonly face: FontSet['faces'][FontRole]['face'] } | null> {
  try {
    const bytes = standaloneFace(await readFile(font.path), font.index)
    const face = readFont(bytes)
    if (!face.ok || face.value.outlines !== 'glyf') return null
    return { file: { path: font.path, index: font.index, bytes, family: font.names[0] ?? '', substituted: false }, face: face.value }
  } catch {
    return null
  }
}

/** The open face of traditional Mongolian, for documents of an organ that writes its name in both scripts. */
async function mongolianFont(): Promise<NonNullable<Awaited<ReturnType<typeof fileOf>>>> {
  const found = await fileOf({ path: createRequire(import.meta.url).resolve(openMongolian), index: 0, names: ['Noto Sans Mongolian'] })
  if (found === null) throw new Error(`${openMongolian}: not readable`)
  return found
}

async function openFont(role: FontRole, shared: Map<string, Uint8Array>): Promise<FontFile> {
  const { file, family, substituted } = openFonts[role]
  const path = createRequire(import.meta.url).resolve(file)
  let bytes = shared.get(path)
  if (bytes === undefined) {
    bytes = await readFile(path)
    shared.set(path, bytes)
  }
  return { path, index: 0, bytes, family, substituted }
}

async function choose(found: readonly FoundFont[], chosen: Map<FontRole, FontFile>): Promise<void> {
  const best = new Map<FontRole, { readonly font: FoundFont; readonly rank: number }>()
  for (const font of found) {
    for (const { role, rank } of roleOfNames(font.names)) {
      if (rank < (best.get(role)?.rank ?? Number.POSITIVE_INFINITY)) best.set(role, { font, rank })
    }
  }
  for (const [role, { font }] of best) {
    if (chosen.has(role)) continue
    const found = await fileOf(font)
    if (found !== null) chosen.set(role, { ...found.file, family: font.names[0] ?? role })
  }
}

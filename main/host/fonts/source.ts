/** The font source (字体来源): system fonts by role, then the agency's folder, then the open fonts that come along. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fontRoles, readFont, type FontRole, type FontSet } from '#core/typeset'
import { roleOfNames } from './names.ts'
import { scanFolders, systemFolders, type FoundFont } from './scan.ts'

export type FontFile = {
  readonly path: string
  /** place in a collection, 0 for single fonts */
  readonly index: number
  readonly bytes: Uint8Array
  readonly family: string
  /** whether the face is not of the role's own design */
  readonly substituted: boolean
}

export type LoadedFonts = { readonly fonts: FontSet; readonly files: Readonly<Record<FontRole, FontFile>> }

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
  if (options.system !== false) {
    systemScan ??= scanFolders(systemFolders())
    await choose(await systemScan, chosen)
  }
  if (options.agencyFolder !== undefined) await choose(await scanFolders([options.agencyFolder]), chosen)
  const sharedFiles = new Map<string, Uint8Array>()
  const files = {} as Record<FontRole, FontFile>
  const faces = {} as Record<FontRole, FontSet['faces'][FontRole]>
  const hash = createHash('sha256')
  for (const role of fontRoles) {
    const file = chosen.get(role) ?? (await openFont(role, sharedFiles))
    const face = readFont(file.bytes, file.index)
    if (!face.ok) throw new Error(`${file.path}: ${face.error.message}`)
    files[role] = file
    faces[role] = { face: face.value, family: file.family, substituted: file.substituted }
    hash.update(`${role}:${file.index}:${file.bytes.length}:`)
    // Hashing five whole fonts takes longer than a page; version tables and sizes tell files apart.
    hash.update(file.bytes.subarray(0, 4096))
  }
  return { fonts: { id: hash.digest('hex').slice(0, 16), faces }, files }
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
    try {
      const bytes = await readFile(font.path)
      const face = readFont(bytes, font.index)
      if (!face.ok || face.value.outlines !== 'glyf') continue
      chosen.set(role, { path: font.path, index: font.index, bytes, family: font.names[0] ?? role, substituted: false })
    } catch {
      continue
    }
  }
}

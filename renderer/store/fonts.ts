/** The five font roles (字体): read from the host once a window, registered with the browser, measured for typesetting. */
import type { Desktop } from '#core/desktop'
import { fontRoles, rareFace, readFont, type FontFace as FaceMetrics, type FontKey, type FontRole, type FontSet } from '#core/typeset'

/** CSS family of a face. The paper must use these and no family of the system, so that what is shown is what was measured. */
export const cssFamilyOf = (key: FontKey): string => {
  const role = fontRoles.indexOf(key as FontRole)
  return role >= 0 ? `wenshu-${role}` : `wenshu-f${key.slice(2)}`
}

/** Faces of rare characters that no page has shown yet, by what fetches them. */
const unread = new Map<FontKey, () => Promise<void>>()

/** The family under which a page shows a face. One of rare characters is fetched now; the browser draws the page again once it is there. */
export const shownFamilyOf = (key: FontKey): string => {
  const fetchFace = unread.get(key)
  if (fetchFace !== undefined) {
    unread.delete(key)
    // A page drawn later asks again.
    fetchFace().catch(() => unread.set(key, fetchFace))
  }
  return cssFamilyOf(key)
}

let loading: Promise<FontSet | null> | null = null

/** The set, or null when a role cannot be had: the paper then says so, and everything else works. */
export const loadFonts = (desktop: Desktop): Promise<FontSet | null> => {
  loading ??= load(desktop).catch(() => null).then((set) => {
    if (set === null) loading = null
    return set
  })
  return loading
}

const load = async (desktop: Desktop): Promise<FontSet | null> => {
  const list = await desktop.call('fonts.list', {})
  if (!list.ok) return null
  const fonts = fontRoles.map((role) => list.value.fonts.find((font) => font.role === role))
  const rare = list.value.fonts.filter((font) => !(fontRoles as readonly string[]).includes(font.role))
  // Substitutes often serve several roles; each file is asked for once, and all of them at the same time.
  const files = new Map<string, ReturnType<typeof read>>()
  const read = async (role: FontKey): Promise<Uint8Array<ArrayBuffer> | null> => {
    const bytes = await desktop.call('fonts.read', { role })
    return bytes.ok ? (bytes.value as Uint8Array<ArrayBuffer>) : null
  }
  for (const font of fonts) if (font !== undefined && !files.has(fileOf(font))) files.set(fileOf(font), read(font.role))
  const measured = new Map<string, FaceMetrics>()
  const faces: [FontRole, FontSet['faces'][FontRole]][] = []
  for (const font of fonts) {
    const bytes = font === undefined ? null : await files.get(fileOf(font))
    if (font === undefined || bytes === null || bytes === undefined) return null
    // Decoding takes the browser a moment a file: one after the other, between what the person does.
    await idle()
    const metrics = measured.get(fileOf(font)) ?? metricsOf(bytes)
    if (metrics === null) return null
    measured.set(fileOf(font), metrics)
    const face = new FontFace(cssFamilyOf(font.role), bytes)
    await face.load()
    document.fonts.add(face)
    faces.push([font.role as FontRole, { face: metrics, family: font.family, substituted: font.substituted }])
  }
  const fallbacks: NonNullable<FontSet['fallbacks']>[number][] = []
  for (const font of rare) {
    const key = font.role as `后备${number}`
    if (font.rare !== undefined) {
      unread.set(key, async () => {
        const bytes = await read(key)
        if (bytes === null) throw new Error(`no bytes for ${key}`)
        document.fonts.add(await new FontFace(cssFamilyOf(key), bytes).load())
      })
      fallbacks.push({ key, face: rareFace(font.rare), family: font.family })
      continue
    }
    const bytes = await read(key)
    const metrics = bytes === null ? null : metricsOf(bytes)
    // Without its fallbacks a set would not set the pages that its name promises.
    if (bytes === null || metrics === null) return null
    await idle()
    const face = new FontFace(cssFamilyOf(key), bytes)
    await face.load()
    document.fonts.add(face)
    fallbacks.push({ key, face: metrics, family: font.family })
  }
  return { id: list.value.setId, faces: Object.fromEntries(faces) as FontSet['faces'], ...(fallbacks.length === 0 ? {} : { fallbacks }) }
}

const fileOf = (font: { readonly family: string; readonly size: number }): string => `${font.family}/${font.size}`

const metricsOf = (bytes: Uint8Array): FaceMetrics | null => {
  const metrics = readFont(bytes)
  return metrics.ok ? metrics.value : null
}

const idle = (): Promise<void> => new Promise((resolve) => { requestIdleCallback(() => resolve(), { timeout: 200 }) })

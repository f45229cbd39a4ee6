/** The five font roles (字体): read from the host once a window, registered with the browser, measured for typesetting. */
import type { Desktop } from '#core/desktop'
import { fontRoles, readFont, type FontFace as FaceMetrics, type FontRole, type FontSet } from '#core/typeset'

/** CSS family of a role. The paper must use these and no family of the system, so that what is shown is what was measured. */
export const cssFamilyOf = (role: FontRole): string => `wenshu-${fontRoles.indexOf(role)}`

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
  // Substitutes often serve several roles; each file is read once.
  const byFile = new Map<string, Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly metrics: FaceMetrics } | null>>()
  const read = async (role: FontRole): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly metrics: FaceMetrics } | null> => {
    const bytes = await desktop.call('fonts.read', { role })
    if (!bytes.ok) return null
    const metrics = readFont(bytes.value)
    return metrics.ok ? { bytes: bytes.value as Uint8Array<ArrayBuffer>, metrics: metrics.value } : null
  }
  const faces: [FontRole, FontSet['faces'][FontRole]][] = []
  for (const role of fontRoles) {
    const entry = list.value.fonts.find((font) => font.role === role)
    if (entry === undefined) return null
    const file = `${entry.family}/${entry.size}`
    // One after the other, and only when the window has nothing better to do: the browser decodes megabytes in one go.
    await idle()
    const running = byFile.get(file) ?? read(role)
    byFile.set(file, running)
    const loaded = await running
    if (loaded === null) return null
    await idle()
    const face = new FontFace(cssFamilyOf(role), loaded.bytes)
    await face.load()
    document.fonts.add(face)
    faces.push([role, { face: loaded.metrics, family: entry.family, substituted: entry.substituted }])
  }
  return { id: list.value.setId, faces: Object.fromEntries(faces) as FontSet['faces'] }
}

const idle = (): Promise<void> => new Promise((resolve) => { requestIdleCallback(() => resolve(), { timeout: 500 }) })

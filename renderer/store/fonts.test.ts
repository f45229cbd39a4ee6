import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Desktop } from '#core/desktop'
import { fontRoles } from '#core/typeset'
import { loadFonts, shownFamilyOf } from './fonts.ts'

const bytes = new Uint8Array(readFileSync(createRequire(import.meta.url).resolve('@expo-google-fonts/noto-sans-mongolian/400Regular/NotoSansMongolian_400Regular.ttf')))
const added: string[] = []
const asked: string[] = []
let isReadable = true

const desktop = {
  call: async (method: string, input: { role?: string }) => {
    if (method === 'fonts.list') {
      const fonts = [...fontRoles, '后备1'].map((role) => ({ role, family: 'Noto', substituted: true, size: bytes.length }))
      return { ok: true, value: { setId: 'set', fonts: [...fonts, { role: '后备2', family: '花园明朝B', substituted: false, size: 900_000, rare: 0x20800 }] } }
    }
    asked.push(input.role!)
    return isReadable ? { ok: true, value: bytes } : { ok: false, error: { code: 'offline', message: '' } }
  },
} as unknown as Desktop

class FakeFace {
  readonly family: string
  constructor(family: string) { this.family = family }
  async load(): Promise<this> { return this }
}
const settled = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve, 0) })

beforeAll(() => {
  vi.stubGlobal('FontFace', FakeFace)
  vi.stubGlobal('document', { fonts: { add: (face: FakeFace) => added.push(face.family) } })
  vi.stubGlobal('requestIdleCallback', (work: () => void) => setTimeout(work, 0))
})
afterAll(() => { vi.unstubAllGlobals() })

describe('fonts of the window', () => {
  it('Y83 measures rare characters without reading their face, and fetches it once when a page shows one', async () => {
    const set = await loadFonts(desktop)
    expect(set?.fallbacks?.map(({ key }) => key)).toEqual(['后备1', '后备2'])
    expect(set?.fallbacks?.[1]?.face.glyphId(0x20bb7)).toBeGreaterThan(0)
    // One file serves all roles; the ordinary fallback is read with them.
    expect(asked).toEqual([fontRoles[0], '后备1'])
    expect(added).toEqual([...fontRoles.map((_, i) => `wenshu-${i}`), 'wenshu-f1'])

    isReadable = false
    expect(shownFamilyOf('后备2')).toBe('wenshu-f2')
    await settled()
    expect(added).not.toContain('wenshu-f2')
    isReadable = true
    expect([shownFamilyOf('后备2'), shownFamilyOf('后备2')]).toEqual(['wenshu-f2', 'wenshu-f2'])
    await settled()
    shownFamilyOf('后备2')
    await settled()
    expect(added.filter((family) => family === 'wenshu-f2')).toHaveLength(1)
    expect(asked.slice(2)).toEqual(['后备2', '后备2'])
  })
})

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { EngineStatus } from '#core/sync'
import chinese from '../../resources/locales/zh-CN.shell.json' with { type: 'json' }
import english from '../../resources/locales/en.shell.json' with { type: 'json' }
import { defaultPreferences } from '../store/index.ts'
import { chipOf, savedAt } from './chip.ts'
import { lookOf, palettes, sizesOf } from './theme.ts'

type Tree = { readonly [key: string]: string | Tree }
const keysOf = (tree: Tree, path = ''): string[] => Object.entries(tree).flatMap(([key, value]) => (typeof value === 'string' ? [`${path}${key}`] : keysOf(value, `${path}${key}.`)))
const textOf = (tree: Tree, key: string): unknown => key.split('.').reduce<unknown>((at, part) => (at as Tree | undefined)?.[part], tree)

const status: EngineStatus = { unsent: 0, attention: 0, connection: 'online', syncing: false, lastPulledAt: null, forked: false }

describe('words', () => {
  test('both languages have the same keys and the same places to fill in', () => {
    expect(keysOf(english).toSorted()).toEqual(keysOf(chinese).toSorted())
    const holes = (text: unknown) => (String(text).match(/\{\{\w+\}\}/g) ?? []).toSorted()
    for (const key of keysOf(chinese)) {
      if (key.startsWith('account.problem.')) continue
      expect([key, holes(textOf(english, key))]).toEqual([key, holes(textOf(chinese, key))])
    }
  })
  const own = ['app', 'ui', 'features/desk', 'features/search', 'features/settings', 'features/account', 'features/attention']
  const files = own.flatMap((folder) => readdirSync(new URL(`../${folder}`, import.meta.url)).filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.')).map((name) => `../${folder}/${name}`))
  test.each(files)('every fixed key in %s has its words', (file) => {
    const source = readFileSync(new URL(file, import.meta.url), 'utf8')
    const keys = [...source.matchAll(/\bt\('([\w.]+)'/g)].map((match) => match[1]!)
    for (const key of keys) expect([key, typeof textOf(chinese, key)]).toEqual([key, 'string'])
  })
  // Their Chinese is data: punctuation to ignore, and the values of 缓急.
  const speaking = files.filter((file) => !file.endsWith('match.ts') && !file.endsWith('rows.ts'))
  test.each(speaking)('%s speaks through the word files alone', (file) => {
    const code = readFileSync(new URL(file, import.meta.url), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '')
    // 缓急 and languages are values that are shown as they are.
    const spoken = [...code.matchAll(/['"`>]([^'"`<>]*[\u4e00-\u9fff][^'"`<>]*)/g)].map((match) => match[1]!.trim()).filter((text) => !['加急', '特急', '简体中文', '、', '：'].includes(text))
    expect(spoken.filter((text) => /[\u4e00-\u9fff]{2}/.test(text) && !/^（\$\{|^\$\{/.test(text))).toEqual([])
  })
})

describe('the sync chip', () => {
  test.each(['online', 'offline', 'unauthorized', 'revoked', 'tooOld', 'garbage', 'forked'] as const)('%s has a word, an explanation and a shape', (connection) => {
    const chip = chipOf({ ...status, connection })
    expect(chinese.sync.chip[chip.key]).toBeTruthy()
    expect(chinese.sync.about[chip.key]).toBeTruthy()
    expect(['good', 'idle', 'warn', 'bad']).toContain(chip.tone)
  })
  test('a round while online is no news; the first one says that it connects', () => {
    expect(chipOf({ ...status, syncing: true }).key).toBe('online')
    expect(chipOf({ ...status, connection: 'offline', syncing: true }).key).toBe('syncing')
  })
  test('saved at: the newest of queued work and the last pull', () => {
    expect(savedAt(status, [])).toBeNull()
    expect(savedAt({ ...status, lastPulledAt: '2026-11-24T08:00:00Z' }, ['2026-11-24T09:00:00Z', '2026-11-24T07:00:00Z'])).toBe('2026-11-24T09:00:00Z')
  })
})

const luminance = (hex: string): number => {
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255).map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}
const contrast = (a: string, b: string): number => {
  const [light, dark] = [luminance(a), luminance(b)].toSorted((x, y) => y - x)
  return (light! + 0.05) / (dark! + 0.05)
}

describe('the look', () => {
  test.each(['light', 'dark', 'contrast'] as const)('%s: every text colour stands out on every ground (WCAG 2.2)', (look) => {
    const colours = palettes[look]
    const least = look === 'contrast' ? 7 : 4.5
    for (const text of ['text', 'quiet', 'blue', 'red', 'amber', 'green'] as const) {
      for (const ground of ['canvas', 'surface', 'raised', 'hover', 'chosen'] as const) {
        const ratio = contrast(colours[text], colours[ground])
        expect(`${text} on ${ground} ${ratio >= least ? 'stands out' : ratio.toFixed(2)}`).toBe(`${text} on ${ground} stands out`)
      }
    }
    expect(contrast(colours.onBlue, colours.blue)).toBeGreaterThanOrEqual(least)
    expect(contrast(colours.strongLine, colours.surface)).toBeGreaterThanOrEqual(3)
  })
  test('leaders get 18 px and 48 px by themselves, others when they ask, and can refuse', () => {
    expect(sizesOf(defaultPreferences, true)).toEqual({ text: 18, row: 48, control: 48 })
    expect(sizesOf(defaultPreferences, false)).toEqual({ text: 14, row: 36, control: 32 })
    expect(sizesOf({ ...defaultPreferences, leadersMode: 'off' }, true).row).toBe(36)
    expect(sizesOf({ ...defaultPreferences, leadersMode: 'on', textSize: 20 }, false)).toEqual({ text: 20, row: 48, control: 48 })
  })
  test('the theme follows the system only when asked to', () => {
    expect(lookOf(defaultPreferences, true)).toBe('dark')
    expect(lookOf({ ...defaultPreferences, theme: 'light' }, true)).toBe('light')
  })
})

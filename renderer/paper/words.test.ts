import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { documentKinds } from '#core/document'

const root = join(import.meta.dirname, '../..')
const read = (language: string): unknown => JSON.parse(readFileSync(join(root, `resources/locales/${language}.work.json`), 'utf8'))
const flat = (value: unknown, prefix = ''): readonly (readonly [string, string])[] =>
  typeof value === 'string' ? [[prefix, value]] : Object.entries(value as object).flatMap(([key, inner]) => flat(inner, prefix === '' ? key : `${prefix}.${key}`))
const folders = ['paper', 'features/drafting', 'features/approval', 'features/signing', 'features/sealing', 'features/verifying', 'features/receiving', 'features/archive'].map((folder) => join(root, 'renderer', folder))
const sources = folders.flatMap((folder) => readdirSync(folder).filter((name) => /\.tsx?$/u.test(name) && !name.includes('.test.')).map((name) => readFileSync(join(folder, name), 'utf8')))
const chinese = new Map(flat(read('zh-CN')))
const english = new Map(flat(read('en')))

describe('words of the business screens', () => {
  test('both languages have the same words with the same values', () => {
    const values = (text: string): readonly string[] => [...new Set([...text.matchAll(/\{\{(\w+)\}\}/gu)].map((match) => match[1] ?? ''))].sort()
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort())
    expect([...chinese].filter(([key, text]) => values(english.get(key) ?? '').join() !== values(text).join())).toEqual([])
  })
  test('every word that a screen asks for is there', () => {
    const asked = new Set(sources.flatMap((source) => [...source.matchAll(/\bt\('([\w.]+)'/gu)].map((match) => match[1] ?? '')))
    expect(asked.size).toBeGreaterThan(200)
    expect([...asked].filter((key) => !chinese.has(key))).toEqual([])
  })
  test('every family of words that a screen completes is there', () => {
    const families = new Set(sources.flatMap((source) => [...source.matchAll(/\bt\(`([\w.]+)\.\$\{/gu)].map((match) => match[1] ?? '')))
    expect(families.size).toBeGreaterThan(10)
    expect([...families].filter((family) => ![...chinese.keys()].some((key) => key.startsWith(`${family}.`)))).toEqual([])
  })
  test('each kind of document says what it is for', () => {
    expect(documentKinds.filter((kind) => !chinese.has(`kind.${kind}`))).toEqual([])
  })
  test('no screen has Chinese words of its own', () => {
    const hard = sources.flatMap((source) => source.split('\n'))
      .filter((line) => !/^\s*(\/\*\*?|\*|\/\/)/u.test(line) && />[^<{]*\p{sc=Han}[^<{]*</u.test(line))
    expect(hard).toEqual([])
  })
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { personalRefusalSchema, personalRefusalText, refusalScreen, type PersonalRefusal, type RefusalScreen } from '#core/desktop'
import { remedyOf, toneOf, waitText } from './Refusal.tsx'

/** One of each: a new screen does not compile before it stands here. */
const states: Readonly<Record<RefusalScreen, PersonalRefusal>> = {
  noKey: { reason: 'noKey' }, pinWrong: { reason: 'pinWrong', retryAfterMs: 5000, triesLeft: 3 }, lastTry: { reason: 'pinWrong', retryAfterMs: 0, triesLeft: 1 },
  delayed: { reason: 'delayed', retryAfterMs: 65_000 }, blocked: { reason: 'blocked' }, absent: { reason: 'absent' }, removed: { reason: 'removed' }, damaged: { reason: 'damaged' },
  pinChangeRequired: { reason: 'pinChangeRequired' }, unsupported: { reason: 'unsupported', what: 'RSA 密钥作个人签名' }, untrusted: { reason: 'untrusted' }, uncertified: { reason: 'uncertified' }, notSealKey: { reason: 'notSealKey' },
  certificateUntrusted: { reason: 'certificate', problem: 'untrusted' }, certificateExpired: { reason: 'certificate', problem: 'expired' }, certificateNotYet: { reason: 'certificate', problem: 'notYet' },
  certificateRevoked: { reason: 'certificate', problem: 'revoked' }, certificateStranger: { reason: 'certificate', problem: 'stranger' },
  keyTaken: { reason: 'keyTaken', by: 'other' }, keyRevoked: { reason: 'keyTaken', by: 'revoked' },
}
const table = Object.entries(states) as readonly (readonly [RefusalScreen, PersonalRefusal])[]
type Words = { readonly pin: { readonly screen: Readonly<Record<string, Readonly<Record<'title' | 'happened' | 'next' | 'ask', string>>>> } }
const words = (language: string): Words => JSON.parse(readFileSync(join(import.meta.dirname, `../../../resources/locales/${language}.work.json`), 'utf8')) as Words

describe.each(['zh-CN', 'en'])('PK6 the screens of the closed set in %s', (language) => {
  const { screen } = words(language).pin
  test.each(table)('%s has its own title, and says what happened, what to do and whom to ask', (name, refusal) => {
    expect(refusalScreen(refusal)).toBe(name)
    const said = screen[name]
    expect(Object.keys(said ?? {}).sort()).toEqual(['ask', 'happened', 'next', 'title'])
    for (const part of Object.values(said!)) expect(part.length).toBeGreaterThan(3)
    for (const part of ['happened', 'next', 'ask'] as const) expect(said![part]).toMatch(/[。.]$/u)
    expect(said!.happened.includes('{{what}}')).toBe(name === 'unsupported')
  })
  test('no two states are told alike, and no words are left over', () => {
    for (const part of ['title', 'happened'] as const) expect(new Set(table.map(([name]) => screen[name]![part])).size).toBe(table.length)
    expect(Object.keys(screen).sort()).toEqual(table.map(([name]) => name).sort())
  })
})

test.each(table)('PK6 %s crosses the contract unchanged, is told in one sentence that loses nothing, and its form is decided', (name, refusal) => {
  expect(personalRefusalSchema.parse(JSON.parse(JSON.stringify(refusal)))).toEqual(refusal)
  const text = personalRefusalText(refusal)
  expect(text).toMatch(/。$/u)
  // Keys are taken before anything was written that could be kept.
  expect(text.includes('已保留')).toBe(refusal.reason !== 'keyTaken')
  // Where the PIN cannot be typed again there is something else to do; where it can, the person is not sent away.
  expect(remedyOf(name) === 'typeAgain').toBe(['pinWrong', 'lastTry', 'delayed', 'absent', 'removed', 'notSealKey'].includes(name))
  expect(['warn', 'bad']).toContain(toneOf(name))
})

test('PK6 a wait is told in seconds, then in minutes', () => {
  const t = (key: string, values?: Readonly<Record<string, string | number>>): string => `${key} ${Object.values(values ?? {}).join(':')}`
  expect([waitText(t, 59), waitText(t, 60), waitText(t, 905)]).toEqual(['pin.seconds 59', 'pin.minutes 1:0', 'pin.minutes 15:5'])
})

import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { archivalCode, codeTemplates, readArchivalCode, readRetentionPack, retentionFor, type RetentionPack } from './index.ts'

const pack = ((): RetentionPack => {
  const read = readRetentionPack(JSON.parse(readFileSync(new URL('../../resources/retention/jiguan-wenshu.json', import.meta.url), 'utf8')))
  if (!read.ok) throw new Error(read.error.message)
  return read.value
})()

describe('archival codes', () => {
  test('the examples of both standards', () => {
    const parts = { fonds: 'Z109', year: 2011, retention: 'Y', unitCode: 'BGS', serial: 1 } as const
    expect(archivalCode(parts)).toEqual({ ok: true, value: 'Z109-WS·2011-Y-BGS-0001' })
    expect(archivalCode({ ...parts, template: codeTemplates['DA/T 13-2022'] })).toEqual({ ok: true, value: 'Z109-WS·2011·Y·BGS-0001' })
    expect(archivalCode({ ...parts, unitCode: '' })).toEqual({ ok: true, value: 'Z109-WS·2011-Y-0001' })
  })
  test('what was written is read back', () => {
    fc.assert(fc.property(
      fc.stringMatching(/^[A-Z]\d{3}$/), fc.integer({ min: 1900, max: 9999 }), fc.constantFrom('Y' as const, 'D30' as const, 'D10' as const),
      fc.oneof(fc.constant(''), fc.stringMatching(/^[A-Z][A-Z0-9]{1,4}$/)), fc.integer({ min: 1, max: 99_999 }), fc.constantFrom(...Object.values(codeTemplates)),
      (fonds, year, retention, unitCode, serial, template) => {
        const code = archivalCode({ fonds, year, retention, unitCode, serial, template })
        expect(code.ok && readArchivalCode(code.value, template)).toEqual({ ok: true, value: { fonds, type: 'WS', year, retention, unitCode, serial } })
      }))
  })
  test.each([{ fonds: 'z109' }, { fonds: '' }, { year: 99 }, { unitCode: '办公室' }, { serial: 0 }, { serial: 1.5 }, { template: '{fonds}-{serial}' }, { template: '{fonds}{year}{retention}{serial}{x}' }])('refuses %o', (change) => {
    expect(archivalCode({ fonds: 'Z109', year: 2011, retention: 'Y', unitCode: 'BGS', serial: 1, ...change })).toMatchObject({ ok: false, error: { code: 'archive.code' } })
  })
  test.each(['Z109-WS·2011-Y-BGS-1', 'Z109-WS-2011-Y-BGS-0001', 'Z109-WS·2011-D20-BGS-0001', 'x', ''])('does not read %s', (code) => {
    expect(readArchivalCode(code).ok).toBe(false)
  })
})

describe('retention', () => {
  const suggest = (kind: Parameters<typeof retentionFor>[1]['kind'], title: string) => retentionFor(pack, { kind, title, jointIssue: 'alone' }).rule
  test.each([
    ['通知', '关于印发数字政府建设实施方案的通知', '8.1', 'Y'], ['通知', '关于张三等同志任免职务的通知', '10.2', 'Y'], ['请示', '关于购置办公设备的请示', '8.2.2', 'D30'],
    ['请示', '关于重大水利工程立项的请示', '8.2.1', 'Y'], ['函', '关于商请提供资料的函', '8.3.2', 'D30'], ['决定', '关于表彰先进集体的决定', '10.3', 'Y'],
    ['通知', '关于报送工作信息的通知', '8.5.2', 'D10'], ['通知', '关于开展草原防火检查的通知', '8.1', 'Y'],
  ] as const)('%s《%s》→ %s %s', (kind, title, code, retention) => {
    expect(suggest(kind, title)).toMatchObject({ code, retention })
  })
  test('says why, offers others, and reminds the assisting organ who keeps the original', () => {
    const found = retentionFor(pack, { kind: '请示', title: '关于重大水利工程立项的请示', jointIssue: 'assisting' })
    expect(found.reason).toContain('重大')
    expect(found.reason).toContain('主办机关')
    expect(found.alternatives.map((rule) => rule.code)).toContain('8.2.2')
  })
  test('every rule tells how certain it is; a broken pack is refused', () => {
    expect(pack.rules.length).toBeGreaterThan(50)
    const broken: unknown[] = [null, {}, { ...pack, edition: 'x' }, { ...pack, otherwise: 'none' }, { ...pack, rules: [...pack.rules, pack.rules[0]] }, { ...pack, rules: [{ ...pack.rules[0], retention: 'D5' }] }]
    for (const value of broken) expect(readRetentionPack(value)).toMatchObject({ ok: false, error: { code: 'archive.retention' } })
  })
})

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startStamping } from '../../tests/harness/stamping.ts'
import { sealingText, sealSettings } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'wenshu-serve-'))
const trust = join(folder, 'tsa.pem')
const rootOnly = join(folder, 'root.pem')
beforeAll(async () => {
  const host = await startStamping()
  writeFileSync(trust, host.trust)
  writeFileSync(rootOnly, host.trust.slice(0, host.trust.indexOf('-----BEGIN X509 CRL')))
  writeFileSync(join(folder, 'empty.pem'), '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')
  await host.stop()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const url = 'https://tsa.example.cn/rfc3161'

describe('wenshu serve: time stamps and PDF level', () => {
  it('T16 options come first, then the environment; an empty variable says nothing', () => {
    expect(sealSettings({}, {}, 'plain')).toEqual({})
    expect(sealSettings({}, { WENSHU_TIME_STAMPS: '', WENSHU_PDF_LEVEL: '', WENSHU_TIME_STAMP_TRUST: '', WENSHU_SEAL_KEYRING: '' }, 'plain')).toEqual({})
    expect(sealSettings({ 'time-stamps': 'own', 'pdf-level': 'lta' }, { WENSHU_TIME_STAMPS: 'none' }, 'plain')).toEqual({ timeStamps: 'own', pdfLevel: 'LTA' })
    expect(sealSettings({}, { WENSHU_TIME_STAMPS: url, WENSHU_PDF_LEVEL: 'T' }, 'plain')).toEqual({ timeStamps: { url }, pdfLevel: 'T' })
    expect(sealSettings({ 'pdf-level': 'LTA' }, {}, 'demo')).toEqual({ pdfLevel: 'LTA' })
    expect(sealSettings({ 'seal-desk-seconds': '120' }, { WENSHU_SEAL_DESK_SECONDS: '60' }, 'plain')).toEqual({ sealDeskSeconds: 120 })
    const { timeStamps } = sealSettings({ 'time-stamps': url, 'pdf-level': 'LTA' }, { WENSHU_TIME_STAMP_TRUST: [trust, rootOnly].join(delimiter) }, 'plain')
    const read = typeof timeStamps === 'object' ? timeStamps.trust?.() : undefined
    expect([read?.anchors.length, read?.crls.length]).toEqual([2, 1])
  })

  it.each<[string, Parameters<typeof sealSettings>[0], RegExp]>([
    ['seconds of the desk that time stamps do not tolerate', { 'seal-desk-seconds': '300' }, /--seal-desk-seconds 不正确：300/],
    ['seconds of the desk in words', { 'seal-desk-seconds': '三分' }, /--seal-desk-seconds/],
    ['another word', { 'time-stamps': 'yes' }, /--time-stamps 不正确：yes/],
    ['a path', { 'time-stamps': '/dev/tsa' }, /--time-stamps 不正确/],
    ['another protocol', { 'time-stamps': 'ftp://tsa.example.cn' }, /http、https 网址/],
    ['a password in the address', { 'time-stamps': 'https://me:secret@tsa.example.cn' }, /不能带账号和口令/],
    ['another level', { 'time-stamps': 'own', 'pdf-level': 'LT' }, /--pdf-level 不正确：LT（应为 T 或 LTA）/],
    ['a level without stamps', { 'pdf-level': 'T' }, /需要时间戳/],
    ['a level with none', { 'time-stamps': 'none', 'pdf-level': 'LTA' }, /需要时间戳/],
    ['LTA without the service’s evidence', { 'time-stamps': url, 'pdf-level': 'LTA' }, /--time-stamp-trust/],
    ['LTA with a root and no list', { 'time-stamps': url, 'pdf-level': 'LTA', 'time-stamp-trust': [rootOnly] }, /没有吊销列表/],
    ['trust without a service', { 'time-stamps': 'own', 'time-stamp-trust': [trust] }, /只用于时间戳服务/],
    ['trust that is not there', { 'time-stamps': url, 'time-stamp-trust': [join(folder, 'none.pem')] }, /不存在/],
    ['trust that is none', { 'time-stamps': url, 'time-stamp-trust': [join(folder, 'empty.pem')] }, /--time-stamp-trust：/],
  ])('T16 %s is refused before anything starts', (_name, given, why) => {
    expect(() => sealSettings(given, {}, 'plain')).toThrow(why)
  })

  it('T16 the start says what seals will carry', () => {
    expect(sealingText({}, 'plain')).toContain('不加时间戳')
    expect(sealingText({}, 'demo')).toContain('本机自签')
    expect(sealingText({ timeStamps: { url }, pdfLevel: 'LTA', sealKeyring: '/k' }, 'plain')).toBe(`用印：时间戳服务 ${url}，PDF 为 B-LTA 级；印章密钥环 /k`)
  })
})

import { describe, expect, test } from 'vitest'
import { emptyDirectory, type Directory } from '#core/access'
import type { SealEntry, SealUse } from '#core/sync'
import { ledgerCsv } from './ledgerCsv.ts'
import { matchRecipients } from './recipients.ts'
import { obstacleOf, sealFor } from './usable.ts'
import { countsOf, readReport, receiptVerdict, signerName } from './verdict.ts'

const organ = (id: string, name: string, shortName: string) => ({ id, name, shortName, mark: 'x', fonds: 'Z001', unitCode: 'X' })
const directory: Directory = {
  ...emptyDirectory,
  organs: Object.fromEntries([
    organ('own', '内蒙古自治区人民政府办公厅', '自治区政府办公厅'), organ('azq', '阿拉善右旗人民政府办公室', '阿右旗政府办'), organ('yjglt', '内蒙古自治区应急管理厅', '自治区应急管理厅'),
  ].map((entry) => [entry.id, entry])),
}

describe('who the printed recipients are', () => {
  test('a full name, a short name, and a government whose office receives', () => {
    expect(matchRecipients(['阿拉善右旗人民政府，自治区应急管理厅'], directory, 'own')).toEqual(['azq', 'yjglt'])
  })
  test('a collective name and the own organ choose nobody', () => {
    expect(matchRecipients(['各盟行政公署、市人民政府', '自治区各委、办、厅、局', '内蒙古自治区人民政府办公厅'], directory, 'own')).toEqual([])
  })
})

describe('the verdict', () => {
  const report = (verdict: string) => readReport({ kind: 'pdf', verdict, signatures: [], warnings: [] })
  test('only a proven seal is called valid on a receipt', () => {
    expect(['valid', 'undecided', 'invalid', 'unusable', 'unsigned'].map((verdict) => receiptVerdict(report(verdict)!))).toEqual(['valid', 'undecided', 'invalid', 'invalid', 'invalid'])
  })
  test('says how much was checked', () => {
    const signature = { steps: [{ result: 'pass' }, { result: 'pass' }, { result: 'warn' }, { result: 'unknown' }, { result: 'fail' }] }
    expect(countsOf(readReport({ kind: 'pdf', verdict: 'invalid', signatures: [signature], warnings: [] })!)).toEqual({ pass: 2, fail: 1, open: 2 })
  })
  test('the signer is called by name', () => {
    expect(signerName('C=CN, O=办公厅, CN=办公厅电子印章')).toBe('办公厅电子印章')
    expect(signerName('无名')).toBe('无名')
  })
  test('an answer that is no report is not taken for one', () => {
    for (const value of [null, 'valid', {}, { verdict: 'fine', signatures: [], warnings: [] }, { verdict: 'valid' }]) expect(readReport(value)).toBeNull()
  })
})

describe('which seal', () => {
  const now = '2026-11-24T08:00:00Z'
  const seal = (id: string, change: Partial<SealEntry> = {}): SealEntry => ({
    id, organId: 'own', name: id, diameterMm: 42, status: 'active', halted: null, control: 'single', keys: { pdf: '', ofd: '' }, uses: 0,
    made: { createdAt: '2026-01-01T00:00:00Z', validFrom: '2026-01-01T00:00:00Z', validTo: '2031-01-01T00:00:00Z', seal: '', pdfCertificate: '', ofdCertificate: '', makerCertificate: '' }, ...change,
  })
  test('the organ’s own, unless another was picked; never another organ’s', () => {
    const seals = [seal('other-seal', { organId: 'other' }), seal('gov-seal'), seal('own-seal')]
    expect(sealFor(seals, 'own', null, now)?.id).toBe('own-seal')
    expect(sealFor(seals, 'own', 'gov-seal', now)?.id).toBe('gov-seal')
    expect(sealFor(seals, 'own', 'other-seal', now)?.id).toBe('own-seal')
    expect(sealFor([seal('other-seal', { organId: 'other' })], 'own', null, now)).toBeNull()
  })
  test('one that is stopped is not hidden behind another: the clerk is told', () => {
    expect(sealFor([seal('gov-seal'), seal('own-seal', { status: 'suspended' })], 'own', null, now)?.id).toBe('own-seal')
  })
  test('what stands against it', () => {
    expect(obstacleOf(seal('a'), now)).toBeNull()
    expect(obstacleOf(seal('a', { made: null }), now)).toBeNull()
    expect(obstacleOf(seal('a', { status: 'revoked' }), now)).toBe('revoked')
    expect(obstacleOf(seal('a', { status: 'suspended' }), now)).toBe('suspended')
    expect(obstacleOf(seal('a'), '2031-01-01T00:00:01Z')).toBe('expired')
    expect(obstacleOf(seal('a'), '2025-12-31T23:59:59Z')).toBe('notYet')
    // Half a second after it was made, and half a second before its end.
    expect(obstacleOf(seal('a'), '2026-01-01T00:00:00.500Z')).toBeNull()
    expect(obstacleOf(seal('a'), '2031-01-01T00:00:00.000Z')).toBeNull()
  })
})

test('the use log for other programs: quoted, no formula, both files', () => {
  const use: SealUse = {
    at: '2026-11-24T08:00:00Z', result: 'sealed', detail: '', documentId: 'd1', title: '=HYPERLINK("http://x")', number: '内政办发〔2026〕12号', purpose: 'issue', by: 'sunli', confirmedBy: null,
    commandId: 'c1', finalHash: 'f'.repeat(64), ofdHash: null, sealedHash: 'a'.repeat(64), sealedOfdHash: 'b'.repeat(64),
  }
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(ledgerCsv([use], ['时间', '结果', '文号', '标题', '经办', '复核', '版式', 'PDF', 'OFD', '原因'], { result: () => '已用印', person: (id) => `${id}"` }))
  expect(text.split('\r\n')).toEqual([
    '\ufeff"时间","结果","文号","标题","经办","复核","版式","PDF","OFD","原因"',
    `"2026-11-24T08:00:00Z","已用印","内政办发〔2026〕12号","'=HYPERLINK(""http://x"")","sunli""","","${'f'.repeat(64)}","${'a'.repeat(64)}","${'b'.repeat(64)}",""`, '',
  ])
})

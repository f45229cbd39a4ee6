import { describe, expect, test } from 'vitest'
import { emptyDirectory, type Directory } from '#core/access'
import { matchRecipients } from './recipients.ts'
import { readReport, receiptVerdict, signerName } from './verdict.ts'

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
  test('the signer is called by name', () => {
    expect(signerName('C=CN, O=办公厅, CN=办公厅电子印章')).toBe('办公厅电子印章')
    expect(signerName('无名')).toBe('无名')
  })
  test('an answer that is no report is not taken for one', () => {
    for (const value of [null, 'valid', {}, { verdict: 'fine', signatures: [], warnings: [] }, { verdict: 'valid' }]) expect(readReport(value)).toBeNull()
  })
})

import { describe, expect, test } from 'vitest'
import { sm3 } from '#core/crypto'
import { innerText, readXml, readZip, type XmlNode } from '#core/formats'
import { judgeSealSignature, readSeal, readSealSignature, verifySeal, type VerifyOptions } from '../index.ts'
import { noSamples, sample } from '../pdf/seal.fixture.ts'
import { must } from './ses.fixture.ts'

const noTrust: VerifyOptions = { anchors: [], crls: [], trust: 'report', now: '2026-11-25T00:00:00Z' }
const resultOf = (steps: readonly { name: string; result: string }[], name: string): string | undefined => steps.find((step) => step.name === name)?.result

describe.skipIf(noSamples('ofdrw'))('third-party seals', () => {
  test.each([['UserV1.esl', 1], ['UserV4.esl', 4]] as const)('%s: version %i, good, run out since, which is told', (file, version) => {
    const bytes = sample(`ofdrw/${file}`)
    expect(must(readSeal(bytes))).toMatchObject({ version, type: version === 1 ? 1 : 3, picture: { type: 'PNG', width: 40, height: 40 }, certs: { kind: 'certificates' } })
    const report = verifySeal(bytes, noTrust)
    expect(report).toMatchObject({ kind: 'seal', verdict: 'valid', warnings: [{ code: 'seal.not-in-force' }] })
    expect(resultOf(report.signatures[0]!.steps, '印章签名')).toBe('pass')
    expect(verifySeal(bytes, { ...noTrust, at: '2021-01-01T00:00:00Z' }).verdict).toBe('valid')
    expect(verifySeal(bytes, { ...noTrust, trust: 'decide', at: '2023-01-01T00:00:00Z' }).verdict).toBe('invalid')
    // Where trust is only reported, so is the period.
    expect(verifySeal(bytes, { ...noTrust, at: '2023-01-01T00:00:00Z' })).toMatchObject({ verdict: 'valid', warnings: [{ code: 'seal.not-in-force' }] })
    // Without an anchor and without a list nobody can call it good.
    expect(verifySeal(bytes, { ...noTrust, trust: 'decide' }).verdict).toBe('undecided')
    expect(report.signatures[0]!.steps.some(({ detail }) => detail.includes('未检查吊销'))).toBe(true)
  })

  test('SignedValueV4.dat: signature and seal hold, the original is missing', () => {
    const report = verifySeal(sample('ofdrw/SignedValueV4.dat'), noTrust)
    expect(report).toMatchObject({ kind: 'seal', verdict: 'undecided', signatures: [{ uncovered: ['/Doc_0/Signs/Sign_0/Signature.xml'], timeSource: 'claimed', signedAt: '2020-10-12T11:14:03Z' }] })
    const { steps } = report.signatures[0]!
    for (const name of ['签章格式', '签名值', '签章人名单', '印章签名', '印章有效期', '签章时间']) expect([name, resultOf(steps, name)]).toEqual([name, 'pass'])
    expect(steps.filter(({ name, result }) => result !== 'pass' && !name.startsWith('证书链')).map(({ name }) => name)).toEqual(['原文摘要'])
    expect(steps.find(({ name }) => name === '签章时间')?.detail).toContain('自述')
  })

  test('UserV4_truncated.esl is refused for its length', () => {
    expect(verifySeal(sample('derived/UserV4_truncated.esl'), noTrust)).toMatchObject({ verdict: 'unusable', signatures: [], warnings: [{ code: 'der.truncated' }] })
  })

  test.each([['ofdrw/v4signed.ofd', 'valid'], ['ofdrw/V4RideRight.ofd', 'valid'], ['ofdrw/SESV4SignDoc.ofd', 'valid'], ['derived/v4signed_signature-bit-flipped.ofd', 'invalid']] as const)(
    'the seal in %s is %s', (file, verdict) => {
      const entries = must(readZip(sample(file)))
      const signed = entries.filter(({ path }) => path.endsWith('SignedValue.dat'))
      expect(signed.length).toBeGreaterThan(0)
      for (const { path, bytes } of signed) {
        const xml = entries.find((entry) => entry.path === path.replace('SignedValue.dat', 'Signature.xml'))!
        const judged = judgeSealSignature(bytes, noTrust, sm3(xml.bytes))
        // SESV4SignDoc.ofd was sealed in 2026 with a seal that ended in 2022.
        const failures = judged.steps.filter(({ result, name }) => result === 'fail' && !name.startsWith('证书链') && name !== '印章有效期')
        expect([file, judged.verdict, failures]).toMatchObject([file, verdict, verdict === 'valid' ? [] : [{ name: '签名值' }]])
        expect(Number(textOf(must(readXml(xml.bytes)), 'CheckValue').length)).toBeGreaterThan(0)
      }
    },
  )

  test('a signature of one document does not hold for another', () => {
    const [first] = must(readZip(sample('ofdrw/v4signed.ofd'))).filter(({ path }) => path.endsWith('SignedValue.dat'))
    const judged = judgeSealSignature(first!.bytes, noTrust, sm3(new Uint8Array(1)))
    expect(judged.verdict).toBe('invalid')
    expect(judged.steps.filter(({ result }) => result === 'fail')).toMatchObject([{ name: '原文摘要' }])
  })

  test('a vendor writes FALSE out and draws in vectors: both are read', () => {
    const [first] = must(readZip(sample('ofdrw/v4signed.ofd'))).filter(({ path }) => path.endsWith('SignedValue.dat'))
    const { seal } = must(readSealSignature(first!.bytes))
    expect(seal.picture.type.toLowerCase()).toBe('ofd')
    expect(seal.extensions.length).toBeGreaterThan(0)
    expect(seal.extensions.every(({ critical }) => !critical)).toBe(true)
  })
})

const textOf = (node: XmlNode, name: string): string[] => [
  ...(node.name === name ? [innerText(node)] : []),
  ...node.children.flatMap((child) => (typeof child === 'string' ? [] : textOf(child, name))),
]

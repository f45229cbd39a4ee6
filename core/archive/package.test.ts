import { describe, expect, test } from 'vitest'
import { buildPackage, packageZip, verifyPackage, type Files } from './index.ts'
import { verifyPdf } from '#core/seal'
import { filedDocument, testAuthority } from './package.fixture.ts'

const authority = await testAuthority('package')
const built = await buildPackage(await filedDocument(authority))
if (!built.ok) throw new Error(built.error.message)
const files: Files = new Map(built.value.files.map(({ path, bytes }) => [path, bytes]))
const decide = { anchors: [authority.root], crls: [authority.crl], trust: 'decide' } as const

describe('a sound package', () => {
  test('verifies', () => {
    const report = verifyPackage(files, decide, verifyPdf)
    expect(report.signatures.flatMap((signature) => signature.steps.filter((step) => step.result !== 'pass').map((step) => `${signature.id} ${step.name}: ${step.detail}`))).toEqual([])
    expect(report.verdict).toBe('valid')
    console.log([...files.keys()].join('\n'))
    expect(packageZip(built.ok ? built.value.files : [], 'x').length).toBeGreaterThan(1000)
  })
})

/** Seals of every level and form keep a written file at PDF/A-2b. */
import { expect, test } from 'vitest'
import { checkPdfA } from '#core/output'
import { discPng, pagesPdf, sealed, stampedBy, testPki } from '../../core/seal/pdf/seal.fixture.ts'
import { writtenPdf } from './written.ts'

const pki = await testPki('rsa')
const signer = await pki.signer('rsa', '机关')

test('PDF/A-2b is kept, with seams of written pages, a picture, a time stamp and its archive', async () => {
  const base = await writtenPdf('tagged')
  expect(checkPdfA(base).findings).toEqual([])
  const authority = await pki.authority('rsa')
  const first = await sealed(base, signer, {
    appearance: { png: discPng() }, place: { page: 1, x: 100, y: 100, diameter: 30 }, level: 'LTA', timeStamp: stampedBy(authority, '2026-11-24T10:00:01Z'),
    evidence: { certificates: [pki.root], crls: [pki.crl], ocsps: [] },
  })
  expect(checkPdfA(first).findings).toEqual([])
  const slices = await sealed(pagesPdf(3), signer, { seams: [{ edge: 'right' }] })
  const plain = checkPdfA(pagesPdf(3)).findings.map(({ code }) => code)
  // The bare pages lack an output intent and more; sealing adds no finding of its own but colour, which needs that intent.
  expect(checkPdfA(slices).findings.map(({ code }) => code).filter((code) => !plain.includes(code) && !/device-rgb|blend|transparency/.test(code))).toEqual([])
})

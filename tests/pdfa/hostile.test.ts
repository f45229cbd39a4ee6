/** Files made to break a reader: a verdict with a reason, in bounded time and memory. */
import { zlibSync } from 'fflate'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkPdfA } from '#core/output'
import { bytes, pdf, stream } from './by-hand.ts'
import { writtenPdf } from './written.ts'

const page = (extra: string, ...more: string[]): Uint8Array =>
  pdf('<</Type/Catalog/Pages 2 0 R>>', '<</Type/Pages/Count 1/Kids[3 0 R]>>', `<</Type/Page/Parent 2 0 R/MediaBox[0 0 500 500]${extra}>>`, ...more)

const codes = (file: Uint8Array): readonly string[] => {
  const started = process.cpuUsage()
  const check = checkPdfA(file)
  // Processor time, wide: a guard against runaway work, not a figure.
  expect(process.cpuUsage(started).user / 1000).toBeLessThan(20_000)
  expect(check.conforms).toBe(false)
  for (const { clause, code, message } of check.findings) {
    expect(clause).toMatch(/^6\.\d/u)
    expect(code).toMatch(/^pdfa\.[a-z0-9-]+$/u)
    expect(message).toMatch(/[\u4e00-\u9fff]/u)
  }
  return check.findings.map(({ code }) => code)
}

describe('hostile files', () => {
  it('that are no PDF', () => {
    expect(codes(new Uint8Array())).toEqual(['pdfa.not-pdf'])
    expect(codes(bytes('PK\x03\x04'))).toEqual(['pdfa.not-pdf'])
    expect(codes(bytes('%PDF-1.7\n'))).toContain('pdfa.no-root')
    expect(codes(new Uint8Array(1_000_000).fill(0x28))).toEqual(['pdfa.not-pdf'])
  })
  it('cut off anywhere', async () => {
    const whole = await writtenPdf('tagged')
    for (let part = 1; part < 20; part += 1) codes(whole.subarray(0, Math.floor((whole.length * part) / 20)))
  })
  it('with any byte changed', async () => {
    const whole = await writtenPdf('tagged')
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 20 }), (changes) => {
      const changed = whole.slice()
      for (const [at, byte] of changes) changed[at] = byte
      expect(typeof checkPdfA(changed).conforms).toBe('boolean')
    }), { numRuns: 60 })
  })
  it('whose references go in circles', () => {
    codes(pdf('1 0 R'))
    codes(pdf('<</Type/Catalog/Pages 2 0 R/Outlines 3 0 R/AcroForm 4 0 R/OpenAction 5 0 R/StructTreeRoot 6 0 R/Metadata 7 0 R>>', '<</Kids[2 0 R 2 0 R]/Parent 2 0 R>>',
      '<</First 3 0 R/Next 3 0 R>>', '<</Fields[4 0 R]/Kids[4 0 R]/Parent 4 0 R/FT/Sig/V 4 0 R>>', '<</S/GoTo/Next[5 0 R 5 0 R]>>', '<</K[6 0 R]>>', '7 0 R'))
    codes(page('/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>/Pattern<</P 6 0 R>>/ColorSpace<</C 7 0 R>>/ExtGState<</G 8 0 R>>>>', stream('/X Do /Pattern cs /P scn /C CS 0 0 m S /G gs'),
      stream('/X Do /P scn', '/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<</XObject<</X 5 0 R>>/Pattern<</P 6 0 R>>>>'),
      stream('/X Do', '/PatternType 1/Resources<</XObject<</X 5 0 R>>>>'), '[/Indexed 7 0 R 1 <00>]', '<</SMask<</G 5 0 R>>/HT<</HalftoneType 5/Default 8 0 R>>>>'))
    codes(page('/Contents 4 0 R', '<</Length 4 0 R>>\nstream\nx\nendstream'))
  })
  it('whose cross-reference sections go in circles', () => {
    const text = Buffer.from(page('')).toString('latin1')
    const start = /startxref\n(\d+)/u.exec(text)![1]!
    codes(bytes(text.replace('/Root', `/Prev ${start}/XRefStm ${start}/Root`)))
  })
  it('that nest without end', () => {
    expect(codes(page(`/X ${'['.repeat(200_000)}`))).toContain('pdfa.object-broken')
    codes(page(`/X ${'<</A '.repeat(200_000)}`))
    codes(page('/Contents 4 0 R', stream('('.repeat(300_000))))
    codes(page('/Contents 4 0 R', stream('q '.repeat(300_000))))
    codes(page('/Contents 4 0 R', stream('<<'.repeat(200_000))))
    codes(pdf('<</Type/Catalog/Metadata 2 0 R>>', stream(`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">${'<a>'.repeat(100_000)}`)))
  })
  it('that unpack without end', () => {
    const data = zlibSync(new Uint8Array(140_000_000), { level: 1 })
    expect(codes(page('/Contents 4 0 R', stream(data, '/Filter/FlateDecode')))).toContain('pdfa.unreadable-too-large')
    const twice = zlibSync(data)
    expect(codes(page('/Contents 4 0 R', stream(twice, '/Filter[/FlateDecode/FlateDecode]')))).toContain('pdfa.unreadable-too-large')
  })
  it('with document types and entities in their metadata', () => {
    const bomb = '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;</a>'
    expect(codes(pdf('<</Type/Catalog/Metadata 2 0 R>>', stream(bomb, '/Type/Metadata/Subtype/XML')))).toContain('pdfa.xmp-malformed')
  })
  it('with cross-reference tables that claim everything', () => {
    codes(bytes('%PDF-1.7\nxref\n0 9999999999\ntrailer\n<</Root 1 0 R>>\nstartxref\n9\n%%EOF'))
    codes(bytes('%PDF-1.7\n1 0 obj\n<</Type/XRef/W[9 9 9]/Index[0 999999999]/Size 999999999/Length 3>>\nstream\nabc\nendstream\nendobj\nstartxref\n9\n%%EOF'))
    codes(bytes('%PDF-1.7\nstartxref\n99999999999\n%%EOF'))
  })
})

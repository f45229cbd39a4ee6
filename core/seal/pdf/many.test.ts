/** Many signatures, many pages, many mutations: the cost stays in bounds and nothing that changes covered bytes is called valid. */
import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { cpuTimeOf } from '../../../tests/harness/cpuTime.ts'
import { sealPdf, verifyPdf, type VerifyReport } from '../index.ts'
import { pdfOf, request, sealed, seeded, stampedBy, testPki } from './seal.fixture.ts'

const pki = await testPki('p256')
const signer = await pki.signer('p256', '机关')
const judge = (bytes: Uint8Array): VerifyReport => verifyPdf(bytes, { anchors: [pki.root], crls: [pki.crl], trust: 'decide' })

/** `count` pages with `objects` further objects each, as a written document has them. */
const book = (count: number, objects = 60): Uint8Array => {
  const first = 3 + count
  return pdfOf([
    '<</Type/Catalog/Pages 2 0 R>>', `<</Type/Pages/Count ${count}/Kids[${Array.from({ length: count }, (_, i) => `${3 + i} 0 R`).join(' ')}]>>`,
    ...Array.from({ length: count }, (_, page) => `<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.276 841.89]/Resources<</XObject<<${Array.from({ length: objects }, (_, i) => `/X${i} ${first + page * objects + i} 0 R`).join('')}>>>>>>`),
    ...Array.from({ length: count * objects }, () => `<</Type/XObject/Subtype/Form/BBox[0 0 10 10]/Length 400>>\nstream\n${'0 g '.repeat(100)}\nendstream`),
  ])
}

const signedTimes = async (pdf: Uint8Array, times: number): Promise<Uint8Array> => {
  let file = pdf
  for (let i = 0; i < times; i++) file = await sealed(file, signer, { place: { page: (i % 20) + 1, x: 60, y: 80, diameter: 42 } })
  return file
}

describe('cost', async () => {
  const pages = book(20)
  test('20 pages are sealed and verified well within a second', async () => {
    await sealed(pages, signer)
    const start = process.cpuUsage()
    const out = await sealed(pages, signer)
    const used = process.cpuUsage(start)
    const verifying = cpuTimeOf(() => expect(judge(out).verdict).toBe('valid'))
    process.stderr.write(`sealing 20 pages (${pages.length} bytes): ${((used.user + used.system) / 1000).toFixed(0)} ms; verifying: ${verifying.toFixed(0)} ms\n`)
    expect((used.user + used.system) / 1000).toBeLessThan(3000)
    expect(verifying).toBeLessThan(1500)
  })

  test('20 signatures cost about four times what 5 cost, not sixteen', async () => {
    const five = await signedTimes(pages, 5)
    const twenty = await signedTimes(five, 15)
    judge(five)
    const [few, many] = [five, twenty].map((file) => Math.min(...[1, 2, 3].map(() => cpuTimeOf(() => judge(file))))) as [number, number]
    process.stderr.write(`verifying 5 signatures: ${few.toFixed(0)} ms; 20: ${many.toFixed(0)} ms\n`)
    expect(judge(twenty)).toMatchObject({ verdict: 'valid' })
    expect(judge(twenty).signatures).toHaveLength(20)
    expect(many / few).toBeLessThan(9)
  }, 120_000)
})

describe('mutations', async () => {
  const seed = process.env['WENSHU_SEED'] ?? randomBytes(4).toString('hex')
  const rounds = Number(process.env['WENSHU_MUTATIONS'] ?? 300)
  const entropy = seeded(seed)
  const below = (n: number): number => Buffer.from(entropy(4)).readUInt32BE() % n
  const authority = await pki.authority('p256')
  const first = await sealed(book(3, 2), signer, { seams: [{ edge: 'right' }] })
  const out = await sealPdf(request(first, signer, {
    place: { page: 2, x: 60, y: 80, diameter: 42 }, level: 'LTA', timeStamp: stampedBy(authority, '2026-11-24T10:00:01Z'), evidence: { certificates: [pki.root], crls: [pki.crl], ocsps: [] },
  }))
  if (!out.ok) throw new Error(out.error.message)
  const good = out.value
  /** Spans of the file that nobody signs: the values of signatures. */
  const holes = [...Buffer.from(good).toString('latin1').matchAll(/\/Contents <[0-9a-f]{1000,}>/g)].map((match) => [match.index, match.index + match[0].length] as const)

  const mutate = (): { readonly bytes: Uint8Array; readonly inHole: boolean } => {
    const at = below(good.length)
    const inHole = holes.some(([start, end]) => at >= start && at < end)
    const bytes = good.slice()
    switch (below(5)) {
      case 0:
        bytes[at]! ^= 1 << below(8)
        return { bytes, inHole }
      case 1:
        return { bytes: new Uint8Array([...good.subarray(0, at), below(256), ...good.subarray(at)]), inHole }
      case 2:
        return { bytes: new Uint8Array([...good.subarray(0, at), ...good.subarray(at + 1 + below(20))]), inHole }
      case 3: {
        const from = below(good.length)
        bytes.copyWithin(at, from, from + below(200) + 1)
        return { bytes, inHole }
      }
      default:
        return { bytes: good.slice(0, at), inHole: false }
    }
  }

  test(`${rounds} mutations: none valid that changed what is covered, none crashes or hangs (WENSHU_SEED=${seed})`, () => {
    expect(judge(good).verdict).toBe('valid')
    expect(holes).toHaveLength(3)
    for (let round = 0; round < rounds; round++) {
      const { bytes, inHole } = mutate()
      if (Buffer.from(bytes).equals(Buffer.from(good))) continue
      let report: VerifyReport | undefined
      expect(cpuTimeOf(() => { report = judge(bytes) }), `seed ${seed} round ${round}`).toBeLessThan(5000)
      // A time stamp's own token may be spelt in more than one way only outside what it signs; the PDF around it may not.
      expect(inHole || report?.verdict !== 'valid', `seed ${seed} round ${round}`).toBe(true)
    }
  }, 240_000)
})

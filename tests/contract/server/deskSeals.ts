/** Seals whose keys are at the seal desk: prepared, signed there, taken or sent back (用印台用印). Rules K60–K65 of docs/spec/keys.md. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Signer } from '#core/crypto'
import { fromBase64, readDerPrefix, toBase64 } from '#core/formats'
import { stateSealConfirmation, type DeskSignatures, type SealPosition, type StatementSignature } from '#core/route'
import { checkPrepared, findSeals, verifyOfd, verifyPdf } from '#core/seal'
import type { CommandResult, PreparedSeal, SealEntry, SealUse } from '#core/sync'
import { testPki } from '../../../core/seal/pdf/seal.fixture.ts'
import type { Reply, TestClient } from '../../harness/client.ts'
import type { TestServer } from '../../harness/server.ts'
import { skipLoudly } from '../../harness/skips.ts'
import { openRegion, type Region } from './region.ts'

const loose = { anchors: [], crls: [], trust: 'report' } as const
const noOpenssl = spawnSync('openssl', ['version']).error !== undefined && skipLoudly('seals of the desk, judged by openssl', 'openssl is not installed')
const bytesOf = (text: string): Uint8Array => {
  const read = fromBase64(text)
  if (!read.ok) throw new Error(read.error.message)
  return read.value
}

export const deskSealRules = (server: () => TestServer): void => {
  describe('seals of the desk', () => {
    let region: Region
    let [rsa, sm2] = [] as unknown as [Signer, Signer]
    beforeAll(async () => {
      region = openRegion(server())
      const pki = await testPki('sm2')
      ;[rsa, sm2] = [await pki.signer('rsa', '用印台印章'), await pki.signer('sm2', '用印台印章')]
      const deskCertificates = { pdf: [toBase64(rsa.certificate), toBase64(pki.root)], ofd: [toBase64(sm2.certificate)] }
      for (const [id, control] of [['desk-a', 'single'], ['desk-b', 'single'], ['desk-dual', 'dual']] as const) {
        await server().defineSeal({ id, organId: 'nmg-bgt', name: '用印台印章', diameterMm: 42, bottomText: '演示专用', control, pdfKey: 'desk', ofdKey: 'desk', deskCertificates })
      }
    })
    const clerk = async (person: string): Promise<TestClient> => {
      const client = await region.on(person)
      if (client.personalCertificate === null) await client.enrolKey()
      return client.pull()
    }
    const prepare = (client: TestClient, documentId: string, sealId: string, signature: StatementSignature): Promise<Reply> =>
      client.call('POST', `/v1/seals/${sealId}/prepare`, { documentId, purpose: 'issue', signature })
    const prepared = async (...asked: Parameters<typeof prepare>): Promise<PreparedSeal> => {
      const reply = await prepare(...asked)
      if (reply.status !== 200) throw new Error(JSON.stringify(reply.body))
      return reply.body as PreparedSeal
    }
    const fileOf = async (client: TestClient, hash: string | undefined): Promise<Uint8Array> => {
      const response = await fetch(`${server().url}/v1/blobs/${hash ?? ''}`, { headers: { 'wenshu-wire': '1', authorization: `Bearer ${client.session?.accessToken}` } })
      expect(response.status).toBe(200)
      return new Uint8Array(await response.arrayBuffer())
    }
    /** As the host does it: looked at, then signed. */
    const signAtDesk = async (client: TestClient, place: SealPosition, { signedAt, base, pdf, ofd, seal }: PreparedSeal): Promise<DeskSignatures> => {
      const octets = await checkPrepared({ signedAt, pdf: bytesOf(pdf), ofd: bytesOf(ofd) }, {
        pdf: await fileOf(client, base.pdf), ofd: await fileOf(client, base.ofd), place, seal: bytesOf(seal), certificates: { pdf: rsa.certificate, ofd: sm2.certificate }, now: signedAt,
      })
      if (!octets.ok) throw new Error(`${octets.error.code} ${octets.error.message}`)
      return { signedAt, pdfSignature: toBase64(await rsa.sign(octets.value.pdf)), ofdSignature: toBase64(await sm2.sign(octets.value.ofd)) }
    }
    const placeOf = ({ statement }: StatementSignature): SealPosition => {
      if (statement.schema !== 'wenshu.seal/3') throw new Error('no place')
      return statement.place
    }
    const order = async (client: TestClient, id: string, sealId = 'desk-a') => {
      const signature = await client.sealOrder(id, sealId)
      return { signature, desk: await signAtDesk(client, placeOf(signature), await prepared(client, id, sealId, signature)) }
    }
    const send = (client: TestClient, id: string, sealId: string, more: { signature: StatementSignature; desk?: DeskSignatures }): Promise<CommandResult> =>
      client.send({ type: 'document.seal', documentId: id, purpose: 'issue', sealId, ...more })
    const applied = (id: string): Promise<unknown[]> => server().db.query('select 1 from organ_seal where document = $1', [id])
    const uses = async (client: TestClient, sealId: string, id: string): Promise<readonly SealUse[]> =>
      ((await client.call('GET', `/v1/seals/${sealId}/uses`)).body as { uses: SealUse[] }).uses.filter((use) => use.documentId === id)

    it('K60 the register tells that the keys are at the desk, and which certificates its token must show', async () => {
      const first = await clerk('sunli')
      const entry = ((await first.call('GET', '/v1/seals')).body as { seals: SealEntry[] }).seals.find(({ id }) => id === 'desk-b')
      expect(entry).toMatchObject({ keys: { pdf: 'desk', ofd: 'desk' }, keyStates: { pdf: { state: 'desk' }, ofd: { state: 'desk' } }, desk: { ofd: [toBase64(sm2.certificate)] }, made: null })
      expect(entry?.desk?.pdf[0]).toBe(toBase64(rsa.certificate))
    })

    it('K61 K62 K63 both files are sealed with what the desk signed; the server keeps no key of it', async () => {
      const id = await region.composed()
      const first = await clerk('sunli')
      const made = await order(first, id)
      const command = await first.command({ type: 'document.seal', documentId: id, purpose: 'issue', sealId: 'desk-a', ...made })
      expect((await first.push(command)).results[0]).toMatchObject({ status: 'accepted' })
      // P6: sent twice, the same answer.
      expect((await first.push(command)).results[0]).toMatchObject({ status: 'accepted' })
      await first.pull()
      const { seal, final } = first.state(id)
      const [pdf, ofd, pages] = [await fileOf(first, seal?.sealedHash), await fileOf(first, seal?.sealedOfdHash), await fileOf(first, final?.hash)]
      const [pdfReport, ofdReport] = [verifyPdf(pdf, loose), verifyOfd(ofd, loose)]
      expect([pdfReport.verdict, ofdReport.verdict]).toEqual(['valid', 'valid'])
      for (const report of [pdfReport, ofdReport]) expect(report.signatures.map((one) => [one.signer, one.coverage])).toEqual([[expect.stringContaining('用印台印章公章'), 'whole']])
      expect(Buffer.compare(pdf.subarray(0, pages.length), pages)).toBe(0)
      expect([seal?.certificate, (await uses(first, 'desk-a', id)).map((use) => use.result)]).toEqual([toBase64(rsa.certificate), ['sealed']])
      expect(await send(first, id, 'desk-a', made)).toMatchObject({ code: 'already_sealed' })
    }, 60_000)

    it.skipIf(noOpenssl)('K63 openssl agrees: CMS of the PDF, SM2 signature of the OFD', async () => {
      const id = await region.composed()
      const first = await clerk('sunli')
      expect(await send(first, id, 'desk-a', await order(first, id))).toMatchObject({ status: 'accepted' })
      await first.pull()
      const pdf = Buffer.from(await fileOf(first, first.state(id).seal?.sealedHash))
      const [, from = 0, until = 0, rest = 0] = /\/ByteRange\s*\[\s*(\d+) (\d+) (\d+) (\d+)/.exec(pdf.toString('latin1'))?.slice(1).map(Number) ?? []
      const cms = readDerPrefix(new Uint8Array(Buffer.from(pdf.subarray(from + 1, until - 1).toString('latin1'), 'hex')))
      const found = findSeals(await fileOf(first, first.state(id).seal?.sealedOfdHash))
      const signature = found.ok ? found.value.find((one) => one.signature !== undefined)?.signature : undefined
      if (!cms.ok || signature === undefined) throw new Error('not sealed')
      const folder = mkdtempSync(join(tmpdir(), 'wenshu-desk-'))
      const put = (name: string, bytes: Uint8Array): string => {
        writeFileSync(join(folder, name), bytes)
        return join(folder, name)
      }
      const openssl = (...args: string[]): string => execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
      openssl('cms', '-verify', '-noverify', '-binary', '-inform', 'DER', '-in', put('cms', cms.value.raw), '-content', put('covered', Buffer.concat([pdf.subarray(0, from), pdf.subarray(until, until + rest)])), '-out', 'out')
      const key = openssl('x509', '-inform', 'DER', '-in', put('certificate', signature.signerCertificate), '-pubkey', '-noout')
      const verdict = openssl('dgst', '-sm3', '-sigopt', 'distid:1234567812345678', '-verify', put('key', Buffer.from(key)), '-signature', put('value', signature.signature), put('tbs', signature.tbsRaw))
      expect(verdict).toContain('Verified OK')
      rmSync(folder, { recursive: true })
    }, 60_000)

    it('K61 preparing asks for what the order asks for: the role, the statement, the place, the register', async () => {
      const id = await region.composed()
      const [first, drafter, officer] = [await clerk('sunli'), await region.on('qiqige'), await region.on('liuyang')]
      const signature = await first.sealOrder(id, 'desk-a')
      const refusal = async (...asked: Parameters<typeof prepare>) => {
        const { status, body } = await prepare(...asked)
        return [status, (body as { code: string }).code]
      }
      await drafter.pull()
      expect(await refusal(drafter, id, 'desk-a', signature)).toEqual([409, 'not_authorized'])
      expect(await refusal(first, id, 'desk-b', signature)).toEqual([409, 'signature_invalid'])
      expect(await refusal(first, 'doc-of-nobody', 'desk-a', signature)).toEqual([409, 'not_found'])
      expect(await refusal(first, id, 'nmg-bgt-seal', await first.sealOrder(id, 'nmg-bgt-seal'))).toEqual([409, 'seal_unusable'])
      expect(await refusal(first, id, 'desk-dual', await first.sealOrder(id, 'desk-dual'))).toEqual([409, 'illegal_transition'])
      const off = { page: 1, x: 140_000, y: 120_000, diameter: 42_000, from: 'hand' } as const
      expect(await refusal(first, id, 'desk-a', await first.sealOrder(id, 'desk-a', off))).toEqual([409, 'invalid_command'])
      expect((await first.call('POST', '/v1/seals/desk-a/prepare', { documentId: id })).status).toBe(400)
      expect((await fetch(`${server().url}/v1/seals/desk-a/prepare`, { method: 'POST', headers: { 'wenshu-wire': '1', 'content-type': 'application/json' }, body: '{}' })).status).toBe(401)
      const turn = (status: string) => officer.call('POST', '/v1/seals/desk-a/status', { status, reason: '交接' })
      await turn('suspended')
      expect(await refusal(first, id, 'desk-a', signature)).toEqual([409, 'seal_unusable'])
      await turn('active')
      expect([await applied(id), await uses(first, 'desk-dual', id), await uses(first, 'desk-a', id)]).toEqual([[], [], []])
    }, 60_000)

    it('K65 an order without the desk’s signatures, or with those of another preparation, is refused, and nothing is kept', async () => {
      const [id, other] = [await region.composed(), await region.composed()]
      const first = await clerk('sunli')
      const mine = await order(first, id)
      const theirs = await order(first, other)
      expect(await send(first, id, 'desk-a', { signature: mine.signature })).toMatchObject({ code: 'seal_unusable', detail: expect.stringContaining('在用印台') })
      const later = new Date(Date.parse(mine.desk.signedAt) - 1000).toISOString().replace('.000', '')
      for (const desk of [theirs.desk, { ...mine.desk, signedAt: later }, { ...mine.desk, ofdSignature: theirs.desk.ofdSignature }, { ...mine.desk, pdfSignature: mine.desk.ofdSignature }, { ...mine.desk, pdfSignature: '' }]) {
        expect(await send(first, id, 'desk-a', { signature: mine.signature, desk })).toMatchObject({ status: 'rejected', code: 'prepare_again', detail: expect.stringContaining('重新用印') })
      }
      const moved = await first.sealOrder(id, 'desk-a', { page: 1, x: 141_000, y: 200_000, diameter: 42_000, from: 'hand' })
      expect(await send(first, id, 'desk-a', { signature: moved, desk: mine.desk })).toMatchObject({ code: 'prepare_again' })
      expect(await send(first, id, 'desk-b', { signature: await first.sealOrder(id, 'desk-b'), desk: mine.desk })).toMatchObject({ code: 'prepare_again' })
      expect(await send(first, id, 'nmg-bgt-seal', { signature: await first.sealOrder(id, 'nmg-bgt-seal'), desk: mine.desk })).toMatchObject({ code: 'prepare_again' })
      expect(await applied(id)).toEqual([])
      expect(await send(first, id, 'desk-a', mine)).toMatchObject({ status: 'accepted' })
    }, 60_000)

    it('K65 what was signed too long ago is refused; the clerk prepares anew', async () => {
      const id = await region.composed()
      const first = await clerk('sunli')
      const { signature, desk } = await order(first, id)
      server().shift(185_000)
      try {
        expect(await send(first, id, 'desk-a', { signature, desk })).toMatchObject({ code: 'prepare_again', detail: expect.stringContaining('超过180秒') })
        expect(await applied(id)).toEqual([])
        expect(await send(first, id, 'desk-a', await order(first, id))).toMatchObject({ status: 'accepted' })
      } finally {
        server().shift(-185_000)
      }
    }, 60_000)

    it('K63 S4 under dual control the confirming clerk’s desk signs', async () => {
      const id = await region.composed()
      const [first, second] = [await clerk('sunli'), await clerk('gaowa')]
      const asked = await first.sealOrder(id, 'desk-dual')
      expect(await send(first, id, 'desk-dual', { signature: asked })).toMatchObject({ status: 'accepted' })
      await second.pull()
      const statement = stateSealConfirmation(second.state(id), { person: 'gaowa', claimedAt: new Date().toISOString() })
      const signature = await second.sign(statement!)
      const own = await first.pull().then((client) => client.sign(stateSealConfirmation(client.state(id), { person: 'sunli', claimedAt: new Date().toISOString() })!))
      expect((await prepare(first, id, 'desk-dual', own)).body).toMatchObject({ code: 'same_person' })
      const confirm = async (desk?: DeskSignatures): Promise<CommandResult> => second.send({ type: 'document.confirmSeal', documentId: id, signature, ...(desk === undefined ? {} : { desk }) })
      expect(await confirm()).toMatchObject({ code: 'seal_unusable' })
      expect(await confirm(await signAtDesk(second, placeOf(asked), await prepared(second, id, 'desk-dual', signature)))).toMatchObject({ status: 'accepted' })
      await second.pull()
      expect(second.state(id)).toMatchObject({ status: 'sealed', seal: { by: 'sunli', confirmation: { by: 'gaowa' } } })
    }, 60_000)
  })
}

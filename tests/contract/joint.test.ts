/** A joint issue (联合行文) on a server: three organs, each sealing its own place. Rules J1–J6, A23, A24. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyPackageZip } from '#core/archive'
import { sm3Hex } from '#core/crypto'
import { sealsOf, stateSeal, stateSealConfirmation, type SealStatement } from '#core/route'
import { verifyOfd, verifyPdf, type VerifyOptions } from '#core/seal'
import type { CommandResult } from '#core/sync'
import { sampleContent, type TestClient } from '../harness/client.ts'
import { startPostgres } from '../harness/postgres.ts'
import { startTestServer, type TestServer } from '../harness/server.ts'
import { skipLoudly } from '../harness/skips.ts'
import { assignments, newId, openRegion, type Region } from './server/region.ts'

const started = await startPostgres()
const absent = typeof started === 'string' && skipLoudly('joint issue on PostgreSQL', started)
afterAll(async () => { if (typeof started !== 'string') await started.stop() })
const noPdfsig = spawnSync('pdfsig', ['-v']).error !== undefined && skipLoudly('pdfsig on three seals', 'pdfsig is not installed')

const issuers = ['内蒙古自治区人民政府办公厅', '自治区应急管理厅', '内蒙古自治区财政厅']
const sealers = [['sunli', 'nmg-bgt-seal'], ['zhoujing', 'yjglt-seal'], ['wurina', 'czt-seal']] as const
type Sealer = (typeof sealers)[number]

const openJoint = (server: () => TestServer, region: () => Region) => {
  const clerk = async (person: string): Promise<TestClient> => {
    const client = await region().on(person)
    if (client.personalCertificate === null) await client.enrolKey()
    return client.pull()
  }
  return {
    clerk,
    composed: async (): Promise<string> => {
      const drafter = await region().on('qiqige')
      const id = newId()
      await drafter.send({ type: 'document.create', documentId: id, kind: '通知', organId: 'nmg-bgt', title: '' })
      const hash = await drafter.uploadContent({ ...sampleContent(`关于${id.slice(-6)}的联合通知`), issuers, signature: issuers.join(' ') })
      await drafter.send({ type: 'draft.save', documentId: id, contentHash: hash, base: null })
      expect(await drafter.send({ type: 'document.submit', documentId: id, contentHash: hash, routeId: 'bgt-fawen', routeVersion: 1, assignments })).toMatchObject({ status: 'accepted' })
      for (const person of ['wangxiaoyan', 'limin', 'zhaogang', 'bateer']) expect(await (await region().on(person)).agree(id)).toMatchObject({ status: 'accepted' })
      await server().settled()
      return id
    },
    order: async (client: TestClient, id: string, sealId: string) =>
      client.command({ type: 'document.seal', documentId: id, purpose: 'issue', sealId, signature: await client.sealOrder(id, sealId) }),
    bytesOf: async (client: TestClient, hash: string | undefined): Promise<Uint8Array> => {
      const response = await fetch(`${server().url}/v1/blobs/${hash ?? ''}`, { headers: { 'wenshu-wire': '1', authorization: `Bearer ${client.session?.accessToken}` } })
      expect(response.status).toBe(200)
      return new Uint8Array(await response.arrayBuffer())
    },
    trust: async (): Promise<VerifyOptions> => ({
      anchors: [server().authority.rootCertificate], crls: [await server().authority.revocationList([], 1, new Date().toISOString())], trust: 'decide',
    }),
  }
}
const outcome = (result: CommandResult | undefined) => (result?.status === 'rejected' ? `${result.code} ${result.detail}` : result?.status)

const rules = (databaseUrl: () => Promise<string | undefined>): void => {
  let server: TestServer
  let region: Region
  const scratch = mkdtempSync(join(tmpdir(), 'wenshu-joint-'))
  const { clerk, composed, order, bytesOf, trust } = openJoint(() => server, () => region)
  beforeAll(async () => {
    server = await startTestServer({ databaseUrl: await databaseUrl() })
    region = openRegion(server)
  }, 120_000)
  afterAll(async () => {
    await server.close()
    rmSync(scratch, { recursive: true, force: true })
  })
  const sealWith = async ([person, sealId]: Sealer, id: string): Promise<string | undefined> => {
    const client = await clerk(person)
    return outcome((await client.push(await order(client, id, sealId))).results[0])
  }
  const applied = (id: string) => server.db.query<{ organ: string }>('select organ from organ_seal where document = $1 order by applied_at', [id])
  /** Three valid signatures in each file, by two verifiers, each over what the one before left. */
  const expectThree = async (id: string): Promise<void> => {
    const host = await clerk('sunli')
    const state = host.state(id)
    const [pdf, ofd, options] = [await bytesOf(host, state.seal?.sealedHash), await bytesOf(host, state.seal?.sealedOfdHash), await trust()]
    const [pdfReport, ofdReport] = [verifyPdf(pdf, options), verifyOfd(ofd, options)]
    expect([pdfReport.verdict, pdfReport.signatures.map(({ verdict, coverage }) => [verdict, coverage])]).toEqual(['valid', [['valid', 'partial'], ['valid', 'partial'], ['valid', 'whole']]])
    expect([ofdReport.verdict, ofdReport.signatures.map(({ verdict }) => verdict)]).toEqual(['valid', ['valid', 'valid', 'valid']])
    for (const seal of sealsOf(state).slice(0, -1)) {
      const before = await bytesOf(host, seal.sealedHash)
      expect(Buffer.from(pdf.subarray(0, before.length)).equals(Buffer.from(before))).toBe(true)
    }
    if (noPdfsig) return
    const file = join(scratch, `${id}.pdf`)
    writeFileSync(file, pdf)
    const { stdout } = spawnSync('pdfsig', ['-nocert', file], { encoding: 'utf8' })
    expect([stdout.match(/Signature is Valid/gu)?.length, stdout.match(/Total document signed/gu)?.length]).toEqual([3, 1])
  }

  it.each([[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]])('J3 sealed in the order %i %i %i: not dispatched before the last, then three valid seals in each file', async (...turns) => {
    const id = await composed()
    const host = await clerk('sunli')
    for (const turn of turns) {
      await host.pull()
      expect(host.state(id)).toMatchObject({ status: 'composed', seal: null })
      expect(outcome(await host.send({ type: 'document.dispatch', documentId: id, organIds: ['azq'] }))).toMatch(/^illegal_transition 尚有发文机关未用印，不能封发：.*厅/u)
      expect(await sealWith(sealers[turn]!, id)).toBe('accepted')
      expect(await sealWith(sealers[turn]!, id)).toMatch(/^already_sealed/)
    }
    await host.pull()
    const organs = ['nmg-bgt', 'yjglt', 'czt']
    expect([host.state(id).status, sealsOf(host.state(id)).map(({ organId }) => organId)]).toEqual(['sealed', turns.map((turn) => organs[turn])])
    expect((await applied(id)).map(({ organ }) => organ)).toEqual(turns.map((turn) => organs[turn]))
    await expectThree(id)
  }, 60_000)

  it('J3 all clerks at the same moment, two of one organ and one twice: three seals, none lost, none double', async () => {
    const id = await composed()
    const orders: Promise<CommandResult | undefined>[] = []
    for (const [person, sealId] of [...sealers, ['gaowa', 'nmg-bgt-seal'] as const]) {
      const client = await clerk(person)
      const command = await order(client, id, sealId)
      const push = async () => (await client.push(command)).results[0]
      orders.push(push())
      if (person === 'zhoujing') orders.push(push())
    }
    const outcomes = (await Promise.all(orders)).map(outcome)
    const [sunli, zhoujing, again, wurina, gaowa] = outcomes
    expect([zhoujing, again, wurina]).toEqual(['accepted', 'accepted', 'accepted'])
    expect([sunli, gaowa].map((said) => said?.split(' ')[0]).sort()).toEqual(['accepted', 'already_sealed'])
    expect((await applied(id)).map(({ organ }) => organ).sort()).toEqual(['czt', 'nmg-bgt', 'yjglt'])
    await expectThree(id)
  }, 60_000)

  it('J3 one organ under dual control: its request waits while the others seal, its confirmation is the last', async () => {
    const id = await composed()
    expect(await sealWith(['sunli', 'nmg-zf-seal'] as unknown as Sealer, id)).toBe('accepted')
    expect(await sealWith(sealers[2], id)).toBe('accepted')
    expect(await sealWith(sealers[1], id)).toBe('accepted')
    const second = await clerk('gaowa')
    expect(second.state(id)).toMatchObject({ status: 'composed', sealRequests: { 'nmg-bgt': { by: 'sunli' } } })
    const statement = stateSealConfirmation(second.state(id), { person: 'gaowa', claimedAt: new Date().toISOString() })
    expect(await second.send({ type: 'document.confirmSeal', documentId: id, signature: await second.sign(statement!) })).toMatchObject({ status: 'accepted' })
    await second.pull()
    expect(second.state(id)).toMatchObject({ status: 'sealed', seal: { organId: 'nmg-bgt', by: 'sunli', confirmation: { by: 'gaowa' } } })
    await expectThree(id)
  }, 60_000)

  it('J4 the other organ’s clerk holds pages and sealed files and opens nothing else; nobody else of that organ or of another does', async () => {
    const id = await composed()
    const [host, other, stranger] = [await clerk('sunli'), await clerk('zhoujing'), await region.on('naren')]
    const revision = host.state(id).revisions[0]?.hash ?? ''
    expect(other.state(id)).toMatchObject({ revisions: [], route: null, comments: [], final: host.state(id).final })
    expect(await sealWith(sealers[2], id)).toBe('accepted')
    await Promise.all([host.pull(), other.pull(), stranger.pull()])
    const [between] = sealsOf(host.state(id))
    for (const hash of [host.state(id).final?.hash, host.state(id).final?.ofdHash, between?.sealedHash, between?.sealedOfdHash]) {
      expect([(await other.call('GET', `/v1/blobs/${hash}`)).status, (await stranger.call('GET', `/v1/blobs/${hash}`)).status]).toEqual([200, 404])
    }
    expect([(await other.call('GET', `/v1/blobs/${revision}`)).status, (await host.call('GET', `/v1/blobs/${revision}`)).status]).toEqual([404, 200])
    expect(stranger.rows.has(id)).toBe(false)
  }, 60_000)

  it('J3 hostile: another organ’s seal, organ, place or statement, a seal stopped in between; nothing is sealed by it', async () => {
    const id = await composed()
    const [zhoujing, wurina, officer] = [await clerk('zhoujing'), await clerk('wurina'), await region.on('liuyang')]
    const send = async (client: TestClient, change: (statement: SealStatement) => object, sealId = 'yjglt-seal') => {
      const { statement } = await client.sealOrder(id, sealId)
      return outcome(await client.send({ type: 'document.seal', documentId: id, purpose: 'issue', sealId, signature: await client.sign(change(statement as SealStatement) as SealStatement) }))
    }
    const hostPlace = { page: 1, x: 140_000, y: 60_000, diameter: 42_000 }
    expect(await send(zhoujing, (statement) => statement, 'nmg-bgt-seal')).toMatch(/^seal_unusable 印章不存在，或不是本机关的印章/)
    expect(await send(zhoujing, (statement) => ({ ...statement, organId: 'nmg-bgt' }))).toMatch(/^signature_invalid/)
    expect(await send(zhoujing, (statement) => ({ ...statement, place: { ...hostPlace, from: 'layout' } }))).toMatch(/^invalid_command/)
    expect(await send(zhoujing, (statement) => ({ ...statement, place: { ...hostPlace, from: 'hand' } }))).toMatch(/^invalid_command .*空白印章/u)
    const stolen = await zhoujing.sealOrder(id, 'yjglt-seal')
    expect(outcome(await wurina.send({ type: 'document.seal', documentId: id, purpose: 'issue', sealId: 'yjglt-seal', signature: stolen }))).toMatch(/^(signature_invalid|invalid_command)/)
    expect(outcome(await wurina.send({ type: 'document.seal', documentId: id, purpose: 'issue', sealId: 'yjglt-seal', signature: await wurina.sign(stolen.statement) }))).toMatch(/^(signature_invalid|invalid_command)/)
    const naren = await region.on('naren')
    await naren.enrolKey()
    const forged = stateSeal(zhoujing.state(id), { purpose: 'issue', sealId: 'yjglt-seal', person: 'naren', organId: 'yjglt', claimedAt: new Date().toISOString() })
    expect(outcome(await naren.send({ type: 'document.seal', documentId: id, purpose: 'issue', sealId: 'yjglt-seal', signature: await naren.sign(forged!) }))).toMatch(/^not_found/)
    expect(await applied(id)).toEqual([])
    const turn = async (status: string) => (await officer.call('POST', '/v1/seals/yjglt-seal/status', { status, reason: '交接' })).status
    expect(await sealWith(sealers[0], id)).toBe('accepted')
    expect(await turn('suspended')).toBe(204)
    expect(await sealWith(sealers[1], id)).toMatch(/^seal_unusable .*已停用/u)
    expect(await sealWith(sealers[2], id)).toBe('accepted')
    expect((await applied(id)).map(({ organ }) => organ)).toEqual(['nmg-bgt', 'czt'])
    expect(await turn('active')).toBe(204)
    expect(await sealWith(sealers[1], id)).toBe('accepted')
    await expectThree(id)
  }, 60_000)

  it('J3 files that were changed on the disk under an earlier seal get no further one', async () => {
    const id = await composed()
    expect(await sealWith(sealers[1], id)).toBe('accepted')
    const host = await clerk('sunli')
    const [first] = sealsOf(host.state(id))
    const stored = readdirSync(join(server.dataDir, 'blobs'), { recursive: true, withFileTypes: true }).find((entry) => entry.isFile() && entry.name.includes(first?.sealedHash ?? '-'))!
    const file = join(stored.parentPath, stored.name)
    const good = readFileSync(file)
    writeFileSync(file, Buffer.concat([good, Buffer.from('% more\n')]))
    expect(await sealWith(sealers[0], id)).toMatch(/^seal_unusable 库中的版式文件与登记的指纹不符/)
    writeFileSync(file, good)
    expect(await sealWith(sealers[0], id)).toBe('accepted')
  }, 60_000)

  it('J5 A23 A24 declined with a reason that the host sees, sealed after all, dispatched, received, filed: the package says who sealed for which organ', async () => {
    const id = await composed()
    const [host, other] = [await clerk('sunli'), await clerk('wurina')]
    expect(await other.send({ type: 'document.declineSeal', documentId: id, reason: '金额与来文不符' })).toMatchObject({ status: 'accepted' })
    await host.pull()
    expect(host.state(id).sealDeclines).toMatchObject({ czt: { by: 'wurina', reason: '金额与来文不符' } })
    for (const sealer of sealers.toReversed()) expect(await sealWith(sealer, id)).toBe('accepted')
    expect(outcome(await other.send({ type: 'document.dispatch', documentId: id, organIds: ['azq'] }))).toMatch(/^not_authorized/)
    expect(await host.send({ type: 'document.dispatch', documentId: id, organIds: ['azq', 'yjglt'] })).toMatchObject({ status: 'accepted' })
    const [receiver, archivist] = [await (await region.on('zhaomin')).pull(), await region.on('wuyunna')]
    const { seal, seals } = receiver.state(id)
    expect([seals, (await receiver.call('GET', `/v1/blobs/${seal?.sealedHash}`)).status]).toEqual([undefined, 200])
    await host.pull()
    expect(host.state(id).sealDeclines).toEqual({})
    expect((await receiver.call('GET', `/v1/blobs/${sealsOf(host.state(id))[0]?.sealedHash}`)).status).toBe(404)
    expect(await archivist.send({ type: 'document.file', documentId: id, retention: 'Y', category: '8.4', reason: '联合行文' })).toMatchObject({ status: 'accepted' })
    await server.settled()
    await archivist.pull()
    const report = verifyPackageZip(await bytesOf(archivist, archivist.state(id).package?.hash), await trust(), verifyPdf)
    const steps = report.signatures.flatMap((signature) => signature.steps)
    expect([report.verdict, steps.filter(({ result }) => result === 'fail')]).toEqual(['valid', []])
    expect(steps.find(({ name }) => name === '各机关用印')?.detail).toBe('内蒙古自治区财政厅（乌日娜）、内蒙古自治区应急管理厅（周静）、内蒙古自治区人民政府办公厅（孙丽）')
    // The short name in the text is told, for the register knows full names alone.
    expect(steps.filter(({ result }) => result === 'warn').map(({ name }) => name)).toEqual(['发文机关名称'])
  }, 60_000)
}

describe('joint issue on the embedded database', () => rules(() => Promise.resolve(undefined)))
describe.skipIf(absent)('joint issue on PostgreSQL', () => rules(() => (started as Exclude<typeof started, string>).database()))

describe('joint issue with evidence for the long term', () => {
  it('S2 J3 each seal at B-LTA on top of the evidence of the one before: all valid, also twenty years on', async () => {
    const server = await startTestServer({ timeStamps: 'own', pdfLevel: 'LTA' })
    try {
      const region = openRegion(server)
      const { clerk, composed, order, bytesOf, trust } = openJoint(() => server, () => region)
      const id = await composed()
      for (const [person, sealId] of sealers) {
        const client = await clerk(person)
        expect(outcome((await client.push(await order(client, id, sealId))).results[0])).toBe('accepted')
      }
      const host = await clerk('sunli')
      const [pdf, options] = [await bytesOf(host, host.state(id).seal?.sealedHash), await trust()]
      const late = verifyPdf(pdf, { ...options, crls: [], now: '2046-11-20T00:00:00Z' })
      expect([late.verdict, late.signatures.map(({ verdict }) => verdict)]).toEqual(['valid', Array.from({ length: 6 }, () => 'valid')])
      // A24: what each seal left is the file up to the end of a revision, also behind its evidence.
      const ends = (late.revisions ?? []).map(({ end }) => sm3Hex(pdf.subarray(0, end)))
      expect(ends).toEqual(expect.arrayContaining(sealsOf(host.state(id)).map(({ sealedHash }) => sealedHash)))
      expect(verifyOfd(await bytesOf(host, host.state(id).seal?.sealedOfdHash), options)).toMatchObject({ verdict: 'valid' })
    } finally {
      await server.close()
    }
  }, 300_000)
})

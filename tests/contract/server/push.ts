import { beforeAll, describe, expect, it } from 'vitest'
import { verifyPackageZip } from '#core/archive'
import { sm3Hex } from '#core/crypto'
import { frozenBytes } from '#core/document'
import { standingSawHash } from '#core/route'
import { verifyPdf } from '#core/seal'
import { sampleContent, type TestClient } from '../../harness/client.ts'
import { unprintable } from '../../harness/compose.ts'
import type { TestServer } from '../../harness/server.ts'
import { assignments, newId, openRegion, type Region } from './region.ts'

const create = (documentId: string) => ({ type: 'document.create', documentId, kind: '通知', organId: 'nmg-bgt', title: '测试' } as const)

export const pushRules = (server: () => TestServer): void => {
  let region: Region
  beforeAll(() => { region = openRegion(server()) })
  const count = async (sql: string): Promise<number> => (await server().db.query<{ n: number }>(sql))[0]?.n ?? -1

  describe('push', () => {
    it('P1 refuses a command whose signature does not cover what it says, and looks at nothing after it', async () => {
      const drafter = await region.another('qiqige')
      const good = await drafter.command(create(newId()))
      const forged = { ...(await drafter.command(create(newId()))), claimedAt: '2016-01-01T00:00:00Z' }
      const behind = await drafter.command(create(newId()))
      const response = await drafter.push(good, forged, behind)
      expect(response.results.map((result) => result.status)).toEqual(['accepted'])
      expect(response.stopped).toMatchObject({ reason: 'bad_signature' })
    })

    it('P1 refuses a command in the name of another person or device', async () => {
      const drafter = await region.another('qiqige')
      const inAnothersName = await drafter.command(create(newId()), { actor: 'bateer' })
      expect((await drafter.push(inAnothersName)).stopped).toMatchObject({ reason: 'malformed' })
      const asSystem = await drafter.command(create(newId()), { actor: 'system', deviceSeq: 1 })
      expect((await drafter.push(asSystem)).stopped).toMatchObject({ reason: 'malformed' })
    })

    it('P3 stops at a gap in deviceSeq and says which number it waits for', async () => {
      const drafter = await region.another('qiqige')
      const command = await drafter.command(create(newId()), { deviceSeq: 3 })
      expect((await drafter.push(command)).stopped).toEqual({ reason: 'gap', expectedSeq: 1 })
    })

    it('P3 stops while bytes are missing, and takes the same command once they are there', async () => {
      const drafter = await region.another('qiqige')
      const id = newId()
      await drafter.send(create(id))
      const content = sampleContent(`缺少内容 ${id}`)
      const hash = sm3Hex(frozenBytes(content))
      const save = await drafter.command({ type: 'draft.save', documentId: id, contentHash: hash, base: null })
      expect((await drafter.push(save)).stopped).toEqual({ reason: 'blob_missing', hashes: [hash] })
      await drafter.uploadContent(content)
      expect((await drafter.push(save)).results[0]).toMatchObject({ status: 'accepted' })
    })

    it('P3 asks for the files that a content carries as well', async () => {
      const drafter = await region.another('qiqige')
      const id = newId()
      await drafter.send(create(id))
      const file = sm3Hex(new TextEncoder().encode(id))
      const hash = await drafter.uploadContent({
        ...sampleContent('有附件'), attachments: [{ kind: 'file', name: '附件', file: { fileName: 'a.txt', mediaType: 'text/plain', size: id.length, hash: file } }],
      })
      const save = await drafter.command({ type: 'draft.save', documentId: id, contentHash: hash, base: null })
      expect((await drafter.push(save)).stopped).toEqual({ reason: 'blob_missing', hashes: [file] })
      await drafter.upload(new TextEncoder().encode(id))
      expect((await drafter.push(save)).results[0]).toMatchObject({ status: 'accepted' })
    })

    it('P3 answers other bytes under a known id with idempotency_mismatch, and the first answer stands', async () => {
      const drafter = await region.another('qiqige')
      const first = await drafter.command(create(newId()))
      await drafter.push(first)
      const other = await drafter.command(create(newId()), { commandId: first.commandId })
      expect((await drafter.push(other)).results[0]).toMatchObject({ status: 'rejected', code: 'idempotency_mismatch' })
      expect((await drafter.push(first)).results[0]).toMatchObject({ status: 'accepted' })
      const stranger = await region.another('qiqige')
      const borrowed = await stranger.command(create(newId()), { commandId: first.commandId })
      expect((await stranger.push(borrowed)).results[0]).toMatchObject({ status: 'rejected', code: 'idempotency_mismatch', record: null })
    })

    it('P4 stores a rejection, goes on with the next number, and rejects what depended on it', async () => {
      const drafter = await region.another('qiqige')
      const refused = await drafter.command({ type: 'document.recall', documentId: newId(), reason: '不存在' })
      const independent = await drafter.command(create(newId()))
      const dependent = await drafter.command(create(newId()), { dependsOn: [refused.commandId] })
      const transitive = await drafter.command(create(newId()), { dependsOn: [dependent.commandId] })
      const { results, stopped } = await drafter.push(refused, independent, dependent, transitive)
      expect(stopped).toBeNull()
      expect(results.map((result) => (result.status === 'rejected' ? result.code : result.status))).toEqual(
        ['not_found', 'accepted', 'depends_on_rejected', 'depends_on_rejected'])
      expect((await drafter.push(refused)).results[0]).toEqual(results[0])
    })

    it('P4 a fork is adjusted: both drafts are kept', async () => {
      const { id, hash } = await region.draft()
      const second = await region.another('qiqige')
      const other = await second.uploadContent(sampleContent('另一台设备上的草稿'))
      const result = await second.send({ type: 'draft.save', documentId: id, contentHash: other, base: null })
      expect(result).toMatchObject({ status: 'adjusted' })
      await second.pull()
      expect(second.state(id).drafts.map((draft) => draft.hash)).toEqual([hash, other])
    })

    it('P6 resending any prefix any number of times changes nothing', async () => {
      const drafter = await region.another('qiqige')
      const id = newId()
      const hash = await drafter.uploadContent(sampleContent('重发'))
      const outbox = [
        await drafter.command(create(id)),
        await drafter.command({ type: 'draft.save', documentId: id, contentHash: hash, base: null }),
        await drafter.command({ type: 'document.recall', documentId: newId(), reason: '不存在' }),
        await drafter.command({ type: 'comment.add', documentId: id, text: '一条批注' }),
      ]
      const first = await drafter.push(...outbox)
      const facts = 'select ((select count(*) from ledger_entry) * 1000000 + (select count(*) from command))::bigint as n'
      const before = await count(facts)
      for (const length of [1, 4, 2, 3, 4]) {
        const again = await drafter.push(...outbox.slice(0, length))
        expect(again.results.map((result) => [result.status, result.receivedAt])).toEqual(first.results.slice(0, length).map((result) => [result.status, result.receivedAt]))
      }
      expect(await count(facts)).toBe(before)
    })

    it('P3 Y83 a text that would print 〓 is not taken into the route, and the refusal names the character', async () => {
      const { id, hash } = await region.draft()
      const drafter = await region.on('qiqige')
      const bad = await drafter.uploadContent({ ...sampleContent('关于任命的通知'), body: [{ kind: 'paragraph', level: 0, number: null, text: `任命${unprintable}为局长。` }] })
      expect(await drafter.send({ type: 'draft.save', documentId: id, contentHash: bad, base: hash })).toMatchObject({ status: 'accepted' })
      const submit = { type: 'document.submit', documentId: id, routeId: 'bgt-fawen', routeVersion: 1, assignments } as const
      expect(await drafter.send({ ...submit, contentHash: bad })).toMatchObject({ status: 'rejected', code: 'invalid_content', detail: expect.stringMatching(/1个字.*〓.*U\+10FFFD/u) as string })
      expect(await drafter.send({ type: 'draft.save', documentId: id, contentHash: hash, base: bad })).toMatchObject({ status: 'accepted' })
      expect(await drafter.send({ ...submit, contentHash: hash })).toMatchObject({ status: 'accepted' })
    })

    it('P3 refuses from outside what only the installation does', async () => {
      const { id } = await region.draft()
      const drafter = await region.on('qiqige')
      for (const type of ['document.number', 'document.compose', 'archive.package'] as const) {
        expect(await drafter.send({ type, documentId: id })).toMatchObject({ status: 'rejected', code: 'not_authorized' })
      }
      expect(await drafter.send({ type: 'directory.changeRoles', personId: 'qiqige', roles: ['leader'] })).toMatchObject({ status: 'rejected', code: 'not_authorized' })
    })
  })

  describe('O2 O3 checks in the transaction of the effect', () => {
    const seen = async (client: TestClient, id: string) => {
      await client.pull()
      return { documentId: id, stepId: 'review', branchId: 'review/wangxiaoyan', opinion: '同意', sawHash: standingSawHash(client.state(id)) ?? '', signature: null }
    }

    it('O3 content_changed names both texts', async () => {
      const { id, hash } = await region.submitted()
      const reviewer = await region.on('wangxiaoyan')
      const agree = await seen(reviewer, id)
      const amended = await reviewer.uploadContent(sampleContent('核稿人改过的标题'))
      expect(await reviewer.send({ type: 'revision.amend', documentId: id, contentHash: amended, parentHash: hash, note: '' })).toMatchObject({ status: 'accepted' })
      expect(await reviewer.send({ type: 'step.agree', ...agree })).toMatchObject({ status: 'rejected', code: 'content_changed', standing: amended })
    })

    it('O3 step_closed, not_authorized, recalled', async () => {
      const { id } = await region.submitted()
      const reviewer = await region.on('wangxiaoyan')
      const agree = await seen(reviewer, id)
      expect(await (await region.on('qiqige')).send({ type: 'step.agree', ...agree })).toMatchObject({ code: 'not_authorized' })
      expect(await (await region.on('bateer')).send({ type: 'step.agree', ...agree })).toMatchObject({ code: 'not_found' })
      expect(await reviewer.send({ type: 'step.agree', ...agree })).toMatchObject({ status: 'accepted' })
      expect(await reviewer.send({ type: 'step.agree', ...agree })).toMatchObject({ code: 'step_closed' })
      await (await region.on('qiqige')).send({ type: 'document.recall', documentId: id, reason: '重拟' })
      expect(await reviewer.send({ type: 'step.agree', ...agree })).toMatchObject({ code: 'recalled' })
    })

    it('O3 route_changed: a submission names the version it was made for', async () => {
      const { id, hash } = await region.draft()
      expect(await (await region.on('qiqige')).send({
        type: 'document.submit', documentId: id, contentHash: hash, routeId: 'bgt-fawen', routeVersion: 2, assignments,
      })).toMatchObject({ code: 'route_changed' })
    })

    it('O3 too_old: the age is counted from the server’s own time inside the cursor', async () => {
      const { id } = await region.submitted()
      const reviewer = await region.another('wangxiaoyan')
      const agree = await seen(reviewer, id)
      server().shift(73 * 3_600_000)
      try {
        await reviewer.refresh()
        // The device says that it was made just now; the cursor says otherwise.
        expect(await reviewer.send({ type: 'step.agree', ...agree })).toMatchObject({ code: 'too_old' })
        expect(await reviewer.send({ type: 'step.agree', ...agree }, { basedOn: null })).toMatchObject({ code: 'too_old' })
        const forged = (reviewer.cursor ?? '').replace(/\.(\d+)\.([^.]+)$/, (_, time: string, mac: string) => `.${Number(time) + 73 * 3_600_000}.${mac}`)
        expect(await reviewer.send({ type: 'step.agree', ...agree }, { basedOn: forged })).toMatchObject({ code: 'too_old' })
        await reviewer.pull()
        expect(await reviewer.send({ type: 'step.agree', ...agree })).toMatchObject({ status: 'accepted' })
      } finally {
        server().shift(-73 * 3_600_000)
      }
    })

    it('O3 offline_not_allowed: a step that must be decided online', async () => {
      const [row] = await server().db.query<{ state: { routes: Record<string, { steps: object[] }> } }>(`select state from aggregate where kind = 'routes'`)
      const route = row?.state.routes['bgt-fawen'] as { steps: { id: string }[] }
      const online = await server().run({
        type: 'route.publish',
        route: { ...route, id: 'online-only', version: 1, name: '须在线', steps: route.steps.map((step) => ({ ...step, offline: { allowed: false } })) } as never,
      })
      expect(online).toMatchObject({ status: 'accepted' })
      const { id, hash } = await region.draft()
      const drafter = await region.on('qiqige')
      expect(await drafter.send({ type: 'document.submit', documentId: id, contentHash: hash, routeId: 'online-only', routeVersion: 1, assignments })).toMatchObject({ status: 'accepted' })
      const reviewer = await region.another('wangxiaoyan')
      const agree = await seen(reviewer, id)
      server().shift(6 * 60_000)
      try {
        expect(await reviewer.send({ type: 'step.agree', ...agree })).toMatchObject({ code: 'offline_not_allowed' })
      } finally {
        server().shift(-6 * 60_000)
      }
    })

    it('O4 the device’s clock orders and gates nothing', async () => {
      const drafter = await region.another('qiqige')
      const result = await drafter.send(create(newId()), { claimedAt: '2016-11-24T00:00:00Z' })
      expect(result).toMatchObject({ status: 'accepted' })
      expect(result.receivedAt.slice(0, 4)).not.toBe('2016')
    })
  })

  describe('effects', () => {
    it('R8 numbers, composes, seals once (S1), dispatches and files', async () => {
      const id = await region.composed()
      const clerk = await region.on('sunli')
      await clerk.enrolKey()
      await clerk.pull()
      const state = clerk.state(id)
      expect(state).toMatchObject({ status: 'composed', number: { mark: '内政办发' } })
      expect(await clerk.send({ type: 'document.seal', documentId: id, purpose: 'issue', sealId: 'azq-seal', signature: await clerk.sealOrder(id, 'azq-seal') })).toMatchObject({ code: 'seal_unusable' })
      const seal = { type: 'document.seal', documentId: id, purpose: 'issue', sealId: 'nmg-bgt-seal', signature: await clerk.sealOrder(id) } as const
      expect(await clerk.send(seal)).toMatchObject({ status: 'accepted' })
      expect(await clerk.send(seal)).toMatchObject({ status: 'rejected', code: 'already_sealed' })
      expect(await clerk.send({ type: 'document.dispatch', documentId: id, organIds: ['azq'] })).toMatchObject({ status: 'accepted' })
      const receiver = await region.on('zhaomin')
      await receiver.pull()
      const received = receiver.state(id)
      expect(received).toMatchObject({ revisions: [], opinions: [], final: null, dispatch: { targets: [{ organId: 'azq' }] } })
      expect((await receiver.call('GET', `/v1/blobs/${received.seal?.sealedHash}`)).status).toBe(200)
      expect((await receiver.call('GET', `/v1/blobs/${state.final?.hash}`)).status).toBe(404)
      const archivist = await region.on('wuyunna')
      expect(await archivist.send({ type: 'document.file', documentId: id, retention: 'D30', category: '综合', reason: '' })).toMatchObject({ status: 'accepted' })
      await archivist.pull()
      expect(archivist.state(id).archive?.code).toMatch(/^Z001-WS·\d{4}-D30-BGT-\d{4}$/)
      await server().settled()
      await archivist.pull()
      expect([archivist.state(id).status, server().logged.filter((line) => line.includes('作业'))]).toEqual(['packaged', []])
      const reply = await fetch(`${server().url}/v1/blobs/${archivist.state(id).package?.hash}`, {
        headers: { 'wenshu-wire': '1', authorization: `Bearer ${archivist.session?.accessToken}` },
      })
      const zip = new Uint8Array(await reply.arrayBuffer())
      const trust = { anchors: [server().authority.rootCertificate], crls: [], trust: 'decide' } as const
      const report = verifyPackageZip(zip, trust, verifyPdf)
      expect([report.verdict, report.signatures.flatMap((signature) => signature.steps.filter((step) => step.result === 'fail')), report.warnings]).toEqual(['valid', [], []])
    })
  })
}

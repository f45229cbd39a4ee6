import { beforeAll, describe, expect, it } from 'vitest'
import { readZip } from '#core/formats'
import { stateSeal, stateSealConfirmation, type DocumentCommand, type SealPosition } from '#core/route'
import type { CommandResult, SealEntry, SealUse } from '#core/sync'
import type { TestClient } from '../../harness/client.ts'
import type { TestServer } from '../../harness/server.ts'
import { openRegion, type Region } from './region.ts'

const dual = 'nmg-zf-seal'

export const sealRules = (server: () => TestServer): void => {
  describe('seals', () => {
    let region: Region
    beforeAll(() => { region = openRegion(server()) })
    const clerk = async (person: string): Promise<TestClient> => {
      const client = await region.on(person)
      await client.enrolKey()
      await client.pull()
      return client
    }
    const seal = async (client: TestClient, id: string, sealId: string): Promise<CommandResult> =>
      client.send({ type: 'document.seal', documentId: id, purpose: 'issue', sealId, signature: await client.sealOrder(id, sealId) })
    const confirmation = async (client: TestClient, id: string): Promise<DocumentCommand> => {
      const statement = stateSealConfirmation(client.state(id), { person: client.person, claimedAt: new Date().toISOString() })
      if (statement === null) throw new Error('nothing to confirm')
      return { type: 'document.confirmSeal', documentId: id, signature: await client.sign(statement) }
    }
    const entry = async (client: TestClient, sealId: string): Promise<SealEntry | undefined> =>
      ((await client.call('GET', '/v1/seals')).body as { seals: SealEntry[] }).seals.find((candidate) => candidate.id === sealId)
    const usesOf = async (client: TestClient, sealId: string, documentId: string): Promise<readonly SealUse[]> =>
      ((await client.call('GET', `/v1/seals/${sealId}/uses`)).body as { uses: SealUse[] }).uses.filter((use) => use.documentId === documentId)
    const applied = (id: string): Promise<unknown[]> => server().db.query('select 1 from organ_seal where document = $1', [id])

    it('S3 S4 under dual control nothing is sealed before a second clerk confirms, and both are in the use log', async () => {
      const id = await region.composed()
      const [first, second] = [await clerk('sunli'), await clerk('gaowa')]
      expect(await seal(first, id, dual)).toMatchObject({ status: 'accepted' })
      await Promise.all([first.pull(), second.pull()])
      expect([first.state(id).status, await applied(id)]).toEqual(['composed', []])
      expect(await first.send(await confirmation(first, id))).toMatchObject({ status: 'rejected', code: 'same_person' })
      expect(await seal(second, id, 'nmg-bgt-seal')).toMatchObject({ status: 'rejected', code: 'already_sealed' })
      expect(await second.send(await confirmation(second, id))).toMatchObject({ status: 'accepted' })
      await second.pull()
      expect(second.state(id)).toMatchObject({ status: 'sealed', sealRequest: null, seal: { by: 'sunli', confirmation: { by: 'gaowa' } } })
      expect((await usesOf(second, dual, id)).map((use) => [use.result, use.by, use.confirmedBy, use.sealedHash])).toEqual([
        ['sealed', 'sunli', 'gaowa', second.state(id).seal?.sealedHash], ['requested', 'sunli', null, null],
      ])
    })

    const hand = (change: Partial<SealPosition> = {}): SealPosition => ({ page: 1, x: 141_500, y: 199_000, diameter: 42_000, from: 'hand', ...change })
    const sealAt = async (client: TestClient, id: string, place: SealPosition, sealId = 'nmg-bgt-seal'): Promise<CommandResult> =>
      client.send({ type: 'document.seal', documentId: id, purpose: 'issue', sealId, signature: await client.sealOrder(id, sealId, place) })
    /** Centre and width of the seal on the pages of both sealed files, mm from the page's upper left. */
    const stampedAt = async (client: TestClient, id: string): Promise<{ readonly pdf: readonly number[]; readonly ofd: readonly number[] }> => {
      const { seal: applied_ } = client.state(id)
      const bytes = async (hash: string | undefined): Promise<Uint8Array> => {
        const reply = await fetch(`${server().url}/v1/blobs/${hash ?? ''}`, { headers: { 'wenshu-wire': '1', authorization: `Bearer ${client.session?.accessToken}` } })
        expect(reply.status).toBe(200)
        return new Uint8Array(await reply.arrayBuffer())
      }
      const [left = 0, bottom = 0, right = 0, top = 0] = [...Buffer.from(await bytes(applied_?.sealedHash)).toString('latin1').matchAll(/\/FT\s*\/Sig[^]*?\/Rect\s*\[([^\]]+)\]/gu)].at(-1)?.[1]?.trim().split(/\s+/u).map(Number) ?? []
      const entries = readZip(await bytes(applied_?.sealedOfdHash))
      if (!entries.ok) throw new Error(entries.error.message)
      const signature = entries.value.find(({ path }) => path.endsWith('/Signature.xml'))
      const [x = 0, y = 0, width = 0, height = 0] = /Boundary="([^"]+)"/u.exec(Buffer.from(signature?.bytes ?? []).toString())?.[1]?.split(' ').map(Number) ?? []
      const mm = (points: number): number => points * 25.4 / 72
      return { pdf: [mm((left + right) / 2), 297 - mm((top + bottom) / 2), mm(right - left)], ofd: [x + width / 2, y + height / 2, width] }
    }
    const near = (found: readonly number[], wanted: readonly number[]): void => {
      for (const [nth, value] of wanted.entries()) expect(Math.abs((found[nth] ?? Number.NaN) - value), `${found.join()} for ${wanted.join()}`).toBeLessThan(0.02)
    }

    it('S10 both files carry the seal where the clerk put it, and the record says where and by whom it was put', async () => {
      const id = await region.composed()
      const first = await clerk('sunli')
      expect(await sealAt(first, id, hand())).toMatchObject({ status: 'accepted' })
      await first.pull()
      expect(first.state(id).seal?.signature.statement).toMatchObject({ schema: 'wenshu.seal/3', organId: 'nmg-bgt', place: hand() })
      const { pdf, ofd } = await stampedAt(first, id)
      near(pdf, [141.5, 199, 42])
      near(ofd, [141.5, 199, 42])
    })

    it('S10 where the rule puts it when nothing else was said, also a larger seal under dual control', async () => {
      const id = await region.composed()
      const [first, second] = [await clerk('sunli'), await clerk('gaowa')]
      expect(await seal(first, id, dual)).toMatchObject({ status: 'accepted' })
      await second.pull()
      expect(second.state(id).sealRequest?.signature.statement).toMatchObject({ place: { x: 140_000, y: 200_000, diameter: 50_000, from: 'layout' } })
      expect(await second.send(await confirmation(second, id))).toMatchObject({ status: 'accepted' })
      await second.pull()
      const { pdf, ofd } = await stampedAt(second, id)
      near(pdf, [140, 200, 50])
      near(ofd, [140, 200, 50])
    })

    it('S10 a document composed before records had places is sealed at the layout’s, by a statement of that time', async () => {
      const id = await region.composed()
      const first = await clerk('sunli')
      const { sealGround: _ground, ...final } = first.state(id).final!
      const statement = stateSeal({ ...first.state(id), final }, { purpose: 'issue', sealId: 'nmg-bgt-seal', person: 'sunli', claimedAt: new Date().toISOString() })
      const signature = await first.sign(statement!)
      const order = { type: 'document.seal', documentId: id, purpose: 'issue', sealId: 'nmg-bgt-seal', signature } as const
      expect(await first.send(order)).toMatchObject({ code: 'signature_invalid', detail: expect.stringContaining('没有写明印章位置') })
      await server().db.query(`update aggregate set state = state #- '{final,sealGround}' where id = $1`, [id])
      expect(await first.send(order)).toMatchObject({ status: 'accepted' })
      await first.pull()
      expect(first.state(id).seal?.signature.statement.schema).toBe('wenshu.seal/2')
      near((await stampedAt(first, id)).pdf, [140, 200, 42])
    })

    it.each<[string, Partial<SealPosition>, RegExp]>([
      ['off the page', { x: 20_000 }, /超出页面/], ['on a page that is not there', { page: 2 }, /共1页，没有第2页/], ['on nothing', { y: 120_000 }, /空白印章/], ['on 版记', { y: 220_000 }, /压住版记/],
      ['that only says it is the rule’s', { from: 'layout' }, /与版面不符/],
    ])('S11 a place %s is refused, and nothing is sealed', async (_name, change, why) => {
      const id = await region.composed()
      const first = await clerk('sunli')
      expect(await sealAt(first, id, hand(change))).toMatchObject({ status: 'rejected', code: 'invalid_command', detail: expect.stringMatching(why) })
      expect(await applied(id)).toEqual([])
    })

    it('S11 no number, or a fraction of one, never enters; a place moved after it was signed does not hold', async () => {
      const id = await region.composed()
      const first = await clerk('sunli')
      const signature = await first.sealOrder(id, 'nmg-bgt-seal', hand())
      const moved = (place: object): DocumentCommand => ({
        type: 'document.seal', documentId: id, purpose: 'issue', sealId: 'nmg-bgt-seal', signature: { ...signature, statement: { ...signature.statement, place } as typeof signature.statement },
      })
      expect(await first.send(moved(hand({ x: 139_000 })))).toMatchObject({ status: 'rejected', code: 'signature_invalid' })
      for (const x of ['1.5', 'null', '"140000"', '1e400', '-1']) {
        const command = await first.command(moved(hand()))
        const body = JSON.stringify({ commands: [command] }).replaceAll('"x":141500', `"x":${x}`)
        const reply = await first.call('POST', '/v1/push', body)
        // Not read at all: the number of the device is not used up.
        expect([x, reply.body]).toMatchObject([x, { results: [], stopped: { reason: 'malformed' } }])
        first.nextSeq -= 1
      }
      expect(await applied(id)).toEqual([])
    })

    it('S10 the size that was on screen is the size of the seal: another one is refused, at the request too', async () => {
      const id = await region.composed()
      const first = await clerk('sunli')
      expect(await sealAt(first, id, hand(), dual)).toMatchObject({ code: 'seal_unusable', detail: expect.stringMatching(/50毫米.*42毫米/) })
      expect(await sealAt(first, id, hand({ diameter: 50_000 }))).toMatchObject({ code: 'seal_unusable', detail: expect.stringMatching(/42毫米.*50毫米/) })
      await first.pull()
      expect([first.state(id).sealRequest ?? null, await applied(id)]).toEqual([null, []])
    })

    it('S10 S4 the second clerk confirms the place that the first one signed, and no other', async () => {
      const id = await region.composed()
      const [first, second] = [await clerk('sunli'), await clerk('gaowa')]
      expect(await sealAt(first, id, hand({ diameter: 50_000 }), dual)).toMatchObject({ status: 'accepted' })
      await second.pull()
      const early = await confirmation(second, id)
      expect(await second.send({ type: 'document.returnSeal', documentId: id, reason: '印章偏右' })).toMatchObject({ status: 'accepted' })
      await first.pull()
      expect(await sealAt(first, id, hand({ diameter: 50_000, x: 139_000 }), dual)).toMatchObject({ status: 'accepted' })
      expect(await second.send(early)).toMatchObject({ code: 'signature_invalid' })
      await second.pull()
      expect(await second.send(await confirmation(second, id))).toMatchObject({ status: 'accepted' })
      await second.pull()
      near((await stampedAt(second, id)).pdf, [139, 199, 50])
    })

    it('S5 a request is returned with a reason, and asked for anew by the other', async () => {
      const id = await region.composed()
      const [first, second] = [await clerk('sunli'), await clerk('gaowa')]
      expect(await seal(first, id, dual)).toMatchObject({ status: 'accepted' })
      await second.pull()
      const early = await confirmation(second, id)
      expect(await second.send({ type: 'document.returnSeal', documentId: id, reason: '成文日期有误' })).toMatchObject({ status: 'accepted' })
      expect(await second.send(early)).toMatchObject({ code: 'illegal_transition' })
      await second.pull()
      expect(second.state(id).sealReturn).toMatchObject({ by: 'gaowa', requestedBy: 'sunli', reason: '成文日期有误' })
      expect(await seal(second, id, dual)).toMatchObject({ status: 'accepted' })
      await first.pull()
      expect(await first.send(await confirmation(first, id))).toMatchObject({ status: 'accepted' })
      await first.pull()
      expect(first.state(id).seal).toMatchObject({ by: 'gaowa', confirmation: { by: 'sunli' } })
    })

    it('S6 a stopped seal is refused with its reason, also between request and confirmation, and the refusal is in the use log', async () => {
      const id = await region.composed()
      const [first, second, officer] = [await clerk('sunli'), await clerk('gaowa'), await region.on('liuyang')]
      const turn = async (status: string, reason: string) => (await officer.call('POST', `/v1/seals/${dual}/status`, { status, reason })).status
      expect(await seal(first, id, dual)).toMatchObject({ status: 'accepted' })
      await second.pull()
      expect(await turn('suspended', '印章管理员交接')).toBe(204)
      expect(await second.send(await confirmation(second, id))).toMatchObject({ code: 'seal_unusable', detail: expect.stringMatching(/已停用（印章管理员交接）/) })
      expect(await applied(id)).toEqual([])
      expect(await entry(first, dual)).toMatchObject({ status: 'suspended', halted: { by: 'liuyang', reason: '印章管理员交接' } })
      expect((await usesOf(first, dual, id))[0]).toMatchObject({ result: 'refused', detail: expect.stringContaining('已停用'), confirmedBy: 'gaowa', sealedHash: null })
      expect(await turn('active', '交接完毕')).toBe(204)
      expect(await second.send(await confirmation(second, id))).toMatchObject({ status: 'accepted' })
      expect(await entry(first, dual)).toMatchObject({ status: 'active', halted: null })
    })

    it('S6 an ended seal stays ended, and its certificates go on the revocation list', async () => {
      await server().defineSeal({ id: 'old-seal', organId: 'nmg-bgt', name: '旧印章', diameterMm: 42, bottomText: '演示专用' })
      const id = await region.composed()
      const [first, officer] = [await clerk('sunli'), await region.on('liuyang')]
      expect(await seal(first, id, 'old-seal')).toMatchObject({ status: 'accepted' })
      const [{ n: before } = { n: -1 }] = await server().db.query<{ n: number }>(`select count(*) as n from certificate where purpose = 'seal' and revoked_at is not null`)
      expect((await officer.call('POST', '/v1/seals/old-seal/status', { status: 'revoked', reason: '更换印章' })).status).toBe(204)
      const [{ n: after } = { n: -1 }] = await server().db.query<{ n: number }>(`select count(*) as n from certificate where purpose = 'seal' and revoked_at is not null`)
      expect(after - before).toBe(2)
      expect(await officer.call('POST', '/v1/seals/old-seal/status', { status: 'active', reason: '再用' })).toMatchObject({ status: 409, body: { code: 'seal_revoked' } })
      expect(await seal(first, await region.composed().then(async (fresh) => { await first.pull(); return fresh }), 'old-seal')).toMatchObject({ code: 'seal_unusable', detail: expect.stringContaining('已注销') })
    })

    it('S6 an expired seal is refused with its date', async () => {
      await server().defineSeal({ id: 'short-seal', organId: 'nmg-bgt', name: '临时印章', diameterMm: 42, bottomText: '演示专用' })
      await server().db.query(`update seal_definition set valid_from = '2020-01-01T00:00:00Z', valid_to = '2021-01-01T00:00:00Z' where id = 'short-seal'`)
      const id = await region.composed()
      const first = await clerk('sunli')
      expect(await seal(first, id, 'short-seal')).toMatchObject({ code: 'seal_unusable', detail: expect.stringMatching(/2021-01-01.*已过期/) })
    })

    it('the register is read by clerks of the organ, security administrator and auditor, and changed by the administrator alone', async () => {
      const [first, officer, auditor, drafter] = [await region.on('sunli'), await region.on('liuyang'), await region.on('baiyin'), await region.on('qiqige')]
      const organs = async (client: TestClient) => new Set(((await client.call('GET', '/v1/seals')).body as { seals: SealEntry[] }).seals.map((seal_) => seal_.organId))
      expect([...await organs(first)]).toEqual(['nmg-bgt'])
      expect((await organs(auditor)).size).toBeGreaterThan(1)
      expect(await entry(officer, dual)).toMatchObject({ control: 'dual', keys: { pdf: '', ofd: '' } })
      expect(await drafter.call('GET', '/v1/seals')).toMatchObject({ status: 403, body: { code: 'forbidden' } })
      expect((await first.call('GET', '/v1/seals/azq-seal/uses')).status).toBe(404)
      for (const client of [first, auditor, drafter]) expect((await client.call('POST', `/v1/seals/${dual}/status`, { status: 'suspended', reason: '试' })).status).toBe(403)
      expect(await officer.call('POST', `/v1/seals/${dual}/status`, { status: 'suspended', reason: ' ' })).toMatchObject({ status: 400, body: { code: 'bad_request' } })
      expect((await officer.call('POST', '/v1/seals/none/status', { status: 'suspended', reason: '试' })).status).toBe(404)
    })
  })
}

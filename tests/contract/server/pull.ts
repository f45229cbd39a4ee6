import { beforeAll, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { fromBase64, fromHex } from '#core/formats'
import { verifyConsistency, verifySignedHead, type SignedHead } from '#core/ledger'
import { digestRows, type Hello } from '#core/sync'
import type { TestServer } from '../../harness/server.ts'
import { openRegion, type Region } from './region.ts'

const bytes = (hex: string): Uint8Array => {
  const read = fromHex(hex)
  if (!read.ok) throw new Error(hex)
  return read.value
}

export const pullRules = (server: () => TestServer): void => {
  let region: Region
  beforeAll(() => { region = openRegion(server()) })

  describe('pull', () => {
    it('L1 pages of any size add up to the same view, and a page holds a record once', async () => {
      await region.draft()
      await region.submitted()
      const whole = await (await region.another('qiqige')).pull(500)
      const bitwise = await (await region.another('qiqige')).pull(1)
      expect([...bitwise.rows.entries()].sort()).toEqual([...whole.rows.entries()].sort())
      const again = await whole.page()
      expect(again).toMatchObject({ reset: false, changes: [], removals: [], hasMore: false })
    })

    it('L1 a cursor of another person, a made-up one and one of another epoch mean reset', async () => {
      const drafter = await region.another('qiqige')
      await drafter.pull()
      const leader = await region.another('bateer')
      leader.cursor = drafter.cursor
      expect(await leader.page()).toMatchObject({ reset: true })
      leader.cursor = 'nonsense'
      expect(await leader.page()).toMatchObject({ reset: true })
      leader.cursor = (drafter.cursor ?? '').replace(/^1\.[0-9a-f]{16}/, '1.0000000000000000')
      expect(await leader.page()).toMatchObject({ reset: true })
    })

    it('L1 answers compressed', async () => {
      const client = await region.another('qiqige')
      const response = await fetch(`${server().url}/v1/pull`, {
        method: 'POST', body: JSON.stringify({ cursor: null, limit: 10 }),
        headers: { 'wenshu-wire': '1', 'content-type': 'application/json', authorization: `Bearer ${client.session?.accessToken}`, 'accept-encoding': 'gzip' },
      })
      expect(response.headers.get('content-encoding')).toBe('gzip')
      expect(await response.json()).toMatchObject({ reset: false })
    })

    it('L4 a task sends the whole record; going out of view sends a removal', async () => {
      const leader = await (await region.another('bateer')).pull()
      const { id } = await region.submitted()
      await leader.pull()
      expect(leader.rows.has(id)).toBe(false)
      for (const person of ['wangxiaoyan', 'limin', 'zhaogang']) await (await region.on(person)).agree(id)
      await leader.pull()
      expect(leader.state(id)).toMatchObject({ id, step: { stepId: 'approve' } })
      expect(leader.state(id).opinions).toHaveLength(3)
      await (await region.on('qiqige')).send({ type: 'document.recall', documentId: id, reason: '重拟' })
      const page = await leader.page()
      expect(page).toMatchObject({ reset: false, removals: [{ kind: 'document', id }] })
    })

    it('L4 a delegation brings a document into view, and its end takes it out again', async () => {
      const { id } = await region.submitted()
      const helper = await (await region.another('gaowa')).pull()
      expect(helper.rows.has(id)).toBe(false)
      const reviewer = await region.on('wangxiaoyan')
      const since = new Date(Date.now() - 1_000).toISOString()
      const until = new Date(Date.now() + 3_600_000).toISOString()
      expect(await reviewer.send({ type: 'directory.delegate', delegation: { from: 'wangxiaoyan', to: 'gaowa', since, until } })).toMatchObject({ status: 'accepted' })
      await server().settled()
      await helper.pull()
      expect(helper.rows.has(id)).toBe(true)
      server().shift(2 * 3_600_000)
      try {
        await server().settled()
        await helper.refresh()
        await helper.pull()
        expect(helper.rows.has(id)).toBe(false)
      } finally {
        server().shift(-2 * 3_600_000)
      }
    })

    it('L7 the socket says pull now to those concerned, and closes on a wrong token', async () => {
      const reviewer = await region.another('wangxiaoyan')
      const open = (token: string) => {
        const socket = new WebSocket(`${server().url.replace(/^http/, 'ws')}/v1/poke`)
        const heard: string[] = []
        const closed = new Promise<number>((resolve) => socket.on('close', resolve))
        socket.on('open', () => socket.send(JSON.stringify({ token })))
        socket.on('message', (data) => heard.push(String(data)))
        return { socket, heard, closed }
      }
      const good = open(reviewer.session?.accessToken ?? '')
      await expect.poll(() => good.heard.length).toBe(1)
      await region.submitted()
      await expect.poll(() => good.heard.length).toBe(2)
      expect(JSON.parse(good.heard[1] ?? '')).toEqual({ type: 'poke' })
      good.socket.close()
      expect(await open('no').closed).toBe(4401)
      const rude = open('')
      expect(await rude.closed).toBe(4401)
    })

    it('L8 the digest is that of the rows which the account holds', async () => {
      await region.draft()
      const client = await (await region.another('qiqige')).pull()
      const reply = await client.call('GET', '/v1/view-digest')
      expect(reply.body).toEqual(digestRows([...client.rows.values()]))
    })

    it('L9 heads are signed by the log key and lead into one another', async () => {
      const client = await region.another('qiqige')
      const hello = (await client.call('GET', '/v1/hello')).body as Hello
      const certificate = fromBase64(hello.logCertificate)
      if (!certificate.ok) throw new Error('certificate')
      const earlier = (await client.call('GET', '/v1/log/head')).body as SignedHead
      await region.draft()
      const page = await client.page()
      if (page.reset) throw new Error('reset')
      for (const head of [earlier, page.head]) expect(verifySignedHead(head, { certificate: certificate.value })).toMatchObject({ ok: true })
      const [from, to] = [earlier.head.size, page.head.head.size]
      expect(to).toBeGreaterThan(from)
      const path = (await client.call('GET', `/v1/log/consistency?from=${from}&to=${to}`)).body as { nodes: string[] }
      const claim = { from, to, fromRoot: bytes(earlier.head.root), toRoot: bytes(page.head.head.root), proof: path.nodes.map(bytes) }
      expect(verifyConsistency(claim)).toBe(true)
      expect(verifyConsistency({ ...claim, fromRoot: bytes(page.head.head.root) })).toBe(false)
      expect((await client.call('GET', `/v1/log/consistency?from=${to}&to=${to + 5}`)).status).toBe(404)
    })

    it('L3 health tells how far the feed lags behind', async () => {
      const reply = await fetch(`${server().url}/v1/health`)
      expect(await reply.json()).toMatchObject({ ok: true, feedWatermarkAgeSeconds: 0 })
    })
  })
}

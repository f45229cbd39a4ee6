import { beforeAll, describe, expect, it } from 'vitest'
import type { TestClient } from '../../harness/client.ts'
import type { TestServer } from '../../harness/server.ts'
import { newId, openRegion } from './region.ts'

type Case = readonly [name: string, method: string, path: string, body: unknown, status: number, headers?: Record<string, string>]

const zeros = '0'.repeat(64)
const cases: readonly Case[] = [
  ['text that is not JSON', 'POST', '/v1/push', '{"commands":[', 400],
  ['an empty body', 'POST', '/v1/push', '', 400],
  ['a list for an object', 'POST', '/v1/push', [], 400],
  ['null', 'POST', '/v1/push', 'null', 400],
  ['a member too many', 'POST', '/v1/push', { commands: [], more: 1 }, 400],
  ['too many commands', 'POST', '/v1/push', { commands: Array.from({ length: 501 }, () => ({})) }, 400],
  ['a body over the limit', 'POST', '/v1/push', `{"commands":["${'x'.repeat(9 * 1024 * 1024)}"]}`, 413],
  ['another media type', 'POST', '/v1/push', '<commands/>', 415, { 'content-type': 'text/xml' }],
  ['a prototype in disguise', 'POST', '/v1/push', '{"__proto__":{"commands":[]}}', 400],
  ['a limit of nothing', 'POST', '/v1/pull', { cursor: null, limit: 0 }, 400],
  ['a limit without end', 'POST', '/v1/pull', { cursor: null, limit: 1e9 }, 400],
  ['a cursor of the wrong type', 'POST', '/v1/pull', { cursor: {}, limit: 1 }, 400],
  ['a session without members', 'POST', '/v1/session', {}, 400],
  ['a key that is not on the curve', 'POST', '/v1/keys', { publicKey: `04${'1'.repeat(128)}`, at: '2026-11-24T00:00:00Z', proof: '30'.repeat(35) }, 400],
  ['a hash in capitals', 'GET', `/v1/blobs/${'A'.repeat(64)}`, undefined, 400],
  ['a path for a hash', 'GET', '/v1/blobs/..%2F..%2Fetc%2Fpasswd', undefined, 400],
  ['bytes under a wrong hash', 'PUT', `/v1/blobs/${zeros}`, new TextEncoder().encode('other'), 400],
  ['negative sizes', 'GET', '/v1/log/consistency?from=-1&to=2', undefined, 400],
  ['sizes in the wrong order', 'GET', '/v1/log/consistency?from=2&to=1', undefined, 404],
  ['no such interface', 'GET', '/v1/everything', undefined, 404],
  ['a person that is a query', 'GET', `/v1/certificates/${encodeURIComponent("' or 1=1 --")}`, undefined, 400],
]

export const garbageRules = (server: () => TestServer): void => {
  let client: TestClient
  beforeAll(async () => { client = await openRegion(server()).another('qiqige') })

  describe('hostile input has a code, and nothing else comes out', () => {
    it.each(cases.map((one) => [one[0], one] as const))('%s', async (_name, [, method, path, body, status, headers = {}]) => {
      const reply = await client.call(method, path, body, headers)
      expect(reply.status).toBe(status)
      expect(Object.keys(reply.body as object).sort()).toEqual(['code', 'message'])
      expect(JSON.stringify(reply.body)).not.toMatch(/\.ts|node_modules|at \w+ \(|select /)
    })

    it('every door but the open ones asks who is there', async () => {
      const nobody = { authorization: '' }
      for (const [method, path] of [
        ['POST', '/v1/push'], ['POST', '/v1/pull'], ['GET', '/v1/view-digest'], ['GET', '/v1/log/head'], ['GET', '/v1/log/consistency?from=0&to=0'], ['POST', '/v1/keys'],
        ['GET', `/v1/blobs/${zeros}`], ['GET', '/v1/certificates/bateer'], ['GET', '/v1/admin/devices'],
      ] as const) {
        expect([path, (await client.call(method, path, method === 'POST' ? {} : undefined, nobody)).status]).toEqual([path, 401])
      }
      expect((await client.call('PUT', `/v1/blobs/${zeros}`, new Uint8Array([1]), nobody)).status).toBe(401)
    })

    it('a broken command stops the batch, and those before it count', async () => {
      const good = await client.command({ type: 'document.create', documentId: newId(), kind: '通知', organId: 'nmg-bgt', title: '' })
      for (const broken of [null, 7, 'x', [], {}, { ...good, extra: 1 }, { ...good, deviceSeq: '2' }, { ...good, payload: { type: 'document.erase', documentId: 'a' } }]) {
        const response = await client.push(good, broken)
        expect(response.results).toHaveLength(1)
        expect(response.stopped).toMatchObject({ reason: 'malformed' })
      }
      const zero = await client.command({ type: 'document.create', documentId: newId(), kind: '通知', organId: 'nmg-bgt', title: '零\u0000字符' })
      expect((await client.push(zero)).stopped).toMatchObject({ reason: 'malformed' })
      client.nextSeq -= 1
      const escaped = await client.command({ type: 'document.create', documentId: newId(), kind: '通知', organId: 'nmg-bgt', title: '写作 \\u0000 的字' })
      expect((await client.push(escaped)).results[0]).toMatchObject({ status: 'accepted' })
    })

    it('text that looks like a query is text', async () => {
      const title = `'; drop table command; -- $1 \\ " 内蒙古 👩‍👩‍👧`
      const id = newId()
      expect(await client.send({ type: 'document.create', documentId: id, kind: '通知', organId: 'nmg-bgt', title })).toMatchObject({ status: 'accepted' })
      await client.pull()
      expect(client.state(id).title).toBe(title)
    })
  })
}

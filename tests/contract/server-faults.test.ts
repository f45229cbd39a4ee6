/** What goes wrong on a server's own side, and how it comes back. On the embedded database. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { TestClient } from '../harness/client.ts'
import { plainCompose } from '../harness/compose.ts'
import { startTestServer } from '../harness/server.ts'
import { newId, openRegion } from './server/region.ts'

const create = (documentId: string) => ({ type: 'document.create', documentId, kind: '通知', organId: 'nmg-bgt', title: '' } as const)

describe('faults', () => {
  it('L1 a restore from an older backup ends the epoch: clients pull anew, and a lost number shows as a gap', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wenshu-restore-'))
    const [dataDir, backup] = [join(folder, 'data'), join(folder, 'backup')]
    try {
      let server = await startTestServer({ dataDir })
      const before = await new TestClient(server.url, 'qiqige').signIn()
      const [kept, lost] = [newId(), newId()]
      await before.send(create(kept))
      await server.close()
      cpSync(dataDir, backup, { recursive: true })
      server = await startTestServer({ dataDir, port: Number(new URL(server.url).port) })
      const inTheTail = await before.command(create(lost))
      await before.push(inTheTail)
      for (let more = 0; more < 3; more++) await before.send({ type: 'comment.add', documentId: kept, text: '备份之后的批注' })
      await before.pull()
      expect(before.rows.has(lost)).toBe(true)
      await server.close()
      rmSync(dataDir, { recursive: true })
      cpSync(backup, dataDir, { recursive: true })
      server = await startTestServer({ dataDir, port: Number(new URL(server.url).port) })
      try {
        expect(await before.page()).toMatchObject({ reset: true })
        await before.pull()
        expect([before.rows.has(kept), before.rows.has(lost)]).toEqual([true, false])
        const next = await before.command(create(newId()))
        expect((await before.push(next)).stopped).toEqual({ reason: 'gap', expectedSeq: 2 })
        // The lost command is still good as it is: re-offered, it is taken.
        expect((await before.push(inTheTail)).results[0]).toMatchObject({ status: 'accepted' })
      } finally {
        await server.close()
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
    // Three starts of the embedded database.
  }, 300_000)

  it('a job that fails is kept with its reason and done later; a seal that cannot be applied is an answer, not a silence', async () => {
    let broken = true
    const server = await startTestServer({
      compose: { ...plainCompose, compose: (content, issue, pictures) => (broken ? Promise.reject(new Error('字体损坏')) : plainCompose.compose(content, issue, pictures)) },
      sealFont: async () => { throw new Error('没有字体') },
    })
    try {
      const region = openRegion(server)
      const id = await region.composed()
      const drafter = await region.on('qiqige')
      await drafter.pull()
      expect(drafter.state(id)).toMatchObject({ status: 'numbered', number: { serial: 1 } })
      expect((await server.db.query<{ reason: string }>(`select reason from job where key = $1`, [id]))[0]?.reason).toContain('internal_error')
      expect(await (await fetch(`${server.url}/v1/health`)).json()).toMatchObject({ jobs: { failing: 1 } })
      broken = false
      server.shift(60_000)
      await server.settled()
      await drafter.pull()
      expect(drafter.state(id)).toMatchObject({ status: 'composed', number: { serial: 1 } })
      expect(await server.db.query('select 1 from job')).toEqual([])

      const clerk = await region.on('sunli')
      await clerk.enrolKey()
      await clerk.pull()
      const signature = await clerk.sealOrder(id)
      expect(await clerk.send({ type: 'document.seal', documentId: id, purpose: 'issue', sealId: 'nmg-bgt-seal', signature })).toMatchObject({ status: 'rejected', code: 'internal_error' })
      expect(await server.db.query('select 1 from organ_seal')).toEqual([])
      expect(server.logged.join('\n')).toContain('没有字体')
    } finally {
      await server.close()
    }
  })

  it('off loopback there is TLS or nothing; a new device can wait for the security administrator', async () => {
    await expect(startTestServer({ host: '0.0.0.0', tls: 'none' })).rejects.toThrow('必须使用 TLS')
    const server = await startTestServer({ host: '0.0.0.0', deviceApproval: 'securityAdmin' })
    try {
      expect(server.url).toMatch(/^https:/)
      const plain = server.url.replace('https://0.0.0.0', 'http://127.0.0.1')
      await expect(fetch(`${plain}/v1/hello`)).rejects.toThrow()
      process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
      try {
        const client = new TestClient(server.url.replace('0.0.0.0', '127.0.0.1'), 'qiqige')
        const waiting = { status: 403, body: { code: 'device_pending' } }
        expect(await client.call('POST', '/v1/session', await client.signInRequest())).toMatchObject(waiting)
        expect(await client.call('POST', '/v1/session', await client.signInRequest())).toMatchObject(waiting)
        // The first officer's device is let in by whoever runs the server.
        const officer = new TestClient(client.url, 'liuyang')
        expect(await officer.call('POST', '/v1/session', await officer.signInRequest())).toMatchObject(waiting)
        await server.approveDevice(officer.deviceId)
        await officer.signIn()
        expect((await officer.call('POST', `/v1/admin/devices/${client.deviceId}/approve`)).status).toBe(204)
        await client.signIn()
        expect(client.session?.personId).toBe('qiqige')
      } finally {
        delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
      }
    } finally {
      await server.close()
    }
  })
})

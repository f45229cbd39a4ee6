import { beforeAll, describe, expect, it } from 'vitest'
import { readCertificate, readPem, readRevocationList, revocationAt, signCanonical, sm2KeyPair, sm2MessageSigner, validateChain } from '#core/crypto'
import { fromBase64, toHex } from '#core/formats'
import { enrolKeyContext } from '#core/sync'
import { randomBytes as entropy } from '#keys'
import { TestClient, sampleContent } from '../../harness/client.ts'
import type { TestServer } from '../../harness/server.ts'
import { newId, openRegion, type Region } from './region.ts'

export const identityRules = (server: () => TestServer): void => {
  let region: Region
  beforeAll(() => { region = openRegion(server()) })

  describe('identity', () => {
    it('I0 an account without a role gets no blob even with its hash, and cannot tell whether it exists', async () => {
      const { id, hash } = await region.submitted()
      const stranger = await region.another('zhangtao')
      const known = await stranger.call('GET', `/v1/blobs/${hash}`)
      const unknown = await stranger.call('GET', `/v1/blobs/${'0'.repeat(64)}`)
      expect(known.status).toBe(404)
      expect(known.body).toEqual(unknown.body)
      expect((await stranger.call('HEAD', `/v1/blobs/${hash}`)).status).toBe(404)
      await stranger.pull()
      expect(stranger.rows.has(id)).toBe(false)
      expect(await stranger.send({ type: 'comment.add', documentId: id, text: '看得见吗' })).toMatchObject({ status: 'rejected', code: 'not_found', record: null })
      expect((await (await region.on('wangxiaoyan')).call('GET', `/v1/blobs/${hash}`)).status).toBe(200)
    })

    it('PK8 a key that another person has enrolled is refused to the next; one whose certificate was revoked is refused to everyone', async () => {
      const pair = sm2KeyPair(entropy)
      const enrol = async (client: TestClient) => {
        const claim = { personId: client.person, publicKey: toHex(pair.publicKey), at: new Date().toISOString() }
        const proof = await signCanonical(claim, enrolKeyContext, sm2MessageSigner(pair.privateKey, entropy))
        return client.call('POST', '/v1/keys', { publicKey: claim.publicKey, at: claim.at, proof })
      }
      const [first, second] = [await region.on('zhangtao'), await region.on('wangxiaoyan')]
      const certified = await enrol(first)
      expect(certified.status).toBe(200)
      expect(await enrol(second)).toMatchObject({ status: 409, body: { code: 'key_taken' } })
      expect((await enrol(first)).body).toEqual(certified.body)
      await region.server.db.query('update certificate set revoked_at = $2 where public_key = $1', [toHex(pair.publicKey), new Date().toISOString()])
      for (const client of [first, second]) expect(await enrol(client)).toMatchObject({ status: 409, body: { code: client === first ? 'key_revoked' : 'key_taken' } })
    })

    it('I0 naming a hash in a document of one’s own opens nothing', async () => {
      const { hash } = await region.submitted()
      const { server: at } = region
      await at.run({ type: 'directory.registerPerson', person: { id: `spy-${newId().slice(4, 20)}`, name: '外人', organId: 'azq', title: '', roles: ['drafter'] } })
      const spyId = Object.keys((await at.directory()).people).find((person) => person.startsWith('spy-')) ?? ''
      await at.createAccount(spyId, 'Wenshu-demo-2026')
      const spy = await new TestClient(at.url, spyId).signIn()
      const id = newId()
      await spy.send({ type: 'document.create', documentId: id, kind: '通知', organId: 'azq', title: '' })
      const direct = await spy.command({ type: 'draft.save', documentId: id, contentHash: hash, base: null })
      expect((await spy.push(direct)).stopped).toEqual({ reason: 'blob_missing', hashes: [hash] })
      spy.nextSeq -= 1
      const own = await spy.uploadContent({
        ...sampleContent('套取附件'), attachments: [{ kind: 'file', name: '附件', file: { fileName: 'x', mediaType: 'application/octet-stream', size: 1, hash } }],
      })
      const indirect = await spy.command({ type: 'draft.save', documentId: id, contentHash: own, base: null })
      expect((await spy.push(indirect)).stopped).toEqual({ reason: 'blob_missing', hashes: [hash] })
      expect((await spy.call('GET', `/v1/blobs/${hash}`)).status).toBe(404)
    })

    it('I1 an access token lasts ten minutes; a refresh works once, on its own device, and a copy ends the session', async () => {
      const client = await region.another('qiqige')
      server().shift(11 * 60_000)
      try {
        expect(await client.call('POST', '/v1/pull', { cursor: null, limit: 1 })).toMatchObject({ status: 401, body: { code: 'unauthorized' } })
        const token = client.session?.refreshToken ?? ''
        const thief = new TestClient(server().url, 'qiqige', client.deviceId)
        expect((await thief.refresh(token)).status).toBe(401)
        expect((await client.refresh(token)).status).toBe(200)
        expect((await client.call('GET', '/v1/view-digest')).status).toBe(200)
        expect((await client.refresh(token)).status).toBe(401)
        expect((await client.call('GET', '/v1/view-digest')).status).toBe(401)
      } finally {
        server().shift(-11 * 60_000)
      }
    })

    it('I2 a revoked device is refused at once and learns it at every door', async () => {
      const client = await region.another('qiqige')
      const command = await client.command({ type: 'document.create', documentId: newId(), kind: '通知', organId: 'nmg-bgt', title: '' })
      const security = await region.on('liuyang')
      expect((await (await region.on('qiqige')).call('POST', `/v1/admin/devices/${client.deviceId}/revoke`)).status).toBe(403)
      expect((await security.call('POST', `/v1/admin/devices/${client.deviceId}/revoke`)).status).toBe(204)
      const refused = { status: 403, body: { code: 'device_revoked' } }
      expect(await client.call('POST', '/v1/push', { commands: [command] })).toMatchObject(refused)
      expect(await client.call('POST', '/v1/pull', { cursor: null, limit: 1 })).toMatchObject(refused)
      expect(await client.refresh()).toMatchObject(refused)
      expect(await client.call('POST', '/v1/session', await client.signInRequest())).toMatchObject(refused)
      // The certificate is on the list that everyone may read.
      const trust = (await client.call('GET', '/v1/trust')).body as { root: string; crl: string }
      const block = readPem(trust.crl)
      const list = block.ok ? readRevocationList(block.value[0]?.bytes ?? new Uint8Array()) : block
      const der = fromBase64(client.session?.deviceCertificate ?? '')
      const certificate = der.ok ? readCertificate(der.value) : der
      const rootBlock = readPem(trust.root)
      const root = rootBlock.ok ? readCertificate(rootBlock.value[0]?.bytes ?? new Uint8Array()) : rootBlock
      if (!list.ok || !certificate.ok || !root.ok) throw new Error('trust cannot be read')
      expect(revocationAt(certificate.value, root.value, [list.value], new Date(Date.now() + 1_000).toISOString())).toMatchObject({ status: 'revoked' })
    })

    it('I2 a device belongs to one person, and needs its key', async () => {
      const client = await region.another('qiqige')
      const other = new TestClient(server().url, 'bateer', client.deviceId)
      expect(await other.call('POST', '/v1/session', await other.signInRequest())).toMatchObject({ status: 409, body: { code: 'device_of_another' } })
      const samePerson = new TestClient(server().url, 'qiqige', client.deviceId)
      expect(await samePerson.call('POST', '/v1/session', await samePerson.signInRequest())).toMatchObject({ status: 409, body: { code: 'device_key_differs' } })
      const request = await new TestClient(server().url, 'qiqige').signInRequest()
      expect(await client.call('POST', '/v1/session', { ...request, deviceId: 'dev-other' })).toMatchObject({ status: 400, body: { code: 'bad_proof' } })
    })

    it('wrong passwords cost growing time, and say nothing about who exists', async () => {
      const client = new TestClient(server().url, 'baiyin')
      const wrong = await client.signInRequest('not the password')
      const nobody = await new TestClient(server().url, 'nobody-here').signInRequest('not the password')
      const first = await client.call('POST', '/v1/session', wrong)
      expect(first).toMatchObject({ status: 401, body: { code: 'wrong_password' } })
      expect((await client.call('POST', '/v1/session', nobody)).body).toEqual(first.body)
      for (let attempt = 0; attempt < 3; attempt++) await client.call('POST', '/v1/session', wrong)
      const locked = await client.call('POST', '/v1/session', await client.signInRequest())
      expect(locked).toMatchObject({ status: 429, body: { code: 'locked' } })
      expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(0)
      server().shift(60_000)
      try {
        expect((await client.call('POST', '/v1/session', await client.signInRequest())).status).toBe(200)
      } finally {
        server().shift(-60_000)
      }
    })

    it('a personal certificate chains to the root; the same key again gives the same one', async () => {
      const client = await region.another('bateer')
      const first = await client.enrolKey()
      expect(first.status).toBe(200)
      expect((await client.enrolKey()).body).toEqual(first.body)
      const listed = (await client.call('GET', '/v1/certificates/bateer')).body as { certificates: string[] }
      expect(listed.certificates[0]).toBe(client.personalCertificate)
      const trust = (await client.call('GET', '/v1/trust')).body as { root: string }
      const rootBlock = readPem(trust.root)
      const root = rootBlock.ok ? readCertificate(rootBlock.value[0]?.bytes ?? new Uint8Array()) : rootBlock
      const der = fromBase64(client.personalCertificate ?? '')
      const leaf = der.ok ? readCertificate(der.value) : der
      if (!root.ok || !leaf.ok) throw new Error('unreadable')
      expect(validateChain(leaf.value, [], [root.value], { at: new Date(Date.now() + 2_000).toISOString(), crls: [] }).verdict).toBe('trusted')
    })

    it('PK15 two devices of a person sign with a key each; the certificate beside a statement is the key’s own, and an ended one signs no more', async () => {
      const { id } = await region.submitted()
      for (const person of ['wangxiaoyan', 'limin', 'zhaogang']) expect(await (await region.on(person)).agree(id)).toMatchObject({ status: 'accepted' })
      const [workstation, laptop] = [await region.another('bateer'), await region.another('bateer')]
      expect([(await workstation.enrolKey()).status, (await laptop.enrolKey()).status]).toEqual([200, 200])
      expect((await region.another('bateer')).session?.personalCertificates).toEqual(expect.arrayContaining([workstation.personalCertificate, laptop.personalCertificate]))
      // The later key of the laptop takes nothing from the workstation.
      await workstation.pull()
      const own = workstation.personalCertificate
      workstation.personalCertificate = laptop.personalCertificate
      expect(await workstation.agree(id)).toMatchObject({ status: 'rejected', code: 'signature_invalid' })
      workstation.personalCertificate = own
      // One that ran out, by the server's clock.
      await server().db.query('update certificate set not_after = $2 where der = $1', [laptop.personalCertificate, '2020-01-01T00:00:00Z'])
      expect(await laptop.agree(id)).toMatchObject({ status: 'rejected', code: 'signature_invalid' })
      // The same key gets a new certificate.
      const ended = laptop.personalCertificate
      expect((await laptop.enrolKey()).status).toBe(200)
      expect(laptop.personalCertificate).not.toBe(ended)
      expect(await workstation.agree(id)).toMatchObject({ status: 'accepted' })
    })

    it('C1 a client too old is refused before anything is accepted', async () => {
      const client = await region.another('qiqige')
      const command = await client.command({ type: 'document.create', documentId: newId(), kind: '通知', organId: 'nmg-bgt', title: '' })
      for (const headers of [{ 'wenshu-wire': '0' }, { 'wenshu-wire': '' }, { 'wenshu-wire': 'x' }]) {
        expect(await client.call('POST', '/v1/push', { commands: [command] }, headers)).toMatchObject({ status: 426, body: { code: 'client_too_old' } })
      }
      expect((await client.push(command)).results[0]).toMatchObject({ status: 'accepted' })
    })
  })
}

/** A device over plain HTTP (负载设备): it signs commands ahead of time, so that the load costs little while the clock runs. */
import { randomBytes } from 'node:crypto'
import { Agent, request } from 'node:http'
import { sm2KeyPair, sm2MessageSigner, sm3Hex, signCanonical } from '#core/crypto'
import { frozenBytes, type DocumentContent } from '#core/document'
import { toHex, type CanonicalValue } from '#core/formats'
import { aggregateOf, commandContext, signInContext, uuidV7, type Command, type CommandBody, type PushResponse, type Session } from '#core/sync'
import { demoRegion } from '#server'

export type Device = {
  readonly personId: string
  /** Signs the next command of this device. `version`: of the record that it expects. */
  readonly sign: (payload: CommandBody, version: number) => Promise<Command>
  /** Throws unless every command was accepted. */
  readonly push: (commands: readonly Command[]) => Promise<void>
  readonly upload: (content: DocumentContent) => Promise<string>
  readonly close: () => void
}

const entropy = (length: number): Uint8Array => randomBytes(length)

/** Signs in with the demo password on a device made for the occasion. */
export const openDevice = async (serverUrl: string, personId: string): Promise<Device> => {
  const key = sm2KeyPair(entropy)
  const signer = sm2MessageSigner(key.privateKey, entropy)
  const deviceId = `bench-${personId}-${randomBytes(6).toString('hex')}`
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  let token = ''
  let nextSeq = 1

  const ask = (method: string, path: string, body: Uint8Array, type: string): Promise<unknown> => new Promise((resolve, reject) => {
    const sent = request(serverUrl + path, {
      method, agent,
      headers: { 'wenshu-wire': '1', 'content-type': type, 'content-length': body.length, ...(token === '' ? {} : { authorization: `Bearer ${token}` }) },
    }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        const status = response.statusCode ?? 0
        if (status >= 200 && status < 300) resolve(text === '' ? null : JSON.parse(text))
        else reject(new Error(`${method} ${path}：${status} ${text.slice(0, 200)}`))
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
  const post = (path: string, value: unknown): Promise<unknown> => ask('POST', path, Buffer.from(JSON.stringify(value)), 'application/json')

  const claim = { account: personId, deviceId, devicePublicKey: toHex(key.publicKey), at: new Date().toISOString() }
  const proof = await signCanonical(claim, signInContext, signer)
  const session = await post('/v1/session', { ...claim, password: demoRegion.password, deviceName: 'bench', proof }) as Session
  token = session.accessToken

  return {
    personId,
    sign: async (payload, version) => {
      const now = new Date().toISOString()
      const unsigned = {
        schema: 'wenshu.command/1' as const, commandId: uuidV7(now, entropy), deviceId, deviceSeq: nextSeq++, actor: personId, payload,
        expected: { id: aggregateOf(payload).id, version }, dependsOn: [], basedOn: null, claimedAt: now,
      }
      return { ...unsigned, signature: await signCanonical(unsigned as unknown as CanonicalValue, commandContext, signer) }
    },
    push: async (commands) => {
      const answer = await post('/v1/push', { commands }) as PushResponse
      const bad = answer.results.find((result) => result.status !== 'accepted') ?? answer.stopped
      if (bad !== null || answer.results.length !== commands.length) throw new Error(`操作未被接受：${JSON.stringify(bad).slice(0, 300)}`)
    },
    upload: async (content) => {
      const bytes = frozenBytes(content)
      const hash = sm3Hex(bytes)
      await ask('PUT', `/v1/blobs/${hash}`, bytes, 'application/octet-stream')
      return hash
    },
    close: () => agent.destroy(),
  }
}

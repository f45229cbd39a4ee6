/** A time-stamp authority over HTTP with a root of its own (时间戳机构), which answers as a suite wants it to. */
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  buildTimeStampReply, createAuthority, p256KeyPair, p256MessageSigner, sm2KeyPair, sm2MessageSigner, writeName, writePem, type AuthorityKey, type Signer,
} from '#core/crypto'

const entropy = (length: number): Uint8Array => randomBytes(length)
const sm2 = (): AuthorityKey => {
  const { privateKey, publicKey: point } = sm2KeyPair(entropy)
  return { publicKey: { algorithm: 'sm2', point }, signer: sm2MessageSigner(privateKey, entropy) }
}
const p256 = (): AuthorityKey => {
  const { privateKey, publicKey: point } = p256KeyPair(entropy)
  return { publicKey: { algorithm: 'p256', point }, signer: p256MessageSigner(privateKey, entropy) }
}

/** What is sent back for a request; null hangs up. `status`: 200 when absent */
export type StampAnswer = { readonly body: Uint8Array; readonly status?: number } | null
export type StampManner = (request: Uint8Array, honest: (request: Uint8Array) => Promise<Uint8Array>) => Promise<StampAnswer>

export type StampingHost = {
  readonly url: string
  readonly root: Uint8Array
  /** root and its revocation list, PEM: what a judge or a server must trust */
  readonly trust: string
  readonly behave: (manner: StampManner) => void
  /** requests that arrived */
  readonly asked: () => number
  readonly stop: () => Promise<void>
}

export const honestly: StampManner = async (request, honest) => ({ body: await honest(request) })

export const startStamping = async (now: () => Date = () => new Date()): Promise<StampingHost> => {
  const at = (years: number): string => `${now().getUTCFullYear() + years}-01-01T00:00:00Z`
  const span = { notBefore: at(0), notAfter: at(20) }
  const named = (name: string): Uint8Array => writeName([{ type: 'C', value: 'CN' }, { type: 'O', value: '测试时间戳中心' }, { type: 'CN', value: name }])
  const root = await createAuthority({ name: named('测试时间戳根'), pathLength: 0, ...span }, sm2(), entropy)
  const stamper = async (key: AuthorityKey, name: string): Promise<Signer> =>
    ({ ...key.signer, certificate: await root.issue({ ...span, subject: named(name), publicKey: key.publicKey, profile: { kind: 'timeStamping' } }) })
  const [forPdf, forOfd] = [await stamper(p256(), '时间戳（P-256）'), await stamper(sm2(), '时间戳（SM2）')]
  const list = await root.revocationList({ number: 1, thisUpdate: `${now().toISOString().slice(0, 19)}Z`, nextUpdate: at(2), revoked: [] })
  let serial = 1n
  // SM3 is asked for the OFD, SHA-256 for the PDF.
  const honest = (request: Uint8Array): Promise<Uint8Array> => buildTimeStampReply(request, {
    signer: Buffer.from(request).includes(Buffer.from('2a811ccf55018311', 'hex')) ? forOfd : forPdf,
    chain: root.chain, policy: '1.2.3.4', serial: serial++, now: now().toISOString(),
  })
  let manner = honestly
  let asked = 0
  const host = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part)).on('end', () => {
      asked += 1
      void manner(new Uint8Array(Buffer.concat(parts)), honest).then((answer) => {
        if (answer === null) response.destroy()
        else response.writeHead(answer.status ?? 200, { 'content-type': 'application/timestamp-reply' }).end(answer.body)
      }, () => response.destroy())
    })
  })
  await new Promise<void>((resolve) => { host.listen(0, '127.0.0.1', resolve) })
  return {
    url: `http://127.0.0.1:${(host.address() as AddressInfo).port}/tsa`,
    root: root.certificate.raw,
    trust: writePem('CERTIFICATE', root.certificate.raw) + writePem('X509 CRL', list),
    behave: (next) => { manner = next },
    asked: () => asked,
    stop: () => new Promise((resolve) => {
      host.close(() => resolve())
      host.closeAllConnections()
    }),
  }
}

/** Holds every answer back until `open` is called. */
export const openGate = () => {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => { open = resolve })
  const manner: StampManner = async (request, honest) => {
    await opened
    return { body: await honest(request) }
  }
  return { manner, open }
}

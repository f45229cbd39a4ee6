import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readTimeStamp, verifyTimeStamp } from '#core/crypto'
import { utf8 } from '#core/formats'
import { noOpenssl, openOpensslAuthority, type OpensslAuthority } from '../../tests/harness/openssl-stamping.ts'
import { skipLoudly } from '../../tests/harness/skips.ts'
import { startStamping } from '../../tests/harness/stamping.ts'
import type { Authority } from '../identity/index.ts'
import { postWithin, stampers, type StampTrust } from './time.ts'

const signature = utf8('签名值')
/** A service from outside needs nothing of the installation. */
const nobody = {} as Authority
type Answer = (request: Uint8Array, response: ServerResponse) => void

describe.skipIf(noOpenssl() && skipLoudly('time stamps by openssl', 'openssl is not installed'))('a time-stamp service run with openssl', () => {
  let authority: OpensslAuthority
  let host: Server
  let url = ''
  let answer: Answer = () => undefined
  const stampsOf = (reply: Uint8Array): Answer => (_request, response) => void response.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(reply)
  const honest: Answer = (request, response) => stampsOf(authority.reply(request))(request, response)

  beforeAll(async () => {
    authority = openOpensslAuthority()
    host = createServer((request, response) => {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part)).on('end', () => answer(new Uint8Array(Buffer.concat(parts)), response))
    })
    await new Promise<void>((resolve) => { host.listen(0, '127.0.0.1', resolve) })
    url = `http://127.0.0.1:${(host.address() as AddressInfo).port}/tsa`
  }, 60_000)
  afterAll(async () => {
    host.closeAllConnections()
    await new Promise((resolve) => { host.close(resolve) })
    authority.remove()
  })

  const ask = async (how: Answer, { to = url, trust, now = new Date(), patienceMs = 10_000, of = 'pdf' }: {
    readonly to?: string; readonly trust?: StampTrust; readonly now?: Date; readonly patienceMs?: number; readonly of?: 'pdf' | 'ofd'
  } = {}) => {
    answer = how
    const stamps = stampers({ url: to, ...(trust === undefined ? {} : { trust: () => trust }) }, nobody, () => now.toISOString(), postWithin(patienceMs))
    if (stamps === null) throw new Error('no stampers')
    return stamps[of](signature)
  }
  const own = (): StampTrust => ({ anchors: [authority.root], crls: [authority.list], ocsps: [] })

  it.each(['pdf', 'ofd'] as const)('S2 its stamp for the %s is taken, also with its root as the only one to be trusted', async (of) => {
    for (const trust of [undefined, own()]) {
      const token = await ask(honest, { of, ...(trust === undefined ? {} : { trust }) })
      const read = token.ok ? readTimeStamp(token.value) : token
      if (!read.ok) throw new Error(`${read.error.code} ${read.error.message}`)
      expect([read.value.digest, verifyTimeStamp(read.value, { bytes: signature }).verdict]).toEqual([of === 'pdf' ? 'sha256' : 'sm3', 'intact'])
    }
  })

  it('S2 a slow one is waited for', async () => {
    const slow: Answer = (request, response) => void setTimeout(() => honest(request, response), 800)
    expect(await ask(slow)).toMatchObject({ ok: true })
  })

  const html: Answer = (_request, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>维护中</html>')
  const endless: Answer = (_request, response) => {
    response.writeHead(200)
    const more = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536, 0x30)));
      if (!response.destroyed) response.once('drain', more)
    }
    more()
  }
  const trickling: Answer = (_request, response) => {
    response.writeHead(200)
    const timer = setInterval(() => response.write('0'), 100)
    response.on('close', () => clearInterval(timer))
  }
  const otherImprint: Answer = (request, response) => {
    const other = Uint8Array.from(request)
    other[40]! ^= 1
    honest(other, response)
  }
  it.each<[string, Answer, string, RegExp, Parameters<typeof ask>[1]?]>([
    ['stamps other data', otherImprint, 'tsa.imprint', /别的内容/],
    ['stamps with a clock of yesterday', honest, 'tsa.time', /早于本机时间.*核对本机时钟/, { now: new Date(Date.now() + 86_400_000) }],
    ['stamps with a clock of tomorrow', honest, 'tsa.time', /晚于本机时间/, { now: new Date(Date.now() - 86_400_000) }],
    ['rejects the digest', (request, response) => stampsOf(authority.reply(request, 'sha512'))(request, response), 'tsa.refused', /拒绝.*不支持的摘要算法/],
    ['answers with a web page', html, 'tsa.malformed', /无法读取/],
    ['answers with nothing', stampsOf(new Uint8Array()), 'tsa.malformed', /无法读取/],
    ['answers with half a stamp', (request, response) => stampsOf(authority.reply(request).subarray(0, 900))(request, response), 'tsa.malformed', /无法读取/],
    ['has broken down', (_request, response) => void response.writeHead(503).end(), 'tsa.http', /HTTP 503/],
    ['sends elsewhere', (_request, response) => void response.writeHead(302, { location: 'http://192.0.2.1/' }).end(), 'tsa.http', /HTTP 302/],
    ['hangs up', (_request, response) => void response.destroy(), 'tsa.unreachable', /没有应答/],
    ['never answers', () => undefined, 'tsa.unreachable', /没有应答：1秒内没有答复/, { patienceMs: 1_000 }],
    ['drips', trickling, 'tsa.unreachable', /1秒内没有答复/, { patienceMs: 1_000 }],
    ['never ends', endless, 'tsa.malformed', /过大/],
  ])('S2 one that %s: nothing is taken, with code and reason', async (_name, how, code, why, more) => {
    const began = performance.now()
    expect(await ask(how, more)).toMatchObject({ ok: false, error: { code, message: expect.stringMatching(why) } })
    expect(performance.now() - began).toBeLessThan(8_000)
  })

  it('S2 an answer to an earlier question is not an answer', async () => {
    let kept: Uint8Array | null = null
    const replaying: Answer = (request, response) => {
      kept ??= authority.reply(request)
      stampsOf(kept)(request, response)
    }
    expect(await ask(replaying)).toMatchObject({ ok: true })
    expect(await ask(replaying)).toMatchObject({ error: { code: 'tsa.nonce', message: expect.stringContaining('随机数不符') } })
  })

  it('S2 with another root to be trusted its stamp is not taken; a service that is not there is told as such', async () => {
    const other = await startStamping()
    expect(await ask(honest, { trust: { anchors: [other.root], crls: [], ocsps: [] } })).toMatchObject({ error: { code: 'tsa.certificate', message: expect.stringContaining('不可信') } })
    await other.stop()
    expect(await ask(honest, { to: other.url })).toMatchObject({ error: { code: 'tsa.unreachable', message: '时间戳服务没有应答：ECONNREFUSED' } })
  })
})

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTcpProxy, type TcpProxy } from './tcpProxy.ts'

let server: Server
let proxy: TcpProxy
beforeEach(async () => {
  server = createServer((_request, response) => { response.end('x'.repeat(100_000)) })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  proxy = await startTcpProxy((server.address() as AddressInfo).port)
})
afterEach(async () => {
  await proxy.close()
  server.closeAllConnections()
  server.close()
})

const ask = async (signal?: AbortSignal): Promise<number> => (await (await fetch(proxy.url, { headers: { connection: 'close' }, ...(signal === undefined ? {} : { signal }) })).text()).length

describe('the TCP proxy', () => {
  it('passes through, cuts, restores', async () => {
    expect(await ask()).toBe(100_000)
    proxy.cut()
    await expect(ask()).rejects.toThrow()
    proxy.restore()
    expect(await ask()).toBe(100_000)
  })

  it('delays both ways', async () => {
    proxy.delay(100)
    const start = performance.now()
    expect(await ask()).toBe(100_000)
    expect(performance.now() - start).toBeGreaterThanOrEqual(195)
  })

  it('drops without closing: the client hears nothing until it gives up', async () => {
    proxy.drop()
    await expect(ask(AbortSignal.timeout(300))).rejects.toMatchObject({ name: 'TimeoutError' })
    proxy.restore()
    expect(await ask()).toBe(100_000)
  })

  it('breaks one answer off in the middle', async () => {
    proxy.cutAfter(5000)
    await expect(ask()).rejects.toThrow()
    expect(await ask()).toBe(100_000)
  })
})

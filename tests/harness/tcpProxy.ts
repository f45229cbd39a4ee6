/**
 * A TCP proxy between a client and its server (网络故障代理): cuts the cable without either end noticing more than a real cut
 * would tell, restores it, delays, and drops what is on the way. Playwright's `setOffline` cannot: it would cut the page from
 * its own loopback host as well.
 */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export type TcpProxy = {
  readonly port: number
  readonly url: string
  /** Open connections are reset, new ones are refused at once. */
  readonly cut: () => void
  /** As a pulled cable: bytes vanish, nothing is closed, new connections are accepted by nobody. */
  readonly drop: () => void
  readonly restore: () => void
  /** milliseconds that every piece of data takes longer, each way */
  readonly delay: (milliseconds: number) => void
  /** Resets connections after so many more bytes from the server; for answers that break off. */
  readonly cutAfter: (bytes: number) => void
  readonly connections: () => number
  readonly close: () => Promise<void>
}

type Mode = 'through' | 'cut' | 'drop'

/** @param target port on 127.0.0.1 @param port 0 for any free one */
export const startTcpProxy = async (target: number, port = 0): Promise<TcpProxy> => {
  const pairs = new Set<readonly [Socket, Socket]>()
  let mode: Mode = 'through'
  let late = 0
  let left = Number.POSITIVE_INFINITY

  const reset = (pair: readonly [Socket, Socket]): void => {
    pairs.delete(pair)
    for (const socket of pair) if (!socket.destroyed) socket.resetAndDestroy()
  }
  const resetAll = (): void => { for (const pair of pairs) reset(pair) }

  const carry = (from: Socket, to: Socket, pair: readonly [Socket, Socket], counts: 'counted' | 'free'): void => {
    from.on('data', (bytes: Buffer) => {
      if (mode === 'drop') return
      const deliver = (): void => {
        if (mode === 'drop' || to.destroyed) return
        if (counts === 'counted' && bytes.length >= left) {
          to.write(bytes.subarray(0, left), () => reset(pair))
          left = Number.POSITIVE_INFINITY
          return
        }
        if (counts === 'counted') left -= bytes.length
        to.write(bytes)
      }
      if (late === 0) deliver()
      else setTimeout(deliver, late)
    })
    from.on('end', () => { setTimeout(() => { if (mode !== 'drop') to.end() }, late) })
    from.on('error', () => undefined)
    from.on('close', () => { if (mode !== 'drop') setTimeout(() => { pairs.delete(pair); to.destroy() }, late + 1) })
  }

  const server = createServer({ allowHalfOpen: true }, (client) => {
    client.on('error', () => undefined)
    if (mode === 'cut') { client.resetAndDestroy(); return }
    if (mode === 'drop') { pairs.add([client, client]); client.resume(); return }
    const upstream = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true })
    const pair = [client, upstream] as const
    pairs.add(pair)
    carry(client, upstream, pair, 'free')
    carry(upstream, client, pair, 'counted')
  })
  await new Promise<void>((resolve, reject) => { server.once('error', reject); server.listen(port, '127.0.0.1', resolve) })
  const taken = (server.address() as AddressInfo).port
  return {
    port: taken,
    url: `http://127.0.0.1:${taken}`,
    cut: () => { mode = 'cut'; resetAll() },
    drop: () => { mode = 'drop' },
    // What hung while the cable was out has lost bytes and cannot go on.
    restore: () => { if (mode !== 'through') resetAll(); mode = 'through' },
    delay: (milliseconds) => { late = milliseconds },
    cutAfter: (bytes) => { left = bytes },
    connections: () => pairs.size,
    close: async () => {
      resetAll()
      await new Promise<void>((resolve) => { server.close(() => resolve()) })
    },
  }
}

/** A line that can really be cut (可切断的网络线路): a TCP relay between one client and the server. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export type Relay = { readonly url: string; readonly cut: () => Promise<void>; readonly restore: () => Promise<void>; readonly close: () => Promise<void> }

export const openRelay = async (serverUrl: string): Promise<Relay> => {
  const target = new URL(serverUrl)
  const sockets = new Set<Socket>()
  const relay = createServer((near) => {
    const far = connect(Number(target.port), target.hostname)
    for (const [one, other] of [[near, far], [far, near]] as const) {
      sockets.add(one)
      one.on('error', () => other.destroy()).on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
    near.pipe(far).pipe(near)
  })
  const listen = (port: number): Promise<void> => new Promise((resolve, reject) => relay.once('error', reject).listen(port, '127.0.0.1', () => resolve()))
  await listen(0)
  const { port } = relay.address() as AddressInfo
  const stop = (): Promise<void> => new Promise((resolve) => {
    relay.close(() => resolve())
    for (const socket of sockets) socket.destroy()
  })
  return { url: `http://127.0.0.1:${port}`, cut: stop, restore: () => listen(port), close: () => relay.listening ? stop() : Promise.resolve() }
}

import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createContext, runInContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { bridgeChannels, bridgeKey, methodNames, type Desktop } from '#core/desktop'
import { skipLoudly } from '../tests/harness/skips.ts'

const built = fileURLToPath(new URL('../out/preload/index.cjs', import.meta.url))

/** The built file in a context that has what a sandboxed preload has: `require('electron')` and little more. */
const run = () => {
  const exposed = new Map<string, Desktop>()
  const invoked: unknown[][] = []
  const heard = new Map<string, Set<(...parameters: unknown[]) => void>>()
  const required: string[] = []
  const electron = {
    contextBridge: { exposeInMainWorld: (key: string, value: Desktop) => { exposed.set(key, value) } },
    ipcRenderer: {
      invoke: async (...parameters: unknown[]) => { invoked.push(parameters); return { ok: true, value: {} } },
      on: (channel: string, listener: (...parameters: unknown[]) => void) => { heard.set(channel, (heard.get(channel) ?? new Set()).add(listener)) },
      removeListener: (channel: string, listener: (...parameters: unknown[]) => void) => { heard.get(channel)?.delete(listener) },
      send: () => { throw new Error('send') },
    },
  }
  const require = (name: string): unknown => {
    required.push(name)
    if (name === 'electron') return electron
    throw new Error(`a sandboxed preload cannot require ${name}`)
  }
  const module = { exports: {} }
  // `Uint8Array` is shared, as it is between the isolated world and its bridge.
  const context = createContext({ require, module, exports: module.exports, Uint8Array, TextEncoder, TextDecoder, URL, structuredClone })
  runInContext(readFileSync(built, 'utf8'), context, { filename: 'index.cjs' })
  return { exposed, invoked, heard, required }
}

describe.skipIf(!existsSync(built) && skipLoudly('built preload', 'out/preload/index.cjs is not built: npm run build'))('the built preload', () => {
  it('exposes one key with two functions, and requires electron alone', () => {
    const { exposed, required } = run()
    expect([...exposed.keys()]).toEqual([bridgeKey])
    expect(Object.keys(exposed.get(bridgeKey)!).sort()).toEqual(['call', 'on'])
    expect([...new Set(required)]).toEqual(['electron'])
  })

  it('forwards the table’s methods on one channel and nothing else', async () => {
    const { exposed, invoked } = run()
    const desktop = exposed.get(bridgeKey)!
    for (const method of methodNames) await desktop.call(method, {} as never)
    expect(invoked.map(([channel, method]) => [channel, method])).toEqual(methodNames.map((method) => [bridgeChannels.call, method]))
    invoked.length = 0
    for (const name of ['electron', '__proto__', 'toString', '', 'wenshu:call', 1, null, {}, ['app.info'], { toString: () => 'app.info' }]) {
      expect(await desktop.call(name as never, {} as never)).toMatchObject({ ok: false, error: { code: 'unknown_method' } })
    }
    expect(await desktop.call('blobs.put', { hash: '' }, 'text' as never)).toMatchObject({ error: { code: 'invalid_input' } })
    expect(invoked).toEqual([])
  })

  it('hands on events without Electron’s event object, and stops when asked', () => {
    const { exposed, heard } = run()
    const got: unknown[][] = []
    const stop = exposed.get(bridgeKey)!.on((...parameters) => got.push(parameters))
    expect([...heard.keys()]).toEqual([bridgeChannels.event])
    const fire = (): void => { for (const listener of heard.get(bridgeChannels.event)!) listener({ sender: 'ipc' }, { type: 'poke' }) }
    fire()
    stop()
    fire()
    expect(got).toEqual([[{ type: 'poke' }]])
  })
})

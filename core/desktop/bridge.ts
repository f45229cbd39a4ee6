/**
 * The table over Electron's message channel (进程间通道). The preload exposes exactly one key with this face; the host's end
 * answers on the channels below. Both are built from the table, so a method that is not in it cannot be sent.
 */
import { failed, isMethod } from './judge.ts'
import type { Desktop, DesktopEvent, DesktopResult } from './table.ts'

export const bridgeKey = 'wenshu'
export const bridgeChannels = { call: 'wenshu:call', event: 'wenshu:event' } as const

/** What the preload needs of Electron's ipcRenderer; the object itself never reaches the page. */
export type BridgeMachine = {
  readonly invoke: (channel: string, method: string, input: unknown, body: Uint8Array | undefined) => Promise<unknown>
  readonly listen: (channel: string, listener: (event: unknown) => void) => () => void
}

/** The object that the page sees: two functions and nothing else. */
export const createBridge = (machine: BridgeMachine): Desktop => ({
  call: async (method, input, body) => {
    if (typeof method !== 'string' || !isMethod(method)) return failed('unknown_method', '没有这个调用。')
    if (body !== undefined && !(body instanceof Uint8Array)) return failed('invalid_input', '调用参数不正确（字节内容）。')
    return (await machine.invoke(bridgeChannels.call, method, input, body)) as DesktopResult<never>
  },
  on: (listener) => machine.listen(bridgeChannels.event, (event) => listener(event as DesktopEvent)),
})

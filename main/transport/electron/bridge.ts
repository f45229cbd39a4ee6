/**
 * The desktop table over Electron's message channel (进程间通道), host's end. Electron's own types are met structurally here and
 * checked where main/electron.ts passes the real `ipcMain`. Byte bodies travel as transferred copies of the structured clone.
 */
import { bridgeChannels, failed, type DesktopEvent, type DesktopResult } from '#core/desktop'
import type { Host } from '../../host/index.ts'

/** Where a message came from. */
export type BridgeSender = { readonly frameUrl: string; readonly frame: 'main' | 'sub'; readonly windowId: number }

export type IpcMainLike<E> = {
  handle: (channel: string, listener: (event: E, ...parameters: unknown[]) => Promise<unknown>) => void
  removeHandler: (channel: string) => void
}

export type BridgeOptions<E> = {
  readonly ipc: IpcMainLike<E>
  readonly host: Host
  /** what the event says about its sender; null when the frame is gone already */
  readonly senderOf: (event: E) => BridgeSender | null
  readonly mayCall: (sender: BridgeSender) => boolean
  /** to every window of the profile */
  readonly broadcast: (channel: string, event: DesktopEvent) => void
}

const asBody = (value: unknown): Uint8Array | null | undefined => {
  if (value === undefined || value === null) return undefined
  if (value instanceof Uint8Array) return value
  return value instanceof ArrayBuffer ? new Uint8Array(value) : null
}

/** @returns a function that takes the handler away again */
export const serveBridge = <E>({ ipc, host, senderOf, mayCall, broadcast }: BridgeOptions<E>): (() => void) => {
  ipc.handle(bridgeChannels.call, async (event, ...parameters): Promise<DesktopResult<unknown>> => {
    const sender = senderOf(event)
    if (sender === null || !mayCall(sender)) return failed('forbidden', '调用不是来自文枢的窗口，已拒绝。')
    const [method, input, given] = parameters
    const body = asBody(given)
    if (typeof method !== 'string' || parameters.length > 3 || body === null) return failed('invalid_input', '调用参数不正确，未做任何改动。')
    return host.call(method, input, body)
  })
  const stop = host.on((event) => broadcast(bridgeChannels.event, event))
  return () => {
    stop()
    ipc.removeHandler(bridgeChannels.call)
  }
}

/** A host of functions, for tests of screens (替身). Judges inputs and outputs by the table like the real one. */
import { failed, judgeInput, judgeOutput } from './judge.ts'
import type { Desktop, DesktopEvent, DesktopResult, MethodInput, MethodName, MethodOutput } from './table.ts'

export type FakeHandlers = {
  readonly [M in MethodName]?: (input: MethodInput<M>, body?: Uint8Array) => Promise<DesktopResult<MethodOutput<M>>> | DesktopResult<MethodOutput<M>>
}

export type FakeDesktop = Desktop & { readonly emit: (event: DesktopEvent) => void }

/** A method without a handler answers `internal`, so that a test cannot rely on something it did not say. */
export const createFakeDesktop = (handlers: FakeHandlers): FakeDesktop => {
  const listeners = new Set<(event: DesktopEvent) => void>()
  return {
    call: async (method, input, body) => {
      const judged = judgeInput(method, input, body === undefined ? 'none' : 'body')
      if (!judged.ok) return judged
      const handler = handlers[method]
      if (handler === undefined) return failed('internal', `替身没有 ${method}`)
      const result = await handler(judged.value.input as never, body)
      return result.ok ? (judgeOutput(method, result.value) as typeof result) : result
    },
    on: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    emit: (event) => { for (const listener of listeners) listener(event) },
  }
}

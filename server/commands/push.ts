/** A batch from one device, in order (推送). Rules P3, P4, P6. */
import { commandSchema, asCommand, type CommandResult, type PushResponse, type PushStop } from '#core/sync'
import { afterCommit } from './fault.ts'
import { handle } from './handle.ts'
import type { CommandServices } from './ports.ts'

export type Sender = { readonly personId: string; readonly deviceId: string; readonly address: string }

/** @param commands as received: each is judged by its schema in its turn, so that one broken command does not hold back those before it */
export const push = async (services: CommandServices, sender: Sender, commands: readonly unknown[]): Promise<PushResponse> => {
  const results: CommandResult[] = []
  let stopped: PushStop | null = null
  for (const value of commands) {
    const parsed = commandSchema.safeParse(value)
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      stopped = { reason: 'malformed', detail: `操作格式不正确：${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.slice(0, 300) }
      break
    }
    const handled = await handle(services, { kind: 'received', command: asCommand(parsed.data), ...sender })
    if (handled.kind === 'stop') {
      stopped = handled.stop
      break
    }
    if (handled.audience.length > 0) services.committed(handled.audience)
    afterCommit(handled.result.status)
    results.push(handled.result)
  }
  return { results, stopped, serverTime: services.clock().toISOString() }
}

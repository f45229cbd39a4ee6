/** What the installation does by itself, through the same path as everyone (系统操作). */
import { followUp } from '#core/route'
import { signCanonical } from '#core/crypto'
import type { CanonicalValue } from '#core/formats'
import { aggregateOf, commandContext, type Command, type CommandBody, type CommandResult, type UnsignedCommand } from '#core/sync'
import { handle } from './handle.ts'
import type { CommandServices } from './ports.ts'
import { uuidV7 } from './uuid.ts'

export const runSystem = async (services: CommandServices, payload: CommandBody): Promise<CommandResult> => {
  const now = services.clock()
  const commandId = uuidV7(now.getTime())
  const handled = await handle(services, {
    kind: 'system',
    sign: async (deviceSeq): Promise<Command> => {
      const command: UnsignedCommand = {
        schema: 'wenshu.command/1', commandId, deviceId: 'system', deviceSeq, actor: 'system', payload,
        expected: { id: aggregateOf(payload).id, version: 0 }, dependsOn: [], basedOn: null, claimedAt: now.toISOString(),
      }
      return { ...command, signature: await signCanonical(command as unknown as CanonicalValue, commandContext, services.authority.system) }
    },
  })
  if (handled.kind === 'stop') throw new Error(`system command ${payload.type} stopped: ${handled.stop.reason}`)
  if (handled.audience.length > 0) services.committed(handled.audience)
  return handled.result
}

/** Everything that a document still waits for from the installation. Throws with the reason when a step is refused. */
export const followUpDocument = async (services: CommandServices, documentId: string): Promise<void> => {
  for (let step = 0; step < 8; step++) {
    const document = await services.records.document(services.db, documentId, 'look')
    const next = document === null ? null : followUp(document.state)
    if (next === null) return
    const result = await runSystem(services, next)
    if (result.status === 'rejected') throw new Error(`${result.code} ${result.detail}`)
  }
}

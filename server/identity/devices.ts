/** Devices and their revocation (设备). Rule I2. */
import { writeAudit } from '../audit/index.ts'
import { Problem } from '../problem.ts'
import type { IdentityServices } from './services.ts'

export type DeviceInfo = {
  readonly id: string; readonly person: string; readonly name: string; readonly status: 'active' | 'pending' | 'revoked'
  readonly enrolledAt: string; readonly revokedAt: string | null
}

export const listDevices = ({ db }: Pick<IdentityServices, 'db'>): Promise<DeviceInfo[]> =>
  db.query<DeviceInfo>(
    `select id, person, name, status, enrolled_at as "enrolledAt", revoked_at as "revokedAt" from device where id <> 'system' order by enrolled_at, id`)

/** Stops the device at once: the row is the one that every push locks. Returns its person. Problem: `not_found`. */
export const revokeDevice = ({ db, clock }: Pick<IdentityServices, 'db' | 'clock'>, deviceId: string, by: string): Promise<string> =>
  db.transaction(async (tx) => {
    const now = clock().toISOString()
    const [device] = await tx.query<{ person: string }>(
      `update device set status = 'revoked', revoked_at = coalesce(revoked_at, $2) where id = $1 and id <> 'system' returning person`, [deviceId, now])
    if (device === undefined) throw new Problem(404, 'not_found', '设备不存在')
    await tx.query(`update certificate set revoked_at = $2 where device = $1 and revoked_at is null`, [deviceId, now])
    await writeAudit(tx, { at: now, actor: by, action: 'device.revoke', target: deviceId, outcome: 'done' })
    return device.person
  })

/** Lets a device in that waits for it. A revoked one stays out. Problem: `not_found`. */
export const approveDevice = ({ db, clock }: Pick<IdentityServices, 'db' | 'clock'>, deviceId: string, by: string): Promise<void> =>
  db.transaction(async (tx) => {
    const [device] = await tx.query(`update device set status = 'active' where id = $1 and status = 'pending' returning id`, [deviceId])
    if (device === undefined) throw new Problem(404, 'not_found', '没有等待批准的该设备')
    await writeAudit(tx, { at: clock().toISOString(), actor: by, action: 'device.approve', target: deviceId, outcome: 'done' })
  })

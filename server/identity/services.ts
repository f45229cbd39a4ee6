import type { Database } from '../db/index.ts'
import type { Records } from '../records/index.ts'
import type { Authority } from './authority.ts'

export type IdentityServices = {
  readonly db: Database
  readonly records: Records
  readonly authority: Authority
  readonly clock: () => Date
  /** whether a new device works at once, or only after the security administrator has let it in */
  readonly deviceApproval: 'automatic' | 'securityAdmin'
}

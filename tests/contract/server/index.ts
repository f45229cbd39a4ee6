import { deskSealRules } from './deskSeals.ts'
import { garbageRules } from './garbage.ts'
import { identityRules } from './identity.ts'
import { pullRules } from './pull.ts'
import { pushRules } from './push.ts'
import { sealRules } from './seals.ts'
import type { TestServer } from '../../harness/server.ts'

/** What a server must do whichever database it stands on. */
export const serverContract = (server: () => TestServer): void => {
  pushRules(server)
  pullRules(server)
  identityRules(server)
  sealRules(server)
  deskSealRules(server)
  garbageRules(server)
}

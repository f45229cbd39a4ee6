/** Whether this window is in leaders' mode, for screens that arrange themselves differently then. */
import { useClient } from './hooks.ts'
import { isLeadersMode, usePreferences } from './preferences.ts'

export const useLeadersMode = (): boolean => {
  const { projection, session } = useClient()
  return isLeadersMode(usePreferences(), projection.directory.people[session.personId]?.roles.includes('leader') === true)
}

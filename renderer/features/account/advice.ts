/** What the sign-in screen says to each error of the host (登录提示). */
import type { DesktopError } from '#core/desktop'

export type Advice = { readonly key: 'wrong' | 'locked' | 'offlineFirst' | 'offlineKnown' | 'busy' | 'damaged' | 'disk' | 'otherAccount' | 'host'; readonly tone: 'error' | 'warning' }

/** @param known this device has been signed in to before, so that the password can be checked here */
export const adviceFor = (error: DesktopError, known: boolean): Advice => {
  switch (error.code) {
    case 'wrong_password': case 'unauthorized': return { key: 'wrong', tone: 'error' }
    case 'locked': return { key: 'locked', tone: 'warning' }
    case 'offline': return { key: known ? 'offlineKnown' : 'offlineFirst', tone: 'warning' }
    case 'profile_busy': return { key: 'busy', tone: 'warning' }
    case 'damaged': return { key: 'damaged', tone: 'error' }
    case 'disk_full': return { key: 'disk', tone: 'error' }
    case 'forbidden': return { key: 'otherAccount', tone: 'error' }
    default: return { key: 'host', tone: 'error' }
  }
}

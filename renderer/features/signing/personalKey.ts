/** The personal key as this window knows it (个人密钥): it may be made or enrolled while a screen is open. */
import { useState } from 'react'
import { useClient } from '../../store/index.ts'
import type { DesktopError } from '#core/desktop'

export type KeyState = 'absent' | 'unenrolled' | 'ready'

/** Changes since sign-in, by person: every panel of this window sees a key that another panel made. */
const since = new Map<string, KeyState>()

export type PersonalKey = {
  readonly state: KeyState
  readonly create: (pin: string) => Promise<DesktopError | null>
  readonly enrol: () => Promise<DesktopError | null>
  /** the host says there is none after all */
  readonly lost: () => void
}

export const usePersonalKey = (): PersonalKey => {
  const { desktop, session } = useClient()
  const [, redraw] = useState(0)
  const put = (state: KeyState): void => {
    since.set(session.personId, state)
    redraw((count) => count + 1)
  }
  return {
    state: since.get(session.personId) ?? session.personalKey,
    create: async (pin) => {
      const made = await desktop.call('keys.create', { pin })
      if (!made.ok) return made.error
      put(made.value.enrolled ? 'ready' : 'unenrolled')
      return null
    },
    enrol: async () => {
      const asked = await desktop.call('keys.enrol', {})
      if (!asked.ok) return asked.error
      put(asked.value.enrolled ? 'ready' : 'unenrolled')
      return null
    },
    lost: () => put('absent'),
  }
}

/** The state of a seal's key in a word (密钥状态). Reasons as docs/spec/keys.md names them. */
import type { SealEntry, SealKeyState } from '#core/sync'

const known = ['noKey', 'pinWrong', 'delayed', 'blocked', 'absent', 'damaged', 'pinChangeRequired', 'unsupported', 'untrusted', 'removed'] as const

/** Last part of the key of its words; a reason of a newer server is `refused`. */
export const keyWord = (state: SealKeyState): string =>
  state.state !== 'refused' ? state.state : known.find((reason) => reason === state.reason) ?? 'refused'

export const keyTone = ({ state }: SealKeyState): 'good' | 'info' | 'warn' | 'bad' => {
  switch (state) {
    case 'own': case 'open': return 'good'
    case 'present': case 'desk': return 'info'
    case 'unknown': return 'warn'
    case 'refused': return 'bad'
  }
}

/** What the server says of the first key that it could not use, or null. */
export const keyRefusal = ({ keyStates }: Pick<SealEntry, 'keyStates'>): string | null =>
  [keyStates?.pdf, keyStates?.ofd].flatMap((state) => state?.state === 'refused' ? [state.detail] : [])[0] ?? null

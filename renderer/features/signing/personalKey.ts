/** The personal key as this window knows it (个人密钥): asked of the host, and again whenever something of the profile changed. */
import { useCallback, useEffect, useState } from 'react'
import type { DesktopError, DesktopResult, MethodInput, MethodOutput } from '#core/desktop'
import { useClient } from '../../store/index.ts'

type PersonalKeyFacts = MethodOutput<'keys.state'>

export type PersonalKey = {
  /** what the session said until the host has been asked; by then a key may long be there */
  readonly facts: PersonalKeyFacts
  /** the host has answered, or cannot be asked: nothing else may show a form in which a PIN would be chosen */
  readonly isAsked: boolean
  readonly create: (pin: string, current: string | undefined) => Promise<DesktopError | null>
  readonly use: (input: MethodInput<'keys.use'>) => Promise<DesktopError | null>
  readonly enrol: () => Promise<DesktopError | null>
  readonly changePin: (input: MethodInput<'keys.changePin'>) => Promise<DesktopError | null>
  readonly refresh: () => void
}

export const usePersonalKey = (): PersonalKey => {
  const { desktop, session } = useClient()
  const [facts, setFacts] = useState<PersonalKeyFacts>({
    state: session.personalKey, carrier: null, certificate: null, refusal: session.personalKey === 'unenrolled' ? { reason: 'uncertified' } : null,
  })
  const [isAsked, setAsked] = useState(false)
  const refresh = useCallback((): void => {
    void desktop.call('keys.state', {}).then((answer) => {
      if (answer.ok) setFacts(answer.value)
      setAsked(true)
    })
  }, [desktop])
  useEffect(() => {
    refresh()
    return desktop.on((event) => { if (event.type === 'changed') refresh() })
  }, [desktop, refresh])
  const done = async (answer: Promise<DesktopResult<unknown>>): Promise<DesktopError | null> => {
    const result = await answer
    const now = await desktop.call('keys.state', {})
    if (now.ok) setFacts(now.value)
    return result.ok ? null : result.error
  }
  return {
    facts, isAsked, refresh,
    create: (pin, current) => done(desktop.call('keys.create', { pin, ...(current === undefined ? {} : { current }) })),
    use: (input) => done(desktop.call('keys.use', input)),
    enrol: () => done(desktop.call('keys.enrol', {})),
    changePin: (input) => done(desktop.call('keys.changePin', input)),
  }
}

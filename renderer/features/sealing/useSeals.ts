/** The seal register as the server has it now (印章登记簿). Asked when a screen opens: a seal may have been stopped since. */
import { useEffect, useEffectEvent, useState } from 'react'
import type { SealEntry, SealUse, TransportFailure } from '#core/sync'
import { useWords, type Words } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'

export type Asked<T> = { readonly kind: 'loading' } | { readonly kind: 'ready'; readonly value: T } | { readonly kind: 'failed'; readonly message: string }

/** Why the register could not be read, in words. */
export const failureText = (t: Words, failure: { readonly kind: string }): string => {
  const told = failure as TransportFailure
  return told.kind === 'server' ? told.message : t(told.kind === 'offline' ? 'seal.register.offline' : 'seal.register.failed')
}

const useAsked = <T>(question: string, ask: () => Promise<Asked<T>>): Asked<T> => {
  const [answer, setAnswer] = useState<{ readonly of: string; readonly state: Asked<T> } | null>(null)
  const run = useEffectEvent(ask)
  useEffect(() => {
    let stale = false
    const go = async (): Promise<void> => {
      const state = await run()
      if (!stale) setAnswer({ of: question, state })
    }
    void go()
    return () => { stale = true }
  }, [question])
  return answer?.of === question ? answer.state : { kind: 'loading' }
}

/** @param turn another value asks again */
export const useSeals = (turn: number | string = 0): Asked<readonly SealEntry[]> => {
  const t = useWords()
  const { desktop, status } = useClient()
  return useAsked(`${turn}/${status.connection}`, async () => {
    const answer = await desktop.call('seals.list', {})
    if (!answer.ok) return { kind: 'failed', message: answer.error.message }
    return answer.value.ok ? { kind: 'ready', value: (answer.value.value as unknown as { readonly seals: readonly SealEntry[] }).seals } : { kind: 'failed', message: failureText(t, answer.value.failure) }
  })
}

export const useSealUses = (sealId: string, turn: number): Asked<readonly SealUse[]> => {
  const t = useWords()
  const { desktop } = useClient()
  return useAsked(`${sealId}/${turn}`, async () => {
    const answer = await desktop.call('seals.uses', { sealId })
    if (!answer.ok) return { kind: 'failed', message: answer.error.message }
    return answer.value.ok ? { kind: 'ready', value: (answer.value.value as unknown as { readonly uses: readonly SealUse[] }).uses } : { kind: 'failed', message: failureText(t, answer.value.failure) }
  })
}

/** What went wrong in a form about keys (密钥操作的提示): a refusal with its screen, or a sentence. */
import { useState } from 'react'
import type { DesktopError } from '#core/desktop'
import { Notice } from '../../paper/index.ts'
import { Countdown, Refusal, useCountdown } from './Refusal.tsx'

export type Problem = {
  readonly what: DesktopError | string | null
  /** seconds until the next try */
  readonly wait: number
  readonly say: (text: string) => void
  readonly fail: (error: DesktopError) => void
  readonly clear: () => void
}

export const useProblem = (): Problem => {
  const [what, setWhat] = useState<DesktopError | string | null>(null)
  const [until, setUntil] = useState(0)
  const wait = useCountdown(until)
  return {
    what, wait, say: setWhat,
    fail: (error) => {
      setUntil(Date.now() + (error.retryAfterMs ?? 0))
      setWhat(error)
    },
    clear: () => setWhat(null),
  }
}

export const ProblemNote = ({ problem: { what, wait } }: { readonly problem: Problem }) => (
  <>
    {typeof what === 'string' && <Notice tone="bad">{what}</Notice>}
    {what !== null && typeof what !== 'string' && (what.refusal === undefined ? <Notice tone="bad">{what.message}</Notice> : <Refusal refusal={what.refusal} />)}
    <Countdown seconds={wait} />
  </>
)

/** The token at the seal desk as this window knows it (用印台密码设备): which there are, which keys are open, and having it sign. */
import { useCallback, useEffect, useState } from 'react'
import type { DesktopError, DesktopResult, MethodInput, MethodOutput } from '#core/desktop'
import { sealBase, type DeskSignatures, type DocumentState, type SealStatement, type StatementSignature } from '#core/route'
import type { SealEntry } from '#core/sync'
import { useClient } from '../../store/index.ts'

type Found = MethodOutput<'sealDesk.carriers'>
/** What is to be signed: the order, under dual control with the first clerk's statement, over the files on screen. */
type Order = { readonly documentId: string; readonly purpose: string; readonly signature: StatementSignature; readonly request: SealStatement | null; readonly base: { readonly pdf: string; readonly ofd: string } }

export type SealDesk = {
  /** the seal's keys are at the desk */
  readonly isNeeded: boolean
  /** both are open */
  readonly isOpen: boolean
  /** null until the host has answered */
  readonly found: Found | null
  /** the carrier that opened this seal the last time, on this machine */
  readonly remembered: string | null
  /** why the last signature was not given; until the token is opened anew */
  readonly problem: DesktopError | null
  readonly refresh: () => void
  readonly open: (carrier: string, pin: string) => Promise<DesktopError | null>
  readonly close: () => Promise<void>
  readonly sign: (order: Order) => Promise<DesktopResult<DeskSignatures>>
}

/** The files that the seal goes on: the composed ones, or the newest under the seals of other organs. */
export const deskBase = (state: DocumentState): Order['base'] => {
  const { hash, ofdHash } = sealBase(state)
  return { pdf: hash, ofd: ofdHash ?? '' }
}

/** Kept in the browser's storage of this machine: an opaque name, no path and no secret. */
const kept = (sealId: string): string => `wenshu.sealToken.${sealId}`

/** @param seal null while none is chosen */
export const useSealDesk = (seal: SealEntry | null): SealDesk => {
  const { desktop } = useClient()
  const isNeeded = seal?.desk !== undefined && seal.desk !== null
  const sealId = isNeeded ? seal.id : null
  const [found, setFound] = useState<{ readonly of: string; readonly value: Found } | null>(null)
  const [problem, setProblem] = useState<DesktopError | null>(null)
  const refresh = useCallback((): void => {
    if (sealId === null) return
    void desktop.call('sealDesk.carriers', { sealId }).then((answer) => {
      setFound({ of: sealId, value: answer.ok ? answer.value : { carriers: [], missing: [], open: { pdf: false, ofd: false } } })
      if (!answer.ok) setProblem(answer.error)
    })
  }, [desktop, sealId])
  useEffect(() => {
    const first = setTimeout(refresh)
    const stop = desktop.on((event) => { if (event.type === 'changed') refresh() })
    return () => {
      clearTimeout(first)
      stop()
    }
  }, [desktop, refresh])
  const known = found !== null && found.of === sealId ? found.value : null
  return {
    isNeeded, found: known, problem, refresh, isOpen: known?.open.pdf === true && known.open.ofd,
    remembered: sealId === null ? null : localStorage.getItem(kept(sealId)),
    open: async (carrier, pin) => {
      const input: MethodInput<'sealDesk.open'> = { sealId: sealId ?? '', carrier, pin }
      const answer = await desktop.call('sealDesk.open', input)
      refresh()
      if (!answer.ok) return answer.error
      localStorage.setItem(kept(input.sealId), carrier)
      setProblem(null)
      return null
    },
    close: async () => {
      await desktop.call('sealDesk.close', {})
      refresh()
    },
    sign: async (order) => {
      const { signature, request, ...rest } = order
      const answer = await desktop.call('sealDesk.sign', { sealId: sealId ?? '', ...rest, signature: signature as unknown as MethodInput<'sealDesk.sign'>['signature'], request: request as unknown as MethodInput<'sealDesk.sign'>['request'] })
      if (!answer.ok) {
        setProblem(answer.error)
        refresh()
      }
      return answer
    },
  }
}

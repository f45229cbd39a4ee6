/** What this check trusts (信任依据): the installation's own root and lists, and what the person adds for this visit. */
import { useEffect, useMemo, useState } from 'react'
import { readCertificate } from '#core/crypto'
import { fromBase64 } from '#core/formats'
import { useClient } from '../../store/index.ts'
import { commonName, readTrustFile, type AddedTrust, type TrustProblem } from './trustFiles.ts'
import type { TrustBytes } from './wire.ts'

export type Trust = {
  /** null until the installation has told its own */
  readonly bytes: TrustBytes | null
  readonly ownAnchors: readonly string[]
  readonly ownCrls: number
  readonly added: readonly AddedTrust[]
  readonly problem: { readonly name: string; readonly reason: TrustProblem } | null
  readonly add: (files: readonly File[]) => Promise<void>
  readonly remove: (entry: AddedTrust) => void
}

const decoded = (list: readonly string[]): readonly Uint8Array[] => list.flatMap((text) => { const bytes = fromBase64(text); return bytes.ok ? [bytes.value] : [] })

export const useTrust = (): Trust => {
  const { desktop } = useClient()
  const [own, setOwn] = useState<TrustBytes | null>(null)
  const [added, setAdded] = useState<readonly AddedTrust[]>([])
  const [problem, setProblem] = useState<Trust['problem']>(null)
  useEffect(() => {
    let stale = false
    const ask = async (): Promise<void> => {
      const answer = await desktop.call('seal.trust', {})
      // Without an answer nothing is trusted, and the report says so.
      if (!stale) setOwn(answer.ok ? { anchors: decoded(answer.value.anchors), crls: decoded(answer.value.crls) } : { anchors: [], crls: [] })
    }
    void ask()
    return () => { stale = true }
  }, [desktop])
  const bytes = useMemo((): TrustBytes | null => own === null ? null : {
    anchors: [...own.anchors, ...added.filter((entry) => entry.kind === 'anchor').map((entry) => entry.der)],
    crls: [...own.crls, ...added.filter((entry) => entry.kind === 'crl').map((entry) => entry.der)],
  }, [own, added])
  const ownAnchors = useMemo(() => (own?.anchors ?? []).map((der) => { const read = readCertificate(der); return read.ok ? commonName(read.value.subject.text) : '' }), [own])
  return {
    bytes, ownAnchors, ownCrls: own?.crls.length ?? 0, added, problem,
    add: async (files) => {
      setProblem(null)
      for (const file of files) {
        const content = await file.arrayBuffer().then((buffer) => new Uint8Array(buffer), () => null)
        const read = content === null ? null : readTrustFile(file.name, content)
        if (read?.ok === true) setAdded((before) => [...before, ...read.value])
        else setProblem({ name: file.name, reason: read === null ? 'unreadable' : read.error })
      }
    },
    remove: (entry) => setAdded((before) => before.filter((candidate) => candidate !== entry)),
  }
}

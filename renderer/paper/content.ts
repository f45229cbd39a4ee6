/** Frozen contents by hash, as values for a screen (冻结稿). */
import { useEffect, useEffectEvent, useState } from 'react'
import { sm3Hex } from '#core/crypto'
import { useClient, type ContentState } from '../store/index.ts'
import { useWords } from './words.ts'

/**
 * Loads a content and checks its bytes against the hash here, where they are shown: neither the host nor the server is asked
 * to vouch for what a person is about to approve. `retry` asks again.
 */
export const useContent = (hash: string | null): ContentState & { readonly retry: () => void } => {
  const { loadContent } = useClient()
  const t = useWords()
  const differs = useEffectEvent(() => t('document.differs'))
  const [attempt, setAttempt] = useState(0)
  const [loaded, setLoaded] = useState<{ readonly hash: string; readonly state: ContentState } | null>(null)
  useEffect(() => {
    if (hash === null) return
    let stale = false
    void loadContent(hash).then((result) => {
      if (stale) return
      if (!result.ok) return setLoaded({ hash, state: { kind: 'failed', error: result.error } })
      const holds = sm3Hex(result.value.bytes) === hash
      setLoaded({
        hash,
        state: holds ? { kind: 'ready', ...result.value } : { kind: 'failed', error: { code: 'damaged', message: differs() } },
      })
    })
    return () => { stale = true }
  }, [hash, attempt, loadContent])
  const state: ContentState = loaded !== null && loaded.hash === hash ? loaded.state : { kind: 'loading' }
  return { ...state, retry: () => { setLoaded(null); setAttempt(attempt + 1) } }
}

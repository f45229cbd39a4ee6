/** Where the rule puts the seal of this document (印章位置). */
import { useMemo } from 'react'
import { sm3Hex } from '#core/crypto'
import type { DocumentState } from '#core/route'
import { layoutBytes, type SealPlace } from '#core/typeset'
import { useContent, useLayout } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { issueOf } from '../approval/index.tsx'

/** 用途 of the seal on an issued document. */
export const sealPurpose = 'issue'

/**
 * `place` only when our pages are the very pages that the server composed (same layout hash): then the rule's place is this
 * place. `unknown` is told apart from not being there yet.
 */
export const useSealPlace = (state: DocumentState): { readonly place: SealPlace | null; readonly isUnknown: boolean } => {
  const { fonts } = useClient()
  const content = useContent(state.final?.revisionHash ?? null)
  const issue = useMemo(() => issueOf(state), [state])
  const layout = useLayout(content.kind === 'ready' ? content.content : null, issue, fonts)
  return useMemo(() => {
    const same = layout !== null && sm3Hex(layoutBytes(layout)) === state.final?.layoutHash
    return { place: same ? layout.sealPlace : null, isUnknown: layout !== null && !same }
  }, [layout, state.final?.layoutHash])
}

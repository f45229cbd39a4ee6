/** Where the seal of this document goes, for the pages on screen (印章位置). */
import { useMemo } from 'react'
import { sm3Hex } from '#core/crypto'
import type { DocumentState, SealPosition } from '#core/route'
import { layoutBytes, type SealPlace } from '#core/typeset'
import { useContent, useLayout } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { issueOf } from '../approval/index.tsx'

/** 用途 of the seal on an issued document. */
export const sealPurpose = 'issue'

const inMillimetres = ({ page, x, y, diameter }: SealPosition): SealPlace => ({ page, x: x / 1000, y: y / 1000, diameter: diameter / 1000 })

/** A place of a statement as the pages on screen take it, mm. */
export const useShownPlace = (place: SealPosition | null): SealPlace | null => useMemo(() => (place === null ? null : inMillimetres(place)), [place])

/**
 * For documents whose record does not say where the seal goes: `place` only when our pages are the very pages that the server
 * composed (same layout hash), then the rule's place is this place. `unknown` is told apart from not being there yet.
 */
export const useComposedPlace = (state: DocumentState): { readonly place: SealPlace | null; readonly isUnknown: boolean } => {
  const { fonts } = useClient()
  const { final } = state
  const isWanted = final !== null && final.sealGround === undefined
  const content = useContent(isWanted ? final.revisionHash : null)
  const issue = useMemo(() => issueOf(state), [state])
  const layout = useLayout(content.kind === 'ready' ? content.content : null, issue, fonts)
  return useMemo(() => {
    const same = layout !== null && sm3Hex(layoutBytes(layout)) === final?.layoutHash
    return { place: same ? layout.sealPlace : null, isUnknown: layout !== null && !same }
  }, [layout, final?.layoutHash])
}

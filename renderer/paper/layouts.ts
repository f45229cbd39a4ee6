/** Typesetting for the screen (屏上排版): at once for reading, a moment later while someone is typing. */
import { useEffect, useMemo, useState } from 'react'
import type { DocumentContent, Issue } from '#core/document'
import { sm3Hex } from '#core/crypto'
import { layoutBytes, typeset, type FontSet, type Layout } from '#core/typeset'

/** What a personal approval says about the pages that were on screen (所见版面). */
export type Shown = { readonly pages: number; readonly layoutHash: string; readonly fontSet: string }

export const shownOf = (layout: Layout, fonts: FontSet): Shown => ({ pages: layout.pages.length, layoutHash: sm3Hex(layoutBytes(layout)), fontSet: fonts.id })

export const useLayout = (content: DocumentContent | null, issue: Issue | null, fonts: FontSet | null): Layout | null =>
  useMemo(() => (content === null || fonts === null ? null : typeset(content, issue, fonts)), [content, issue, fonts])

export type Preview = { readonly layout: Layout; readonly content: DocumentContent }

/** Longest wait after a key, ms: the page follows the text closely, and the key never waits for the page. */
const patience = 180

/** The pages of a text that is being typed: set when the browser is idle, and always ending with the latest text. */
export const usePreview = (content: DocumentContent | null, fonts: FontSet | null): Preview | null => {
  const [preview, setPreview] = useState<Preview | null>(null)
  useEffect(() => {
    if (content === null || fonts === null) return
    const set = (): void => setPreview({ layout: typeset(content, null, fonts), content })
    if (typeof requestIdleCallback !== 'function') {
      const timer = setTimeout(set, patience / 2)
      return () => clearTimeout(timer)
    }
    const handle = requestIdleCallback(set, { timeout: patience })
    return () => cancelIdleCallback(handle)
  }, [content, fonts])
  return preview
}

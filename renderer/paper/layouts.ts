/** Typesetting for the screen (屏上排版): at once for reading, a moment later while someone is typing. */
import { useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { DocumentContent, Issue } from '#core/document'
import { sm3Hex } from '#core/crypto'
import { createTypesetter, layoutBytes, typeset, type FontSet, type Layout } from '#core/typeset'

/** What a personal approval says about the pages that were on screen (所见版面). */
export type Shown = { readonly pages: number; readonly layoutHash: string; readonly fontSet: string }

export const shownOf = (layout: Layout, fonts: FontSet): Shown => ({ pages: layout.pages.length, layoutHash: sm3Hex(layoutBytes(layout)), fontSet: fonts.id })

export const useLayout = (content: DocumentContent | null, issue: Issue | null, fonts: FontSet | null): Layout | null =>
  useMemo(() => (content === null || fonts === null ? null : typeset(content, issue, fonts)), [content, issue, fonts])

export type Preview = { readonly layout: Layout; readonly content: DocumentContent; readonly issue: Issue | null }

/** A layout that took no longer than this goes into the same frame as the key, ms. */
const quickEnough = 9

/** For long work: the key is painted first, and the page follows in the next frame. */
const afterPaint = (work: () => void): (() => void) => {
  let timer: ReturnType<typeof setTimeout> | null = null
  const frame = requestAnimationFrame(() => { timer = setTimeout(work, 0) })
  return () => {
    cancelAnimationFrame(frame)
    if (timer !== null) clearTimeout(timer)
  }
}

/**
 * The pages of a text that is being typed, always ending with the latest text. Only what an edit touches is set anew; unchanged
 * pages stay the same objects, so that nobody draws them again. As long as that is quick, key and page are painted together;
 * when the last one was slow (the first of all, a change that moves every page) the key goes first.
 */
export const usePreview = (content: DocumentContent | null, issue: Issue | null, fonts: FontSet | null): Preview | null => {
  const typesetter = useMemo(() => (fonts === null ? null : createTypesetter(fonts)), [fonts])
  const last = useRef(Number.POSITIVE_INFINITY)
  const [preview, setPreview] = useState<Preview | null>(null)
  useLayoutEffect(() => {
    if (content === null || typesetter === null) return undefined
    const set = (): void => {
      performance.mark('wenshu.layout.start')
      const layout = typesetter.typeset(content, issue)
      last.current = performance.measure('wenshu.layout', 'wenshu.layout.start').duration
      setPreview({ layout, content, issue })
    }
    if (last.current > quickEnough) return afterPaint(set)
    set()
    return undefined
  }, [content, issue, typesetter])
  return content === null ? null : preview
}

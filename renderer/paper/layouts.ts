/** Typesetting for the screen (屏上排版): at once for reading, a moment later while someone is typing. */
import { useLayoutEffect, useMemo, useState } from 'react'
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

/** Sets texts one after the other, and remembers the last pages and how long they took. */
type Previewer = {
  readonly set: (content: DocumentContent, issue: Issue | null) => Preview
  readonly last: () => Preview | null
  readonly isQuick: () => boolean
}

const createPreviewer = (fonts: FontSet): Previewer => {
  const typesetter = createTypesetter(fonts)
  let last: Preview | null = null
  let took = Number.POSITIVE_INFINITY
  return {
    last: () => last,
    isQuick: () => took <= quickEnough,
    set: (content, issue) => {
      if (last !== null && last.content === content && last.issue === issue) return last
      performance.mark('wenshu.layout.start')
      const layout = typesetter.typeset(content, issue)
      took = performance.measure('wenshu.layout', 'wenshu.layout.start').duration
      last = { layout, content, issue }
      return last
    },
  }
}

/**
 * The pages of a text that is being typed, always ending with the latest text. Only what an edit touches is set anew; unchanged
 * pages stay the same objects, so that nobody draws them again. As long as that is quick, key and page are drawn in one pass;
 * when the last one was slow (the first of all, a change that moves every page) the key goes first.
 */
export const usePreview = (content: DocumentContent | null, issue: Issue | null, fonts: FontSet | null): Preview | null => {
  const previewer = useMemo(() => (fonts === null ? null : createPreviewer(fonts)), [fonts])
  const [late, setLate] = useState<Preview | null>(null)
  const now = useMemo(() => (content === null || previewer === null || !previewer.isQuick() ? null : previewer.set(content, issue)), [content, issue, previewer])
  useLayoutEffect(() => {
    if (now !== null || content === null || previewer === null) return undefined
    return afterPaint(() => setLate(previewer.set(content, issue)))
  }, [now, content, issue, previewer])
  return content === null ? null : now ?? previewer?.last() ?? late
}

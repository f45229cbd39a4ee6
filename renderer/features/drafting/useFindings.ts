/** Checking while someone writes (边写边查): after a pause, when the browser is idle, and never while an input method composes. */
import { useEffect, useMemo, useRef, useState } from 'react'
import { createChecker } from '#core/check'
import type { DocumentContent } from '#core/document'
import type { Preview } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { createFollower, sameTold, withBlanks, type Report, type Told } from './findings.ts'
import type { Ignored } from './notes.ts'

/** A pause this long is one in which a finding may appear, ms. */
const pause = 350

export type Findings = {
  readonly told: readonly Told[]
  /** 0–100; null before the first check */
  readonly score: number | null
  /** whether what is told speaks of the text as it is now */
  readonly isFresh: boolean
  /** the text that was checked: fixes are counted in it */
  readonly checked: DocumentContent | null
}

const none: readonly Told[] = []

/** True from the first to the last key of a composition anywhere on the screen. */
const useComposing = (): { readonly current: boolean } => {
  const composing = useRef(false)
  useEffect(() => {
    const begin = (): void => { composing.current = true }
    const end = (): void => { composing.current = false }
    document.addEventListener('compositionstart', begin, true)
    document.addEventListener('compositionend', end, true)
    return () => {
      document.removeEventListener('compositionstart', begin, true)
      document.removeEventListener('compositionend', end, true)
    }
  }, [])
  return composing
}

/** @param preview the pages of the text; geometry is checked when they are those of `content` */
export const useFindings = (content: DocumentContent, preview: Preview | null, ignored: readonly Ignored[]): Findings => {
  const { projection } = useClient()
  const checker = useMemo(() => createChecker({}), [])
  const composing = useComposing()
  const facts = useMemo(() => ({ organs: Object.values(projection.directory.organs).map((organ) => ({ name: organ.name, otherNames: [organ.shortName] })), approvedSecrecy: [] as const }), [projection.directory])
  const [report, setReport] = useState<Report & { readonly score: number } | null>(null)

  useEffect(() => {
    if (preview === null || preview.content !== content) return
    let idle: number | null = null
    let timer: ReturnType<typeof setTimeout> | null = null
    const check = (): void => {
      if (composing.current) return wait()
      performance.mark('wenshu.check.start')
      const { findings, score } = checker.check(content, preview.issue, { layout: preview.layout, facts })
      performance.measure('wenshu.check', 'wenshu.check.start')
      setReport({ content, findings: withBlanks(content, findings), score })
    }
    const wait = (): void => { timer = setTimeout(() => { idle = requestIdleCallback(check, { timeout: 1000 }) }, pause) }
    wait()
    return () => {
      if (timer !== null) clearTimeout(timer)
      if (idle !== null) cancelIdleCallback(idle)
    }
  }, [content, preview, facts, checker, composing])

  const follow = useMemo(() => createFollower(), [])
  const now = useMemo(() => (report === null ? none : follow(report, content, ignored)), [follow, report, content, ignored])
  const [told, setTold] = useState(now)
  if (told !== now && !sameTold(told, now)) setTold(now)
  const isFresh = report?.content === content
  // While nothing moves, the panel, the line below and the underlines keep what they have.
  return useMemo(() => ({ told, score: report?.score ?? null, isFresh, checked: report?.content ?? null }), [told, report, isFresh])
}

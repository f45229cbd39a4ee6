/** One sheet of paper on the desk (单页): drawn again only when its own page, or the line marked on it, changes. */
import { memo } from 'react'
import type { Page, SealPlace } from '#core/typeset'
import type { ShownLine } from './locate.ts'
import { PageSvg } from './PageSvg.tsx'

export type SheetProps = {
  readonly page: Page
  /** CSS px, as is `gap`, the blank below */
  readonly width: number
  readonly height: number
  readonly gap: number
  readonly marked: ShownLine | null
  /** addresses of its pictures; null leaves the sheet blank, far from the eye */
  readonly pictures: ((hash: string) => string | null) | null
  readonly seal: SealPlace | null
  readonly sealLabel: string
}

export const Sheet = memo(({ page, width, height, gap, marked, pictures, seal, sealLabel }: SheetProps) => (
  <div className="wk-sheet" data-page={page.number} style={{ width, height, marginBottom: gap }}>
    {marked !== null && <div className="wk-marked-line" aria-hidden="true" style={{ top: `${(marked.y - 1) / 2.97}%`, height: `${(marked.height + 2) / 2.97}%` }} />}
    {pictures !== null && <PageSvg page={page} seal={seal} sealLabel={sealLabel} {...(page.images.length > 0 ? { pictureHref: pictures } : {})} />}
  </div>
))
Sheet.displayName = 'Sheet'

/** One page exactly as it is set: drawn by the same writer as everywhere else, nothing measured again (版面). */
import { memo, useLayoutEffect, useRef } from 'react'
import { pageToSvg } from '#core/output'
import { fontRoles, type FontKey, type FontRole, type Page, type SealPlace } from '#core/typeset'
import { SealOutline } from './SealOutline.tsx'

/** The family under which the client registers the face of a role: what is shown is what was measured, never a system font. */
const paperFamily = (key: FontKey): string => {
  const role = fontRoles.indexOf(key as FontRole)
  return `wenshu-${role === -1 ? key : role}`
}

const noPicture = (): null => null

export type PageSvgProps = {
  readonly page: Page
  /** outline of the seal to come */
  readonly seal?: SealPlace | null
  readonly sealLabel?: string
  readonly pictureHref?: (hash: string) => string | null
}

/** Decoration for assistive technology: the text alternative beside it carries the words. */
export const PageSvg = memo(({ page, seal, sealLabel, pictureHref = noPicture }: PageSvgProps) => {
  const holder = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    // Parsed as XML and adopted as nodes: no markup is ever handed to the page as a string.
    const parsed = new DOMParser().parseFromString(pageToSvg(page, { fontFamily: paperFamily, pictureHref }), 'image/svg+xml')
    const picture = document.importNode(parsed.documentElement, true)
    picture.setAttribute('class', 'wk-page-svg')
    picture.removeAttribute('width')
    picture.removeAttribute('height')
    picture.querySelector('title')?.remove()
    holder.current?.replaceChildren(picture)
  }, [page, pictureHref])
  return (
    <>
      <div ref={holder} aria-hidden="true" className="wk-page-picture" />
      {seal !== undefined && seal !== null && seal.page === page.number && <SealOutline seal={seal} width={page.width} height={page.height} label={sealLabel ?? ''} />}
    </>
  )
})
PageSvg.displayName = 'PageSvg'

/** One page exactly as it is set: drawn by the same writer as everywhere else, nothing measured again (版面). */
import { memo, useLayoutEffect, useRef } from 'react'
import { pageParts } from '#core/output'
import type { Page, SealPlace } from '#core/typeset'
import { shownFamilyOf } from '../store/index.ts'
import { SealOutline } from './SealOutline.tsx'
import { textPart } from './textPart.ts'

const noPicture = (): null => null

/** What stands in the holder: one node for each part. */
type Drawn = { readonly picture: Element; readonly parts: readonly string[] }

const svgNames = 'http://www.w3.org/2000/svg'

const textNode = (part: string): Element | null => {
  const taken = textPart(part)
  if (taken === null) return null
  const node = document.createElementNS(svgNames, 'text')
  for (const [name, value] of taken.attributes) {
    if (name.startsWith('xml:')) node.setAttributeNS('http://www.w3.org/XML/1998/namespace', name, value)
    else node.setAttribute(name, value)
  }
  node.textContent = taken.text
  return node
}

/** Up to this many are made one by one: what a key or two change. */
const fewParts = 8

/** Made or parsed as nodes: no markup is ever handed to the page as a string. */
const nodesOf = (parts: readonly string[]): readonly Node[] => {
  if (parts.length <= fewParts) {
    const made = parts.map(textNode)
    if (made.every((node) => node !== null)) return made
  }
  const parsed = new DOMParser().parseFromString(`<svg xmlns="${svgNames}">${parts.join('')}</svg>`, 'image/svg+xml')
  return [...document.importNode(parsed.documentElement, true).childNodes]
}

/** Draws the parts, keeping the nodes of those at both ends that are the same as before: a key changes a line or two of a page. */
const draw = (holder: Element, page: Page, parts: readonly string[], before: Drawn | null): Drawn => {
  const viewBox = `0 0 ${page.width} ${page.height}`
  if (before === null || before.picture.parentNode !== holder || before.picture.getAttribute('viewBox') !== viewBox) {
    const picture = document.createElementNS(svgNames, 'svg')
    picture.setAttribute('class', 'wk-page-svg')
    picture.setAttribute('viewBox', viewBox)
    picture.append(...nodesOf(parts))
    holder.replaceChildren(picture)
    return { picture, parts }
  }
  const old = before.parts
  let head = 0
  while (head < parts.length && head < old.length && parts[head] === old[head]) head++
  let tail = 0
  while (tail < parts.length - head && tail < old.length - head && parts[parts.length - 1 - tail] === old[old.length - 1 - tail]) tail++
  const { picture } = before
  for (let at = old.length - tail - 1; at >= head; at--) picture.childNodes[at]?.remove()
  const next = picture.childNodes[head] ?? null
  for (const node of nodesOf(parts.slice(head, parts.length - tail))) picture.insertBefore(node, next)
  return { picture, parts }
}

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
  const drawn = useRef<Drawn | null>(null)
  useLayoutEffect(() => {
    if (holder.current !== null) drawn.current = draw(holder.current, page, pageParts(page, { fontFamily: shownFamilyOf, pictureHref }), drawn.current)
  }, [page, pictureHref])
  return (
    <>
      <div ref={holder} aria-hidden="true" className="wk-page-picture" />
      {seal !== undefined && seal !== null && seal.page === page.number && <SealOutline seal={seal} width={page.width} height={page.height} label={sealLabel ?? ''} />}
    </>
  )
})
PageSvg.displayName = 'PageSvg'

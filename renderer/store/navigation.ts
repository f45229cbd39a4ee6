/**
 * Where the window stands (当前位置). It lives in the URL fragment, so that Back, reload and a second window just work.
 * Only ids and names of screens go in: the browser keeps its history unencrypted.
 */
import { useCallback, useSyncExternalStore } from 'react'
import type { Box } from '#core/route'

export type Place =
  | { readonly screen: 'desk'; readonly box: Box; readonly documentId: string | null }
  | { readonly screen: 'document'; readonly documentId: string }
  /** `documentId` null: choose the kind of a new document */
  | { readonly screen: 'drafting'; readonly documentId: string | null }
  | { readonly screen: 'sealing' } | { readonly screen: 'receiving' } | { readonly screen: 'archive' }
  | { readonly screen: 'search' } | { readonly screen: 'verifying' }
  | { readonly screen: 'attention' } | { readonly screen: 'settings' }

export const boxes: readonly Box[] = ['todo', 'toRead', 'inProgress', 'done']
export const home: Place = { screen: 'desk', box: 'todo', documentId: null }

const id = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/

/** An unknown or hostile fragment leads home. */
export const readPlace = (fragment: string): Place => {
  const [screen, first, second] = fragment.replace(/^#?\/?/, '').split('/')
  const known = (value: string | undefined): string | null => (value !== undefined && id.test(value) ? value : null)
  switch (screen) {
    case 'desk': {
      const box = boxes.find((candidate) => candidate === first)
      return box === undefined ? home : { screen, box, documentId: known(second) }
    }
    case 'document': {
      const documentId = known(first)
      return documentId === null ? home : { screen, documentId }
    }
    case 'drafting': return { screen, documentId: known(first) }
    case 'search': case 'verifying': case 'sealing': case 'receiving': case 'archive': case 'attention': case 'settings': return { screen }
    default: return home
  }
}

export const writePlace = (place: Place): string => {
  switch (place.screen) {
    case 'desk': return `#/desk/${place.box}${place.documentId === null ? '' : `/${place.documentId}`}`
    case 'document': return `#/document/${place.documentId}`
    case 'drafting': return place.documentId === null ? '#/drafting' : `#/drafting/${place.documentId}`
    default: return `#/${place.screen}`
  }
}

const subscribe = (listener: () => void): (() => void) => {
  window.addEventListener('hashchange', listener)
  window.addEventListener('popstate', listener)
  return () => {
    window.removeEventListener('hashchange', listener)
    window.removeEventListener('popstate', listener)
  }
}
const fragmentNow = (): string => window.location.hash

/** Goes to a place; usable outside of React too. Moving within a list replaces the entry, so that Back leaves the list at once. */
export const goTo = (place: Place, how: 'push' | 'replace' = 'push'): void => {
  const fragment = writePlace(place)
  if (fragment === window.location.hash) return
  if (how === 'push') window.history.pushState(null, '', fragment)
  else window.history.replaceState(null, '', fragment)
  window.dispatchEvent(new PopStateEvent('popstate'))
}

export const usePlace = (): { readonly place: Place; readonly goTo: typeof goTo; readonly goBack: () => void } => {
  const fragment = useSyncExternalStore(subscribe, fragmentNow)
  const goBack = useCallback(() => {
    if (window.history.length > 1) window.history.back()
    else goTo(home)
  }, [])
  return { place: readPlace(fragment), goTo, goBack }
}

/** Words on their way from the frame's search box to the search screen; not in the address, which the browser keeps. */
let searchText = ''
export const searchFor = (text: string): void => {
  searchText = text
  goTo({ screen: 'search' })
}
export const takeSearchText = (): string => {
  const text = searchText
  searchText = ''
  return text
}

/** A file on its way from another screen to the verification page; kept in memory alone. */
let handedFile: File | null = null
export const verifyFile = (file: File): void => {
  handedFile = file
  goTo({ screen: 'verifying' })
}
export const takeHandedFile = (): File | null => {
  const file = handedFile
  handedFile = null
  return file
}

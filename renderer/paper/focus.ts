/** A paper that opens alone is ready for the keys of reading (焦点). */
import { useEffect, type RefObject } from 'react'

/** Gives `target` the focus when it appears, unless someone is already working somewhere. */
export const useFirstFocus = (target: RefObject<HTMLElement | null>, focus: 'onMount' | 'never'): void => {
  useEffect(() => {
    const active = document.activeElement
    const isFree = active === null || active === document.body || active.id === 'main'
    if (focus === 'onMount' && isFree) target.current?.focus({ preventScroll: true })
  }, [target, focus])
}

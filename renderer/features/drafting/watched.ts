/** A value that one small part of the screen follows (被观察的值): the rest is not drawn again when it changes. */
import { useSyncExternalStore } from 'react'

export type Watched<T> = { readonly now: () => T; readonly set: (value: T) => void; readonly watch: (listener: () => void) => () => void }

export const createWatched = <T>(first: T): Watched<T> => {
  let value = first
  const listeners = new Set<() => void>()
  return {
    now: () => value,
    set: (next) => {
      if (next === value) return
      value = next
      for (const listener of listeners) listener()
    },
    watch: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

export const useWatched = <T>({ now, watch }: Watched<T>): T => useSyncExternalStore(watch, now)

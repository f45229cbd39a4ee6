/** Addresses of stored pictures that an image element may show (插图): fetched once, kept while the window is open. */
import { useCallback, useEffect, useSyncExternalStore } from 'react'
import { sm3Hex } from '#core/crypto'
import { useClient } from '../store/index.ts'

const urls = new Map<string, string>()
const asked = new Set<string>()
const listeners = new Set<() => void>()
/** Beyond this many the oldest are given up; they are fetched again when a page shows them. */
const most = 200
let version = 0

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const keep = (hash: string, bytes: Uint8Array): void => {
  // Only what an image decoder reads is ever made of these bytes: a page of our origin must not be opened from them.
  const type = bytes[0] === 0xff ? 'image/jpeg' : 'image/png'
  urls.set(hash, URL.createObjectURL(new Blob([bytes.slice()], { type })))
  for (const [oldest, url] of urls) {
    if (urls.size <= most) break
    urls.delete(oldest)
    asked.delete(oldest)
    URL.revokeObjectURL(url)
  }
  version++
  for (const listener of listeners) listener()
}

/** Pictures that are on the screen before they are stored: those of a file that was read and not yet taken. */
export const showPictures = (pictures: readonly Uint8Array[]): void => {
  for (const bytes of pictures) {
    const hash = sm3Hex(bytes)
    if (!urls.has(hash)) keep(hash, bytes)
  }
}

/** @param hashes what is to be shown; the function gives null for what is not at hand yet */
export const usePictureUrls = (hashes: readonly string[]): ((hash: string) => string | null) => {
  const { readFile } = useClient()
  const now = useSyncExternalStore(subscribe, () => version)
  const key = hashes.join(' ')
  useEffect(() => {
    for (const hash of key === '' ? [] : key.split(' ')) {
      if (urls.has(hash) || asked.has(hash)) continue
      asked.add(hash)
      void readFile(hash).then((read) => { if (read.ok) keep(hash, read.value); else asked.delete(hash) }, () => asked.delete(hash))
    }
  }, [key, readFile])
  // A new function when something arrived, so that what shows pictures is drawn again.
  return useCallback((hash: string) => (now >= 0 ? urls.get(hash) ?? null : null), [now])
}

/** How this person likes the window (界面偏好): kept per device and account, readable before anything else loads. */
import { useSyncExternalStore } from 'react'

export type Preferences = {
  readonly theme: 'system' | 'light' | 'dark' | 'contrast'
  /** px of body text */
  readonly textSize: 14 | 16 | 18 | 20
  /** `auto`: on for leaders */
  readonly leadersMode: 'auto' | 'on' | 'off'
  readonly language: 'zh-CN' | 'en'
}

export const defaultPreferences: Preferences = { theme: 'system', textSize: 14, leadersMode: 'auto', language: 'zh-CN' }

const key = 'wenshu.preferences'
const oneOf = <T>(value: unknown, allowed: readonly T[], otherwise: T): T => allowed.find((candidate) => candidate === value) ?? otherwise

/** Anything unknown in the stored text falls back to the default, member by member. */
export const readPreferences = (stored: string | null): Preferences => {
  let value: Record<string, unknown> = {}
  try {
    const parsed: unknown = JSON.parse(stored ?? '{}')
    if (typeof parsed === 'object' && parsed !== null) value = parsed as Record<string, unknown>
  } catch {
    return defaultPreferences
  }
  return {
    theme: oneOf(value['theme'], ['system', 'light', 'dark', 'contrast'] as const, defaultPreferences.theme),
    textSize: oneOf(value['textSize'], [14, 16, 18, 20] as const, defaultPreferences.textSize),
    leadersMode: oneOf(value['leadersMode'], ['auto', 'on', 'off'] as const, defaultPreferences.leadersMode),
    language: oneOf(value['language'], ['zh-CN', 'en'] as const, defaultPreferences.language),
  }
}

let current: Preferences | null = null
const listeners = new Set<() => void>()

export const preferences = (): Preferences => (current ??= readPreferences(localStorage.getItem(key)))

export const setPreferences = (change: Partial<Preferences>): void => {
  current = { ...preferences(), ...change }
  localStorage.setItem(key, JSON.stringify(current))
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void): (() => void) => {
  // Another window of the profile changed them.
  const stored = (event: StorageEvent): void => {
    if (event.key !== key) return
    current = readPreferences(event.newValue)
    listener()
  }
  listeners.add(listener)
  window.addEventListener('storage', stored)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('storage', stored)
  }
}

export const usePreferences = (): Preferences => useSyncExternalStore(subscribe, preferences)

/** Leaders' mode (领导模式): 18 px text and 48 px targets at least; by itself for those who approve. */
export const isLeadersMode = ({ leadersMode }: Preferences, leader: boolean): boolean => leadersMode === 'on' || (leadersMode === 'auto' && leader)

/** Which screen stands at which place (页面登记). Business screens are loaded when first needed. */
import { lazy, Suspense, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Role } from '#core/access'
// The frame itself counts and searches with these two, so they are there from the start.
import Desk from '../features/desk/index.tsx'
import Search from '../features/search/index.tsx'
import type { Place } from '../store/index.ts'
import { Blank } from '../ui/index.ts'

const Drafting = lazy(() => import('../features/drafting/index.tsx'))
const Reading = lazy(() => import('../features/approval/index.tsx'))
const Sealing = lazy(() => import('../features/sealing/index.tsx'))
const Receiving = lazy(() => import('../features/receiving/index.tsx'))
const Archive = lazy(() => import('../features/archive/index.tsx'))
const Verifying = lazy(() => import('../features/verifying/index.tsx'))
const Attention = lazy(() => import('../features/attention/index.tsx'))
const Settings = lazy(() => import('../features/settings/index.tsx'))

const ReadingPane = ({ documentId }: { documentId: string }): ReactNode => <Waiting><Reading documentId={documentId} stand="pane" /></Waiting>

/** Blank for the few frames that a screen needs to load; words only when it takes long enough to be noticed (CSS). */
const Waiting = ({ children }: { readonly children: ReactNode }): ReactNode => {
  const { t } = useTranslation()
  return <Suspense fallback={<Blank tone="loading" title={t('app.loading')} />}>{children}</Suspense>
}

const at = (place: Place): ReactNode => {
  switch (place.screen) {
    case 'desk': return <Desk place={place} Reading={ReadingPane} />
    case 'document': return <Reading key={place.documentId} documentId={place.documentId} stand="window" />
    case 'drafting': return <Drafting key={place.documentId ?? 'new'} documentId={place.documentId} />
    case 'sealing': return <Sealing />
    case 'receiving': return <Receiving />
    case 'archive': return <Archive />
    case 'search': return <Search />
    case 'verifying': return <Verifying />
    case 'attention': return <Attention />
    case 'settings': return <Settings />
  }
}

export const Screens = ({ place }: { readonly place: Place }): ReactNode => <Waiting>{at(place)}</Waiting>

export type CountKey = 'todo' | 'draft' | 'seal' | 'receive' | 'file' | 'attention'
export type MenuEntry = {
  readonly key: Exclude<Place['screen'], 'document'>
  readonly to: Place
  /** roles that have something to do there; empty: everyone */
  readonly roles: readonly Role[]
  readonly count: CountKey | null
  /** Alt + this key */
  readonly letter: string
}

/** The left menu from top to bottom. */
export const menu: readonly MenuEntry[] = [
  { key: 'desk', to: { screen: 'desk', box: 'todo', documentId: null }, roles: [], count: 'todo', letter: '1' },
  { key: 'drafting', to: { screen: 'drafting', documentId: null }, roles: ['drafter'], count: 'draft', letter: '2' },
  { key: 'sealing', to: { screen: 'sealing' }, roles: ['sealClerk', 'securityAdmin', 'auditor'], count: 'seal', letter: '3' },
  { key: 'receiving', to: { screen: 'receiving' }, roles: ['registrar'], count: 'receive', letter: '4' },
  { key: 'archive', to: { screen: 'archive' }, roles: ['archivist'], count: 'file', letter: '5' },
  { key: 'search', to: { screen: 'search' }, roles: [], count: null, letter: '6' },
  { key: 'verifying', to: { screen: 'verifying' }, roles: [], count: null, letter: '7' },
  { key: 'attention', to: { screen: 'attention' }, roles: [], count: 'attention', letter: '8' },
  { key: 'settings', to: { screen: 'settings' }, roles: [], count: null, letter: '9' },
]

export const menuFor = (roles: readonly Role[]): readonly MenuEntry[] =>
  menu.filter((entry) => entry.roles.length === 0 || entry.roles.some((role) => roles.includes(role)))

/** Ctrl K: anything by its name (命令面板): places, commands, and documents by 文号 or title. */
import { useDeferredValue, useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { Input, Modal, type InputRef } from 'antd'
import { useTranslation } from 'react-i18next'
import { openDocument } from '../features/desk/index.tsx'
import { createIndex, find, noFilter, normalise } from '../features/search/index.tsx'
import { searchFor, useClient, usePlace } from '../store/index.ts'
import { menuFor } from './routes.tsx'

export type PaletteCommand = { readonly key: string; readonly label: string; readonly run: () => void }
type Offer = { readonly key: string; readonly group: 'command' | 'document' | 'search'; readonly label: string; readonly aside: string; readonly run: () => void }

const documentsShown = 12

type Props = { readonly onClose: () => void; readonly commands: readonly PaletteCommand[] }

const Body = ({ onClose, commands }: Props): ReactNode => {
  const { t } = useTranslation()
  const { projection, session, sync } = useClient()
  const { place, goTo } = usePlace()
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState(0)
  const query = useDeferredValue(text)
  const input = useRef<InputRef>(null)
  const [index] = useState(() => createIndex())
  // The window has its opening frame behind it only after this one.
  useEffect(() => {
    const timer = setTimeout(() => input.current?.focus(), 0)
    return () => clearTimeout(timer)
  }, [])

  const offers = useMemo((): readonly Offer[] => {
    const word = normalise(query)
    const roles = projection.directory.people[session.personId]?.roles ?? []
    const places = menuFor(roles).map((entry): Offer => ({ key: entry.key, group: 'command', label: t(`app.menu.${entry.key}`), aside: `Alt ${entry.letter}`, run: () => goTo(entry.to) }))
    const all = [
      ...places,
      { key: 'sync', group: 'command', label: t('sync.now'), aside: '', run: () => void sync() } as const,
      ...commands.map((command): Offer => ({ ...command, group: 'command', aside: '' })),
    ]
    const fitting = all.filter((offer) => word === '' || normalise(offer.label).includes(word))
    if (word === '') return fitting
    const entries = index([...projection.documents.values()].map(({ state }) => state))
    const documents = find(entries, query, noFilter).slice(0, documentsShown).flatMap((id): Offer[] => {
      const state = projection.documents.get(id)?.state
      return state === undefined ? [] : [{ key: id, group: 'document', label: state.title || t('desk.untitled'), aside: state.number?.text ?? '', run: () => openDocument(id, place.screen === 'document' ? null : place) }]
    })
    return [...documents, ...fitting, { key: 'search', group: 'search', label: t('app.palette.search', { text: query.trim() }), aside: '', run: () => searchFor(query.trim()) }]
  }, [index, query, projection, session.personId, commands, t, place, goTo, sync])

  const run = (offer: Offer | undefined): void => {
    if (offer === undefined) return
    onClose()
    offer.run()
  }
  const at = Math.min(chosen, Math.max(0, offers.length - 1))
  const onKeyDown = (event: KeyboardEvent): void => {
    // An input method is choosing a word: its keys are its own.
    if (event.nativeEvent.isComposing) return
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      setChosen((at + (event.key === 'ArrowDown' ? 1 : offers.length - 1)) % Math.max(1, offers.length))
    } else if (event.key === 'Enter') run(offers[at])
  }
  return (
    <>
      <Input
        ref={input} value={text} placeholder={t('app.palette.placeholder')} role="combobox" aria-expanded aria-controls="palette-offers" aria-label={t('app.palette.name')}
        {...(offers[at] === undefined ? {} : { 'aria-activedescendant': `palette-${offers[at].key}` })}
        onChange={(event) => { setText(event.target.value); setChosen(0) }} onKeyDown={onKeyDown} variant="borderless" size="large"
      />
      <ul id="palette-offers" role="listbox" aria-label={t('app.palette.name')}>
        {offers.map((offer, position) => (
          <li
            key={`${offer.group}-${offer.key}`} id={`palette-${offer.key}`} role="option" aria-selected={position === at}
            className={position === at ? 'ws-offer ws-offer-chosen' : 'ws-offer'} onMouseMove={() => setChosen(position)} onClick={() => run(offer)}
          >
            <span className="ws-offer-label">{offer.label}</span><span className="ws-quiet">{offer.aside}</span>
          </li>
        ))}
      </ul>
    </>
  )
}

export const Palette = ({ open, ...body }: Props & { readonly open: boolean }): ReactNode => {
  const { t } = useTranslation()
  return (
    <Modal open={open} onCancel={body.onClose} footer={null} closable={false} destroyOnHidden width={640} style={{ top: 72 }} title={<span className="ws-hidden">{t('app.palette.name')}</span>} className="ws-palette">
      <Body {...body} />
    </Modal>
  )
}

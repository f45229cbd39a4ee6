/** Tabs of one document; arrows move between them, as the pattern asks. */
import { useId, useRef, type KeyboardEvent, type ReactNode } from 'react'

export type Tab = { readonly key: string; readonly label: string; readonly body: () => ReactNode }

type Props = {
  readonly tabs: readonly Tab[]
  readonly active: string
  readonly onChange: (key: string) => void
  readonly label: string
  /** stands at the end of their line */
  readonly end?: ReactNode
}

export const Tabs = ({ tabs, active, onChange, label, end }: Props) => {
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const current = tabs.find((tab) => tab.key === active) ?? tabs[0]
  const move = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (step === 0) return
    event.preventDefault()
    const at = tabs.findIndex((tab) => tab.key === current?.key)
    const next = tabs[(at + step + tabs.length) % tabs.length]
    if (next === undefined) return
    onChange(next.key)
    list.current?.querySelector<HTMLElement>(`[data-tab="${next.key}"]`)?.focus()
  }
  return (
    <div className="wk-tabs">
      <div className="wk-tab-bar">
        <div ref={list} role="tablist" aria-label={label} className="wk-tab-list" onKeyDown={move}>
          {tabs.map((tab) => (
            <button
              key={tab.key} type="button" role="tab" data-tab={tab.key} id={`${id}-${tab.key}`} aria-controls={`${id}-panel`}
              aria-selected={tab.key === current?.key} tabIndex={tab.key === current?.key ? 0 : -1} onClick={() => onChange(tab.key)}
            >
              {tab.label}
            </button>
          ))}
        </div>
        {end}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${current?.key ?? ''}`} className="wk-tab-panel">{current?.body()}</div>
    </div>
  )
}

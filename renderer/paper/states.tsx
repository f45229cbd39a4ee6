/** The states every screen has beside its content: waiting, empty, failed, refused (加载、空、出错). */
import { useEffect, useState, type ReactNode } from 'react'

/** Shows nothing for a moment: what comes from the local store must not flash. */
export const Waiting = ({ text }: { readonly text: string }) => {
  const [isLate, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 400)
    return () => clearTimeout(timer)
  }, [])
  return <div className="wk-state" role="status" aria-busy="true">{isLate && <p>{text}</p>}</div>
}

export const Nothing = ({ title, detail, actions }: { readonly title: string; readonly detail?: string; readonly actions?: ReactNode }) => (
  <div className="wk-state">
    <h2>{title}</h2>
    {detail !== undefined && <p>{detail}</p>}
    {actions !== undefined && <div className="wk-state-actions">{actions}</div>}
  </div>
)

/** What happened, what is kept, what to do. */
export const Failure = ({ title, detail, actions }: { readonly title: string; readonly detail: string; readonly actions?: ReactNode }) => (
  <div className="wk-state wk-state-failed" role="alert">
    <h2>{title}</h2>
    <p>{detail}</p>
    {actions !== undefined && <div className="wk-state-actions">{actions}</div>}
  </div>
)

/** A sentence that stays on the screen; the word in front carries the meaning beside the colour. */
export const Notice = ({ tone, children }: { readonly tone: 'info' | 'good' | 'warn' | 'bad'; readonly children: ReactNode }) => (
  <div className={`wk-notice wk-${tone}`} role={tone === 'bad' || tone === 'warn' ? 'alert' : 'status'}>{children}</div>
)

export const Chip = ({ tone, children }: { readonly tone: 'plain' | 'info' | 'good' | 'warn' | 'bad'; readonly children: ReactNode }) => (
  <span className={`wk-chip wk-${tone}`}>{children}</span>
)

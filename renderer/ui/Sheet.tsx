/** A page of settings or facts (设置页): quiet sections with a heading, labels above. */
import type { ReactNode } from 'react'

export const Sheet = ({ title, note, children }: { readonly title: string; readonly note?: string; readonly children: ReactNode }): ReactNode => (
  <section className="ws-sheet">
    <h2>{title}</h2>
    {note === undefined ? null : <p className="ws-quiet">{note}</p>}
    {children}
  </section>
)

export const Field = ({ label, htmlFor, children }: { readonly label: string; readonly htmlFor?: string; readonly children: ReactNode }): ReactNode => (
  <div className="ws-field">
    {htmlFor === undefined ? <span className="ws-field-label">{label}</span> : <label className="ws-field-label" htmlFor={htmlFor}>{label}</label>}
    {children}
  </div>
)

/** Names and values, two columns. */
export const Facts = ({ facts }: { readonly facts: readonly (readonly [string, ReactNode])[] }): ReactNode => (
  <dl className="ws-facts">
    {facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
  </dl>
)

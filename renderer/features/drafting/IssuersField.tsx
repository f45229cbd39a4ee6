/** Who issues (发文机关): the host fixed first, other organs of a joint issue from the directory, in the order in which they sign. */
import { Button, Input, Select } from 'antd'
import { useRef, useState, type KeyboardEvent } from 'react'
import type { Organ } from '#core/access'
import { limits } from '#core/document'
import { Notice, useWords } from '../../paper/index.ts'
import { Field } from './FormParts.tsx'
import { issuerProblems, movedIssuer, organMatches, organNamed, signatureFollows } from './issuers.ts'
import type { Elements } from './shape.ts'

type IssuersFieldProps = {
  readonly elements: Elements
  readonly organs: readonly Organ[]
  /** the drafter's own organ, which hosts */
  readonly hostId: string
  readonly hint: string | undefined
  readonly onChange: (issuers: readonly string[]) => void
  readonly onSignature: (signature: string) => void
}

export const IssuersField = ({ elements, organs, hostId, hint, onChange, onSignature }: IssuersFieldProps) => {
  const t = useWords()
  const list = useRef<HTMLOListElement>(null)
  const [typed, setTyped] = useState('')
  const { issuers } = elements
  const host = organs.find((organ) => organ.id === hostId)
  const problems = issuerProblems(issuers, organs, hostId)
  const taken = new Set(issuers.map((name) => organNamed(organs, name)?.id))
  const free = organs.filter((organ) => organ.id !== hostId && !taken.has(organ.id))
  const isUnknown = typed.trim() !== '' && !organs.some((organ) => organMatches(organ, typed))
  const isTaken = typed.trim() !== '' && !isUnknown && !free.some((organ) => organMatches(organ, typed))
  const told = problems.flatMap((problem, nth) => problem === null ? [] : [t(`elements.issuer.${problem}`, { name: issuers[nth] ?? '', host: host?.name ?? '' })])
  const move = (from: number, by: -1 | 1): void => {
    const next = movedIssuer(issuers, from, by)
    if (next === issuers) return
    onChange(next)
    // The hand stays on the organ that it moves.
    requestAnimationFrame(() => {
      const row = list.current?.children[from + by]
      const wanted = row?.querySelector<HTMLButtonElement>(`[data-move="${by}"]:not(:disabled)`) ?? row?.querySelector<HTMLButtonElement>('[data-move]:not(:disabled)')
      wanted?.focus()
    })
  }
  const keys = (event: KeyboardEvent, nth: number): void => {
    const by = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : null
    if (by === null || !event.altKey) return
    event.preventDefault()
    move(nth, by)
  }
  return (
    <Field name="issuers" label={t('field.issuers')} hint={hint}>
      {issuers.length === 1 && <Input aria-label={t('field.issuers')} value={issuers[0] ?? ''} maxLength={limits.nameChars} onChange={(event) => { if (event.target.value.trim() !== '') onChange([event.target.value]) }} />}
      {issuers.length > 1 && (
        <ol ref={list} className="wk-order wk-issuers" aria-label={t('elements.joint')}>
          {issuers.map((name, nth) => (
            <li key={`${nth}/${name}`} data-problem={problems[nth] !== null} onKeyDown={(event) => keys(event, nth)}>
              <span>{nth + 1}. {name}{nth === 0 && <span className="wk-note">（{t('elements.host')}）</span>}</span>
              {nth > 0 && (
                <span className="wk-issuer-moves">
                  <Button size="small" type="text" data-move="-1" disabled={nth === 1} aria-label={t('elements.forward', { name })} onClick={() => move(nth, -1)}>↑</Button>
                  <Button size="small" type="text" data-move="1" disabled={nth === issuers.length - 1} aria-label={t('elements.backward', { name })} onClick={() => move(nth, 1)}>↓</Button>
                  <Button size="small" type="text" aria-label={t('elements.takeOut', { name })} onClick={() => onChange(issuers.filter((_, at) => at !== nth))}>✕</Button>
                </span>
              )}
            </li>
          ))}
        </ol>
      )}
      <Select<string>
        aria-label={t('elements.addIssuer')} placeholder={t('elements.addIssuer')} value={null as never} style={{ width: '100%' }} disabled={issuers.length >= limits.organs}
        showSearch={{ filterOption: (text, option) => organs.some((organ) => organ.id === option?.value && organMatches(organ, text)), onSearch: setTyped }}
        options={free.map((organ) => ({ value: organ.id, label: organ.name }))} notFoundContent={<span role="alert" className={isUnknown ? 'wk-bad-text' : ''}>{isUnknown ? t('elements.issuer.unknown', { name: typed.trim() }) : isTaken ? t('elements.issuer.chosen') : t('elements.issuer.none')}</span>}
        onChange={(id) => {
          const organ = organs.find((candidate) => candidate.id === id)
          setTyped('')
          if (organ !== undefined) onChange([...issuers, organ.name])
        }}
        onBlur={() => setTyped('')}
      />
      {told.length > 0 && <Notice tone="bad">{told.length === 1 ? told[0] : <ul className="wk-reasons">{told.map((line) => <li key={line}>{line}</li>)}</ul>}</Notice>}
      {problems[0] === 'notHost' && host !== undefined && <Button size="small" onClick={() => onChange([host.name, ...issuers.filter((name) => organNamed(organs, name)?.id !== hostId)])}>{t('elements.makeHost', { host: host.shortName })}</Button>}
      {told.length === 0 && !signatureFollows(elements, organs) && (
        <>
          <Notice tone="warn">{t('elements.issuer.signature')}</Notice>
          <Button size="small" onClick={() => onSignature(issuers.join(' '))}>{t('elements.issuer.rewrite')}</Button>
        </>
      )}
      {issuers.length > 1 && told.length === 0 && <p className="wk-hint">{t('hint.jointOrder')}</p>}
    </Field>
  )
}

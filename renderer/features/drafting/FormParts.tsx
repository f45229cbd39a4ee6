/** Pieces of the elements form: groups that fold and remember it, fields with hints, lists of organs (要素表单的部件). */
import { Select } from 'antd'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { limits } from '#core/document'
import { useWords } from '../../paper/index.ts'

export type FormGroup = 'basic' | 'head' | 'attachments' | 'closing' | 'colophon'

const storeKey = 'wenshu.drafting.groups'
const firstOpen: readonly FormGroup[] = ['basic', 'attachments', 'closing']
const remembered = (): readonly FormGroup[] => {
  const stored = localStorage.getItem(storeKey)
  return stored === null ? firstOpen : (stored.split(' ') as FormGroup[])
}

/** Which groups are open; kept per device. */
export const useGroups = (): { readonly isOpen: (group: FormGroup) => boolean; readonly fold: (group: FormGroup) => void; readonly unfold: (group: FormGroup) => void } => {
  const [open, setOpen] = useState(remembered)
  const keep = (next: readonly FormGroup[]): void => {
    localStorage.setItem(storeKey, next.join(' '))
    setOpen(next)
  }
  return {
    isOpen: (group) => open.includes(group),
    fold: (group) => keep(open.filter((entry) => entry !== group)),
    unfold: (group) => { if (!open.includes(group)) keep([...open, group]) },
  }
}

export type GroupProps = { readonly group: FormGroup; readonly groups: ReturnType<typeof useGroups>; readonly summary?: string; readonly children: ReactNode }

export const Group = ({ group, groups, summary, children }: GroupProps) => {
  const t = useWords()
  const isOpen = groups.isOpen(group)
  return (
    <section className="wk-group" data-open={isOpen}>
      <h2>
        <button type="button" aria-expanded={isOpen} onClick={() => (isOpen ? groups.fold(group) : groups.unfold(group))}>
          <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span> {t(`elements.${group}`)}
          {!isOpen && summary !== undefined && summary !== '' && <span className="wk-group-summary">{summary}</span>}
        </button>
      </h2>
      {isOpen && <div className="wk-group-fields">{children}</div>}
    </section>
  )
}

export const Field = ({ name, label, hint, children }: { readonly name: string; readonly label: string; readonly hint?: string | undefined; readonly children: ReactNode }) => (
  // antd controls take their name from aria-label: a label element around several controls would name only the first.
  <div className="wk-element" data-field={name}>
    <span className="wk-element-label" aria-hidden="true">{label}</span>
    {children}
    {hint !== undefined && <p className="wk-hint">{hint}</p>}
  </div>
)

export type NamesProps = {
  readonly name: string
  readonly label: string
  readonly hint?: string | undefined
  readonly value: readonly string[]
  readonly options: readonly string[]
  readonly onChange: (value: readonly string[]) => void
}

export const Names = ({ name, label, hint, value, options, onChange }: NamesProps) => {
  return (
    <Field name={name} label={label} hint={hint}>
      <Select
        mode="tags" aria-label={label} value={[...value]} tokenSeparators={['，', ',', ';', '；']} defaultActiveFirstOption={false} maxCount={limits.organs} style={{ width: '100%' }}
        options={options.map((organ) => ({ value: organ, label: organ }))}
        onChange={(names: string[]) => onChange(names.map((entry) => entry.trim()).filter((entry) => entry !== '' && [...entry].length <= limits.nameChars))}
      />
    </Field>
  )
}

/** Words of a field that must be brought to the eye: from the page, or from a finding. */
export type FieldWish = { readonly field: string; readonly start?: number; readonly end?: number }

const groupOfField: Readonly<Record<string, FormGroup>> = {
  title: 'basic', form: 'basic', direction: 'basic', recipients: 'basic', urgency: 'head', disclosure: 'colophon', secrecy: 'head', copyNumber: 'head', issuers: 'head', issuerMark: 'head', signers: 'head',
  attachments: 'attachments', signature: 'closing', authentication: 'closing', attendance: 'closing', note: 'closing', copies: 'colophon', printer: 'colophon',
}

/** Opens the group of a field that is asked for and gives the field the focus, with the words in question chosen. */
export const useFieldWish = (wish: FieldWish | null, groups: ReturnType<typeof useGroups>, form: { readonly current: HTMLElement | null }): void => {
  const done = useRef<FieldWish | null>(null)
  const group = wish === null ? undefined : groupOfField[wish.field]
  const isOpen = group === undefined || groups.isOpen(group)
  useEffect(() => {
    if (wish === null || done.current === wish) return
    if (group !== undefined && !isOpen) return groups.unfold(group)
    done.current = wish
    const field = form.current?.querySelector(`[data-field="${wish.field}"]`)
    const control = field?.querySelector<HTMLElement>('input:not([type=file]), textarea, button')
    control?.focus()
    if (wish.start !== undefined && (control instanceof HTMLTextAreaElement || control instanceof HTMLInputElement && control.type === 'text')) control.setSelectionRange(wish.start, wish.end ?? wish.start)
    field?.scrollIntoView({ block: 'nearest' })
  }, [wish, group, isOpen, groups, form])
}

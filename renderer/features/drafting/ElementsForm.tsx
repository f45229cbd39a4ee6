/** The elements beside the text (公文要素): the form knows the kind and the layout form, and folds. */
import { Input, Segmented, Select } from 'antd'
import { memo, useRef, useState } from 'react'
import type { Organ } from '#core/access'
import { limits, type Secrecy } from '#core/document'
import { Notice, useWords } from '../../paper/index.ts'
import { AttachmentsField, type AttachmentWish } from './AttachmentsField.tsx'
import { Field, Group, Names, useFieldWish, useGroups, type FieldWish } from './FormParts.tsx'
import { IssuersField } from './IssuersField.tsx'
import { attendanceLabels, shapeOf, withForm, withIssuers, type Attendance, type ElementHint, type Elements } from './shape.ts'
import { directions, type Direction } from './templates.ts'

export type ElementsFormProps = {
  readonly elements: Elements
  readonly organNames: readonly string[]
  readonly organs: readonly Organ[]
  /** the drafter's own organ */
  readonly hostId: string
  readonly onChange: (part: Partial<Elements>) => void
  readonly signers: readonly string[]
  readonly direction: Direction | null
  readonly onSigners: (signers: readonly string[]) => void
  readonly onDirection: (direction: Direction) => void
  readonly attendance: Attendance
  readonly onAttendance: (lists: Attendance) => void
  readonly wish: FieldWish | null
  /** caret wanted in a text attachment */
  readonly attachmentWish: AttachmentWish | null
}

export const ElementsForm = memo((props: ElementsFormProps) => {
  const { elements, organNames, onChange, signers, direction, onSigners, onDirection, attendance, onAttendance, wish } = props
  const t = useWords()
  const groups = useGroups()
  const form = useRef<HTMLDivElement>(null)
  const [refused, setRefused] = useState<Secrecy['level'] | null>(null)
  useFieldWish(wish, groups, form)
  const shape = shapeOf(elements, direction)
  const hint = (...names: ElementHint[]): string | undefined => {
    const said = names.filter((name) => shape.hints.includes(name)).map((name) => t(`hint.${name}`))
    return said.length === 0 ? undefined : said.join(' ')
  }
  const line = (key: 'signature' | 'note' | 'printer' | 'issuerMark', label = t(`field.${key}`), said?: string) => (
    <Field name={key} label={label} hint={said}>
      <Input aria-label={label} value={elements[key]} maxLength={limits.nameChars} onChange={(event) => onChange({ [key]: event.target.value })} />
    </Field>
  )
  return (
    <div ref={form} className="wk-elements" role="form" aria-label={t('drafting.elements')}>
      <p className="wk-elements-kind"><strong>{elements.kind}</strong><span className="wk-note">{t(`direction.${shape.direction}`)}</span></p>
      <Group group="basic" groups={groups} summary={elements.title}>
        <Field name="title" label={t('field.title')}>
          <Input.TextArea aria-label={t('field.title')} value={elements.title} className="wk-grows" maxLength={limits.titleChars} onChange={(event) => onChange({ title: event.target.value.replaceAll(/[\r\n\t]+/gu, '') })} />
        </Field>
        <Names name="recipients" label={t('field.recipients')} hint={hint('singleRecipient', 'publicNone')} value={elements.recipients} options={organNames} onChange={(recipients) => onChange({ recipients })} />
        {shape.forms.length > 1 && (
          <Field name="form" label={t('field.form')} hint={hint('letterForm')}>
            <Segmented aria-label={t('field.form')} block value={elements.form} options={shape.forms.map((value) => ({ value, label: t(`form.${value}`) }))} onChange={(value) => onChange(withForm(elements, value))} />
          </Field>
        )}
        {shape.asksDirection && (
          <Field name="direction" label={t('field.direction')}>
            <Segmented aria-label={t('field.direction')} block value={shape.direction} options={directions.slice(0, 3).map((value) => ({ value, label: t(`direction.${value}`) }))} onChange={onDirection} />
          </Field>
        )}
      </Group>
      <Group group="attachments" groups={groups} summary={String(elements.attachments.length)}>
        <div data-field="attachments">
          <AttachmentsField attachments={elements.attachments} wish={props.attachmentWish} onChange={(attachments) => onChange({ attachments })} />
        </div>
      </Group>
      <Group group="head" groups={groups} summary={elements.urgency === '' ? elements.issuers.join('、') : elements.urgency}>
        <Field name="urgency" label={t('field.urgency')}>
          <Segmented
            aria-label={t('field.urgency')} block value={elements.urgency} onChange={(urgency) => onChange({ urgency })}
            options={(['', '加急', '特急'] as const).map((value) => ({ value, label: value === '' ? t('urgency.plain') : value }))}
          />
        </Field>
        <Field name="secrecy" label={t('field.secrecy')}>
          <Select<Secrecy['level'] | ''> aria-label={t('field.secrecy')} value="" options={(['', '秘密', '机密', '绝密'] as const).map((value) => ({ value, label: value === '' ? t('secrecy.none') : value }))} onChange={(value) => setRefused(value === '' ? null : value)} />
          {refused !== null && <Notice tone="bad">{t('secrecy.refused', { level: refused })}</Notice>}
        </Field>
        <Field name="copyNumber" label={t('field.copyNumber')} hint={elements.copyNumber === null ? t('hint.copyNumber') : undefined}>
          <Input
            aria-label={t('field.copyNumber')} inputMode="numeric" placeholder="000001" maxLength={6} value={elements.copyNumber ?? ''} status={elements.copyNumber !== null && !/^\d{6}$/u.test(elements.copyNumber) ? 'error' : ''}
            onChange={(event) => { const digits = event.target.value.replaceAll(/\D/gu, ''); onChange({ copyNumber: digits === '' ? null : digits }) }}
            onBlur={() => { if (elements.copyNumber !== null) onChange({ copyNumber: elements.copyNumber.padStart(6, '0') }) }}
          />
        </Field>
        <IssuersField elements={elements} organs={props.organs} hostId={props.hostId} hint={hint('jointLetter')} onChange={(issuers) => onChange(withIssuers(elements, issuers))} onSignature={(signature) => onChange({ signature })} />
        {line('issuerMark')}
        {shape.asksSigners && <Names name="signers" label={t('field.signers')} hint={hint('signers')} value={signers} options={[]} onChange={onSigners} />}
      </Group>
      <Group group="closing" groups={groups} summary={elements.signature}>
        {shape.asksAttendance && <AttendanceFields lists={attendance} onChange={onAttendance} />}
        {line('signature', shape.isPersonal ? t('field.signaturePersonal') : t('field.signature'), hint('order'))}
        <Field name="authentication" label={t('field.authentication')} hint={hint('minutesSeal')}>
          <Segmented aria-label={t('field.authentication')} block value={elements.authentication} options={(['盖章', '不盖章', '签名章'] as const).map((value) => ({ value, label: value }))} onChange={(authentication) => onChange({ authentication })} />
        </Field>
        {line('note', t('field.note'), hint('contact'))}
      </Group>
      <Group group="colophon" groups={groups} summary={elements.disclosure}>
        <Names name="copies" label={t('field.copies')} hint={hint('copiesUp')} value={elements.copies} options={organNames} onChange={(copies) => onChange({ copies })} />
        {line('printer')}
        <Field name="disclosure" label={t('field.disclosure')}>
          <Segmented
            aria-label={t('field.disclosure')} block value={elements.disclosure} onChange={(disclosure) => onChange({ disclosure })}
            options={(['主动公开', '依申请公开', '不予公开'] as const).map((value) => ({ value, label: value }))}
          />
        </Field>
      </Group>
    </div>
  )
})
ElementsForm.displayName = 'ElementsForm'

/** 出席、请假、列席: written into the text when the field is left, so that the lists stay part of it. */
const AttendanceFields = ({ lists, onChange }: { readonly lists: Attendance; readonly onChange: (lists: Attendance) => void }) => {
  const t = useWords()
  return (
    <div data-field="attendance" className="wk-attendance">
      {attendanceLabels.map((label) => (
        <Field key={`${label}/${lists[label]}`} name={`attendance-${label}`} label={label}>
          <Input.TextArea aria-label={label} autoSize={{ minRows: 1, maxRows: 4 }} defaultValue={lists[label]} placeholder={t('elements.attendanceHint')} onBlur={(event) => { const text = event.target.value.replaceAll(/[\r\n\t]+/gu, ' '); if (text !== lists[label]) onChange({ ...lists, [label]: text }) }} />
        </Field>
      ))}
    </div>
  )
}

/** The elements beside the text (公文要素). */
import { Input, Segmented, Select } from 'antd'
import { memo, type ReactNode } from 'react'
import { limits, type DocumentContent } from '#core/document'
import { useWords } from '../../paper/index.ts'
import { AttachmentsField } from './AttachmentsField.tsx'

export type Elements = Omit<DocumentContent, 'body'>
export type ElementsFormProps = {
  readonly elements: Elements
  readonly organNames: readonly string[]
  readonly onChange: (part: Partial<Elements>) => void
}

const Field = ({ label, children }: { readonly label: string; readonly children: ReactNode }) => (
  // antd controls take their name from aria-label: a label element around several controls would name only the first.
  <div className="wk-field"><span className="wk-field-label" aria-hidden="true">{label}</span>{children}</div>
)

const Names = ({ label, value, options, onChange }: {
  readonly label: string; readonly value: readonly string[]; readonly options: readonly string[]; readonly onChange: (value: readonly string[]) => void
}) => (
  <Field label={label}>
    <Select
      mode="tags" aria-label={label} value={[...value]} tokenSeparators={['，', ',', ';', '；']} defaultActiveFirstOption={false} maxCount={limits.organs} style={{ width: '100%' }}
      options={options.map((name) => ({ value: name, label: name }))}
      onChange={(names: string[]) => onChange(names.map((name) => name.trim()).filter((name) => name !== '' && [...name].length <= limits.nameChars))}
    />
  </Field>
)

export const ElementsForm = memo(({ elements, organNames, onChange }: ElementsFormProps) => {
  const t = useWords()
  const line = (key: 'signature' | 'note' | 'printer') => (
    <Field label={t(`field.${key}`)}>
      <Input aria-label={t(`field.${key}`)} value={elements[key]} maxLength={limits.nameChars} onChange={(event) => onChange({ [key]: event.target.value })} />
    </Field>
  )
  return (
    <div className="wk-elements" role="form" aria-label={t('drafting.elements')}>
      <p className="wk-elements-kind"><strong>{elements.kind}</strong><span className="wk-note">{t('drafting.kindFixed')}</span></p>
      <Field label={t('field.title')}>
        <Input.TextArea aria-label={t('field.title')} value={elements.title} className="wk-grows" maxLength={limits.titleChars} onChange={(event) => onChange({ title: event.target.value.replaceAll(/[\r\n\t]+/gu, '') })} />
      </Field>
      <Names label={t('field.recipients')} value={elements.recipients} options={organNames} onChange={(recipients) => onChange({ recipients })} />
      <Field label={t('field.urgency')}>
        <Segmented
          aria-label={t('field.urgency')} block value={elements.urgency} onChange={(urgency) => onChange({ urgency })}
          options={(['', '加急', '特急'] as const).map((value) => ({ value, label: value === '' ? t('urgency.plain') : value }))}
        />
      </Field>
      <Field label={t('field.disclosure')}>
        <Segmented
          aria-label={t('field.disclosure')} block value={elements.disclosure} onChange={(disclosure) => onChange({ disclosure })}
          options={(['主动公开', '依申请公开', '不予公开'] as const).map((value) => ({ value, label: value }))}
        />
      </Field>
      <Field label={t('field.attachments')}>
        <AttachmentsField attachments={elements.attachments} onChange={(attachments) => onChange({ attachments })} />
      </Field>
      {line('signature')}
      <Names label={t('field.copies')} value={elements.copies} options={organNames} onChange={(copies) => onChange({ copies })} />
      {line('note')}
      {line('printer')}
    </div>
  )
})
ElementsForm.displayName = 'ElementsForm'

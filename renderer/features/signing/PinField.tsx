/**
 * Where a PIN is typed (口令输入框). The page holds no PIN: it lies in the field alone, is taken out once, and the field is empty from
 * then on. A field whose value were state would leave the PIN in the screens' memory behind it.
 */
import { useId, useState, type Ref } from 'react'
import { useWords } from '../../paper/index.ts'

/** The PIN of a field, which is emptied. */
export const takePin = (input: HTMLInputElement | null): string => {
  const pin = input?.value ?? ''
  if (input !== null) input.value = ''
  return pin
}

type Props = {
  readonly label: string
  readonly input: Ref<HTMLInputElement>
  readonly isNew?: boolean
  readonly focused?: boolean
  readonly readOnly?: boolean
  readonly invalid?: boolean
  readonly describedBy?: string
  /** called with whether anything is in it, never with what */
  readonly onFilled?: (filled: boolean) => void
}

export const PinField = ({ label, input, isNew = false, focused = false, readOnly = false, invalid = false, describedBy, onFilled }: Props) => {
  const t = useWords()
  const [isShown, setShown] = useState(false)
  const id = useId()
  return (
    <div className="wk-pin">
      <label id={`${id}-label`} htmlFor={id}>{label}</label>
      <span className="wk-pin-box">
        <input
          id={id} ref={input} type={isShown ? 'text' : 'password'} autoComplete={isNew ? 'new-password' : 'off'} autoFocus={focused} maxLength={256} readOnly={readOnly} spellCheck={false}
          aria-invalid={invalid} aria-describedby={describedBy} onInput={(event) => onFilled?.(event.currentTarget.value !== '')}
        />
        <button type="button" aria-describedby={`${id}-label`} onClick={() => setShown(!isShown)} aria-pressed={isShown}>{t(isShown ? 'pin.hide' : 'pin.show')}</button>
      </span>
    </div>
  )
}

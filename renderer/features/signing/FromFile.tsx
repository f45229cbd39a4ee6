/** A key out of a file that the person brings (导入密钥文件): picked or dropped, opened with its password, kept under a new PIN. */
import { Button } from 'antd'
import { useRef, useState, type DragEvent } from 'react'
import { toBase64 } from '#core/formats'
import { useWords } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { bestKey, FoundKeys, type FoundKey } from './FoundKeys.tsx'
import { pinProblem } from './newPin.ts'
import type { PersonalKey } from './personalKey.ts'
import { PinField, takePin } from './PinField.tsx'
import { ProblemNote, useProblem } from './ProblemNote.tsx'

const mostBytes = 1024 * 1024

type Opened = { readonly keys: readonly FoundKey[] }

/** `takeCurrent`: the PIN of the key that is replaced, once; undefined when there is none. */
export const FromFile = ({ personalKey, takeCurrent, onDone }: { readonly personalKey: PersonalKey; readonly takeCurrent: () => string | undefined; readonly onDone: () => void }) => {
  const t = useWords()
  const { desktop } = useClient()
  const picker = useRef<HTMLInputElement>(null)
  const [password, fresh, again] = [useRef<HTMLInputElement>(null), useRef<HTMLInputElement>(null), useRef<HTMLInputElement>(null)]
  const [file, setFile] = useState<{ readonly name: string; readonly bytes: Uint8Array } | null>(null)
  const [opened, setOpened] = useState<Opened | null>(null)
  const [chosen, setChosen] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [isOver, setOver] = useState(false)
  const problem = useProblem()

  const take = async (given: File | undefined): Promise<void> => {
    if (given === undefined) return
    problem.clear()
    setOpened(null)
    if (given.size > mostBytes) return problem.say(t('pin.choose.tooLarge'))
    const bytes = await given.arrayBuffer().then((buffer) => new Uint8Array(buffer), () => null)
    if (bytes === null) return problem.say(t('pin.choose.unreadable'))
    setFile({ name: given.name.slice(0, 255), bytes })
    setTimeout(() => password.current?.focus())
  }
  const sourceWith = (secret: string) => ({ kind: 'file' as const, name: file?.name ?? '', file: toBase64(file?.bytes ?? new Uint8Array(0)), password: secret })
  const look = async (): Promise<void> => {
    problem.clear()
    setBusy(true)
    // The password stays in its field until the key was taken: it is needed once more then.
    const answer = await desktop.call('keys.look', { source: sourceWith(password.current?.value ?? '') })
    setBusy(false)
    if (!answer.ok) {
      takePin(password.current)
      password.current?.focus()
      // A file has no count of tries and no administrator: its password is another matter than a PIN.
      return answer.error.refusal?.reason === 'pinWrong' ? problem.say(t('pin.choose.wrongPassword')) : problem.fail(answer.error)
    }
    setOpened(answer.value)
    setChosen(bestKey(answer.value.keys))
  }
  const use = async (): Promise<void> => {
    const wrong = pinProblem(fresh.current?.value ?? '', again.current?.value ?? '')
    if (wrong !== null) return problem.say(t(`pin.problem.${wrong}`))
    problem.clear()
    setBusy(true)
    takePin(again.current)
    const current = takeCurrent()
    const failed = await personalKey.use({ source: sourceWith(password.current?.value ?? ''), key: chosen, pin: takePin(fresh.current), ...(current === undefined ? {} : { current }) })
    setBusy(false)
    if (failed !== null) return problem.fail(failed)
    takePin(password.current)
    onDone()
  }
  const mayUse = opened?.keys.some(({ key, refusal }) => key === chosen && refusal === null) === true
  return (
    <form className="wk-sign" onSubmit={(event) => { event.preventDefault(); if (!isBusy && file !== null) void (opened === null ? look() : mayUse ? use() : undefined) }}>
      <div
        className="wk-key-drop" data-over={isOver} onDragOver={(event) => { event.preventDefault(); setOver(true) }} onDragLeave={() => setOver(false)}
        onDrop={(event: DragEvent) => { event.preventDefault(); setOver(false); void take(event.dataTransfer.files[0]) }}
      >
        <input ref={picker} type="file" hidden accept=".p12,.pfx,.pem,.key,.p8" aria-label={t('pin.choose.pick')} onChange={(event) => { void take(event.target.files?.[0]); event.target.value = '' }} />
        <span>{file === null ? t('pin.choose.drop') : t('pin.choose.picked', { name: file.name })}</span>
        <Button onClick={() => picker.current?.click()}>{t('pin.choose.pick')}</Button>
      </div>
      {file !== null && <PinField label={t('pin.choose.password')} input={password} readOnly={isBusy || opened !== null} />}
      {opened !== null && <FoundKeys keys={opened.keys} chosen={chosen} onChoose={setChosen} />}
      {mayUse && (
        <>
          <PinField label={t('pin.choose.newPin')} input={fresh} isNew focused readOnly={isBusy} />
          <PinField label={t('pin.choose.again')} input={again} isNew readOnly={isBusy} />
        </>
      )}
      <ProblemNote problem={problem} />
      <div className="wk-row">
        <Button type="primary" htmlType="submit" loading={isBusy} disabled={file === null || (opened !== null && !mayUse)}>{t(opened === null ? 'pin.choose.look' : 'pin.choose.use')}</Button>
        {opened !== null && <Button onClick={() => { takePin(password.current); setOpened(null); setFile(null); problem.clear() }} disabled={isBusy}>{t('pin.choose.back')}</Button>}
      </div>
    </form>
  )
}

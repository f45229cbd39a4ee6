/** Making a personal key where it is first needed (启用个人签名). */
import { Button, Input } from 'antd'
import { useState } from 'react'
import { Notice, useWords } from '../../paper/index.ts'
import type { PersonalKey } from './personalKey.ts'

const shortest = 6

export const CreateKey = ({ personalKey }: { readonly personalKey: PersonalKey }) => {
  const t = useWords()
  const [pin, setPin] = useState('')
  const [again, setAgain] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const act = async (work: () => Promise<{ readonly message: string } | null>): Promise<void> => {
    setBusy(true)
    const failed = await work()
    setBusy(false)
    setProblem(failed?.message ?? null)
  }
  const create = (): void => {
    if (pin.length < shortest) return setProblem(t('key.tooShort', { count: shortest }))
    if (pin !== again) return setProblem(t('key.differ'))
    void act(() => personalKey.create(pin))
  }
  if (personalKey.state === 'unenrolled') {
    return (
      <div className="wk-sign">
        <Notice tone="warn">{t('key.unenrolled')}</Notice>
        {problem !== null && <Notice tone="bad">{problem}</Notice>}
        <Button type="primary" loading={isBusy} onClick={() => void act(personalKey.enrol)}>{t('key.enrol')}</Button>
      </div>
    )
  }
  return (
    <form className="wk-sign" onSubmit={(event) => { event.preventDefault(); create() }}>
      <h3>{t('key.createTitle')}</h3>
      <p className="wk-note">{t('key.createWhy')}</p>
      <label>
        <span>{t('key.pinNew', { count: shortest })}</span>
        <Input.Password value={pin} onChange={(event) => setPin(event.target.value)} autoComplete="new-password" autoFocus maxLength={64} />
      </label>
      <label>
        <span>{t('key.pinAgain')}</span>
        <Input.Password value={again} onChange={(event) => setAgain(event.target.value)} autoComplete="new-password" maxLength={64} />
      </label>
      {problem !== null && <Notice tone="bad">{problem}</Notice>}
      <Button type="primary" htmlType="submit" loading={isBusy}>{t('key.create')}</Button>
    </form>
  )
}

/** Where a seal's two keys are and whether they can be used now (密钥存放、密钥状态). Rule K54 of docs/spec/keys.md. */
import type { SealEntry, SealKeyState } from '#core/sync'
import { Chip, useWords } from '../../paper/index.ts'
import { keyTone, keyWord } from './keyState.ts'

/** `state` is absent from servers of before. */
const KeyLine = ({ address, state }: { readonly address: string; readonly state: SealKeyState | undefined }) => {
  const t = useWords()
  return (
    <>
      <span className="wk-key-line">
        {state !== undefined && <Chip tone={keyTone(state)}>{t(`seal.key.${keyWord(state)}`)}</Chip>}
        <span>{address === '' ? t('seal.register.ownStore') : address === 'desk' ? t('seal.register.atDesk') : address}</span>
      </span>
      {state?.state === 'refused' && <span className="wk-note">{state.detail}</span>}
      {(state?.state === 'present' || state?.state === 'unknown') && <span className="wk-note">{t(`seal.key.about.${state.state}`)}</span>}
    </>
  )
}

/** One row when both keys say the same, else one for each file that they sign. */
export const KeyRows = ({ seal: { keys, keyStates } }: { readonly seal: Pick<SealEntry, 'keys' | 'keyStates'> }) => {
  const t = useWords()
  const isOne = keys.pdf === keys.ofd && JSON.stringify(keyStates?.pdf) === JSON.stringify(keyStates?.ofd)
  if (isOne) return <div><dt>{t('seal.register.keys')}</dt><dd><KeyLine address={keys.pdf} state={keyStates?.pdf} /></dd></div>
  return (['pdf', 'ofd'] as const).map((kind) => <div key={kind}><dt>{t(`seal.register.key.${kind}`)}</dt><dd><KeyLine address={keys[kind]} state={keyStates?.[kind]} /></dd></div>)
}

/** verifying: is this file's seal good, and who says so (验证). Any PDF, OFD, seal or package, without a network. The only door of this folder. */
import { Button } from 'antd'
import { useEffect, useEffectEvent, useRef, useState, type DragEvent } from 'react'
import { Notice, useWords } from '../../paper/index.ts'
import { takeHandedFile } from '../../store/index.ts'
import { CheckedFile } from './CheckedFile.tsx'
import { FileList } from './FileList.tsx'
import { maxFileBytes, maxFiles } from './limits.ts'
import { TrustBox } from './TrustBox.tsx'
import { useChecks } from './useChecks.ts'
import { useTrust } from './useTrust.ts'
import './verifying.css'

const accepted = '.pdf,.ofd,.esl,.zip,.dat,.json'

const VerifyingScreen = () => {
  const t = useWords()
  const trust = useTrust()
  const { items, leftOut, take, clear } = useChecks(trust.bytes)
  const [picked, setPicked] = useState<number | null>(null)
  const [isOver, setOver] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const chosen = items.find((item) => item.id === picked) ?? items[0]
  const choose = (files: readonly File[]): void => { setPicked(null); take(files) }
  const takeHanded = useEffectEvent((): void => {
    const handed = takeHandedFile()
    if (handed !== null) take([handed])
  })
  useEffect(() => takeHanded(), [])
  const drop = (event: DragEvent): void => {
    event.preventDefault()
    setOver(false)
    choose([...event.dataTransfer.files])
  }
  return (
    <section
      className="vf" aria-label={t('verify.label')} data-over={isOver}
      onDragOver={(event) => { event.preventDefault(); setOver(true) }} onDragLeave={(event) => { if (event.currentTarget === event.target) setOver(false) }} onDrop={drop}
    >
      {/* Chosen anew each time, so that the same file can be chosen again after it was changed. */}
      <input
        ref={input} type="file" multiple accept={accepted} hidden aria-label={t('verify.choose')}
        onChange={(event) => { choose([...event.target.files ?? []]); event.target.value = '' }}
      />
      {chosen === undefined
        ? (
            <div className="vf-empty">
              <h1>{t('verify.title')}</h1>
              <p className="vf-lead">{t('verify.lead')}</p>
              <div className="vf-drop">
                <p>{t('verify.drop')}</p>
                <Button type="primary" size="large" onClick={() => input.current?.click()}>{t('verify.choose')}</Button>
                <p className="wk-note">{t('verify.accepts', { size: maxFileBytes / 1024 / 1024, count: maxFiles })}</p>
              </div>
              <TrustBox trust={trust} />
            </div>
          )
        : (
            <>
              {leftOut > 0 && <Notice tone="warn">{t('verify.leftOut', { count: leftOut, max: maxFiles })}</Notice>}
              <div className="vf-split">
                {items.length > 1 && <FileList items={items} chosen={chosen.id} onChoose={setPicked} />}
                <CheckedFile
                  key={chosen.id} item={chosen} trust={trust}
                  actions={<><Button onClick={() => input.current?.click()}>{t('verify.another')}</Button><Button onClick={clear}>{t('verify.close')}</Button></>}
                />
              </div>
            </>
          )}
    </section>
  )
}
export default VerifyingScreen

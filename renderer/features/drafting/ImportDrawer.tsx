/** What a file would become, and what was repaired on the way, before it is taken (导入核对). */
import { Button, Drawer } from 'antd'
import { useEffect, useEffectEvent, useState } from 'react'
import type { DocumentContent } from '#core/document'
import { Failure, PaperView, showPictures, usePreview, useWords, Waiting } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { importFiles, largestImport, type ImportResult } from './importFile.ts'
import { sizeText } from './sizes.ts'

export type ImportDrawerProps = {
  /** a document, with its pictures when there are any; none: closed */
  readonly files: readonly File[]
  readonly organName: string
  readonly onClose: () => void
  readonly onTake: (content: DocumentContent) => void
}

export const ImportDrawer = ({ files, organName, onClose, onTake }: ImportDrawerProps) => {
  const t = useWords()
  return (
    <Drawer open={files.length > 0} onClose={onClose} size={880} destroyOnHidden title={t('import.title', { name: (files.find(({ name }) => !name.match(/\.(?:png|jpe?g)$/iu)) ?? files[0])?.name ?? '' })}>
      {files.length > 0 && <Report key={files.map(({ name, lastModified }) => `${name}/${lastModified}`).join()} files={files} organName={organName} onClose={onClose} onTake={onTake} />}
    </Drawer>
  )
}

const Report = ({ files, organName, onClose, onTake }: ImportDrawerProps) => {
  const t = useWords()
  const { fonts, putFile } = useClient()
  const [result, setResult] = useState<ImportResult | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const content = result?.ok === true ? result.value.content : null
  const preview = usePreview(content, null, fonts)
  const read = useEffectEvent(async (): Promise<ImportResult> => {
    if (files.reduce((sum, { size }) => sum + size, 0) > largestImport) return { ok: false, error: { code: 'import.too-large', message: t('import.tooLarge', { size: sizeText(largestImport) }) } }
    try {
      return importFiles(await Promise.all(files.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) }))), organName)
    } catch {
      return { ok: false, error: { code: 'import.unreadable', message: t('import.unreadable') } }
    }
  })
  useEffect(() => {
    let stale = false
    const run = async (): Promise<void> => {
      const done = await read()
      if (stale) return
      if (done.ok) showPictures(done.value.files)
      setResult(done)
    }
    void run()
    return () => { stale = true }
  }, [files])
  const take = async (): Promise<void> => {
    if (result?.ok !== true) return
    for (const bytes of result.value.files) {
      const stored = await putFile(bytes)
      if (!stored.ok) return setProblem(stored.error.message)
    }
    onTake(result.value.content)
  }
  if (result === null) return <Waiting text={t('import.reading')} />
  if (!result.ok) return <Failure title={t('import.refused')} detail={`${result.error.message}（${result.error.code}）。${t('import.refusedKeeps')}`} actions={<Button onClick={onClose}>{t('import.close')}</Button>} />
  return (
    <div className="wk-import">
      <section aria-label={t('import.repairs')}>
        <h2>{t('import.repairs')}</h2>
        {result.value.repairs.length === 0
          ? <p className="wk-note">{t('import.noRepairs')}</p>
          : <ol className="wk-import-repairs">{result.value.repairs.map((repair) => <li key={repair.message}>{repair.message}{repair.count > 1 && <span className="wk-num"> × {repair.count}</span>}</li>)}</ol>}
        {problem !== null && <p role="alert" className="wk-bad-text">{problem}</p>}
        <div className="wk-row">
          <Button type="primary" autoFocus onClick={() => void take()}>{t('import.take')}</Button>
          <Button onClick={onClose}>{t('import.leave')}</Button>
        </div>
      </section>
      {preview === null ? <Waiting text={t('paper.setting')} /> : <PaperView frame="plain" layout={preview.layout} content={preview.content} />}
    </div>
  )
}

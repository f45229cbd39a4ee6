/** One file beside its verdict (验证结果). */
import { Button } from 'antd'
import type { ReactNode } from 'react'
import { Failure, Waiting, offerFile, useWords } from '../../paper/index.ts'
import { PreviewPane } from './PreviewPane.tsx'
import { PrintedReport } from './PrintedReport.tsx'
import { ReportRail } from './ReportRail.tsx'
import { sizeText } from './times.ts'
import type { Item } from './useChecks.ts'
import type { Trust } from './useTrust.ts'

export const CheckedFile = ({ item, trust, actions }: { readonly item: Item; readonly trust: Trust; readonly actions: ReactNode }) => {
  const t = useWords()
  const { state } = item
  const save = (): void => {
    if (state.kind !== 'done') return
    const { report, sm3, sha256 } = state.value
    offerFile(new TextEncoder().encode(JSON.stringify({ file: item.name, size: item.size, sm3, sha256, checkedAt: state.at, ...report }, null, 2)), `${item.name}.verify.json`)
  }
  return (
    <div className="vf-file">
      <header className="vf-bar">
        <h1 title={item.name}>{item.name}</h1>
        <span className="wk-note wk-num">{sizeText(item.size)}</span>
        <span className="wk-grow" />
        {state.kind === 'done' && <Button onClick={() => window.print()}>{t('verify.print')}</Button>}
        {state.kind === 'done' && <Button onClick={save}>{t('verify.save')}</Button>}
        {actions}
      </header>
      {state.kind === 'checking' && <Waiting text={t('verify.checkingLong')} />}
      {state.kind === 'failed' && <Failure title={t('verify.verdict.unusable', { what: t('verify.what.pdf') })} detail={`${t(`verify.failure.${state.code.slice('verify.'.length)}`)}（${state.code}）`} />}
      {state.kind === 'done' && (
        <>
          <div className="vf-pane">
            <PreviewPane item={item} checked={state.value} page={state.page} />
            <ReportRail item={item} checked={state.value} at={state.at} compared={state.compared} trust={trust} />
          </div>
          <PrintedReport item={item} checked={state.value} at={state.at} compared={state.compared} trust={trust} />
        </>
      )}
    </div>
  )
}

/** The process sheet as it lies on the desk (发文处理单): opinions in their boxes, an empty opinion still shows who and when. */
import type { DocumentContent } from '#core/document'
import type { DocumentState, Opinion } from '#core/route'
import { useWords } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { organName, personName, when } from './names.ts'

export const HandlingSheet = ({ state, content }: { readonly state: DocumentState; readonly content: DocumentContent | null }) => {
  const t = useWords()
  const { projection: { directory } } = useClient()
  const organ = directory.organs[state.organId]?.name ?? state.organId
  const of = (kind: 'review' | 'countersign' | 'approve'): readonly Opinion[] => {
    const ids = state.route?.steps.filter((step) => step.kind === kind).map((step) => step.id) ?? []
    return state.opinions.filter((opinion) => ids.includes(opinion.stepId))
  }
  const box = (kind: 'review' | 'countersign' | 'approve') => {
    const opinions = of(kind)
    return opinions.length === 0
      ? <p className="wk-note">{t('sheet.none')}</p>
      : opinions.map((opinion) => (
          <div key={opinion.commandId} className="wk-sheet-opinion">
            <p>{opinion.decision === 'return' && <strong>{t('sheet.returned')} </strong>}{opinion.text === '' ? t('sheet.emptyOpinion') : opinion.text}</p>
            <p className="wk-sheet-signed">
              {kind === 'countersign' && `${organName(directory, opinion.organId)} `}{personName(directory, opinion.by)}
              {opinion.onBehalfOf !== null && t('sheet.onBehalf', { name: personName(directory, opinion.onBehalfOf) })}
              <span className="wk-num"> {when(opinion.receivedAt)}</span>
            </p>
          </div>
        ))
  }
  const retention = state.archive === null ? '' : t(`retention.${state.archive.retention}`)
  return (
    <div className="wk-desk wk-sheet-desk" tabIndex={0}>
      <table className="wk-handling">
        <caption>{t('sheet.title', { organ })}</caption>
        <colgroup><col className="wk-narrow" /><col /><col className="wk-narrow" /><col /></colgroup>
        <tbody>
          <tr className="wk-handling-head">
            <td colSpan={4}>
              <span>{t('field.urgency')}：{state.urgency === '' ? t('urgency.plain') : state.urgency}</span>
              <span>{t('field.disclosure')}：{state.disclosure}</span>
              <span>{t('field.number')}：{state.number?.text ?? t('sheet.noNumber')}</span>
            </td>
          </tr>
          <tr><th scope="row">{t('sheet.approve')}</th><td className="wk-tall">{box('approve')}</td><th scope="row">{t('sheet.countersign')}</th><td>{box('countersign')}</td></tr>
          <tr><th scope="row">{t('sheet.review')}</th><td colSpan={3}>{box('review')}</td></tr>
          <tr><th scope="row">{t('field.title')}</th><td colSpan={3} className="wk-sheet-title">{state.title}</td></tr>
          <tr><th scope="row">{t('field.recipients')}</th><td>{content?.recipients.join('，')}</td><th scope="row">{t('field.copies')}</th><td>{content?.copies.join('，')}</td></tr>
          <tr><th scope="row">{t('field.attachments')}</th><td colSpan={3}>{content !== null && content.attachments.length > 0 ? content.attachments.map((attachment, index) => <div key={index}>{index + 1}. {attachment.name}</div>) : t('sheet.nothing')}</td></tr>
          <tr><th scope="row">{t('sheet.draftingOrgan')}</th><td>{organ}</td><th scope="row">{t('sheet.drafter')}</th><td>{personName(directory, state.createdBy)} <span className="wk-num">{when(state.createdAt)}</span></td></tr>
          <tr><th scope="row">{t('sheet.archive')}</th><td colSpan={3}>{state.archive === null ? t('sheet.notFiled') : `${state.archive.code} · ${retention}`}</td></tr>
        </tbody>
      </table>
    </div>
  )
}

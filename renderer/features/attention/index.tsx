/** attention: what the server refused, and the way on (需处理). Rule P5. */
import { useState, type ReactNode } from 'react'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { assertNever } from '#core/formats'
import type { Rejection } from '#core/sync'
import { useClient, usePlace } from '../../store/index.ts'
import { Blank } from '../../ui/index.ts'
import { ExportUnsent } from '../account/index.tsx'
import { openDocument, shortMoment } from '../desk/index.tsx'
import { actionsFor, askedHash, documentOf, type Action } from './advice.ts'
import { Compare } from './Compare.tsx'


/** @param opens whether the versions are compared at once, as for the first refusal of the list */
const Item = ({ rejection, opens }: { readonly rejection: Rejection; readonly opens: 'atOnce' | 'onDemand' }): ReactNode => {
  const { t } = useTranslation()
  const { projection, desktop, dismissRejection, now } = useClient()
  const { goTo } = usePlace()
  const [comparing, setComparing] = useState(opens === 'atOnce')
  const { command, result } = rejection
  const documentId = documentOf(rejection)
  const document = documentId === null ? undefined : projection.documents.get(documentId)
  const title = document?.state.title ?? ('title' in command.payload ? command.payload.title : '')
  const actions = actionsFor(rejection, document !== undefined)
  const said = 'opinion' in command.payload ? command.payload.opinion : 'reason' in command.payload ? command.payload.reason : 'text' in command.payload ? command.payload.text : ''
  const run = (action: Action): void => {
    switch (action) {
      case 'openDocument': if (documentId !== null) openDocument(documentId, { screen: 'attention' }); break
      case 'openDraft': case 'newRoute': if (documentId !== null) goTo({ screen: 'drafting', documentId }); break
      case 'compare': setComparing(!comparing); break
      case 'keySettings': case 'signIn': goTo({ screen: 'settings' }); break
      case 'desk': goTo({ screen: 'desk', box: 'todo', documentId: null }); break
      case 'exportUnsent': break
      default: assertNever(action)
    }
  }
  const asked = askedHash(rejection)
  return (
    <article className="ws-rejection">
      <h2>{title === '' ? t('attention.noTitle') : title}</h2>
      <dl>
        <dt>{t('attention.asked')}</dt>
        <dd>
          {t('attention.askedWhen', { what: t(`attention.command.${command.payload.type.replace('.', '_')}`), when: shortMoment(command.claimedAt, now) })}
          {said === '' ? null : <blockquote>{said}</blockquote>}
        </dd>
        <dt>{t('attention.stands')}</dt>
        <dd>{t(`attention.code.${result.code}.stands`)}{result.detail === '' ? null : <span className="ws-quiet"> {t('attention.server', { detail: result.detail })}</span>}</dd>
        <dt>{t('attention.can')}</dt>
        <dd>{t(`attention.code.${result.code}.can`)}</dd>
      </dl>
      <div className="ws-actions">
        {actions.map((action) => (action === 'exportUnsent' ? <ExportUnsent key={action} desktop={desktop} /> : <Button key={action} onClick={() => run(action)} {...(action === 'compare' ? { 'aria-expanded': comparing } : {})}>{t(`attention.action.${action}`)}</Button>))}
        <Button type="text" onClick={() => void dismissRejection(command.commandId)}>{t('attention.dismiss')}</Button>
      </div>
      {comparing && documentId !== null && asked !== null && result.standing !== undefined ? <Compare documentId={documentId} asked={asked} standing={result.standing} /> : null}
    </article>
  )
}

const Attention = (): ReactNode => {
  const { t } = useTranslation()
  const { projection } = useClient()
  return (
    <div className="ws-page">
      <h1>{t('attention.name')}</h1>
      <p className="ws-quiet">{t('attention.about')}</p>
      {projection.rejections.length === 0 ? <Blank title={t('attention.none')} text={t('attention.noneText')} />
        : projection.rejections.map((rejection, index) => <Item key={rejection.command.commandId} rejection={rejection} opens={index === 0 ? 'atOnce' : 'onDemand'} />)}
    </div>
  )
}
export default Attention

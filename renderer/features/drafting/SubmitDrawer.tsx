/** Sending a draft on its way (送核稿): the route, its people, and what exactly goes out. */
import { Button, Drawer, Select } from 'antd'
import { memo, useState } from 'react'
import type { RouteDefinition } from '#core/route'
import { Notice, useWords } from '../../paper/index.ts'
import { goTo, useClient } from '../../store/index.ts'
import { CoIssuers } from './CoIssuers.tsx'
import { countOf } from './findings.ts'
import { coIssuersOf, issuerProblems, signatureFollows, withCoIssuers } from './issuers.ts'
import { candidatesFor, firstAssignments, routesFor, unfilled, type Assignments } from './people.ts'
import type { Draft } from './useDraft.ts'
import type { Findings } from './useFindings.ts'
import { missingOf, wordCount } from './warnings.ts'

export type SubmitDrawerProps = { readonly isOpen: boolean; readonly onClose: () => void; readonly draft: Draft; readonly documentId: string; readonly pages: number | null; readonly findings: Findings }

const Sending = (props: SubmitDrawerProps) => {
  const t = useWords()
  return (
    <Drawer open={props.isOpen} onClose={props.onClose} size={520} destroyOnHidden title={t('drafting.submit')}>
      <SubmitForm {...props} />
    </Drawer>
  )
}

/** A closed drawer is not drawn again for every key of the text behind it. */
export const SubmitDrawer = memo(Sending, (before, after) => !before.isOpen && !after.isOpen)
SubmitDrawer.displayName = 'SubmitDrawer'

const SubmitForm = ({ draft, documentId, pages, findings }: SubmitDrawerProps) => {
  const t = useWords()
  const client = useClient()
  const { directory, routes } = client.projection
  const organId = directory.people[client.session.personId]?.organId ?? ''
  const choices = routesFor(routes, draft.content.kind)
  const [routeId, setRouteId] = useState(choices[0]?.id ?? '')
  const route = choices.find((candidate) => candidate.id === routeId)
  const { issuers } = draft.content
  const firstChoice = (of: RouteDefinition): Assignments => withCoIssuers(firstAssignments(of, directory, organId), issuers, of, directory)
  const [chosen, setChosen] = useState<Assignments>(() => (route === undefined ? {} : firstChoice(route)))
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const missing = missingOf(draft.content)
  const errors = countOf(findings.told, 'error')
  const blanks = countOf(findings.told, 'blank')
  const openRemarks = draft.notes.remarks.filter((remark) => remark.resolved === null).length
  const open = route === undefined ? [] : unfilled(route, chosen)
  const organs = Object.values(directory.organs)
  const astray = issuerProblems(issuers, organs, organId).flatMap((found, nth) => found === null ? [] : [t(`elements.issuer.${found}`, { name: issuers[nth] ?? '', host: directory.organs[organId]?.name ?? '' })])
  const coIssuers = route === undefined ? [] : coIssuersOf(issuers, route, chosen, directory)
  const unasked = coIssuers.filter(({ asked }) => asked.length === 0)
  const isUnsigned = !signatureFollows(draft.content, organs)
  const isOnline = client.status.connection === 'online'

  const send = async (): Promise<void> => {
    if (route === undefined) return
    setBusy(true)
    const stored = await draft.commit()
    const sent = stored.ok
      ? await client.submit({ type: 'document.submit', documentId, contentHash: stored.hash, routeId: route.id, routeVersion: route.version, assignments: chosen })
      : null
    setBusy(false)
    if (!stored.ok) return setProblem(stored.message)
    if (sent !== null && !sent.ok) return setProblem(sent.error.detail)
    await draft.discard()
    goTo({ screen: 'document', documentId }, 'replace')
  }

  if (route === undefined) return <Notice tone="warn">{t('submit.noRoute', { kind: draft.content.kind })}</Notice>
  return (
    <form className="wk-submit" onSubmit={(event) => { event.preventDefault(); void send() }}>
      <dl className="wk-facts">
        <div><dt>{t('field.title')}</dt><dd>{draft.content.title === '' ? t('document.untitled') : draft.content.title}</dd></div>
        <div><dt>{t('field.kind')}</dt><dd>{draft.content.kind} · {draft.content.urgency === '' ? t('urgency.plain') : draft.content.urgency} · {draft.content.disclosure}</dd></div>
        <div><dt>{t('submit.extent')}</dt><dd>{t('submit.extentValue', { words: wordCount(draft.content), pages: pages ?? 0, attachments: draft.content.attachments.length })}</dd></div>
      </dl>
      {blanks > 0 && <Notice tone="warn">{t('submit.blanks', { count: blanks })}</Notice>}
      {errors > 0 && <Notice tone="warn">{t('submit.errors', { count: errors })}</Notice>}
      {openRemarks > 0 && <Notice tone="info">{t('submit.remarks', { count: openRemarks })}</Notice>}
      {missing.length > 0 && <Notice tone="bad">{t('submit.missing', { what: missing.map((key) => t(key)).join('、') })}</Notice>}
      {astray.map((line) => <Notice key={line} tone="bad">{line}</Notice>)}
      {astray.length === 0 && isUnsigned && <Notice tone="bad">{t('elements.issuer.signature')}</Notice>}
      <label>
        <span>{t('submit.route')}</span>
        <Select
          aria-label={t('submit.route')} value={routeId} options={choices.map((choice) => ({ value: choice.id, label: choice.name }))}
          onChange={(id: string) => {
            const next = choices.find((candidate) => candidate.id === id)
            setRouteId(id)
            if (next !== undefined) setChosen(firstChoice(next))
          }}
        />
      </label>
      <ol className="wk-submit-steps">
        {route.steps.map((step) => (
          <li key={step.id}>
            <span>{step.name}<span className="wk-note"> {step.branches.max === 1 ? t('submit.one') : t('submit.several', { min: step.branches.min, max: step.branches.max })}</span></span>
            <Select
              mode={step.branches.max === 1 ? undefined as never : 'multiple'} aria-label={step.name} showSearch={{ optionFilterProp: 'label' }} style={{ width: '100%' }} maxCount={step.branches.max}
              placeholder={step.from === 'own' ? t('submit.chooseOwn') : t('submit.chooseOthers')}
              {...(step.branches.max === 1 ? { value: chosen[step.id]?.[0] ?? null } : { value: [...(chosen[step.id] ?? [])] })}
              options={candidatesFor(step, directory, organId).map((person) => ({
                value: person.id,
                label: step.from === 'own' ? `${person.name}（${person.title}）` : `${directory.organs[person.organId]?.shortName ?? ''} ${person.name}`,
              }))}
              onChange={(value: unknown) => setChosen({ ...chosen, [step.id]: (Array.isArray(value) ? value : [value]).filter((entry): entry is string => typeof entry === 'string') })}
            />
          </li>
        ))}
      </ol>
      {coIssuers.length > 0 && <CoIssuers organs={coIssuers} route={route} />}
      <p className="wk-note">{t('submit.frozen')}</p>
      {!isOnline && <Notice tone="info">{t('submit.offline')}</Notice>}
      {problem !== null && <Notice tone="bad">{t('submit.refused', { reason: problem })}</Notice>}
      <Button type="primary" htmlType="submit" loading={isBusy} disabled={missing.length > 0 || open.length > 0 || astray.length > 0 || isUnsigned || unasked.length > 0}>
        {open.length > 0
          ? t('submit.choose', { steps: open.map((step) => step.name).join('、') })
          : unasked.length > 0 ? t('submit.chooseCoIssuers', { organs: unasked.map(({ organ }) => organ.shortName).join('、') }) : t('drafting.submit')}
      </Button>
    </form>
  )
}

/** The way of the document, step by step (流程). */
import { isJoint, type DocumentState, type StepDefinition } from '#core/route'
import { Nothing, useWords } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { organName, personName, when } from './names.ts'
import { sealCount } from './sealRows.ts'
import { SealsList } from './SealsList.tsx'

type StepLook = 'done' | 'open' | 'ahead'

const issuing = ['approved', 'numbered', 'composed', 'sealed', 'dispatched', 'filed', 'packaged'] as const
/** The steps of issuing and the status in which each is done. */
const after = [['flow.number', 'numbered'], ['flow.seal', 'sealed'], ['flow.dispatch', 'dispatched'], ['flow.file', 'filed']] as const

export const FlowTab = ({ state }: { readonly state: DocumentState }) => {
  const t = useWords()
  const { projection: { directory } } = useClient()
  if (state.route === null) return <Nothing title={t('flow.none')} detail={t('flow.noneDetail')} />
  const at = state.step === null ? state.route.steps.length : state.route.steps.findIndex((step) => step.id === state.step?.stepId)
  const reached = issuing.indexOf(state.status as (typeof issuing)[number])
  const lookOf = (index: number): StepLook => (state.approval !== null || index < at ? 'done' : index === at ? 'open' : 'ahead')
  const people = (step: StepDefinition, look: StepLook) => {
    const branches = look === 'open' ? state.step?.branches ?? [] : []
    const holders = branches.length > 0 ? branches.map((branch) => branch.holder) : state.assignments[step.id] ?? []
    return holders.map((holder) => {
      const branch = branches.find((candidate) => candidate.holder === holder)
      const last = state.opinions.findLast((opinion) => opinion.stepId === step.id && (opinion.onBehalfOf ?? opinion.by) === holder)
      const what = branch?.state ?? (last === undefined ? 'waiting' : last.decision === 'agree' ? 'agreed' : 'returned')
      return (
        <li key={holder}>
          <span>{step.from === 'others' && `${organName(directory, directory.people[holder]?.organId ?? '')} `}{personName(directory, holder)}</span>
          <span className="wk-note">{t(`flow.${what}`)}{last !== undefined && what !== 'open' && ` · ${when(last.receivedAt)}`}</span>
          {last !== undefined && last.text !== '' && <p>{last.text}</p>}
        </li>
      )
    })
  }
  return (
    <div className="wk-scroll" tabIndex={0}>
      <p className="wk-note">{t('flow.route', { name: state.route.name, version: state.route.version })}</p>
      <ol className="wk-track">
        <li data-look="done"><h3>{t('flow.draft')}</h3><ul><li><span>{personName(directory, state.createdBy)}</span><span className="wk-note">{when(state.createdAt)}</span></li></ul></li>
        {state.route.steps.map((step, index) => {
          const look = lookOf(index)
          return (
            <li key={step.id} data-look={look} aria-current={look === 'open' ? 'step' : undefined}>
              <h3>{step.name}<span className="wk-note"> {t(`flow.look.${look}`)}{look === 'open' && state.revising && ` · ${t('docStatus.revising')}`}</span></h3>
              <ul>{people(step, look)}</ul>
            </li>
          )
        })}
        {after.map(([key, status]) => {
          const done = reached >= issuing.indexOf(status)
          // A joint issue is being sealed while some organs have and others have not.
          const isSealing = key === 'flow.seal' && !done && isJoint(state) && state.status === 'composed'
          const look: StepLook = done ? 'done' : isSealing ? 'open' : 'ahead'
          return (
            <li key={key} data-look={look} aria-current={isSealing ? 'step' : undefined}>
              <h3>{t(key)}<span className="wk-note"> {t(`flow.look.${look}`)}{key === 'flow.seal' && isJoint(state) && state.final !== null && ` · ${t('seal.joint.count', sealCount(state))}`}</span></h3>
              {key === 'flow.seal' && isJoint(state) && state.final !== null && <SealsList state={state} />}
              {key === 'flow.number' && state.number !== null && <p className="wk-num">{state.number.text}</p>}
              {key === 'flow.seal' && state.seal !== null && !isJoint(state) && <p>{personName(directory, state.seal.by)} <span className="wk-note">{when(state.seal.receivedAt)}</span></p>}
              {key === 'flow.dispatch' && state.dispatch !== null && <p>{t('flow.receipts', { done: state.dispatch.targets.filter((target) => target.receipt !== null).length, total: state.dispatch.targets.length })}</p>}
              {key === 'flow.file' && state.archive !== null && <p className="wk-num">{state.archive.code}</p>}
            </li>
          )
        })}
      </ol>
    </div>
  )
}

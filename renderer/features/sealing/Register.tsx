/** The organ's seals and every use of them (印章登记簿、用印登记). The security administrator stops and ends them here. */
import { Button, Input } from 'antd'
import { useState, type CSSProperties } from 'react'
import { hasRole } from '#core/access'
import type { SealEntry, SealStatus, SealUse } from '#core/sync'
import { Chip, Failure, fileNameOf, Nothing, Notice, offerFile, useWords, Waiting } from '../../paper/index.ts'
import { useClient } from '../../store/index.ts'
import { organName, personName, when } from '../approval/index.tsx'
import { keyRefusal } from './keyState.ts'
import { KeyRows } from './KeyStates.tsx'
import { ledgerCsv } from './ledgerCsv.ts'
import { SealImage } from './SealImage.tsx'
import { obstacleOf } from './usable.ts'
import { failureText, useSeals, useSealUses } from './useSeals.ts'

export const Register = () => {
  const t = useWords()
  const { now, projection: { directory } } = useClient()
  const [turn, setTurn] = useState(0)
  const [picked, setPicked] = useState<string | null>(null)
  const register = useSeals(turn)
  if (register.kind === 'loading') return <Waiting text={t('seal.register.loading')} />
  if (register.kind === 'failed') return <Failure title={t('seal.register.title')} detail={register.message} actions={<Button onClick={() => setTurn(turn + 1)}>{t('action.retry')}</Button>} />
  const chosen = register.value.find((seal) => seal.id === picked) ?? register.value[0]
  if (chosen === undefined) return <Nothing title={t('seal.register.none')} detail={t('seal.register.noneDetail')} />
  return (
    <>
      <nav className="wk-queue" aria-label={t('seal.register.title')}>
        <section aria-label={t('seal.register.title')}>
          <h2>{t('seal.register.title')} <span className="wk-num">{register.value.length}</span></h2>
          <ul>
            {register.value.map((seal) => (
              <li key={seal.id}>
                <button type="button" aria-current={seal.id === chosen.id} onClick={() => setPicked(seal.id)}>
                  <span>{seal.name}</span>
                  <span className="wk-note">{organName(directory, seal.organId)}</span>
                  <span><StatusChip seal={seal} now={now} /></span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      </nav>
      <SealRecord key={chosen.id} seal={chosen} turn={turn} onChanged={() => setTurn(turn + 1)} />
    </>
  )
}

const StatusChip = ({ seal, now }: { readonly seal: SealEntry; readonly now: string }) => {
  const t = useWords()
  const obstacle = obstacleOf(seal, now)
  return (
    <span className="wk-key-line">
      <Chip tone={obstacle === null ? 'good' : 'bad'}>{t(`seal.status.${obstacle ?? 'active'}`)}</Chip>
      {obstacle === null && keyRefusal(seal) !== null && <Chip tone="bad">{t('seal.key.unusable')}</Chip>}
    </span>
  )
}

/** Columns of the table for other programs. */
const columns = ['time', 'result', 'number', 'title', 'clerk', 'second', 'pages', 'pdf', 'ofd', 'reason'] as const

/** The sealed files, or before the seal the pages that were to be sealed. */
const digestsOf = ({ sealedHash, sealedOfdHash, finalHash, ofdHash }: SealUse): readonly (readonly [string, string])[] => {
  const named = sealedHash === null ? [['PDF', finalHash], ['OFD', ofdHash]] as const : [['PDF', sealedHash], ['OFD', sealedOfdHash]] as const
  return named.flatMap(([kind, hash]) => hash === null ? [] : [[kind, hash] as const])
}

const SealRecord = ({ seal, turn, onChanged }: { readonly seal: SealEntry; readonly turn: number; readonly onChanged: () => void }) => {
  const t = useWords()
  const { now, projection: { directory }, session } = useClient()
  const uses = useSealUses(seal.id, turn)
  const who = (id: string): string => personName(directory, id)
  const facts: readonly (readonly [string, string])[] = [
    [t('seal.register.organ'), directory.organs[seal.organId]?.name ?? seal.organId],
    [t('seal.register.number'), seal.id],
    [t('seal.register.size'), t('seal.register.millimetres', { diameter: seal.diameterMm })],
    [t('seal.register.control'), t(`seal.control.${seal.control}`)],
    [t('seal.register.validity'), seal.made === null ? t('seal.register.notMade') : `${seal.made.validFrom.slice(0, 10)} — ${seal.made.validTo.slice(0, 10)}`],
  ]
  return (
    <section className="wk-register" aria-label={seal.name}>
      <div className="wk-seal-card">
        <figure className="wk-seal-print" style={{ '--diameter': `${seal.diameterMm}mm` } as CSSProperties}>
          <div><SealImage seal={seal} alt={t('seal.register.picture', { name: seal.name })} /></div>
          <figcaption className="wk-note">{seal.made === null ? t('seal.register.noPicture') : t('seal.register.pictureSize', { diameter: seal.diameterMm })}</figcaption>
        </figure>
        <div className="wk-seal-about">
          <h1>{seal.name}</h1>
          <p><StatusChip seal={seal} now={now} /></p>
          <dl className="wk-facts">
            {facts.map(([label, value]) => <div key={label}><dt>{label}</dt><dd>{value}</dd></div>)}
            <KeyRows seal={seal} />
            <div><dt>{t('seal.register.uses')}</dt><dd>{t('seal.register.times', { count: seal.uses })}</dd></div>
          </dl>
        </div>
      </div>
      {seal.halted !== null && <Notice tone="warn">{t('seal.register.halted', { name: who(seal.halted.by), time: when(seal.halted.at), reason: seal.halted.reason })}</Notice>}
      {hasRole(directory, session.personId, 'securityAdmin') && seal.status !== 'revoked' && <ChangeStatus seal={seal} onChanged={onChanged} />}
      <div className="wk-place-head">
        <h2>{t('seal.log.title')}</h2>
        {uses.kind === 'ready' && uses.value.length > 0 && <Button size="small" onClick={() => offerFile(ledgerCsv(uses.value, columns.map((column) => t(`seal.log.csv.${column}`)), { result: (use) => t(`seal.log.${use.result}`), person: who }), fileNameOf(`${seal.name}用印登记`, 'csv'))}>{t('seal.log.save')}</Button>}
      </div>
      {uses.kind === 'loading' && <Waiting text={t('seal.register.loading')} />}
      {uses.kind === 'failed' && <Notice tone="bad">{uses.message}</Notice>}
      {uses.kind === 'ready' && uses.value.length === 0 && <p className="wk-note">{t('seal.log.none')}</p>}
      {uses.kind === 'ready' && uses.value.length > 0 && (
        <div className="wk-log" tabIndex={0} role="region" aria-label={t('seal.log.title')}>
          <table>
            <thead><tr>{(['time', 'result', 'document', 'clerk', 'second', 'digest'] as const).map((column) => <th key={column} scope="col">{t(`seal.log.${column}`)}</th>)}</tr></thead>
            <tbody>
              {uses.value.map((use, index) => (
                <tr key={index}>
                  <td className="wk-num">{when(use.at)}</td>
                  <td><Chip tone={use.result === 'sealed' ? 'good' : use.result === 'requested' ? 'info' : 'bad'}>{t(`seal.log.${use.result}`)}</Chip>{use.detail !== '' && <span className="wk-note">{use.detail}</span>}</td>
                  <td>{use.number} {use.title}</td>
                  <td>{who(use.by)}</td>
                  <td>{use.confirmedBy === null ? '—' : who(use.confirmedBy)}</td>
                  <td className="wk-digests">{digestsOf(use).map(([kind, hash]) => <span key={kind}>{kind} <code title={hash}>{hash.slice(0, 8)}</code></span>)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}

const ChangeStatus = ({ seal, onChanged }: { readonly seal: SealEntry; readonly onChanged: () => void }) => {
  const t = useWords()
  const { desktop } = useClient()
  const [wish, setWish] = useState<SealStatus | null>(null)
  const [reason, setReason] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const change = async (status: SealStatus): Promise<void> => {
    if (reason.trim() === '') return setProblem(t('seal.reasonNeeded'))
    const answer = await desktop.call('seals.setStatus', { sealId: seal.id, status, reason: reason.trim() })
    if (!answer.ok) return setProblem(answer.error.message)
    if (!answer.value.ok) return setProblem(failureText(t, answer.value.failure))
    setWish(null)
    onChanged()
  }
  const wishes: readonly SealStatus[] = seal.status === 'active' ? ['suspended', 'revoked'] : ['active', 'revoked']
  if (wish === null) return <div className="wk-row">{wishes.map((status) => <Button key={status} danger={status === 'revoked'} onClick={() => { setWish(status); setReason(''); setProblem(null) }}>{t(`seal.change.${status}`)}</Button>)}</div>
  return (
    <form className="wk-decide" onSubmit={(event) => { event.preventDefault(); void change(wish) }}>
      <Notice tone={wish === 'active' ? 'info' : 'warn'}>{t(`seal.change.about.${wish}`, { name: seal.name })}</Notice>
      <label className="wk-opinion"><span>{t('seal.reason')}</span><Input.TextArea autoFocus value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} className="wk-grows" /></label>
      {problem !== null && <Notice tone="bad">{problem}</Notice>}
      <div className="wk-row"><Button type="primary" danger={wish === 'revoked'} htmlType="submit">{t(`seal.change.${wish}`)}</Button><Button onClick={() => setWish(null)}>{t('action.cancel')}</Button></div>
    </form>
  )
}

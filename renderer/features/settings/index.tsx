/** settings: this device, this person's key, fonts, the look of the window, and what to do when sync does not (设置). */
import { useEffect, useState, type ReactNode } from 'react'
import { Button, Select, Segmented } from 'antd'
import { useTranslation } from 'react-i18next'
import type { MethodOutput } from '#core/desktop'
import { setPreferences, useClient, usePreferences } from '../../store/index.ts'
import { Facts, Field, Sheet } from '../../ui/index.ts'
import { ExportUnsent } from '../account/index.tsx'
import { shortMoment } from '../desk/index.tsx'
import { PersonalKeySheet } from './PersonalKeySheet.tsx'

const Appearance = (): ReactNode => {
  const { t } = useTranslation()
  const preferences = usePreferences()
  return (
    <Sheet title={t('settings.look.title')}>
      <div className="ws-form">
        <Field label={t('settings.look.theme')}>
          <Segmented
            value={preferences.theme} onChange={(theme) => setPreferences({ theme })} aria-label={t('settings.look.theme')}
            options={(['system', 'light', 'dark', 'contrast'] as const).map((value) => ({ value, label: t(`settings.look.themes.${value}`) }))}
          />
        </Field>
        <Field label={t('settings.look.textSize')}>
          <Segmented
            value={preferences.textSize} onChange={(textSize) => setPreferences({ textSize })} aria-label={t('settings.look.textSize')}
            options={([14, 16, 18, 20] as const).map((value) => ({ value, label: `${value}` }))}
          />
        </Field>
        <Field label={t('settings.look.leaders')}>
          <Segmented
            value={preferences.leadersMode} onChange={(leadersMode) => setPreferences({ leadersMode })} aria-label={t('settings.look.leaders')}
            options={(['auto', 'on', 'off'] as const).map((value) => ({ value, label: t(`settings.look.leadersModes.${value}`) }))}
          />
          <span className="ws-quiet">{t('settings.look.leadersAbout')}</span>
        </Field>
        <Field label={t('settings.look.language')}>
          <Select
            value={preferences.language} onChange={(language) => setPreferences({ language })} aria-label={t('settings.look.language')}
            options={[{ value: 'zh-CN' as const, label: '简体中文' }, { value: 'en' as const, label: 'English' }]} style={{ maxWidth: 240 }}
          />
        </Field>
      </div>
    </Sheet>
  )
}

const Fonts = (): ReactNode => {
  const { t } = useTranslation()
  const { desktop, fonts } = useClient()
  const [list, setList] = useState<MethodOutput<'fonts.list'> | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  useEffect(() => {
    let stopped = false
    void desktop.call('fonts.list', {}).then((result) => {
      if (stopped) return
      if (result.ok) setList(result.value)
      else setProblem(result.error.message)
    })
    return () => { stopped = true }
  }, [desktop])
  const substituted = list?.fonts.some((font) => font.substituted) === true
  return (
    <Sheet title={t('settings.fonts.title')} note={substituted ? t('settings.fonts.someSubstituted') : t('settings.fonts.about')}>
      {problem === null ? null : <p role="alert">{t('settings.fonts.failed', { message: problem })}</p>}
      <Facts facts={(list?.fonts ?? []).filter((font, i, all) => font.rare === undefined || all[i - 1]?.rare === undefined).map((font) => [font.role, font.substituted ? t('settings.fonts.substituted', { role: font.role, family: font.family }) : font.family] as const)} />
      {fonts === null ? <p className="ws-quiet">{t('settings.fonts.loading')}</p> : null}
    </Sheet>
  )
}

const Sync = (): ReactNode => {
  const { t } = useTranslation()
  const { status, projection, sync, desktop, now } = useClient()
  return (
    <Sheet title={t('settings.sync.title')}>
      <Facts facts={[
        [t('settings.sync.connection'), t(`sync.chip.${status.connection}`)],
        [t('settings.sync.lastPulled'), status.lastPulledAt === null ? t('sync.neverPulled') : shortMoment(status.lastPulledAt, now)],
        [t('settings.sync.documents'), String(projection.documents.size)],
        [t('settings.sync.unsent'), String(status.unsent)],
        [t('settings.sync.attention'), String(status.attention)],
        [t('settings.sync.deferred'), projection.deferred === 0 ? '0' : t('settings.sync.deferredText', { count: projection.deferred })],
        [t('settings.sync.history'), t(status.forked ? 'settings.sync.historyForked' : 'settings.sync.historyGood')],
      ]} />
      <div className="ws-actions">
        <Button loading={status.syncing} disabled={status.forked} onClick={() => void sync()}>{t('sync.now')}</Button>
        <ExportUnsent desktop={desktop} />
      </div>
      <p className="ws-quiet">{t('settings.sync.exportAbout')}</p>
    </Sheet>
  )
}

const Settings = (): ReactNode => {
  const { t } = useTranslation()
  const { app, session, projection } = useClient()
  const person = projection.directory.people[session.personId]
  const organ = person === undefined ? undefined : projection.directory.organs[person.organId]
  const unknown = projection.directory.version === 0 ? t('app.noDirectory') : '—'
  return (
    <div className="ws-page">
      <h1>{t('settings.name')}</h1>
      <Sheet title={t('settings.account.title')}>
        <Facts facts={[
          [t('settings.account.person'), person === undefined ? session.account : `${person.name}（${person.title}）`],
          [t('settings.account.organ'), organ?.name ?? unknown],
          [t('settings.account.roles'), (person?.roles ?? []).map((role) => t(`app.role.${role}`)).join('、') || unknown],
          [t('settings.account.account'), session.account],
          [t('settings.account.device'), <code key="device">{session.deviceId}</code>],
          [t('settings.account.server'), app.serverUrl],
          [t('settings.account.unlocked'), t(session.online ? 'settings.account.online' : 'settings.account.offline')],
        ]} />
      </Sheet>
      <PersonalKeySheet />
      <Appearance />
      <Fonts />
      <Sync />
      <Sheet title={t('settings.about.title')}>
        <Facts facts={[
          [t('settings.about.version'), app.version],
          [t('settings.about.host'), t(`settings.about.hosts.${app.host}`)],
          [t('settings.about.profile'), app.profile],
          [t('settings.about.wire'), String(app.wireVersion)],
          [t('settings.about.licence'), t('settings.about.licenceText')],
        ]} />
      </Sheet>
    </div>
  )
}
export default Settings

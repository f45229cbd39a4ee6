/**
 * Signing in and out (登录与解锁). The first time needs the server; afterwards the password opens the profile without one, and
 * the server is asked whenever it can be reached. I1: nothing is lost by a 401. I2: a revoked device is wiped.
 */
import { join } from 'node:path'
import { failed, type DesktopEvent, type DesktopResult, type MethodOutput } from '#core/desktop'
import type { Session, TransportFailure } from '#core/sync'
import { createAttemptGuard } from '#keys'
import type { Disk } from './disk.ts'
import { serverFailure } from './errors.ts'
import { personalKeyState } from './personal.ts'
import { pinsHold } from './pins.ts'
import { openProfile, type Profile, type ProfilePlace } from './profile.ts'
import type { ServerClient } from './server/client.ts'
import { trustShape } from './server/shapes.ts'
import { createTurns } from './turns.ts'
import { makeVault, openVault, readVault, rewrapVault, writeHoldings, writeVault, type Holdings, type Vault } from './vault.ts'

export type SessionInfo = MethodOutput<'session.signIn'>

export type SessionKeeper = {
  readonly profile: () => Profile | null
  readonly state: () => Promise<DesktopResult<MethodOutput<'session.state'>>>
  readonly signIn: (account: string, password: string) => Promise<DesktopResult<SessionInfo>>
  readonly signOut: (whenUnsent: 'refuse' | 'lock') => Promise<DesktopResult<Record<string, never>>>
  /** I2: everything of the profile goes, unsent work included. */
  readonly wipe: () => Promise<void>
  readonly lock: () => Promise<void>
}

export type SessionOptions = ProfilePlace & {
  readonly serverUrl: string
  readonly server: ServerClient
  readonly emit: (event: DesktopEvent) => void
  readonly onChange: (profile: Profile | null) => void
}

const blankHoldings: Holdings = {
  personId: '', deviceCertificate: '', logCertificate: '', root: '', crl: '', refreshToken: null, personal: null, enrolment: null, carrier: null,
}

const wrongPassword = '密码不正确。本机内容没有改变；如密码已在别处更改，请先用原密码解锁，再用新密码登录一次。'

export const createSessionKeeper = (options: SessionOptions): SessionKeeper => {
  const { disk, folder, server, serverUrl, emit, monotonicMs } = options
  const guard = createAttemptGuard(join(folder, 'password-attempts'), monotonicMs)
  const inTurn = createTurns()
  let profile: Profile | null = null
  let online = false

  const info = async (open: Profile): Promise<SessionInfo> => {
    const { personId, logCertificate } = open.holdings()
    return { account: open.account, personId, deviceId: open.deviceId, online, storeKey: open.storeKey, logCertificate, personalKey: await personalKeyState(open) }
  }

  const enter = async (open: Profile): Promise<DesktopResult<SessionInfo>> => {
    profile = open
    options.onChange(open)
    emit({ type: 'session', signedIn: true })
    return { ok: true, value: await info(open) }
  }

  const lock = async (): Promise<void> => {
    if (profile === null) return
    const ending = profile.end()
    profile = null
    online = false
    server.speakFor(null, { accessToken: null, refreshToken: null })
    options.onChange(null)
    emit({ type: 'session', signedIn: false })
    await ending
  }

  const wipe = async (): Promise<void> => {
    await lock()
    await wipeFolder(disk, folder)
    emit({ type: 'wiped' })
  }

  const notNow = (failure: TransportFailure): DesktopResult<never> =>
    failure.kind === 'offline'
      ? failed('offline', `连不上服务器 ${serverUrl}。首次登录需要联网，以后可以离线使用；请检查网络或服务器地址后再试。`)
      : signInFailure(failure)

  const first = async (account: string, password: string): Promise<DesktopResult<SessionInfo>> => {
    const fresh = await makeVault(account, password, serverUrl)
    await writeHoldings(disk, folder, fresh.vaultKey, blankHoldings)
    const open = await openProfile(options, fresh.vault, fresh.vaultKey)
    return open === null ? failed('damaged', '新建的档案无法读回，登录未完成；请检查磁盘后再试。') : introduce(open, fresh.vault, account, password)
  }

  /** The first word with the server: it gets to know the device, and the profile pins what it answers with. */
  const introduce = async (open: Profile, vault: Vault, account: string, password: string): Promise<DesktopResult<SessionInfo>> => {
    const greeting = await server.hello()
    if (!greeting.ok) return notNow(greeting.failure)
    const answer = await server.signIn(open.identity, account, password)
    if (!answer.ok) {
      const { failure } = answer
      if (failure.kind === 'server' && failure.code === 'device_pending') {
        // Kept, so that what the administrator approves is this device and not a new one at every try.
        await writeVault(disk, folder, vault)
        return failed('forbidden', '这台设备已在服务器登记，等待安全保密管理员批准；批准后用同一账号再次登录即可。')
      }
      if (failure.kind !== 'unauthorized') return notNow(failure)
      await guard.begin()
      return failed('wrong_password', '账号或密码不正确，登录未完成。', await guard.wait())
    }
    const trust = await server.ask(trustShape, { method: 'GET', path: '/v1/trust' }, 'anyone')
    if (!trust.ok) return notNow(trust.failure)
    const session = answer.value
    const pins = { root: trust.value.root, logCertificate: greeting.value.logCertificate }
    if (!pinsHold(pins, session.deviceCertificate, open.keys.devicePublicKey(), session.serverTime)) {
      return failed('forbidden', '服务器出示的证书与其根证书不符，登录已中止，没有在本机留下数据。请联系系统管理员核对服务器地址。')
    }
    await open.keep({ ...pins, crl: trust.value.crl, ...held(session, null), personId: session.personId })
    await writeVault(disk, folder, vault)
    await guard.succeeded()
    server.speakFor(open.identity, { accessToken: session.accessToken, refreshToken: session.refreshToken })
    online = true
    return enter(open)
  }

  /** Asks the server too; it may be away, and then the local check stands. */
  const confirm = async (open: Profile, account: string, password: string): Promise<DesktopResult<'yes' | 'no' | 'away'>> => {
    const greeting = await server.hello()
    if (!greeting.ok) return { ok: true, value: 'away' }
    const answer = await server.signIn(open.identity, account, password)
    if (answer.ok) {
      const session = answer.value
      if (session.personId !== open.holdings().personId) return failed('forbidden', '服务器把这个账号认作了另一个人，登录已中止，本机内容没有改变。请联系系统管理员。')
      await open.keep(held(session, open.holdings().personal))
      server.speakFor(open.identity, { accessToken: session.accessToken, refreshToken: session.refreshToken })
      return { ok: true, value: 'yes' }
    }
    if (answer.failure.kind === 'deviceRevoked') return serverFailure(answer.failure)
    return { ok: true, value: answer.failure.kind === 'unauthorized' ? 'no' : 'away' }
  }

  const again = async (vault: Vault, account: string, password: string): Promise<DesktopResult<SessionInfo>> => {
    if (vault.account !== account) return failed('forbidden', `本机这个档案属于账号“${vault.account}”，不能用“${account}”打开。换账号请另开一个档案；原有内容没有改变。`)
    if (vault.serverUrl !== serverUrl) return failed('forbidden', `本机这个档案属于服务器 ${vault.serverUrl}，不能连到 ${serverUrl}。请改回原地址，或另开一个档案。`)
    const wait = await guard.wait()
    if (wait > 0) return failed('locked', `密码多次不正确，请在 ${Math.ceil(wait / 1000)} 秒后再试。本机内容没有改变。`, wait)
    await guard.begin()
    const vaultKey = await openVault(vault, password)
    if (vaultKey === 'damaged') return failed('damaged', '本机档案的密钥文件已损坏，无法解锁；文件都原样保留。请联系系统管理员，不要删除档案文件夹。')
    if (vaultKey === 'wrong') {
      const open = profile
      if (open === null) return failed('wrong_password', wrongPassword, await guard.wait())
      // The profile is open: this may be the new password after a change at the server.
      const asked = await confirm(open, account, password)
      if (!asked.ok) return asked
      if (asked.value !== 'yes') return failed('wrong_password', wrongPassword, await guard.wait())
      await writeVault(disk, folder, await rewrapVault(vault, open.vaultKey, password))
      await guard.succeeded()
      online = true
      return enter(open)
    }
    await guard.succeeded()
    const open = profile ?? (await openProfile(options, vault, vaultKey))
    if (open === null) return failed('damaged', '本机档案有文件损坏，无法解锁；文件都原样保留。请联系系统管理员，不要删除档案文件夹。')
    if (open.holdings().personId === '') return introduce(open, vault, account, password)
    if (profile === null) server.speakFor(open.identity, { accessToken: null, refreshToken: open.holdings().refreshToken })
    const asked = await confirm(open, account, password)
    if (!asked.ok) return asked
    online = asked.value === 'yes'
    if (asked.value === 'no') {
      // The old password still opens what is here, as it would with the cable pulled; the server is not spoken to with it.
      server.speakFor(open.identity, { accessToken: null, refreshToken: null })
      await open.keep({ refreshToken: null })
    }
    return enter(open)
  }

  return {
    profile: () => profile,
    lock,
    wipe: () => inTurn(wipe),
    state: async () => {
      const vault = await readVault(disk, folder)
      return {
        ok: true,
        value: { account: typeof vault === 'string' ? null : vault.account, session: profile === null ? null : await info(profile), retryAfterMs: await guard.wait() },
      }
    },
    signIn: (account, password) => inTurn(async () => {
      const vault = await readVault(disk, folder)
      if (vault === 'damaged') return failed('damaged', '本机档案的说明文件已损坏，无法解锁；文件都原样保留。请联系系统管理员，不要删除档案文件夹。')
      if (vault !== 'none') return again(vault, account, password)
      const wait = await guard.wait()
      return wait > 0 ? failed('locked', `密码多次不正确，请在 ${Math.ceil(wait / 1000)} 秒后再试。`, wait) : first(account, password)
    }),
    signOut: (whenUnsent) => inTurn(async () => {
      const unsent = profile?.journal.pending().length ?? 0
      if (unsent > 0 && whenUnsent === 'refuse') return failed('unsent_work', `还有 ${unsent} 项内容没有发送。退出后它们仍保存在本机，下次登录会继续发送；也可以先导出。确定要退出吗？`)
      await lock()
      return { ok: true, value: {} }
    }),
  }
}

const signInFailure = (failure: TransportFailure): ReturnType<typeof serverFailure> =>
  failure.kind === 'server' && failure.status === 429 ? failed('locked', `登录过于频繁：${failure.message.slice(0, 100)}`, 60_000) : serverFailure(failure)

/** A certificate that the server no longer names is not used any more; a key without one can be enrolled again. */
const held = (session: Session, personal: Holdings['personal']): Pick<Holdings, 'refreshToken' | 'deviceCertificate' | 'personal'> => ({
  refreshToken: session.refreshToken, deviceCertificate: session.deviceCertificate, personal: personal !== null && session.personalCertificates.includes(personal.certificate) ? personal : null,
})

const wipeFolder = async (disk: Disk, folder: string): Promise<void> => {
  // The vault first: without it the rest is noise, even if the power goes now.
  await disk.remove(join(folder, 'vault.json'))
  for (const name of await disk.names(folder)) if (name !== 'lock' && name !== 'loopback.json') await disk.remove(join(folder, name))
}

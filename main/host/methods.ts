/** What the host does for each structured method of the table (各调用的实现). Bytes are in streams.ts. */
import { failed, type DesktopEvent, type DesktopResult, type MethodInput, type MethodName, type MethodOutput } from '#core/desktop'
import { wireVersion, type Answer } from '#core/sync'
import { concatBytes, toBase64 } from '#core/formats'
import { signedOut } from './errors.ts'
import { changePin, createPersonalKey, describePersonalKey, enrolPersonalKey, signStatement, usePersonalKey } from './personal.ts'
import type { Carriers } from './personalCarriers.ts'
import type { Signing } from './personalKey.ts'
import { listCarriers, lookForKeys } from './personalSource.ts'
import { derOf } from './pins.ts'
import type { HostOptions } from './ports.ts'
import type { Profile } from './profile.ts'
import type { ServerCalls } from './server/calls.ts'
import type { ServerClient } from './server/client.ts'
import type { SealDesk } from './sealDesk.ts'
import type { SessionKeeper } from './session.ts'
import { readBlob, uploadBlob } from './transfer.ts'

type ByteMethod = 'journal.export' | 'blobs.read' | 'fonts.read' | 'pages.make' | 'blobs.put'
type StructuredMethod = Exclude<MethodName, ByteMethod>
export type Methods = { readonly [M in StructuredMethod]: (input: MethodInput<M>) => Promise<DesktopResult<MethodOutput<M>>> }

export type MethodContext = {
  readonly options: HostOptions
  readonly profileName: string
  readonly now: () => string
  readonly session: SessionKeeper
  readonly server: ServerClient
  readonly calls: ServerCalls
  readonly carriers: Carriers
  readonly sealDesk: SealDesk
  readonly emit: (event: DesktopEvent) => void
}

const done = { ok: true, value: {} } as const

/** An Answer travels as a value: that the server said no is not a failure of the host. */
const asAnswer = async (answer: Promise<Answer<unknown>>): Promise<DesktopResult<never>> => ({ ok: true, value: (await answer) as never })

export const createMethods = ({ options, profileName, now, session, server, calls, carriers, sealDesk, emit }: MethodContext): Methods => {
  const withProfile = async <T>(task: (profile: Profile) => Promise<DesktopResult<T>>): Promise<DesktopResult<T>> => {
    const profile = session.profile()
    return profile === null ? signedOut() : task(profile)
  }
  const signing = <T>(task: (signing: Signing) => Promise<DesktopResult<T>>): Promise<DesktopResult<T>> => withProfile((profile) => task({ profile, server, carriers }))
  const changed = <T>(result: T): T => { emit({ type: 'changed' }); return result }
  // Damage is told once per unlocking: a screen must show it, and the work that is left must go on.
  const told = new WeakSet<Profile>()

  return {
    'app.info': async () => ({
      ok: true, value: { version: options.version, host: options.host, profile: profileName, serverUrl: options.serverUrl, wireVersion },
    }),
    'session.state': () => session.state(),
    'session.signIn': ({ account, password }) => session.signIn(account, password),
    'session.signOut': ({ confirm }) => session.signOut(confirm ? 'lock' : 'refuse'),

    'journal.commit': ({ draft }) => withProfile(async (profile) => {
      if (draft.actor !== profile.holdings().personId) return failed('forbidden', '不能替他人提交：提交人与登录人不一致，未保存。')
      const command = await profile.journal.commit(draft)
      if (command === 'conflict') return failed('invalid_input', '这个编号已用于另一项内容，未重复保存；原有内容没有改变。')
      return changed({ ok: true, value: { command: command as MethodOutput<'journal.commit'>['command'] } })
    }),
    'journal.pending': () => withProfile(async (profile) => {
      const { damage } = profile.journal
      if (damage !== null && !told.has(profile)) {
        told.add(profile)
        const copy = damage.copy === null ? '损坏的日志原样保留' : `损坏的日志已另存为 ${damage.copy}`
        return failed('damaged', `本机待发日志有 ${damage.lost} 处无法读取，其余 ${damage.kept} 项完好并会继续发送；${copy}。请核对最近提交的内容，缺少的请重新提交。`)
      }
      return { ok: true, value: { commands: [...profile.journal.pending()] as MethodOutput<'journal.pending'>['commands'] } }
    }),
    'journal.acknowledge': ({ commandIds }) => withProfile(async (profile) => {
      await profile.journal.acknowledge(commandIds)
      return changed(done)
    }),

    'drafts.save': ({ documentId, json }) => withProfile(async (profile) => {
      const savedAt = now()
      await profile.drafts.save({ documentId, json, savedAt })
      return changed({ ok: true, value: { savedAt } })
    }),
    'drafts.list': () => withProfile(async (profile) => {
      const { drafts, damaged } = await profile.drafts.list()
      if (damaged > 0) return failed('damaged', `有 ${damaged} 份正在起草的文稿无法读取，文件已原样留存在档案文件夹（*.damaged）；其余 ${drafts.length} 份完好，请再次打开。`)
      return { ok: true, value: { drafts: [...drafts] } }
    }),
    'drafts.discard': ({ documentId }) => withProfile(async (profile) => {
      await profile.drafts.discard(documentId)
      return changed(done)
    }),

    'blobs.upload': ({ hash }) => withProfile((profile) => uploadBlob(profile, server, hash)),

    'sync.hello': () => asAnswer(server.hello()),
    'sync.push': ({ commands }) => withProfile(() => asAnswer(calls.push(commands as never))),
    'sync.pull': ({ cursor, limit }) => withProfile(() => asAnswer(calls.pull(cursor, limit))),
    'sync.consistency': ({ from, to }) => withProfile(() => asAnswer(calls.consistency(from, to))),
    'sync.viewDigest': () => withProfile(() => asAnswer(calls.viewDigest())),

    'keys.state': () => signing(describePersonalKey),
    'keys.create': (input) => signing(async (given) => changed(await createPersonalKey(given, input))),
    'keys.carriers': () => withProfile(() => listCarriers(carriers)),
    'keys.look': ({ source }) => signing((given) => lookForKeys(given, source)),
    'keys.use': (input) => signing(async (given) => changed(await usePersonalKey(given, input))),
    'keys.changePin': (input) => signing((given) => changePin(given, input)),
    'keys.enrol': () => withProfile(async (profile) => changed(await enrolPersonalKey(profile, server))),
    'keys.sign': ({ pin, statement }) => signing((given) => signStatement(given, pin, statement)),

    'fonts.list': async () => {
      const { setId, fonts } = await options.fonts.list()
      return { ok: true, value: { setId, fonts: [...fonts] } }
    },

    'seal.verify': ({ hash }) => withProfile(async (profile) => {
      const blob = await readBlob(profile, server, hash)
      if (!blob.ok) return blob
      const parts: Uint8Array[] = []
      for await (const part of blob.value.chunks) parts.push(part)
      const { root, crl } = profile.holdings()
      const report = options.verifySeal(concatBytes(...parts), { anchors: derOf(root, 'CERTIFICATE'), crls: derOf(crl, 'X509 CRL') })
      // The report's optional members are absent, not undefined, once it has been text.
      return { ok: true, value: JSON.parse(JSON.stringify(report)) as MethodOutput<'seal.verify'> }
    }),
    'seals.list': () => withProfile(() => asAnswer(calls.seals())),
    'seals.uses': ({ sealId }) => withProfile(() => asAnswer(calls.sealUses(sealId))),
    'seals.setStatus': ({ sealId, status, reason }) => withProfile(() => asAnswer(calls.setSealStatus(sealId, status, reason))),
    'sealDesk.carriers': ({ sealId }) => withProfile((profile) => sealDesk.carriers(profile, sealId)),
    'sealDesk.open': (input) => withProfile(async (profile) => changed(await sealDesk.open(profile, input))),
    'sealDesk.sign': (input) => withProfile((profile) => sealDesk.sign(profile, input)),
    'sealDesk.close': async () => {
      await sealDesk.close()
      return changed(done)
    },
    'seal.trust': () => withProfile(async (profile) => {
      const { root, crl } = profile.holdings()
      return { ok: true, value: { anchors: derOf(root, 'CERTIFICATE').map(toBase64), crls: derOf(crl, 'X509 CRL').map(toBase64) } }
    }),
  }
}

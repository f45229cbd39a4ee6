/**
 * The token at the seal desk (用印台密码设备): its keys are opened once with the PIN and stay open between sealings; what they sign was held
 * against what was on screen. Rules K60–K66 of docs/spec/keys.md.
 */
import { failed, type DesktopResult, type KeyHolder, type MethodInput, type MethodOutput, type OpenKey, type PersonalRefusal, type PinRefusal } from '#core/desktop'
import { concatBytes, equalBytes, err, fromBase64, ok, toBase64, type Result } from '#core/formats'
import { isSealStatement, sealRequestHash, statedPlace, type SealStatement, type Statement } from '#core/route'
import { checkPrepared, growsFrom, maySign, readSeal } from '#core/seal'
import { statementSchema, type Answer } from '#core/sync'
import { serverFailure } from './errors.ts'
import { carrierId, type Carriers } from './personalCarriers.ts'
import { refused } from './personalKey.ts'
import { carrierNamed } from './personalSource.ts'
import type { Profile } from './profile.ts'
import { post, type ServerClient } from './server/client.ts'
import { deskSealShape, preparedSealShape } from './server/shapes.ts'
import { readBlob } from './transfer.ts'

type Use = 'pdf' | 'ofd'
type Certificates = Readonly<Record<Use, Uint8Array>>
type Opened = { readonly sealId: string; readonly certificates: Certificates; readonly keys: Partial<Record<Use, OpenKey>> }

export type SealDesk = {
  readonly carriers: (profile: Profile, sealId: string) => Promise<DesktopResult<MethodOutput<'sealDesk.carriers'>>>
  readonly open: (profile: Profile, input: MethodInput<'sealDesk.open'>) => Promise<DesktopResult<MethodOutput<'sealDesk.open'>>>
  readonly sign: (profile: Profile, input: MethodInput<'sealDesk.sign'>) => Promise<DesktopResult<MethodOutput<'sealDesk.sign'>>>
  readonly close: () => Promise<void>
}

type SealDeskContext = {
  readonly server: ServerClient
  readonly carriers: Carriers
  readonly seals: () => Promise<Answer<unknown>>
  /** keys were closed because nobody used them */
  readonly closed: () => void
  /** milliseconds; 15 minutes when absent */
  readonly idleMs?: number
}

const uses = ['pdf', 'ofd'] as const
const bytesOf = (text: string): Uint8Array => {
  const read = fromBase64(text)
  return read.ok ? read.value : new Uint8Array()
}
const notHere = (detail: string) => failed('forbidden', `${detail}，未用印；没有留下任何签名。`)

export const createSealDesk = ({ server, carriers, seals, closed, idleMs = 15 * 60_000 }: SealDeskContext): SealDesk => {
  /** keys of one seal at a time: a clerk who takes up another seal is done with the last one */
  let held: Opened | null = null
  let idle: NodeJS.Timeout | undefined

  const close = async (): Promise<void> => {
    clearTimeout(idle)
    const keys = Object.values(held?.keys ?? {})
    held = null
    for (const key of keys) await key.close()
  }
  const used = (): void => {
    clearTimeout(idle)
    idle = setTimeout(() => { void close().then(closed) }, idleMs)
    idle.unref()
  }
  const openNow = (sealId: string): Readonly<Record<Use, boolean>> =>
    ({ pdf: held?.sealId === sealId && held.keys.pdf !== undefined, ofd: held?.sealId === sealId && held.keys.ofd !== undefined })

  /** The entry of the register as the server has it: the certificates, and the seal once it is made. */
  const entryOf = async (sealId: string): Promise<DesktopResult<{ readonly certificates: Certificates; readonly seal: Uint8Array | null }>> => {
    const answer = await seals()
    if (!answer.ok) return serverFailure(answer.failure)
    const entry = (answer.value as { readonly seals: readonly unknown[] }).seals.map((each) => deskSealShape.safeParse(each)).find((each) => each.data?.id === sealId)?.data
    if (entry === undefined) return failed('not_found', '印章登记簿中没有这枚印章，未用印。')
    if (entry.desk === null || entry.desk === undefined) return failed('not_found', '这枚印章的密钥不在用印台，不须在这里打开密码设备。')
    return { ok: true, value: { certificates: { pdf: bytesOf(entry.desk.pdf[0]!), ofd: bytesOf(entry.desk.ofd[0]!) }, seal: entry.made === null ? null : bytesOf(entry.made.seal) } }
  }

  /** One try of the PIN; then the keys whose certificates are the registered ones. */
  const keysIn = async (holder: KeyHolder, pin: string, certificates: Certificates): Promise<Result<Partial<Record<Use, OpenKey>>, PinRefusal>> => {
    const listed = await holder.list(pin)
    if (!listed.ok) return listed
    const keys: Partial<Record<Use, OpenKey>> = {}
    for (const use of uses) {
      const found = listed.value.find(({ chain }) => chain[0] !== undefined && equalBytes(chain[0], certificates[use]))
      if (found === undefined) continue
      const opened = await holder.open(pin, found.id)
      if (!opened.ok) {
        for (const key of Object.values(keys)) await key.close()
        return opened
      }
      keys[use] = opened.value
    }
    return ok(keys)
  }

  const open: SealDesk['open'] = async (profile, { sealId, carrier, pin }) => {
    const entry = await entryOf(sealId)
    if (!entry.ok) return entry
    const named = await carrierNamed(carriers, carrier)
    const holder = named === null ? null : carriers.at(named.address)
    if (named === null || holder === null) return refused({ reason: 'absent' })
    const { certificates } = entry.value
    const found = await profile.triesAt(named.address).judge(() => keysIn(holder, pin, certificates))
    if (!found.ok) return refused(found.error)
    if (Object.keys(found.value).length === 0) return refused({ reason: 'notSealKey' })
    const others = held?.sealId === sealId && uses.every((use) => equalBytes(held!.certificates[use], certificates[use])) ? held.keys : null
    if (others === null) await close()
    for (const use of uses) if (found.value[use] !== undefined) await others?.[use]?.close()
    held = { sealId, certificates, keys: { ...others, ...found.value } }
    used()
    return { ok: true, value: openNow(sealId) }
  }

  /** Both signatures, or none. A token that fails is opened anew: whoever put it back may be somebody else. */
  const signBoth = async (keys: Readonly<Record<Use, OpenKey>>, octets: Readonly<Record<Use, Uint8Array>>): Promise<Result<Readonly<Record<Use, string>>, PersonalRefusal>> => {
    const made: Partial<Record<Use, string>> = {}
    for (const use of uses) {
      const signed = await keys[use].sign(octets[use])
      if (!signed.ok) {
        await close()
        return err(signed.error.reason === 'absent' ? { reason: 'removed' } : signed.error)
      }
      made[use] = toBase64(signed.value)
    }
    return ok(made as Readonly<Record<Use, string>>)
  }

  const filesOf = async (profile: Profile, hashes: Readonly<Record<Use, string>>): Promise<DesktopResult<Readonly<Record<Use, Uint8Array>>>> => {
    const files: Partial<Record<Use, Uint8Array>> = {}
    for (const use of uses) {
      const blob = await readBlob(profile, server, hashes[use])
      if (!blob.ok) return blob
      const parts: Uint8Array[] = []
      for await (const part of blob.value.chunks) parts.push(part)
      files[use] = concatBytes(...parts)
    }
    return { ok: true, value: files as Readonly<Record<Use, Uint8Array>> }
  }

  const sign: SealDesk['sign'] = async (profile, { sealId, documentId, purpose, signature, request, base }) => {
    const opened = held
    const { pdf, ofd } = opened?.sealId === sealId ? opened.keys : {}
    if (opened === null || pdf === undefined || ofd === undefined) return refused({ reason: 'absent' })
    const order = orderIn(signature, request, { person: profile.holdings().personId, documentId, sealId })
    if (typeof order === 'string') return notHere(order)
    const answer = await server.ask(preparedSealShape, post(`/v1/seals/${sealId}/prepare`, { documentId, purpose, signature }), 'session')
    if (!answer.ok) return answer.failure.kind === 'server' ? notHere(`服务器没有准备用印：${answer.failure.message.slice(0, 300)}`) : serverFailure(answer.failure)
    const prepared = answer.value
    if (prepared.base.pdf !== base.pdf || prepared.base.ofd !== base.ofd) return notHere('公文在此期间已有变化，请重新打开后再用印')
    const entry = await entryOf(sealId)
    if (!entry.ok) return entry
    const { certificates, seal } = entry.value
    const registered = seal === null ? seal : readSeal(seal)
    if (seal === null || registered?.ok !== true || !maySign(registered.value, opened.certificates.ofd) || !equalBytes(seal, bytesOf(prepared.seal)) ||
      !uses.every((use) => equalBytes(certificates[use], opened.certificates[use]))) return notHere('准备的印章不是登记的那一枚，请重新打开密码设备后再用印')
    const shown = await filesOf(profile, base)
    if (!shown.ok) return shown
    const stated = base.pdf === order.statement.finalHash && base.ofd === order.statement.ofdHash ? shown : await filesOf(profile, { pdf: order.statement.finalHash, ofd: order.statement.ofdHash })
    if (!stated.ok) return stated
    if (!growsFrom(stated.value, shown.value)) return notHere('所见文件不是用印声明所写的文件')
    const octets = await checkPrepared(
      { signedAt: prepared.signedAt, pdf: bytesOf(prepared.pdf), ofd: bytesOf(prepared.ofd) },
      { ...shown.value, place: order.statement.place, seal, certificates: opened.certificates, now: server.serverNow() },
    )
    if (!octets.ok) return notHere(octets.error.message)
    used()
    const signed = await signBoth({ pdf, ofd }, octets.value)
    return signed.ok ? { ok: true, value: { signedAt: prepared.signedAt, pdfSignature: signed.value.pdf, ofdSignature: signed.value.ofd } } : refused(signed.error)
  }

  return {
    open, sign, close,
    carriers: async (_profile, sealId) => {
      const entry = await entryOf(sealId)
      if (!entry.ok) return entry
      const { pdf, ofd } = entry.value.certificates
      const { carriers: found, missing } = await carriers.list()
      return {
        ok: true,
        value: {
          missing: [...missing], open: openNow(sealId),
          carriers: found.map(({ address, label, serial, state, pad, certificates }) => ({
            id: carrierId(address), label, serial, state, pad,
            holds: certificates.length === 0 ? 'unknown' as const : certificates.some((der) => equalBytes(der, pdf) || equalBytes(der, ofd)) ? 'registered' as const : 'other' as const,
          })),
        },
      }
    },
  }
}

type Placed = Extract<SealStatement, { schema: 'wenshu.seal/3' }>
type About = { readonly person: string; readonly documentId: string; readonly sealId: string }

/** The statement that names files and place: the clerk's own, or under dual control the first clerk's, which the own one names. A string is what is wrong. */
const orderIn = (signature: unknown, request: unknown, { person, documentId, sealId }: About): { readonly statement: Placed } | string => {
  const own = (signature as { readonly statement?: unknown } | null)?.statement
  const [mine, first] = [statementSchema.safeParse(own), request === null ? null : statementSchema.safeParse(request)]
  if (!mine.success || first?.success === false) return '要用印的不是用印声明或复核声明'
  const statement: Statement = mine.data
  const asked: Statement = first?.data ?? statement
  if (statement.person !== person) return '不能替他人用印：声明上的姓名与登录人不一致'
  if (!isSealStatement(asked) || asked.schema !== 'wenshu.seal/3' || statedPlace(asked) === null) return '用印声明没有写明文件和印章位置'
  if (first !== null && (statement.schema !== 'wenshu.confirm-seal/1' || statement.requestHash !== sealRequestHash(asked))) return '复核声明与所提用印不一致'
  if (first === null && statement.schema !== 'wenshu.seal/3') return '用印声明没有写明文件和印章位置'
  return statement.documentId === documentId && asked.documentId === documentId && asked.sealId === sealId ? { statement: asked } : '声明写的是另一份公文或另一枚印章'
}

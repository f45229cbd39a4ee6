/** Choosing a person's key out of a file, token or service (选择个人密钥): looked at before it is used, refused for what it is. */
import { readCertificate } from '#core/crypto'
import type { DesktopResult, KeyDescription, MethodInput, MethodOutput, PersonalRefusal } from '#core/desktop'
import { err, fromBase64, ok, toHex, type Result } from '#core/formats'
import { lookIntoKeyFile, notSm2, takeSm2Key } from '#keys'
import { carrierId, type Carrier, type Carriers } from './personalCarriers.ts'
import { pointOf, refused, signOn, type Signing, type signWithPersonal } from './personalKey.ts'
import { broughtProblem, certificateOf, factsOf } from './personalStanding.ts'
import type { Holdings } from './vault.ts'

type Source = MethodInput<'keys.look'>['source']

/** The carrier that a page names; null when it is gone. */
export const carrierNamed = async (carriers: Carriers, id: string): Promise<Carrier | null> =>
  (await carriers.list()).carriers.find(({ address }) => carrierId(address) === id) ?? null

const facts = (der: Uint8Array) => {
  const read = readCertificate(der)
  return read.ok ? [factsOf(read.value)] : []
}

export const listCarriers = async (carriers: Carriers): Promise<DesktopResult<MethodOutput<'keys.carriers'>>> => {
  const { carriers: found, missing } = await carriers.list()
  return {
    ok: true,
    value: {
      missing: [...missing],
      carriers: found.map(({ address, kind, label, serial, state, pad, certificates }) => ({
        id: carrierId(address), kind, label, serial, state, pad, changesPin: carriers.at(address)?.changePin !== undefined, certificates: certificates.flatMap(facts),
      })),
    },
  }
}

/** Null when the key may be used. Personal signatures are SM2 (R6), and a key's own certificate says whose it is. */
const against = ({ profile, server }: Signing, { algorithm, chain }: KeyDescription, kind: Source['kind']): PersonalRefusal | null => {
  if (algorithm !== 'sm2-sm3') return { reason: 'unsupported', what: notSm2(algorithm) }
  const brought = chain[0] === undefined ? undefined : readCertificate(chain[0])
  // A token's key is known by its certificate alone; a file holds the key itself.
  if (brought?.ok !== true) return kind === 'file' ? null : { reason: 'noKey' }
  const problem = broughtProblem(brought.value, certificateOf(profile.holdings().deviceCertificate), server.knownNow())
  return problem === null ? null : { reason: 'certificate', problem }
}

const fileOf = ({ file }: Extract<Source, { kind: 'file' }>): Uint8Array => {
  const bytes = fromBase64(file)
  return bytes.ok ? bytes.value : new Uint8Array(0)
}

const keysOf = async ({ profile, carriers }: Signing, source: Source): Promise<Result<readonly KeyDescription[], PersonalRefusal>> => {
  if (source.kind === 'file') return lookIntoKeyFile(fileOf(source), source.password)
  const carrier = await carrierNamed(carriers, source.id)
  const holder = carrier === null ? null : carriers.at(carrier.address)
  return carrier === null || holder === null ? err({ reason: 'absent' }) : profile.triesAt(carrier.address).judge(() => holder.list(source.pin))
}

export const lookForKeys = async (signing: Signing, source: Source): Promise<DesktopResult<MethodOutput<'keys.look'>>> => {
  const keys = await keysOf(signing, source)
  if (!keys.ok) return refused(keys.error)
  if (keys.value.length === 0) return refused({ reason: 'noKey' })
  return {
    ok: true,
    value: { keys: keys.value.map((key) => ({ key: key.id, label: key.label, certificate: key.chain.flatMap((der) => facts(der))[0] ?? null, refusal: against(signing, key, source.kind) })) },
  }
}

type Chosen = { readonly publicKey: string; readonly carrier: Holdings['carrier']; readonly sign: (message: Uint8Array) => ReturnType<typeof signWithPersonal> }

/** The key that the person picked, judged once more, and how it signs the proof. A file's key is in the profile afterwards. */
export const chooseKey = async (signing: Signing, { source, key, pin }: MethodInput<'keys.use'>): Promise<Result<Chosen, PersonalRefusal>> => {
  const { profile, carriers } = signing
  const keys = await keysOf(signing, source)
  if (!keys.ok) return keys
  const found = keys.value.find(({ id }) => id === key)
  if (found === undefined) return err({ reason: 'noKey' })
  const refusal = against(signing, found, source.kind)
  if (refusal !== null) return err(refusal)
  if (source.kind === 'file') {
    if (pin === undefined) return err({ reason: 'noKey' })
    const scalar = await takeSm2Key(fileOf(source), source.password, key)
    if (!scalar.ok) return scalar
    const publicKey = toHex(await profile.keys.adoptPersonal(pin, scalar.value))
    return ok({ publicKey, carrier: { kind: 'file', label: source.name }, sign: (message) => profile.keys.signWithPersonal(pin, message) })
  }
  const carrier = await carrierNamed(carriers, source.id)
  const holder = carrier === null ? null : carriers.at(carrier.address)
  const publicKey = pointOf(found.chain)
  if (carrier === null || holder === null) return err({ reason: 'absent' })
  if (publicKey === null) return err({ reason: 'noKey' })
  const { address, kind, label, pad } = carrier
  return ok({ publicKey, carrier: { kind, address, key, label, pad, publicKey }, sign: (message) => signOn(profile, holder, address, key, publicKey, source.pin, message) })
}

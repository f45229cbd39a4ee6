/** The seal desk whole: a real server, the host, and a token that is played (用印台密码设备). Rules K60–K66 of docs/spec/keys.md. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Desktop, MethodInput, MethodOutput } from '#core/desktop'
import { toBase64 } from '#core/formats'
import { stateSeal, stateSealConfirmation, type DeskSignatures, type Statement, type StatementSignature } from '#core/route'
import { verifyOfd, verifyPdf } from '#core/seal'
import type { CommandResult } from '#core/sync'
import { makeSm2Token, type Sm2Token } from '../../keys/token.fixture.ts'
import { password, type TestClient } from '../harness/client.ts'
import { startTestServer, type TestServer } from '../harness/server.ts'
import { bad, carriersOf, good } from './carriers.fixture.ts'
import { places, type Place } from './desktop.places.fixture.ts'
import { openRegion, type Region } from './server/region.ts'

type Json = MethodInput<'sealDesk.sign'>['signature']
const pin = '246801'
const personalPin = '135790'
const loose = { anchors: [], crls: [], trust: 'report' } as const

describe('the seal desk', () => {
  let server: TestServer
  let region: Region
  let token: Sm2Token
  let other: Sm2Token
  let place: Place
  let desktop: Desktop
  let reader: TestClient
  beforeAll(async () => {
    token = await makeSm2Token('用印台印章', pin, 6, 'rsa')
    other = await makeSm2Token('别的印章', pin, 6, 'rsa')
    server = await startTestServer()
    region = openRegion(server)
    const deskCertificates = { pdf: [toBase64(token.certificates.rsa)], ofd: [toBase64(token.certificates.sm2)] }
    for (const [id, control] of [['desk-a', 'single'], ['desk-dual', 'dual']] as const) {
      await server.defineSeal({ id, organId: 'nmg-bgt', name: '用印台印章', diameterMm: 42, bottomText: '演示专用', control, pdfKey: 'desk', ofdKey: 'desk', deskCertificates })
    }
    // Two tokens that have one key each of another seal.
    await server.defineSeal({ id: 'desk-split', organId: 'nmg-bgt', name: '分存印章', diameterMm: 42, bottomText: '', pdfKey: 'desk', ofdKey: 'desk', deskCertificates: { pdf: [toBase64(other.certificates.rsa)], ofd: [toBase64(token.certificates.sm2)] } })
    place = await places[0]![1](server.url, { carriers: carriersOf({ 'token:a': token, 'token:b': other }) })
    desktop = place.desktop
    good(await desktop.call('session.signIn', { account: 'gaowa', password }))
    good(await desktop.call('keys.create', { pin: personalPin }))
    reader = await region.on('gaowa')
  }, 120_000)
  beforeEach(() => {
    for (const each of [token, other]) {
      each.plug()
      each.triesLeft = 6
      each.lies = false
      each.pullAfter = Number.POSITIVE_INFINITY
      each.shown.length = 0
    }
  })
  afterEach(async () => { good(await desktop.call('sealDesk.close', {})) })
  afterAll(async () => {
    await place.close()
    await server.close()
  })

  const carriers = async (sealId = 'desk-a'): Promise<MethodOutput<'sealDesk.carriers'>> => good(await desktop.call('sealDesk.carriers', { sealId }))
  const unlock = async (given = pin, nth = 0, sealId = 'desk-a') =>
    desktop.call('sealDesk.open', { sealId, carrier: (await carriers(sealId)).carriers[nth]!.id, pin: given })
  const statement = async (made: Statement | null): Promise<StatementSignature> => {
    if (made === null) throw new Error('nothing to state')
    return { statement: made, ...good(await desktop.call('keys.sign', { pin: personalPin, statement: made as unknown as Json })) }
  }
  const stated = async (id: string, sealId = 'desk-a', x = 140_000): Promise<StatementSignature> => {
    await reader.pull()
    return statement(stateSeal(reader.state(id), {
      purpose: 'issue', sealId, person: 'gaowa', claimedAt: new Date().toISOString(), place: { page: 1, x, y: 200_000, diameter: 42_000, from: x === 140_000 ? 'layout' : 'hand' },
    }))
  }
  const baseOf = (id: string) => {
    const { final } = reader.state(id)
    return { pdf: final?.hash ?? '', ofd: final?.ofdHash ?? '' }
  }
  const asked = (id: string, signature: StatementSignature, sealId = 'desk-a') =>
    ({ sealId, documentId: id, purpose: 'issue', signature: signature as unknown as Json, request: null, base: baseOf(id) })
  const signAt = (id: string, signature: StatementSignature) => desktop.call('sealDesk.sign', asked(id, signature))
  const send = (id: string, signature: StatementSignature, desk: DeskSignatures, sealId = 'desk-a'): Promise<CommandResult> =>
    reader.send({ type: 'document.seal', documentId: id, purpose: 'issue', sealId, signature, desk })
  const verdicts = async (id: string) => {
    await reader.pull()
    const { seal } = reader.state(id)
    const bytes = async (hash: string | undefined) => new Uint8Array(await (await fetch(`${server.url}/v1/blobs/${hash ?? ''}`, { headers: { 'wenshu-wire': '1', authorization: `Bearer ${reader.session?.accessToken}` } })).arrayBuffer())
    return [verifyPdf(await bytes(seal?.sealedHash), loose), verifyOfd(await bytes(seal?.sealedOfdHash), loose)].map(({ verdict, signatures }) => [verdict, signatures[0]?.signer])
  }

  it('K60 K63 the token is opened once and seals three documents; pages see no address, no answer repeats the PIN', async () => {
    const found = await carriers()
    expect(found).toMatchObject({ open: { pdf: false, ofd: false }, carriers: [{ label: '试验密钥', holds: 'registered', state: 'ready' }, { holds: 'other' }] })
    expect(JSON.stringify(found)).not.toContain('token:')
    expect(good(await unlock())).toEqual({ pdf: true, ofd: true })
    const shown = token.shown.length
    for (let nth = 0; nth < 3; nth++) {
      const id = await region.composed()
      const signature = await stated(id)
      expect(await send(id, signature, good(await signAt(id, signature)))).toMatchObject({ status: 'accepted' })
      expect(await verdicts(id)).toEqual([['valid', expect.stringContaining('用印台印章')], ['valid', expect.stringContaining('用印台印章')]])
    }
    expect((await carriers()).open).toEqual({ pdf: true, ofd: true })
    // Logging in again between the two keys of one token shows the right PIN to it; a person types it once.
    expect(token.shown.every((given) => given === pin) && shown > 0).toBe(true)
    expect(JSON.stringify([found, await carriers(), server.logged])).not.toContain(pin)
  }, 120_000)

  it('K66 a wrong PIN costs one try and opens nothing; a locked token, one that is away and another seal’s are told as what they are', async () => {
    expect(bad(await unlock('000000')).refusal).toMatchObject({ reason: 'pinWrong' })
    expect([token.shown, token.triesLeft, (await carriers()).open]).toEqual([['000000'], 5, { pdf: false, ofd: false }])
    expect(bad(await unlock('')).refusal?.reason).toBe('pinWrong')
    expect(token.triesLeft).toBe(5)
    token.triesLeft = 0
    expect((await carriers()).carriers[0]).toMatchObject({ state: 'blocked' })
    expect(bad(await unlock()).refusal).toEqual({ reason: 'blocked' })
    token.triesLeft = 6
    expect(bad(await unlock(pin, 1)).refusal).toEqual({ reason: 'notSealKey' })
    const { id } = (await carriers()).carriers[0]!
    token.pull()
    expect((await carriers()).carriers).toMatchObject([{ holds: 'other' }])
    expect(bad(await desktop.call('sealDesk.open', { sealId: 'desk-a', carrier: id, pin })).refusal).toEqual({ reason: 'absent' })
    expect(bad(await desktop.call('sealDesk.open', { sealId: 'nmg-bgt-seal', carrier: id, pin })).code).toBe('not_found')
  }, 60_000)

  it.each([0, 1])('K63 pulled out after %i of the two signatures: nothing comes of it, and it is opened anew', async (after) => {
    const id = await region.composed()
    const signature = await stated(id)
    good(await unlock())
    token.pullAfter = after
    expect(bad(await signAt(id, signature)).refusal).toEqual({ reason: 'removed' })
    expect((await carriers()).open).toEqual({ pdf: false, ofd: false })
    expect(bad(await signAt(id, signature)).refusal).toEqual({ reason: 'absent' })
    expect(await server.db.query('select 1 from organ_seal where document = $1', [id])).toEqual([])
    token.plug()
    good(await unlock())
    expect(await send(id, signature, good(await signAt(id, signature)))).toMatchObject({ status: 'accepted' })
  }, 60_000)

  it('K63 a token whose signatures do not hold signs nothing', async () => {
    const id = await region.composed()
    const signature = await stated(id)
    good(await unlock())
    token.lies = true
    expect(bad(await signAt(id, signature)).refusal).toEqual({ reason: 'untrusted' })
  }, 60_000)

  it('K62 only an order of this person for this document and seal is signed, and only over the files on screen', async () => {
    const [id, another] = [await region.composed(), await region.composed()]
    const signature = await stated(id)
    good(await unlock())
    const shown = token.shown.length
    const refusal = async (change: object) => bad(await desktop.call('sealDesk.sign', { ...asked(id, signature), ...change }))
    expect(await refusal({ documentId: another })).toMatchObject({ code: 'forbidden', message: expect.stringContaining('另一份公文') })
    expect(await refusal({ base: baseOf(another) })).toMatchObject({ code: 'forbidden', message: expect.stringContaining('已有变化') })
    expect(await refusal({ signature: { statement: { schema: 'wenshu.seal/3' } } })).toMatchObject({ code: 'forbidden' })
    expect(await refusal({ signature: { ...signature, statement: { ...signature.statement, person: 'sunli' } } })).toMatchObject({ message: expect.stringContaining('不能替他人用印') })
    // Said otherwise than it was signed: the server prepares nothing.
    expect(await refusal({ signature: { ...signature, statement: { ...signature.statement, claimedAt: '2026-11-01T00:00:00.000Z' } } })).toMatchObject({ message: expect.stringContaining('服务器没有准备用印') })
    expect(bad(await desktop.call('sealDesk.sign', { ...asked(id, signature), base: { pdf: 'x', ofd: 'y' } })).code).toBe('invalid_input')
    expect(token.shown.length).toBe(shown)
  }, 60_000)

  it('K60 a seal whose keys are on two tokens is opened in two steps', async () => {
    expect(good(await unlock(pin, 0, 'desk-split'))).toEqual({ pdf: false, ofd: true })
    const id = await region.composed()
    const signature = await stated(id, 'desk-split')
    expect(bad(await desktop.call('sealDesk.sign', asked(id, signature, 'desk-split'))).refusal).toEqual({ reason: 'absent' })
    expect(good(await unlock(pin, 1, 'desk-split'))).toEqual({ pdf: true, ofd: true })
    expect(await send(id, signature, good(await desktop.call('sealDesk.sign', asked(id, signature, 'desk-split'))), 'desk-split')).toMatchObject({ status: 'accepted' })
    expect(await verdicts(id)).toEqual([['valid', expect.stringContaining('别的印章')], ['valid', expect.stringContaining('用印台印章')]])
  }, 60_000)

  it('K63 S4 the confirming clerk’s token signs at the place that the first clerk asked for', async () => {
    const id = await region.composed()
    const first = await region.on('sunli')
    if (first.personalCertificate === null) await first.enrolKey()
    await first.pull()
    const place_ = { page: 1, x: 141_500, y: 199_000, diameter: 42_000, from: 'hand' } as const
    const request = await first.sealOrder(id, 'desk-dual', place_)
    expect(await first.send({ type: 'document.seal', documentId: id, purpose: 'issue', sealId: 'desk-dual', signature: request })).toMatchObject({ status: 'accepted' })
    await reader.pull()
    const signature = await statement(stateSealConfirmation(reader.state(id), { person: 'gaowa', claimedAt: new Date().toISOString() }))
    good(await unlock(pin, 0, 'desk-dual'))
    const order = { ...asked(id, signature, 'desk-dual'), request: request.statement as unknown as Json }
    expect(bad(await desktop.call('sealDesk.sign', { ...order, request: { ...request.statement, place: { ...place_, x: 141_000 } } })).message).toContain('复核声明与所提用印不一致')
    expect(bad(await desktop.call('sealDesk.sign', { ...order, request: null })).message).toContain('没有写明')
    const desk = good(await desktop.call('sealDesk.sign', order))
    expect(await reader.send({ type: 'document.confirmSeal', documentId: id, signature, desk })).toMatchObject({ status: 'accepted' })
    expect((await verdicts(id)).map(([verdict]) => verdict)).toEqual(['valid', 'valid'])
  }, 60_000)

  it('K66 the token is closed with the session: whoever unlocks the desk afterwards needs its PIN', async () => {
    good(await unlock())
    good(await desktop.call('session.signOut', { confirm: true }))
    good(await desktop.call('session.signIn', { account: 'gaowa', password }))
    expect((await carriers()).open).toEqual({ pdf: false, ofd: false })
  }, 60_000)
})

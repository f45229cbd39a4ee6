import { describe, expect, it } from 'vitest'
import { confirmBy, deskAtSealing, ground, now, sealBy, signStatement } from './office.fixture.ts'
import {
  layoutPosition, placeDeviations, placeProblem, sealRequestHash, stateSeal, type Decision, type DocumentState, type PlaceDeviation, type SealGround, type SealPosition,
  type SealStatement, type Statement,
} from './index.ts'

const at = (change: Partial<SealPosition> = {}): SealPosition => ({ page: 2, x: 140_000, y: 120_000, diameter: 42_000, from: 'hand', ...change })
const reason = (decision: Decision): string => decision.kind === 'refused' ? `${decision.refusal.code} ${decision.refusal.detail}` : decision.kind

describe('S11 what is no place for a seal is refused', () => {
  it.each<[string, Partial<SealPosition>, RegExp]>([
    ['on no page of the document', { page: 4 }, /共3页，没有第4页/], ['on page 0', { page: 0 }, /没有第0页/], ['on half a page', { page: 1.5 }, /有效的数值/],
    ['at no number', { x: Number.NaN }, /有效的数值/], ['at infinity', { y: Number.POSITIVE_INFINITY }, /有效的数值/], ['at a fraction of a micrometre', { x: 140_000.5 }, /有效的数值/],
    ['at minus zero', { x: -0 }, /有效的数值/], ['at a text', { x: '140000' as unknown as number }, /有效的数值/], ['of an unknown source', { from: 'rule' as 'hand' }, /有效的数值/],
    ['over the left edge', { x: 20_999 }, /超出页面/], ['over the right edge', { x: 189_001 }, /超出页面/], ['over the upper edge', { y: 20_000 }, /超出页面/], ['over the lower edge', { y: 276_001 }, /超出页面/],
    ['left of the page', { x: -140_000 }, /超出页面/], ['of no size', { diameter: 0 }, /5至100毫米/], ['larger than any seal', { diameter: 100_001 }, /5至100毫米/],
    ['on the text, away from 署名 and date', { y: 70_000 }, /空白印章/], ['on the same spot of another page', { page: 1 }, /空白印章/],
    ['on 版记', { y: 132_000 }, /压住版记/],
    ['said to be the rule’s and is not', { from: 'layout', x: 140_001 }, /与版面不符/], ['said to be the rule’s, on another page', { from: 'layout', page: 3 }, /与版面不符/],
  ])('%s', async (_name, change, why) => {
    expect(placeProblem(ground, 3, at(change))).toMatch(why)
    const desk = await deskAtSealing()
    const good = await sealBy('clerk', desk, 'seal-1', at())
    if (good.type !== 'document.seal') throw new Error('fixture')
    const statement = { ...good.signature.statement, place: at(change) } as Statement
    expect(reason(desk.ask('clerk', { ...good, signature: { ...good.signature, statement } }))).toMatch(why)
    expect(desk.state().seal).toBeNull()
  })

  it.each<[string, Partial<SealPosition>]>([['the rule’s own', { from: 'layout' }], ['a little aside', { x: 141_500, y: 118_000 }], ['a larger seal', { diameter: 50_000 }], ['just touching 版记', { y: 129_000 }]])('%s is accepted', (_name, change) => {
    expect(placeProblem(ground, 3, at(change))).toBeNull()
  })

  it('a page number and the head are kept clear too', () => {
    const open: SealGround = { ...ground, places: [{ ...ground.places[0]!, name: null, date: null }] }
    expect(placeProblem(open, 3, at({ x: 40_000, y: 255_000 }))).toMatch(/压住页码/)
    expect(placeProblem(open, 3, at({ page: 1, y: 70_000 }))).toMatch(/压住版头/)
    expect(placeProblem({ ...ground, places: [] }, 3, at())).toMatch(/没有本机关的用印位置/)
  })
})

describe('S12 leaving the rule is told', () => {
  it.each<[string, Partial<SealPosition>, readonly PlaceDeviation[]]>([
    ['nothing at the rule’s own place', { from: 'layout' }, []], ['nothing within two millimetres', { x: 142_000 }, []], ['aside', { x: 142_001 }, ['offCentre']],
    ['below 署名 and date', { y: 128_100 }, ['tooLow', 'farFromText']], ['on the text', { y: 114_999 }, ['onText']], ['more than a line below it', { y: 125_447 }, ['farFromText']],
    ['off 署名', { y: 147_000, diameter: 40_000 }, ['nameMissed', 'tooLow', 'farFromText', 'onColophon']], ['off the date', { y: 108_000 }, ['dateMissed', 'onText']],
  ])('%s', (_name, change, expected) => {
    expect(placeDeviations(ground, at(change))).toEqual(expected)
  })
})

describe('S12 the text is what is printed, where the record knows it', () => {
  const known = (text: SealGround['text']): SealGround => ({ ...ground, ...(text === undefined ? {} : { text }) })
  const line = { page: 2, x: 28_000, y: 88_000, width: 60_000, height: 5_300 }
  it.each<[string, SealGround['text'], Partial<SealPosition>, boolean]>([
    ['in the band beside a short line', [line], { y: 112_000 }, false], ['over the line', [line], { x: 100_000, y: 105_000 }, true], ['just below it', [line], { x: 60_000, y: 114_300 }, false],
    ['over a line of another page', [{ ...line, page: 1 }], { x: 100_000, y: 105_000 }, false], ['of pages without any text', [], { y: 105_000 }, false],
    ['in the band, of an old record', undefined, { y: 112_000 }, true],
  ])('%s', (_name, text, change, told) => {
    expect(placeDeviations(known(text), at(change)).includes('onText')).toBe(told)
    // Told, never refused.
    expect(placeProblem(known(text), 3, at({ ...change, x: 140_000 }))).toBeNull()
  })
})

describe('S10 the statement names the place', () => {
  const stated = (state: DocumentState, change: Parameters<typeof stateSeal>[1] | object = {}): SealStatement => {
    const statement = stateSeal(state, { purpose: 'issue', sealId: 'seal-1', person: 'clerk', claimedAt: now, ...change })
    if (statement === null) throw new Error('fixture')
    return statement
  }
  it('the rule’s own for the seal’s diameter, or where it was put', async () => {
    const desk = await deskAtSealing()
    expect(stated(desk.state(), { diameter: 50_000 })).toMatchObject({ schema: 'wenshu.seal/3', organId: 'office', place: { page: 2, x: 140_000, y: 120_000, diameter: 50_000, from: 'layout' } })
    expect(stated(desk.state(), { place: at({ x: 141_000 }) })).toMatchObject({ place: at({ x: 141_000 }) })
    expect(layoutPosition(ground, 42_000, 1)).toBeNull()
  })

  it('moved after it was signed: the signature does not hold', async () => {
    const desk = await deskAtSealing()
    const good = await sealBy('clerk', desk, 'seal-1', at())
    if (good.type !== 'document.seal') throw new Error('fixture')
    const moved = { ...good.signature, statement: { ...good.signature.statement, place: at({ x: 139_000 }) } as Statement }
    expect(reason(desk.ask('clerk', { ...good, signature: moved }))).toMatch(/^signature_invalid/)
  })

  it('left out, or of another organ: not the statement of this document', async () => {
    const desk = await deskAtSealing()
    const whole = stated(desk.state()) as Extract<SealStatement, { schema: 'wenshu.seal/3' }>
    const { organId: _organ, place: _place, ...bare } = whole
    for (const statement of [{ ...bare, schema: 'wenshu.seal/2' } as SealStatement, { ...whole, organId: 'organ-a' }]) {
      const command = { type: 'document.seal', documentId: 'd1', purpose: 'issue', sealId: 'seal-1', signature: await signStatement('clerk', statement) } as const
      expect(reason(desk.ask('clerk', command))).toMatch(/^signature_invalid/)
    }
  })

  it('S4 a confirmation is of one place and of no other', async () => {
    const desk = await deskAtSealing()
    desk.ask('clerk', await sealBy('clerk', desk, 'seal-2', at({ x: 141_000 })))
    const early = await confirmBy('clerk2', desk)
    desk.ask('clerk', { type: 'document.returnSeal', documentId: 'd1', reason: '偏了' })
    desk.ask('clerk', await sealBy('clerk', desk, 'seal-2', at({ x: 139_000 })))
    expect(reason(desk.ask('clerk2', early))).toMatch(/^signature_invalid/)
    expect(reason(desk.ask('clerk2', await confirmBy('clerk2', desk)))).toBe('events')
    expect(desk.state().seal?.signature.statement).toMatchObject({ place: at({ x: 139_000 }) })
  })

  it('a document of before keeps its statement', async () => {
    const state = (await deskAtSealing()).state()
    const { sealGround: _ground, ...final } = state.final!
    expect(stated({ ...state, final })).toMatchObject({ schema: 'wenshu.seal/2', ofdHash: final.ofdHash })
    expect(sealRequestHash(stated({ ...state, final }))).not.toBe(sealRequestHash(stated(state)))
  })
})

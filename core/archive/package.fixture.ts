/** One document from draft to filing with real keys and real signatures, and its package: for tests. */
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { emptyDirectory, evolveDirectory, type Directory, type Person } from '#core/access'
import {
  buildCertificate, buildRevocationList, readCertificate, signCanonical, sm2KeyPair, sm2MessageSigner, sm3Hex, writeName,
  type Entropy, type MessageSigner, type PublicKey, type Signer,
} from '#core/crypto'
import { emptyContent, frozenBytes, type DocumentContent } from '#core/document'
import { encodeCanonical, toBase64, toHex, utf8, type CanonicalValue } from '#core/formats'
import { appendLeaf, EMPTY_FRONTIER, inclusionProof, leafHash, linkRecord, rootOf, signHead, type EventRecord } from '#core/ledger'
import {
  attachmentsHash, decide, evolve, sawHash, standingRevision, stateReceipt, stateSeal, stateSealConfirmation, type DocumentCommand, type DocumentState, type EffectRequest, type EffectResult,
  type RouteDefinition, type SealGround, type Statement, type StatementSignature,
} from '#core/route'
import { sealFace, sealPdf, verifyOfd, verifyPdf, type SealAppearance } from '#core/seal'
import { archivalCode } from './archival-code.ts'
import { packageContext, type PackageInput } from './input.ts'
import { manifestOf } from './manifest.ts'
import { plainOfd, sealedOfdOf } from './ofd.fixture.ts'
import { paths } from './paths.ts'

/** A stream of bytes from a word: the same in every run, so that a failing case can be run again. */
export const seededEntropy = (seed: string): Entropy => {
  let counter = 0
  let pool = new Uint8Array(0)
  return (n) => {
    while (pool.length < n) pool = new Uint8Array([...pool, ...createHash('sha256').update(`${seed}/${counter++}`).digest()])
    const taken = pool.slice(0, n)
    pool = pool.slice(n)
    return taken
  }
}

export type TestAuthority = {
  readonly root: Uint8Array
  readonly crl: Uint8Array
  readonly issue: (subject: readonly { type: string; value: string }[], key: PublicKey) => Promise<Uint8Array>
  readonly sm2: (subject: readonly { type: string; value: string }[]) => Promise<Signer>
  readonly rsa: (subject: readonly { type: string; value: string }[]) => Promise<Signer>
}

export const testAuthority = async (seed: string, revoke: readonly { serial: string; date: string }[] = []): Promise<TestAuthority> => {
  const entropy = seededEntropy(seed)
  const pair = sm2KeyPair(entropy)
  const key: PublicKey = { algorithm: 'sm2', point: pair.publicKey }
  const signer = sm2MessageSigner(pair.privateKey, entropy)
  const name = writeName([{ type: 'C', value: 'CN' }, { type: 'CN', value: `测试根 ${seed}` }])
  const dates = { notBefore: '2026-01-01T00:00:00Z', notAfter: '2046-01-01T00:00:00Z' }
  const root = await buildCertificate({ serial: '01', issuer: name, subject: name, ...dates, publicKey: key, authority: {}, keyUsage: ['keyCertSign', 'cRLSign'] }, signer)
  const crl = await buildRevocationList({ issuer: name, number: 1, thisUpdate: '2026-11-30T00:00:00Z', nextUpdate: '2027-11-30T00:00:00Z', revoked: revoke }, signer)
  let serial = 16
  const issue: TestAuthority['issue'] = (subject, publicKey) => buildCertificate({
    serial: (serial++).toString(16), issuer: name, subject: writeName(subject), ...dates, publicKey, keyUsage: ['digitalSignature', 'nonRepudiation'], issuerKey: key,
  }, signer)
  return {
    root, crl, issue,
    sm2: async (subject) => {
      const own = sm2KeyPair(entropy)
      return { ...sm2MessageSigner(own.privateKey, entropy), certificate: await issue(subject, { algorithm: 'sm2', point: own.publicKey }) }
    },
    rsa: async (subject) => {
      const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
      const jwk = publicKey.export({ format: 'jwk' })
      const number = (text: string | undefined) => BigInt(`0x${Buffer.from(text ?? '', 'base64url').toString('hex')}`)
      const message: MessageSigner = { algorithm: 'rsa-sha256', sign: async (bytes) => new Uint8Array(sign('sha256', bytes, privateKey)) }
      return { ...message, certificate: await issue(subject, { algorithm: 'rsa', modulus: number(jwk.n), exponent: number(jwk.e) }) }
    },
  }
}

/** A small PDF of our own making: `pages` blank A4 pages, `note` as page content, `padding` bytes of a stream. */
export const plainPdf = (pages: number, note: string, padding = 0): Uint8Array => {
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    `<</Type/Pages/Count ${pages}/Kids[${Array.from({ length: pages }, (_, i) => `${4 + i} 0 R`).join(' ')}]>>`,
    `<</Length ${note.length + 2}>>\nstream\n% ${note}\nendstream`,
    ...Array.from({ length: pages }, () => '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.276 841.89]/Resources<<>>/Contents 3 0 R>>'),
    ...(padding > 0 ? [`<</Length ${padding}>>\nstream\n${'x'.repeat(padding)}\nendstream`] : []),
  ]
  let text = '%PDF-1.7\n'
  const offsets = objects.map((object, i) => {
    const at = text.length
    text += `${i + 1} 0 obj\n${object}\nendobj\n`
    return at
  })
  const start = text.length
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')}`
  return utf8(`${text}trailer\n<</Size ${objects.length + 1}/Root 1 0 R/ID[<00><00>]>>\nstartxref\n${start}\n%%EOF\n`)
}

const person = (id: string, name: string, organId: string, roles: Person['roles']): Person => ({ id, name, organId, title: '科员', roles })

const people = [
  person('drafter', '其其格', 'bgt', ['drafter']), person('reviewer', '王晓燕', 'bgt', ['reviewer']), person('other', '李敏', 'yjt', ['countersigner']),
  person('leader', '巴特尔', 'bgt', ['leader']), person('clerk', '孙丽', 'bgt', ['sealClerk']), person('clerk2', '高娃', 'bgt', ['sealClerk']), person('clerk-y', '周静', 'yjt', ['sealClerk']), person('registrar', '赵敏', 'qi', ['registrar']),
  person('archivist', '乌云娜', 'bgt', ['archivist']),
]

const directory = (): Directory => {
  let state = emptyDirectory
  for (const [id, name, fonds] of [['bgt', '自治区人民政府办公厅', 'Z001'], ['yjt', '自治区应急管理厅', 'Z002'], ['qi', '阿拉善右旗人民政府办公室', 'Z004']] as const) {
    state = evolveDirectory(state, { type: 'OrganRegistered', organ: { id, name, shortName: name, mark: '内政办发', fonds, unitCode: 'BGT' } })
  }
  return people.reduce((current, member) => evolveDirectory(current, { type: 'PersonRegistered', person: member }), state)
}

const anytime = { allowed: true, maxAgeSeconds: 86_400 } as const
const route: RouteDefinition = {
  id: 'fawen', version: 1, name: '发文', kinds: ['通知'],
  steps: [
    { id: 'review', name: '核稿', kind: 'review', role: 'reviewer', from: 'own', branches: { min: 1, max: 1 }, editors: ['holder'], signature: 'device', offline: anytime },
    { id: 'countersign', name: '会签', kind: 'countersign', role: 'countersigner', from: 'others', branches: { min: 1, max: 8 }, editors: [], signature: 'device', offline: anytime },
    { id: 'approve', name: '签发', kind: 'approve', role: 'leader', from: 'own', branches: { min: 1, max: 1 }, editors: ['reviewer'], signature: 'personal', offline: anytime },
  ],
}

/** Draws no characters where the font package is absent: the picture is not what these tests are about. */
const face = (): SealAppearance['glyph'] => {
  const file = new URL('../../node_modules/@expo-google-fonts/noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf', import.meta.url)
  const read = existsSync(file) ? sealFace(new Uint8Array(readFileSync(file))) : undefined
  return read?.ok === true ? read.value : () => ({ outline: [], advance: 1000, unitsPerEm: 1000 })
}

export const testAppearance = (): SealAppearance => ({ name: '自治区人民政府办公厅', bottomText: '', glyph: face() })

/** Where the seal below stands, as the pages would have it. */
const ground: SealGround = {
  paper: { width: 210_000, height: 297_000 }, line: 10_446, clear: [],
  places: [{ page: 2, x: 140_000, y: 120_000, diameter: 42_000, name: null, date: null, textBottom: null }],
}
/** A second organ's place below the host's. */
const jointGround: SealGround = { ...ground, places: [...ground.places, { ...ground.places[0]!, y: 180_000 }] }

/** Everything that buildPackage wants for a document with two revisions, a returned countersignature and one attachment. */
export const filedDocument = async (authority: TestAuthority, options: { readonly id?: string; readonly bulk?: number; readonly form?: 'pdf' | 'both'; readonly control?: 'single' | 'dual'; readonly statements?: 'now' | 'before places'; readonly stamped?: 'where stated' | 'elsewhere'; readonly issuers?: 'one' | 'joint' | 'joint, the other organ first'; readonly secondKey?: 'its own' | 'the host’s' } = {}): Promise<PackageInput> => {
  const id = options.id ?? 'doc-1'
  const bulk = options.bulk ?? 0
  const entropy = seededEntropy(`ids ${id}`)
  const devices = new Map<string, Signer>()
  const keys = new Map<string, Signer>()
  for (const { id: who, name } of [...people, { id: 'system', name: '文枢服务' }]) {
    const deviceId = who === 'system' ? 'system' : `dev-${who}`
    // The installation's own certificates carry no UID.
    devices.set(deviceId, await authority.sm2([{ type: 'CN', value: name }, ...(who === 'system' ? [] : [{ type: 'UID', value: deviceId }])]))
    keys.set(who, await authority.sm2([{ type: 'CN', value: name }, { type: 'UID', value: who }]))
  }
  const sealSigner = await authority.rsa([{ type: 'O', value: '自治区人民政府办公厅' }, { type: 'CN', value: '公章' }])
  const isJoint = options.issuers?.startsWith('joint') === true
  const otherSigner = isJoint ? await authority.rsa([{ type: 'O', value: '自治区应急管理厅' }, { type: 'CN', value: '公章' }]) : sealSigner
  const log = await authority.sm2([{ type: 'CN', value: '日志' }])
  const archive = await authority.sm2([{ type: 'CN', value: '归档' }])
  const region = directory()

  const attachment = utf8(`物资清单 ${id} ${'x'.repeat(bulk)}`)
  const base: DocumentContent = {
    ...emptyContent({ kind: '通知', organName: '自治区人民政府办公厅' }),
    ...(isJoint ? { issuers: ['自治区人民政府办公厅', '自治区应急管理厅'], signature: '自治区人民政府办公厅 自治区应急管理厅' } : {}),
    recipients: ['各盟行政公署'], title: `关于开展草原防火检查的通知（${id}）`,
    body: [{ kind: 'paragraph', level: 0, number: null, text: '请认真组织检查。' }],
    attachments: [{ kind: 'file', name: '物资清单', file: { fileName: '物资清单.txt', mediaType: 'text/plain', size: attachment.length, hash: sm3Hex(attachment) } }],
  }
  const amended: DocumentContent = { ...base, body: [{ kind: 'paragraph', level: 0, number: null, text: '请认真组织检查，并于月底前报送结果。' }] }
  const bodies = new Map([base, amended].map((content) => {
    const bytes = frozenBytes(content)
    return [sm3Hex(bytes), { bytes, content }] as const
  }))
  const [firstHash, secondHash] = [...bodies.keys()] as [string, string]
  const finalPdf = plainPdf(2, `final ${id}`, bulk)
  const finalOfd = options.form === 'pdf' ? null : await plainOfd(id)
  let sealedOfd: Uint8Array | null = null

  let state: DocumentState | null = null
  let last: EventRecord | null = null
  let sealedPdf: Uint8Array = new Uint8Array(0)
  const records: EventRecord[] = []
  const commands: CanonicalValue[] = []
  let minute = 0
  const effect = async (request: EffectRequest, now: string): Promise<EffectResult> => {
    switch (request.kind) {
      case 'allocateNumber':
        return { kind: 'allocateNumber', serial: 12 }
      case 'composeFinal':
        return { kind: 'composeFinal', hash: sm3Hex(finalPdf), pages: 2, layoutHash: sm3Hex(utf8('layout')), ...(finalOfd === null ? {} : { ofdHash: sm3Hex(finalOfd) }), ...(options.statements === 'before places' ? {} : { sealGround: isJoint ? jointGround : ground }) }
      case 'checkSeal':
        return { kind: 'checkSeal', control: options.control ?? 'single', sealName: '自治区人民政府办公厅公章' }
      case 'applySeal': {
        const isHost = request.organId === 'bgt'
        const [signer, y] = isHost ? [sealSigner, 120] as const : [options.secondKey === 'the host’s' ? sealSigner : otherSigner, 180] as const
        const sealed = await sealPdf({
          pdf: sealedPdf.length === 0 ? finalPdf : sealedPdf, place: { page: 2, x: options.stamped === 'elsewhere' ? 139 : 140, y, diameter: 42 }, appearance: testAppearance(), signer,
          chain: [], signedAt: now, name: isHost ? '自治区人民政府办公厅' : '自治区应急管理厅', reason: '用印',
        })
        if (!sealed.ok) throw new Error(sealed.error.message)
        sealedPdf = sealed.value
        if (finalOfd !== null) sealedOfd = await sealedOfdOf(sealedOfd ?? finalOfd, authority, testAppearance(), now, { page: 2, x: 140, y })
        return {
          kind: 'applySeal', sealedHash: sm3Hex(sealedPdf), ...(sealedOfd === null ? {} : { sealedOfdHash: sm3Hex(sealedOfd) }),
          sealName: `${isHost ? '自治区人民政府办公厅' : '自治区应急管理厅'}公章`, certificate: toBase64((isHost ? sealSigner : otherSigner).certificate),
        }
      }
      case 'allocateArchivalCode': {
        const code = archivalCode({ fonds: 'Z001', year: request.year, retention: request.retention, unitCode: 'BGT', serial: 3 })
        if (!code.ok) throw new Error(code.error.message)
        return { kind: 'allocateArchivalCode', code: code.value, serial: 3 }
      }
      case 'buildPackage':
        throw new Error('not here')
    }
  }
  const statement = async (who: string, value: Statement): Promise<StatementSignature> => ({
    statement: value, signature: await signCanonical(value as unknown as CanonicalValue, 'wenshu.statement/1', keys.get(who)!), certificate: toBase64(keys.get(who)!.certificate),
  })
  const send = async (who: string, make: (at: string) => DocumentCommand | Promise<DocumentCommand>): Promise<void> => {
    const now = new Date(Date.UTC(2026, 10, 24, 1, minute++)).toISOString()
    const deviceId = who === 'system' ? 'system' : `dev-${who}`
    const payload = await make(now)
    const commandId = `0190${toHex(entropy(14))}`
    const unsigned = {
      schema: 'wenshu.command/1', commandId, deviceId, deviceSeq: minute, actor: who, payload: payload as unknown as CanonicalValue,
      expected: { id, version: 0 }, dependsOn: [], basedOn: null, claimedAt: now,
    }
    const command = { ...unsigned, signature: await signCanonical(unsigned, 'wenshu.command/1', devices.get(deviceId)!) }
    let done: EffectResult | null = null
    for (;;) {
      const decision = decide(state, payload, {
        actor: who, deviceId, commandId, claimedAt: now, now, viewAgeSeconds: 0, today: now.slice(0, 10), directory: region,
        routes: { schema: 1, version: 1, routes: { fawen: route } }, content: (hash) => bodies.get(hash)?.content ?? null,
        personalKeys: (personId) => [{ publicKey: pointHex(keys.get(personId)!), certificate: null }], effect: done,
      })
      if (decision.kind === 'needs') {
        done = await effect(decision.effect, now)
        continue
      }
      if (decision.kind !== 'events') throw new Error(`${payload.type}: ${JSON.stringify(decision)}`)
      commands.push(command)
      for (const event of decision.events) {
        last = linkRecord(last, {
          documentId: id, type: event.type, data: JSON.parse(JSON.stringify(event)) as CanonicalValue, actor: who, deviceId, commandId,
          commandHash: sm3Hex(encodeCanonical(command)), claimedAt: now, receivedAt: now,
        })
        records.push(last)
        state = evolve(state, event, now)
      }
      return
    }
  }
  const seen = (content: DocumentContent, hash: string) => {
    const attachments = attachmentsHash(content)
    return { revisionHash: hash, attachmentsHash: attachments, routeId: 'fawen', routeVersion: 1, sawHash: sawHash({ revisionHash: hash, attachmentsHash: attachments, routeId: 'fawen', routeVersion: 1 }) }
  }
  const documentId = id
  const current = (): DocumentState => state ?? missing()
  await send('drafter', () => ({ type: 'document.create', documentId, kind: '通知', organId: 'bgt', title: base.title }))
  await send('drafter', () => ({ type: 'draft.save', documentId, contentHash: firstHash, base: null }))
  await send('drafter', () => ({
    type: 'document.submit', documentId, contentHash: firstHash, routeId: 'fawen', routeVersion: 1,
    assignments: { review: ['reviewer'], countersign: ['other'], approve: ['leader'] },
  }))
  await send('reviewer', () => ({ type: 'revision.amend', documentId, contentHash: secondHash, parentHash: firstHash, note: '补充报送时限' }))
  const saw = seen(amended, secondHash)
  await send('reviewer', () => ({ type: 'step.agree', documentId, stepId: 'review', branchId: 'review/reviewer', opinion: '同意', sawHash: saw.sawHash, signature: null }))
  await send('other', () => ({ type: 'step.return', documentId, stepId: 'countersign', branchId: 'countersign/other', reason: '请再核', sawHash: saw.sawHash }))
  await send('drafter', () => ({ type: 'step.resubmit', documentId, note: '已核' }))
  await send('other', () => ({ type: 'step.agree', documentId, stepId: 'countersign', branchId: 'countersign/other', opinion: '', sawHash: saw.sawHash, signature: null }))
  await send('leader', async (at) => ({
    type: 'step.agree', documentId, stepId: 'approve', branchId: 'approve/leader', opinion: '同意印发', sawHash: saw.sawHash,
    signature: await statement('leader', {
      schema: 'wenshu.approve/1', documentId, stepId: 'approve', branchId: 'approve/leader', decision: 'agree', opinion: '同意印发', ...saw,
      shown: { pages: 2, layoutHash: sm3Hex(utf8('shown')), fontSet: 'test' }, person: 'leader', claimedAt: at,
    }),
  }))
  await send('system', () => ({ type: 'document.number', documentId }))
  await send('system', () => ({ type: 'document.compose', documentId }))
  const sealAs = (person: string, organId: string) => send(person, async (at) => ({
    type: 'document.seal', documentId, purpose: 'issue', sealId: 'seal-1',
    signature: await statement(person, stated(stateSeal(current(), { purpose: 'issue', sealId: 'seal-1', person, claimedAt: at, organId }))),
  }))
  if (options.issuers === 'joint, the other organ first') {
    await send('clerk-y', () => ({ type: 'document.declineSeal', documentId, reason: '附件页码有误' }))
    await sealAs('clerk-y', 'yjt')
  }
  await sealAs('clerk', 'bgt')
  if (options.issuers === 'joint') await sealAs('clerk-y', 'yjt')
  if (options.control === 'dual') {
    await send('clerk2', async (at) => ({
      type: 'document.confirmSeal', documentId, signature: await statement('clerk2', stated(stateSealConfirmation(current(), { person: 'clerk2', claimedAt: at }))),
    }))
  }
  await send('clerk', () => ({ type: 'document.dispatch', documentId, organIds: ['qi'] }))
  await send('registrar', async (at) => ({
    type: 'receipt.sign', documentId, organId: 'qi',
    signature: await statement('registrar', stated(stateReceipt(current(), { organId: 'qi', verdict: 'valid', person: 'registrar', claimedAt: at }))),
  }))
  await send('archivist', () => ({ type: 'document.file', documentId, retention: 'Y', category: '8.1', reason: '普发性文件' }))
  if (state === null || standingRevision(state) === null) throw new Error('no document')

  // Other entries stand around this document's in the log.
  const entries = [...records.map((record) => encodeCanonical(record)), ...['a', 'b', 'c'].map(utf8)]
  const nodes = new Map<string, Uint8Array>()
  let frontier = EMPTY_FRONTIER
  for (const entry of entries) {
    const grown = appendLeaf(frontier, leafHash(entry))
    frontier = grown.frontier
    for (const node of grown.newNodes) nodes.set(`${node.level}/${node.index}`, node.hash)
  }
  const index = records.length - 1
  const proof = inclusionProof(index, frontier.size, (level, at) => nodes.get(`${level}/${at}`))
  if (proof === undefined) throw new Error('no proof')
  const head = await signHead({ v: 1, logId: 'test-log', size: frontier.size, root: toHex(rootOf(frontier)), issuedAt: '2026-11-25T00:00:00Z' }, log)
  return {
    state, directory: region, revisions: [...bodies.values()].map((body) => body.bytes), attachments: [attachment], finalPdf, sealedPdf,
    ...(finalOfd === null || sealedOfd === null ? {} : { ofd: { final: finalOfd, sealed: sealedOfd, report: verifyOfd(sealedOfd, { anchors: [authority.root], crls: [authority.crl], trust: 'decide' }) } }),
    processSheetPdf: plainPdf(1, `sheet ${id}`), records, commands,
    deviceCertificates: [...devices].map(([deviceId, signer]) => ({ deviceId, certificate: signer.certificate })),
    issuers: [authority.root], crls: [authority.crl], ledger: { index, proof, head },
    sealReport: verifyPdf(sealedPdf, { anchors: [authority.root], crls: [authority.crl], trust: 'decide' }),
    signer: archive, builtAt: '2026-11-25T08:00:00Z', agent: '文枢 0.1.0',
  }
}

const missing = (): never => {
  throw new Error('nothing there yet')
}
const stated = <T>(value: T | null): T => value ?? missing()

const pointHex = (signer: Signer): string => {
  const read = readCertificate(signer.certificate)
  if (!read.ok || read.value.publicKey.algorithm !== 'sm2') throw new Error('not an SM2 certificate')
  return toHex(read.value.publicKey.point)
}

/** What someone with the archive's key could do: put together any files and sign them anew. */
export const resign = async (files: ReadonlyMap<string, Uint8Array>, input: Pick<PackageInput, 'state' | 'signer' | 'builtAt'>): Promise<Map<string, Uint8Array>> => {
  const changed = new Map(files)
  const isPayload = (path: string) => path.startsWith('data/')
  const payload = [...changed].filter(([path]) => isPayload(path))
  const oxum = `${payload.reduce((sum, [, bytes]) => sum + bytes.length, 0)}.${payload.length}`
  changed.set(paths.bagInfo, utf8(new TextDecoder().decode(changed.get(paths.bagInfo)).replace(/Payload-Oxum: .*/, `Payload-Oxum: ${oxum}`)))
  changed.set(paths.sha256, utf8(manifestOf(changed, 'sha256', isPayload)))
  changed.set(paths.sm3, utf8(manifestOf(changed, 'sm3', isPayload)))
  changed.set(paths.tags, utf8(manifestOf(changed, 'sha256', (path) => !isPayload(path) && path !== paths.tags && path !== paths.signature)))
  const signed = {
    schema: 'wenshu.package/1', documentId: input.state.id, archivalCode: input.state.archive?.code ?? '', manifestHash: sm3Hex(changed.get(paths.tags)!),
    certificateHash: sm3Hex(input.signer.certificate), builtAt: input.builtAt,
  }
  const signature = await signCanonical(signed, packageContext, input.signer)
  changed.set(paths.signature, encodeCanonical({ signed, signature, certificate: toBase64(input.signer.certificate) }))
  return changed
}

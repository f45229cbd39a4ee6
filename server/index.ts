/** server: the only authority for records (中心服务器). Its only door. */
import type { AddressInfo } from 'node:net'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import pino from 'pino'
import type { Directory } from '#core/access'
import { toBase64 } from '#core/formats'
import type { CommandBody, CommandResult } from '#core/sync'
import { openBlobs } from './blobs/index.ts'
import { openArchive, type ProcessSheetPort } from './archive/index.ts'
import { EffectRefused, followUpDocument, openAhead, openEffects, refreshAudiences, runSystem, type CommandServices, type ComposePort } from './commands/index.ts'
import { FolderInUse, migrate, openPglite, openPostgres, type Database } from './db/index.ts'
import { seedDemo } from './demo/index.ts'
import { cursorCodec, openEpoch, writeMark, type FeedOptions } from './feed/index.ts'
import { buildApp, openPokes } from './http/index.ts'
import { approveDevice, createAccount, openAuthority, revokeDevice, type Authority, type IdentityServices } from './identity/index.ts'
import { openWorker } from './jobs/index.ts'
import { openHeads } from './ledger/index.ts'
import type { Log } from './problem.ts'
import { openRecords } from './records/index.ts'
import {
  askPins, defineSeal, externalKeys, openSealKeys, prepareSeals, type AskPin, type PdfLevel, type SealDefinition, type SealServices, type TimeStamps,
} from './seal/index.ts'
import { isLoopback, ownTls, type Tls } from './tls.ts'

export type { ProcessSheetPort } from './archive/index.ts'
export type { Composed, ComposePort } from './commands/index.ts'
export type { Log } from './problem.ts'
export type { AskPin, PdfLevel, SealDefinition, StampTrust, TimeStamps } from './seal/index.ts'
export { FolderInUse }
export { demoRegion } from './demo/index.ts'
export { exportInstallation } from './export.ts'
export { openInstallation, type Installation } from './installation.ts'

export type ServerOptions = {
  /** keys, blobs and the embedded database */
  readonly dataDir: string
  /** 0 for any free one */
  readonly port: number
  /** default 127.0.0.1; anything but loopback is served over TLS only */
  readonly host?: string | undefined
  /** PostgreSQL; the embedded database without it */
  readonly databaseUrl?: string | undefined
  readonly blobUrl?: string | undefined
  /** enters the demo region */
  readonly demo?: boolean | undefined
  /** the only source of time */
  readonly clock?: (() => Date) | undefined
  readonly log?: Log | undefined
  /** PEM. `none` is refused off loopback. */
  readonly tls?: Tls | 'own' | 'none' | undefined
  /** typesets numbered documents and process sheets */
  readonly compose?: (ComposePort & ProcessSheetPort) | undefined
  /** a TrueType font with the characters of the seals' names */
  readonly sealFont?: (() => Promise<Uint8Array>) | undefined
  /** keyring with the PINs of the seal keys that are not in the own store (token, file, service); docs/spec/keys.md K52 */
  readonly sealKeyring?: string | undefined
  /** one PIN for those that the keyring does not name; default WENSHU_SEAL_PIN */
  readonly sealPin?: string | undefined
  /** asked at the start for those that still have none */
  readonly askSealPin?: AskPin | undefined
  /** milliseconds without use after which such a key is logged out; default 15 minutes */
  readonly sealKeyIdleMs?: number | undefined
  /** default `own` with the demo region, `none` without it: then seals claim their time, and the PDF stays at PAdES B-B */
  readonly timeStamps?: TimeStamps | undefined
  /** with time stamps; default T: the sealed file is one piece, which readers abroad call unchanged. LTA appends the evidence for decades. */
  readonly pdfLevel?: PdfLevel | undefined
  /** K65: seconds in which what was prepared for a seal desk's token is taken, default 180, at most 240 (time stamps tolerate 300) */
  readonly sealDeskSeconds?: number | undefined
  readonly keyPassphrase?: string | undefined
  /** default Asia/Shanghai: the day of an approval is the local one */
  readonly timeZone?: string | undefined
  readonly deviceApproval?: 'automatic' | 'securityAdmin' | undefined
  /** bytes, default 200 MB */
  readonly blobLimit?: number | undefined
  readonly databaseConnections?: number | undefined
  /** when the keys of the seals are made, a second or more each: `ahead` (default) right after the start, beside the work */
  readonly sealKeys?: 'ahead' | 'onFirstUse' | undefined
}

export type Server = {
  readonly url: string
  readonly db: Database
  readonly authority: Authority
  /** one command as the installation itself */
  readonly run: (body: CommandBody) => Promise<CommandResult>
  readonly directory: () => Promise<Directory>
  readonly createAccount: (personId: string, password: string) => Promise<void>
  readonly defineSeal: (seal: SealDefinition) => Promise<void>
  readonly approveDevice: (deviceId: string) => Promise<void>
  readonly revokeDevice: (deviceId: string) => Promise<void>
  /** resolves when no job is due */
  readonly settled: () => Promise<void>
  readonly close: () => Promise<void>
}

const defaultLog = (): Log => {
  const logger = pino({ level: process.env['WENSHU_LOG'] ?? 'info', base: null }, pino.destination({ fd: 2, sync: true }))
  return (level, message, fields) => logger[level](fields ?? {}, message)
}

const missing = (what: string) => async (): Promise<never> => {
  throw new EffectRefused('internal_error', `本服务器没有配置${what}`)
}

const openDatabase = (options: ServerOptions, log: Log): Promise<Database> => {
  const { databaseUrl, databaseConnections } = options
  if (databaseUrl !== undefined && databaseUrl !== '') {
    return openPostgres({
      url: databaseUrl, ...(databaseConnections === undefined ? {} : { size: databaseConnections }),
      lost: (error) => log('warn', '数据库连接中断，将自动重连', { error: error.message }),
    })
  }
  log('warn', '使用内嵌数据库（PGlite）：不做 fsync，断电可能丢失最近的数据；仅供试用和演示，正式使用请设置 DATABASE_URL')
  return openPglite(options.dataDir)
}

export const startServer = async (options: ServerOptions): Promise<Server> => {
  const { dataDir, host = '127.0.0.1', clock = () => new Date(), log = defaultLog(), timeZone = 'Asia/Shanghai' } = options
  if (!isLoopback(host) && options.tls === 'none') throw new Error(`监听 ${host} 必须使用 TLS：请提供证书，或使用自签证书；只有本机回环地址可以不加密`)
  mkdirSync(dataDir, { recursive: true })
  const db = await openDatabase(options, log)
  try {
    return await startOn(db, { ...options, host, clock, log, timeZone })
  } catch (error) {
    await db.close()
    throw error
  }
}

type Settled = ServerOptions & { readonly host: string; readonly clock: () => Date; readonly log: Log; readonly timeZone: string }

const startOn = async (db: Database, options: Settled): Promise<Server> => {
  const { dataDir, host, clock, log } = options
  const now = clock().toISOString()
  await migrate(db, now)
  const { logId, restored } = await openEpoch(db, dataDir, now)
  if (restored) log('warn', '数据库来自备份：各客户端将重新拉取')
  const authority = await openAuthority(join(dataDir, 'keys'), options.keyPassphrase ?? process.env['WENSHU_KEY_PASSPHRASE'], '文枢', now)
  log('info', authority.protection)
  await db.query(
    `insert into device (id, person, name, public_key, certificate, status, enrolled_at) values ('system', 'system', '服务器', $1, $3, 'active', $2) on conflict (id) do nothing`,
    [authority.system.publicKey, now, toBase64(authority.system.certificate)])
  const [own] = await db.query<{ public_key: string }>(`select public_key from device where id = 'system'`)
  // With other keys than those that signed so far, every client would take this server for an impostor.
  if (own?.public_key !== authority.system.publicKey) {
    throw new Error(`${join(dataDir, 'keys')} 中的安装密钥不属于这个数据库：请把原来的 keys 目录恢复到数据目录；多个实例须使用同一份 keys`)
  }
  const blobs = await openBlobs(options.blobUrl, dataDir)
  const records = openRecords()
  const heads = openHeads(logId, authority.log, clock)
  const codec = cursorCodec(authority.secret('cursor', () => randomBytes(32)))
  const pokes = await openPokes(db)
  const press = options.compose ?? { compose: missing('排版'), processSheet: missing('排版') }
  const pins = { keyring: options.sealKeyring, pin: options.sealPin ?? process.env['WENSHU_SEAL_PIN'], idleMs: options.sealKeyIdleMs }
  const sealKeys = await openSealKeys({ ...pins, typed: options.askSealPin === undefined ? undefined : await askPins(await externalKeys(db), pins, options.askSealPin) })
  const sealing: SealServices & { readonly db: Database } = {
    db, blobs, authority, clock, font: options.sealFont ?? missing('印章字体'), keys: sealKeys, deskSeconds: Math.min(options.sealDeskSeconds ?? 180, 240),
    pdfLevel: options.pdfLevel ?? 'T', timeStamps: options.timeStamps ?? (options.demo === true ? 'own' : 'none'),
  }
  const effects = openEffects({
    blobs, records, seal: sealing,
    compose: press,
    buildPackage: openArchive({ blobs, records, authority, heads, clock, sheets: press, agent: '文枢 0.1.0' }),
  })
  const commands: CommandServices = {
    db, blobs, records, codec, authority, effects, withAhead: openAhead(), clock, timeZone: options.timeZone, log, head: heads.head,
    committed: (audience) => {
      pokes.poke(audience)
      worker.kick()
    },
  }
  const worker = openWorker({
    db, clock, log, run: { followUp: (documentId) => followUpDocument(commands, documentId), audience: () => refreshAudiences(commands) },
  })
  const identity: IdentityServices = { db, records, authority, clock, deviceApproval: options.deviceApproval ?? 'automatic' }
  const feed: FeedOptions = { db, records, codec, clock, log, head: () => heads.head(db) }
  const tls = options.tls === 'own' || (options.tls === undefined && !isLoopback(host)) ? ownTls(dataDir, host, clock()) : options.tls === 'none' ? null : (options.tls ?? null)
  const app = await buildApp({ identity, commands, feed, blobs, pokes, sealKeys, logId, log, blobLimit: options.blobLimit ?? 200 * 1024 * 1024, tls })
  const server = {
    db, authority,
    run: (body: CommandBody) => runSystem(commands, body),
    directory: () => records.directory(db),
    createAccount: (personId: string, password: string) => createAccount(identity, personId, password),
    defineSeal: async (seal: SealDefinition) => void (await defineSeal(db, seal)),
    approveDevice: (deviceId: string) => approveDevice(identity, deviceId, 'system'),
    revokeDevice: async (deviceId: string) => pokes.poke([await revokeDevice(identity, deviceId, 'system')]),
    settled: worker.settled,
  }
  if (options.demo === true) {
    await seedDemo({
      ...server,
      createAccount: async (personId, password) => {
        const [account] = await db.query('select 1 from account where person = $1', [personId])
        if (account === undefined) await server.createAccount(personId, password)
      },
    })
  }
  await app.listen({ port: options.port, host })
  const { port } = app.server.address() as AddressInfo
  worker.kick()
  let closing = false
  const ahead = options.sealKeys === 'onFirstUse' ? Promise.resolve() : prepareSeals(sealing, db, clock().toISOString(), () => closing)
  const prepared = ahead.catch((error: unknown) => log('warn', '印章密钥未能预先生成', { error: String(error) }))
  const mark = setInterval(() => void heads.head(db).then(({ head }) => writeMark(dataDir, head.size), () => undefined), 10_000)
  mark.unref()
  return {
    ...server,
    url: `${tls === null ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    close: async () => {
      closing = true
      clearInterval(mark)
      pokes.close()
      await app.close()
      await worker.close()
      await prepared
      await sealKeys.close()
      writeMark(dataDir, (await heads.head(db)).head.size)
      await db.close()
    },
  }
}

/**
 * The desktop contract (桌面接口): every call a screen may make to its host, with input and output schemas.
 * Both transports, the preload object, the fakes and the reference page derive from this table and nothing else.
 */
import { z } from 'zod'
import { personalRefusalSchema, type PersonalRefusal } from './personal.ts'
import { commandDraftSchema, commandSchema, maxBatch } from '#core/sync'

const hash = z.string().regex(/^[0-9a-f]{64}$/)
/** A role, or 后备1 … for faces asked when no role's face has a character. */
const fontRole = z.union([z.enum(['小标宋', '仿宋', '黑体', '楷体', '宋体']), z.templateLiteral(['后备', z.int().min(1).max(99)])])
const nothing = z.strictObject({})
const json = z.json()

/** `json`: both ways structured data. `bytesIn`: input beside a byte body. `bytesOut`: the answer is bytes. Bodies over 1 MB are streamed. */
export type Effect = 'read' | 'write' | 'bytesIn' | 'bytesOut'

type Entry = { readonly input: z.ZodType; readonly output: z.ZodType; readonly effect: Effect }

/** Result of asking the server through the host; `failure` mirrors core/sync's TransportFailure. */
const answer = z.union([
  z.strictObject({ ok: z.literal(true), value: json }),
  z.strictObject({ ok: z.literal(false), failure: z.looseObject({ kind: z.string() }) }),
])

const pin = z.string().max(256)
/** Six signs at least, counted as people count them. */
const newPin = z.string().max(64).refine((text) => [...text].length >= 6)
const carrierKind = z.enum(['soft', 'file', 'pkcs11', 'service'])
const certificateFacts = z.strictObject({ subject: z.string(), issuer: z.string(), notBefore: z.string(), notAfter: z.string() })
/** Where a person's key comes from: a carrier that `keys.carriers` showed, by its opaque name, or a key file (base64) with its password. */
const keySource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('carrier'), id: z.string().max(64), pin }),
  z.strictObject({ kind: z.literal('file'), name: z.string().max(255), file: z.base64().max(1_400_000), password: z.string().max(1024) }),
])

const session = z.strictObject({
  account: z.string(), personId: z.string(), deviceId: z.string(),
  /** the server confirmed the password now; false after an offline unlock */
  online: z.boolean(),
  /** base64 of 32 bytes: key of the encrypted values in IndexedDB */
  storeKey: z.string(),
  /** base64 DER, pinned at first sign-in */
  logCertificate: z.string(),
  personalKey: z.enum(['absent', 'unenrolled', 'ready']),
})

const sealId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/)
const openKeys = z.strictObject({ pdf: z.boolean(), ofd: z.boolean() })

export const desktopTable = {
  'app.info': {
    effect: 'read', input: nothing,
    output: z.strictObject({ version: z.string(), host: z.enum(['electron', 'loopback']), profile: z.string(), serverUrl: z.string(), wireVersion: z.number() }),
  },
  /** What is known before anyone signs in. */
  'session.state': {
    effect: 'read', input: nothing,
    output: z.strictObject({ account: z.string().nullable(), session: session.nullable(), retryAfterMs: z.number() }),
  },
  /** Unlocks the profile by the account's password; asks the server when it can be reached, else checks locally. */
  'session.signIn': { effect: 'write', input: z.strictObject({ account: z.string().min(1).max(64), password: z.string().min(1).max(256) }), output: session },
  /** Locks the profile. With unsent work it fails with `unsent_work` unless `confirm` is true; the journal is kept either way. */
  'session.signOut': { effect: 'write', input: z.strictObject({ confirm: z.boolean() }), output: nothing },

  'journal.commit': { effect: 'write', input: z.strictObject({ draft: commandDraftSchema }), output: z.strictObject({ command: commandSchema }) },
  'journal.pending': { effect: 'read', input: nothing, output: z.strictObject({ commands: z.array(commandSchema).readonly() }) },
  'journal.acknowledge': { effect: 'write', input: z.strictObject({ commandIds: z.array(z.string()).max(maxBatch).readonly() }), output: nothing },
  /** Signed export of everything unsent, for carrying by hand; possible even when the server refuses this client (C1). */
  'journal.export': { effect: 'bytesOut', input: nothing, output: z.instanceof(Uint8Array) },

  /** The draft that is being typed (起草中的文本): overwritten in place, one entry per document, on disk when this resolves. */
  'drafts.save': { effect: 'write', input: z.strictObject({ documentId: z.string().max(64), json: z.string().max(4_000_000) }), output: z.strictObject({ savedAt: z.string() }) },
  'drafts.list': { effect: 'read', input: nothing, output: z.strictObject({ drafts: z.array(z.strictObject({ documentId: z.string(), json: z.string(), savedAt: z.string() })) }) },
  'drafts.discard': { effect: 'write', input: z.strictObject({ documentId: z.string().max(64) }), output: nothing },

  /** Stores bytes in the profile under their SM3; the host checks the hash. */
  'blobs.put': { effect: 'bytesIn', input: z.strictObject({ hash }), output: nothing },
  /** From the profile, else from the server; checked against the hash, then kept. */
  'blobs.read': { effect: 'bytesOut', input: z.strictObject({ hash }), output: z.instanceof(Uint8Array) },
  'blobs.upload': { effect: 'write', input: z.strictObject({ hash }), output: answer },

  'sync.hello': { effect: 'read', input: nothing, output: answer },
  'sync.push': { effect: 'write', input: z.strictObject({ commands: z.array(commandSchema).max(maxBatch).readonly() }), output: answer },
  'sync.pull': { effect: 'read', input: z.strictObject({ cursor: z.string().nullable(), limit: z.int().min(1).max(2000) }), output: answer },
  'sync.consistency': { effect: 'read', input: z.strictObject({ from: z.int().min(0), to: z.int().min(0) }), output: answer },
  'sync.viewDigest': { effect: 'read', input: nothing, output: answer },

  /** The personal key (个人密钥) as it stands: `refusal` is what would keep it from signing even with the right PIN. */
  'keys.state': {
    effect: 'read', input: nothing,
    output: z.strictObject({
      state: z.enum(['absent', 'unenrolled', 'ready']),
      carrier: z.strictObject({ kind: carrierKind, label: z.string(), changesPin: z.boolean(), pad: z.boolean() }).nullable(),
      certificate: certificateFacts.nullable(), refusal: personalRefusalSchema.nullable(),
    }),
  },
  /** A new soft key under a PIN; never leaves the host, the server only gets its public half and a proof. `current` opens the key that it replaces. */
  'keys.create': { effect: 'write', input: z.strictObject({ pin: newPin, current: pin.optional() }), output: z.strictObject({ enrolled: z.boolean() }) },
  /** Tokens and services within reach (可用的密钥载体). `pad`: the PIN is typed on the device itself. */
  'keys.carriers': {
    effect: 'read', input: nothing,
    output: z.strictObject({
      carriers: z.array(z.strictObject({
        id: z.string(), kind: carrierKind, label: z.string(), serial: z.string(), state: z.enum(['ready', 'lastTry', 'blocked', 'pinChangeRequired']), changesPin: z.boolean(), pad: z.boolean(),
        certificates: z.array(certificateFacts),
      })),
      /** what was looked for and is not there: names of modules and services */
      missing: z.array(z.string()),
    }),
  },
  /** The keys of a carrier or file, each with what speaks against using it. */
  'keys.look': {
    effect: 'write', input: z.strictObject({ source: keySource }),
    output: z.strictObject({ keys: z.array(z.strictObject({ key: z.string(), label: z.string(), certificate: certificateFacts.nullable(), refusal: personalRefusalSchema.nullable() })) }),
  },
  /** Makes one of them the personal key and asks for its certificate. A file's key is kept here under `pin`; a token's or service's stays there. */
  'keys.use': {
    effect: 'write', input: z.strictObject({ source: keySource, key: z.string().max(512), pin: newPin.optional(), current: pin.optional() }),
    output: z.strictObject({ enrolled: z.boolean() }),
  },
  /** Of the personal key, or of a carrier that is not in use yet. */
  'keys.changePin': { effect: 'write', input: z.strictObject({ carrier: z.string().max(64).nullable(), pin, newPin }), output: nothing },
  /** Asks for the certificate again when `keys.create` happened without a network. */
  'keys.enrol': { effect: 'write', input: nothing, output: z.strictObject({ enrolled: z.boolean() }) },
  /** Signs one statement of core/route after the PIN. Wrong PINs cost growing delays (`wrong_pin`, `locked` with retryAfterMs), whatever the carrier. */
  'keys.sign': {
    effect: 'write', input: z.strictObject({ pin, statement: json }),
    output: z.strictObject({ signature: z.string(), certificate: z.string() }),
  },

  'fonts.list': {
    effect: 'read', input: nothing,
    output: z.strictObject({ setId: z.string(), fonts: z.array(z.strictObject({ role: fontRole, family: z.string(), substituted: z.boolean(), size: z.number(),
      /** a block of rare characters (core/typeset): its metrics are known, its bytes are read when a page shows one of them */
      rare: z.int().optional() })) }),
  },
  'fonts.read': { effect: 'bytesOut', input: z.strictObject({ role: fontRole }), output: z.instanceof(Uint8Array) },

  /**
   * The pages of a text as a file (打印、导出), set by the host from the same numbers as on screen. `content`: canonical text of a
   * document's content; pictures come from the profile, else from the server. `not_found` names a picture that is nowhere.
   */
  'pages.make': {
    effect: 'bytesOut', output: z.instanceof(Uint8Array),
    input: z.strictObject({
      content: z.string().max(4_000_000), format: z.enum(['pdf', 'ofd']),
      issue: z.strictObject({ number: z.string().max(200), date: z.string().max(40), printDate: z.string().max(40), signers: z.array(z.string().max(200)).max(100).readonly().optional() }).nullable(),
    }),
  },

  /** Verifies a sealed PDF or OFD against the trust that this installation has; the report of core/seal. */
  'seal.verify': { effect: 'read', input: z.strictObject({ hash }), output: json },
  /** 印章登记簿: asked of the server each time, for those who keep seals or watch over them. */
  'seals.list': { effect: 'read', input: nothing, output: answer },
  'seals.uses': { effect: 'read', input: z.strictObject({ sealId: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/) }), output: answer },
  /** 停用、恢复、注销, by the security administrator. */
  'seals.setStatus': {
    effect: 'write', output: answer,
    input: z.strictObject({ sealId: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/), status: z.enum(['active', 'suspended', 'revoked']), reason: z.string().trim().min(1).max(500) }),
  },
  /**
   * Tokens for a seal whose keys are at the seal desk (用印台密码设备). `holds`: whether it shows the registered certificates; `unknown`
   * before its PIN. `open`: which of the seal's two keys this host holds open; it closes them after 15 minutes without use.
   */
  'sealDesk.carriers': {
    effect: 'read', input: z.strictObject({ sealId }),
    output: z.strictObject({
      carriers: z.array(z.strictObject({
        id: z.string(), label: z.string(), serial: z.string(), state: z.enum(['ready', 'lastTry', 'blocked', 'pinChangeRequired']), pad: z.boolean(), holds: z.enum(['registered', 'other', 'unknown']),
      })),
      missing: z.array(z.string()), open: openKeys,
    }),
  },
  /** Opens what the carrier has of the seal's keys; `notSealKey` when it has none. A wrong PIN costs one try. */
  'sealDesk.open': { effect: 'write', input: z.strictObject({ sealId, carrier: z.string().max(64), pin }), output: openKeys },
  /**
   * Has the use of the seal prepared, holds it against what was on screen, and signs both files; both, or neither. `request`: under dual
   * control the first clerk's statement; `base`: hashes of the files on screen. `unauthorized` and the like as the server says;
   * `forbidden` when what was prepared is something else.
   */
  'sealDesk.sign': {
    effect: 'write', output: z.strictObject({ signedAt: z.string(), pdfSignature: z.string(), ofdSignature: z.string() }),
    input: z.strictObject({ sealId, documentId: z.string().max(64), purpose: z.string().max(64), signature: json, request: json.nullable(), base: z.strictObject({ pdf: hash, ofd: hash }) }),
  },
  'sealDesk.close': { effect: 'write', input: nothing, output: nothing },
  /** What this installation trusts (信任锚): the root pinned at first sign-in and the newest revocation lists, base64 DER. */
  'seal.trust': { effect: 'read', input: nothing, output: z.strictObject({ anchors: z.array(z.string()).readonly(), crls: z.array(z.string()).readonly() }) },
} as const satisfies Record<string, Entry>

export type DesktopTable = typeof desktopTable
export type MethodName = keyof DesktopTable
export type MethodInput<M extends MethodName> = z.infer<DesktopTable[M]['input']>
export type MethodOutput<M extends MethodName> = z.infer<DesktopTable[M]['output']>

/** Closed set: a thrown error loses its identity between processes, so only these cross. */
export const desktopErrorCodes = [
  'unknown_method', 'invalid_input', 'too_large', 'forbidden', 'signed_out', 'wrong_password', 'wrong_pin', 'locked', 'no_key', 'key_refused', 'unsent_work',
  'not_found', 'offline', 'unauthorized', 'device_revoked', 'client_too_old', 'disk_full', 'damaged', 'profile_busy', 'internal',
] as const
export type DesktopErrorCode = (typeof desktopErrorCodes)[number]
/** `refusal`: why a personal key did not do what was asked, where that is it. */
export type DesktopError = { readonly code: DesktopErrorCode; readonly message: string; readonly retryAfterMs?: number; readonly refusal?: PersonalRefusal }
export type DesktopResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: DesktopError }

/** Pushed from the host to every window of the profile. */
export type DesktopEvent =
  /** L7: pull now */
  | { readonly type: 'poke' }
  | { readonly type: 'connection'; readonly online: boolean }
  | { readonly type: 'session'; readonly signedIn: boolean }
  /** I2: the device was revoked; the local store is to be wiped */
  | { readonly type: 'wiped' }
  /** another window committed, acknowledged or saved something */
  | { readonly type: 'changed' }

/** The object that screens hold, whichever transport is behind it. `body` goes with `bytesIn` methods only. */
export type Desktop = {
  readonly call: <M extends MethodName>(method: M, input: MethodInput<M>, body?: Uint8Array) => Promise<DesktopResult<MethodOutput<M>>>
  readonly on: (listener: (event: DesktopEvent) => void) => () => void
}

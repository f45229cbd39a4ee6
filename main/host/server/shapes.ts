/** What the server's answers must look like (应答格式). Anything else is `garbage`: nothing of it is used. */
import { z } from 'zod'

const text = z.string().max(100_000)
const row = z.looseObject({ kind: z.enum(['document', 'directory', 'routes']), id: text, version: z.int(), schema: z.int(), data: z.unknown() })
const head = z.looseObject({ head: z.looseObject({ logId: text, size: z.int(), root: text, issuedAt: text }), signature: text, certificate: text })

export const helloShape = z.looseObject({
  service: z.literal('wenshu'), wireVersion: z.int(), minWireVersion: z.int(), regionName: text, logId: text, logCertificate: text, serverTime: text,
})
export const sessionShape = z.looseObject({
  accessToken: text, expiresAt: text, refreshToken: text, personId: text, deviceCertificate: text, personalCertificates: z.array(text), serverTime: text,
})
/** PEM */
export const trustShape = z.looseObject({ root: z.string().max(1_000_000), crl: z.string().max(16_000_000) })
export const enrolShape = z.looseObject({ certificate: text })
export const pushShape = z.looseObject({
  results: z.array(z.looseObject({ commandId: text, deviceSeq: z.int(), receivedAt: text, status: z.enum(['accepted', 'noop', 'adjusted', 'rejected']) })).max(1000),
  stopped: z.looseObject({ reason: text }).nullable(),
  serverTime: text,
})
export const pullShape = z.union([
  z.looseObject({ reset: z.literal(true), serverTime: text }),
  z.looseObject({
    reset: z.literal(false), changes: z.array(row).max(5000), removals: z.array(z.looseObject({ kind: text, id: text })).max(5000), cursor: text,
    hasMore: z.boolean(), head, serverTime: text,
  }),
])
export const consistencyShape = z.looseObject({ nodes: z.array(z.string().regex(/^[0-9a-f]{64}$/)).max(256) })
export const digestShape = z.looseObject({ count: z.int().min(0), hash: text })
const sealEntry = z.looseObject({
  id: text, organId: text, name: text, diameterMm: z.number(), status: z.enum(['active', 'suspended', 'revoked']), control: z.enum(['single', 'dual']), uses: z.int().min(0),
  halted: z.looseObject({ by: text, reason: text, at: text }).nullable(), made: z.looseObject({ validFrom: text, validTo: text, seal: text }).nullable(),
})
export const sealsShape = z.looseObject({ seals: z.array(sealEntry).max(10_000) })
/** What the seal desk reads of an entry: its certificates, and the seal once it is made; base64 DER. */
export const deskSealShape = z.looseObject({
  id: text, desk: z.looseObject({ pdf: z.array(text).min(1).max(16), ofd: z.array(text).min(1).max(16) }).nullish(), made: z.looseObject({ seal: z.string().max(8_000_000) }).nullable(),
})
export const preparedSealShape = z.looseObject({
  signedAt: text, base: z.looseObject({ pdf: text, ofd: text }), pdf: z.string().max(16_000_000), ofd: z.string().max(16_000_000), seal: z.string().max(8_000_000),
})
export const sealUsesShape = z.looseObject({
  uses: z.array(z.looseObject({ at: text, result: z.enum(['sealed', 'requested', 'refused']), detail: text, documentId: text, title: text, number: text, by: text, confirmedBy: text.nullable() })).max(1000),
})
export const problemShape = z.looseObject({ code: z.string().max(100), message: z.string().max(2000), minWireVersion: z.int().optional() })

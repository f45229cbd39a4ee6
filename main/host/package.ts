/**
 * Unsent work as a file (待发内容导出, O5): commands, the bytes they name, the device's certificate, and a manifest signed by the
 * device key. Made without the server, so that a client that it refuses can still hand its work over (C1).
 *
 *   manifest.json   canonical: {schema, deviceId, personId, exportedAt, commands, files:[{path, size, sm3}]}
 *   manifest.sig    lower-case hex DER SM2 by the device key under `wenshu.outbox/1`
 *   commands.json   canonical array, by deviceSeq    device.cer   DER    blobs/HASH
 */
import { signCanonical, sm3Hex } from '#core/crypto'
import { concatBytes, decodeCanonical, encodeCanonical, fromBase64, utf8, writeZip, type CanonicalValue } from '#core/formats'
import { requiredBlobs } from '#core/route'
import type { Command } from '#core/sync'
import type { Profile } from './profile.ts'

export const outboxContext = 'wenshu.outbox/1'

/**
 * Hashes of the files that a text names, wherever it names them. Not read as a content: unsent work must be handed over whole even
 * where this version no longer understands it.
 */
function* hashesIn(value: CanonicalValue): Generator<string> {
  if (typeof value !== 'object' || value === null) return
  for (const [key, member] of Object.entries(value)) {
    const hash = key === 'file' && typeof member === 'object' && member !== null && 'hash' in member ? member.hash : undefined
    if (typeof hash === 'string') yield hash
    else yield* hashesIn(member as CanonicalValue)
  }
}

/** Files attached inside a frozen text go with it. */
const filesIn = (content: Uint8Array): readonly string[] => {
  const decoded = decodeCanonical(content)
  return decoded.ok ? [...hashesIn(decoded.value)] : []
}

const contentsOf = (commands: readonly Command[]): readonly string[] =>
  [...new Set(commands.flatMap(({ payload }) => ('documentId' in payload ? requiredBlobs(payload) : [])))]

export const exportOutbox = async (profile: Profile, exportedAt: string): Promise<Uint8Array> => {
  const commands = profile.journal.pending()
  const blobs = new Map<string, Uint8Array>()
  const take = async (hash: string): Promise<Uint8Array | null> => {
    const stored = blobs.has(hash) ? null : await profile.blobs.open(hash)
    if (stored === null) return null
    const parts: Uint8Array[] = []
    for await (const part of stored.chunks) parts.push(part)
    const bytes = concatBytes(...parts)
    blobs.set(hash, bytes)
    return bytes
  }
  for (const hash of contentsOf(commands)) {
    const content = await take(hash)
    if (content !== null) for (const file of filesIn(content)) await take(file)
  }
  const { deviceCertificate, personId } = profile.holdings()
  const certificate = fromBase64(deviceCertificate)
  const files = [
    { path: 'commands.json', bytes: encodeCanonical(commands as unknown as CanonicalValue) },
    { path: 'device.cer', bytes: certificate.ok ? certificate.value : new Uint8Array(0) },
    ...[...blobs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([hash, bytes]) => ({ path: `blobs/${hash}`, bytes })),
  ]
  const manifest: CanonicalValue = {
    schema: outboxContext, deviceId: profile.deviceId, personId, exportedAt, commands: commands.length,
    files: files.map(({ path, bytes }) => ({ path, size: bytes.length, sm3: sm3Hex(bytes) })),
  }
  const signature = await signCanonical(manifest, outboxContext, profile.identity.signer)
  return writeZip([{ path: 'manifest.json', bytes: encodeCanonical(manifest) }, { path: 'manifest.sig', bytes: utf8(signature) }, ...files])
}

/** Keeping and checking signed log heads: the client's half of "one ledger" (防分叉). RFC 6962 §2.1.2 */
import { fromBase64, fromHex, type Result } from '#core/formats'
import { verifyConsistency, verifySignedHead, type SignedHead } from '#core/ledger'
import type { HeadVerifier, TransportFailure, TransportPort } from './ports.ts'

/** @param logCertificate base64 DER, pinned at the first sign-in of this device */
export const pinnedHeads = (logCertificate: string): HeadVerifier => {
  const certificate = fromBase64(logCertificate)
  return { holds: (head) => certificate.ok && verifySignedHead(head, { certificate: certificate.value }).ok }
}

export type HeadProblem = { readonly kind: 'fork'; readonly detail: string } | { readonly kind: 'unavailable'; readonly failure: TransportFailure }

const bytesOf = (hexNodes: readonly string[]): Uint8Array[] | null => {
  const nodes: Uint8Array[] = []
  for (const hex of hexNodes) {
    const node = fromHex(hex)
    if (!node.ok || node.value.length !== 32) return null
    nodes.push(node.value)
  }
  return nodes
}

/**
 * The offered head must be signed by the pinned key and extend the kept one. Errors: `fork` when it provably does not,
 * `unavailable` when the server could not be asked for the path (nothing is decided then).
 */
export const acceptHead = async (
  kept: SignedHead | null, offered: SignedHead, heads: HeadVerifier, transport: TransportPort,
): Promise<Result<SignedHead, HeadProblem>> => {
  const fork = (detail: string) => ({ ok: false, error: { kind: 'fork', detail } }) as const
  if (!heads.holds(offered)) return fork('日志头的签名不是本系统日志密钥所签')
  if (kept === null || (kept.head.size === offered.head.size && kept.head.root === offered.head.root)) return { ok: true, value: offered }
  if (kept.head.logId !== offered.head.logId) return fork('日志已被更换')
  if (offered.head.size < kept.head.size) return fork(`日志由${kept.head.size}条变为${offered.head.size}条`)
  if (offered.head.size === kept.head.size) return fork('同一长度的日志内容不同')
  if (kept.head.size === 0) return { ok: true, value: offered }
  const path = await transport.consistency(kept.head.size, offered.head.size)
  if (!path.ok) return { ok: false, error: { kind: 'unavailable', failure: path.failure } }
  const nodes = bytesOf(path.value.nodes)
  const [from, to] = [fromHex(kept.head.root), fromHex(offered.head.root)]
  if (nodes === null || !from.ok || !to.ok) return fork('一致性证明的格式不正确')
  return verifyConsistency({ from: kept.head.size, to: offered.head.size, fromRoot: from.value, toRoot: to.value, proof: nodes })
    ? { ok: true, value: offered }
    : fork('日志不是原有记录的延续')
}

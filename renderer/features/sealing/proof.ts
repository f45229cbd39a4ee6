/** What the seal clerk checks before the seal (签发凭证): the leader signed exactly the text that these pages were made of. */
import { readCertificate } from '#core/crypto'
import { fromBase64, toHex } from '#core/formats'
import { statementHolds, type DocumentState, type Opinion } from '#core/route'

export type ApprovalProof = {
  readonly opinion: Opinion
  /** the personal signature verifies with the key of the certificate beside it, and the certificate names this text */
  readonly signature: 'holds' | 'fails' | 'absent'
  /** the signed revision is the one that the final pages were composed from */
  readonly sameText: boolean
}

export const approvalProof = (state: DocumentState): ApprovalProof | null => {
  const { approval, final } = state
  if (approval === null || final === null) return null
  const opinion = state.opinions.findLast((candidate) => candidate.by === approval.by && candidate.decision === 'agree' && candidate.revision === approval.revision)
  if (opinion === undefined) return null
  const revision = state.revisions.find((candidate) => candidate.number === approval.revision)
  const sameText = revision?.hash === final.revisionHash
  const signed = opinion.signature
  if (signed === null) return { opinion, signature: 'absent', sameText }
  const der = fromBase64(signed.certificate)
  const certificate = der.ok ? readCertificate(der.value) : der
  const { statement } = signed
  const holds = certificate.ok && certificate.value.publicKey.algorithm === 'sm2' && statementHolds(signed, toHex(certificate.value.publicKey.point)) &&
    statement.schema === 'wenshu.approve/1' && statement.documentId === state.id && statement.person === opinion.by && statement.revisionHash === revision?.hash
  return { opinion, signature: holds ? 'holds' : 'fails', sameText }
}

/** The seal may follow: the leader's own signature holds, over the text that these pages are made of. */
const isProven = (proof: ApprovalProof | null): boolean => proof !== null && proof.signature === 'holds' && proof.sameText

/** For another issuing organ's clerk, who is not shown the way to the pages (J4): that the own organ agreed, and the host's leader after it. */
export const countersignProof = (state: DocumentState, organId: string): Opinion | null =>
  state.opinions.findLast((opinion) => opinion.organId === organId && opinion.decision === 'agree') ?? null

/** The seal of this organ may follow: the host's upon its leader's signature, another's upon its own agreement (J2). */
export const maySealUpon = (state: DocumentState, organId: string): boolean =>
  organId === state.organId ? isProven(approvalProof(state)) : state.approval !== null && (countersignProof(state, organId) !== null || state.route?.jointCountersign === 'free')

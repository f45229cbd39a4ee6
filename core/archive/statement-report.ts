/** Verifies one personal statement (个人签名声明): its signature, and that the certificate is that person's. */
import { readCertificate, verifyCanonicalSignature } from '#core/crypto'
import { fromBase64, type CanonicalValue } from '#core/formats'
import { statementContext } from '#core/route'
import type { SignatureReport, VerifyOptions } from '#core/seal'
import type { SignedStatement } from './history.ts'
import { notebook, verdictOf, type TrustJudge } from './judge.ts'

/** What the statement says was held against the record already; here it is whether this person said it. */
export const statementReport = ({ label, signed, person, receivedAt }: SignedStatement, options: VerifyOptions, judge: TrustJudge): SignatureReport => {
  const book = notebook()
  const der = fromBase64(signed.certificate)
  const certificate = der.ok ? readCertificate(der.value) : der
  if (!certificate.ok || certificate.value.publicKey.algorithm !== 'sm2') book.add('个人证书', 'fail', '证书无法读取')
  else {
    const named = certificate.value.subject.parts.some((part) => part.type === 'UID' && part.value === person)
    book.check('个人证书', named, certificate.value.subject.text, `证书不属于 ${person}`)
    const holds = verifyCanonicalSignature(signed.statement as unknown as CanonicalValue, statementContext, signed.signature, certificate.value.publicKey.point)
    book.check('声明签名', holds, '声明的签名有效', '声明的签名无效')
    judge(certificate.value, receivedAt, person, book.add)
  }
  return {
    id: label, type: signed.statement.schema, verdict: verdictOf(book.steps, options.trust), signer: certificate.ok ? certificate.value.subject.text : null,
    signedAt: signed.statement.claimedAt, timeSource: 'claimed', coverage: 'whole', uncovered: [], modifiedAfter: false, steps: book.steps,
  }
}

/** Certificates onto tokens (写入证书). */
import { readCertificate } from '#core/crypto'
import type { PinRefusal } from '#core/desktop'
import { err, ok, type Result } from '#core/formats'
import { loadCryptoki, ulong } from './cryptoki.ts'
import { chainFor } from './private-key.ts'
import { cka, cko, refusalOf } from './token-codes.ts'
import { readTokenKeys } from './token-objects.ts'
import { findSlot, inTurn, login, moduleAt, type TokenOptions } from './token.ts'

const subjectOf = (der: Uint8Array): Uint8Array | null => {
  const certificate = readCertificate(der)
  return certificate.ok ? certificate.value.subject.raw : null
}

/** Puts a certificate onto a token beside its key (写入证书). `noKey` when the token has no such key; `absent` as for `open`. */
export const certifyTokenKey = async (options: TokenOptions, pin: string, certificate: Uint8Array): Promise<Result<null, PinRefusal>> => {
  const module = await moduleAt(options.module, loadCryptoki)
  if (module === null) return err({ reason: 'absent' })
  return inTurn(module, async () => {
    const slot = await findSlot(module, options.token)
    if (!slot.ok) return slot
    const opened = await module.openSession(slot.value, 'write')
    if (!opened.ok) return err(refusalOf(opened.error))
    try {
      const refusal = await login(module, slot.value, opened.value, Buffer.from(pin.normalize('NFC'), 'utf8'), 'unproved')
      if (refusal !== null) return err(refusal)
      const keys = await readTokenKeys(module, opened.value, [])
      if (!keys.ok) return err(refusalOf(keys.error))
      const key = keys.value.find(({ publicKey }) => chainFor(publicKey, [certificate]) !== null)
      const subject = subjectOf(certificate)
      if (key === undefined || subject === null) return err({ reason: 'noKey' })
      const made = await module.create(opened.value, [
        { type: cka.class, value: ulong(cko.certificate) }, { type: cka.certificateType, value: ulong(0) }, { type: cka.token, value: Uint8Array.of(1) },
        { type: cka.private, value: Uint8Array.of(0) }, { type: cka.id, value: new Uint8Array(Buffer.from(key.id, 'hex')) },
        { type: cka.label, value: new Uint8Array(Buffer.from(key.label, 'utf8')) }, { type: cka.subject, value: subject }, { type: cka.value, value: certificate },
      ])
      return made.ok ? ok(null) : err(refusalOf(made.error))
    } finally {
      await module.closeSession(opened.value)
    }
  })
}

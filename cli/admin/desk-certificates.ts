/** Certificates of a seal whose keys are on a token at the seal desk (用印台密钥): `desk:FILE`, PEM or DER, the key's own certificate first. */
import { readFileSync } from 'node:fs'
import { toBase64 } from '#core/formats'
import { readCertificates } from '#keys'
import type { SealDefinition } from '#server'
import { UsageError } from '../command.ts'

const scheme = 'desk:'

const certificatesIn = (path: string): readonly string[] => {
  let bytes: Uint8Array
  try {
    bytes = new Uint8Array(readFileSync(path))
  } catch {
    throw new UsageError(`证书文件 ${path} 读不到`)
  }
  const found = readCertificates(bytes)
  if (found.length === 0) throw new UsageError(`${path} 中没有证书（应为 PEM 或 DER，密钥自己的证书在前）`)
  return found.map(toBase64)
}

/** Addresses as the register keeps them, with the certificates of those at the desk. Throws UsageError. */
export const keysOf = (pdf: string, ofd: string): Pick<SealDefinition, 'pdfKey' | 'ofdKey' | 'deskCertificates'> => {
  const [forPdf, forOfd] = [pdf, ofd].map((address) => (address.startsWith(scheme) ? certificatesIn(address.slice(scheme.length)) : null))
  return {
    pdfKey: forPdf === null ? pdf : 'desk', ofdKey: forOfd === null ? ofd : 'desk',
    ...(forPdf === null || forPdf === undefined || forOfd === null || forOfd === undefined ? {} : { deskCertificates: { pdf: forPdf, ofd: forOfd } }),
  }
}

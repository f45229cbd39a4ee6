/** TLS off loopback (传输加密). */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import forge from 'node-forge'

export type Tls = { readonly key: string; readonly cert: string }

export const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)

/** A certificate of its own for servers that were given none, kept in the data directory. RSA, so that any browser and Node can check it. */
export const ownTls = (dataDir: string, host: string, now: Date): Tls => {
  const folder = join(dataDir, 'tls')
  const [keyPath, certPath] = [join(folder, 'server.key'), join(folder, 'server.crt')]
  if (existsSync(keyPath) && existsSync(certPath)) return { key: readFileSync(keyPath, 'utf8'), cert: readFileSync(certPath, 'utf8') }
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const keys = forge.pki.rsa.generateKeyPair(2048)
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = keys.publicKey
  certificate.serialNumber = `5b${forge.util.bytesToHex(forge.random.getBytesSync(15))}`
  certificate.validity.notBefore = now
  certificate.validity.notAfter = new Date(now.getTime() + 825 * 24 * 3_600_000)
  const subject = [{ name: 'commonName', value: host }, { name: 'organizationName', value: 'Wenshu' }]
  certificate.setSubject(subject)
  certificate.setIssuer(subject)
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false }, { name: 'keyUsage', digitalSignature: true, keyEncipherment: true }, { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames: [isIP(host) === 0 ? { type: 2, value: host } : { type: 7, ip: host }, { type: 2, value: 'localhost' }, { type: 7, ip: '127.0.0.1' }] },
  ])
  certificate.sign(keys.privateKey, forge.md.sha256.create())
  const tls = { key: forge.pki.privateKeyToPem(keys.privateKey), cert: forge.pki.certificateToPem(certificate) }
  writeFileSync(keyPath, tls.key, { mode: 0o600 })
  writeFileSync(certPath, tls.cert)
  return tls
}

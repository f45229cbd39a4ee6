/** A time-stamp authority made of nothing but `openssl ts -reply`: what it says is no opinion of ours. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readPem } from '#core/crypto'

export const noOpenssl = (): boolean => spawnSync('openssl', ['version']).error !== undefined

export type OpensslAuthority = {
  /** root and its empty list, DER */
  readonly root: Uint8Array
  readonly list: Uint8Array
  /** a whole TimeStampResp to a request. `digests`: what the authority accepts, all by default */
  readonly reply: (request: Uint8Array, digests?: string) => Uint8Array
  readonly remove: () => void
}

export const openOpensslAuthority = (): OpensslAuthority => {
  const folder = mkdtempSync(join(tmpdir(), 'wenshu-openssl-tsa-'))
  const run = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  const der = (name: string): Uint8Array => {
    const blocks = readPem(readFileSync(join(folder, name), 'utf8'))
    if (!blocks.ok || blocks.value[0] === undefined) throw new Error(`${name} is no PEM`)
    return blocks.value[0].bytes
  }
  run('req', '-x509', '-new', '-nodes', '-newkey', 'rsa:2048', '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/C=CN/O=OpenSSL/CN=OpenSSL TSA Root', '-days', '3650',
    '-addext', 'keyUsage=critical,keyCertSign,cRLSign')
  run('req', '-new', '-nodes', '-newkey', 'rsa:2048', '-keyout', 'tsa.key', '-out', 'tsa.csr', '-subj', '/C=CN/O=OpenSSL/CN=OpenSSL TSA')
  writeFileSync(join(folder, 'tsa.ext'), 'extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n')
  run('x509', '-req', '-in', 'tsa.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'tsa.ext', '-days', '3000', '-out', 'tsa.pem')
  writeFileSync(join(folder, 'index.txt'), '')
  writeFileSync(join(folder, 'ca.cnf'), '[ca]\ndefault_ca = d\n[d]\ndatabase = ./index.txt\ndefault_md = sha256\ndefault_crl_days = 3000\n')
  run('ca', '-config', 'ca.cnf', '-gencrl', '-keyfile', 'ca.key', '-cert', 'ca.pem', '-out', 'ca.crl')
  writeFileSync(join(folder, 'serial'), '01')
  return {
    root: der('ca.pem'),
    list: der('ca.crl'),
    reply: (request, digests = 'sha256, sha384, sha512, sm3') => {
      writeFileSync(join(folder, 'tsa.cnf'), `[tsa]\ndefault_tsa = t\n[t]\nserial = ./serial\ncrypto_device = builtin\nsigner_cert = ./tsa.pem\ncerts = ./ca.pem
signer_key = ./tsa.key\nsigner_digest = sha256\ndefault_policy = 1.2.3.4\ndigests = ${digests}\ness_cert_id_alg = sha256\naccuracy = secs:1\n`)
      writeFileSync(join(folder, 'q.tsq'), request)
      // It says no with exit code 1 and a whole response.
      spawnSync('openssl', ['ts', '-reply', '-config', 'tsa.cnf', '-section', 't', '-queryfile', 'q.tsq', '-out', 'r.tsr'], { cwd: folder })
      return new Uint8Array(readFileSync(join(folder, 'r.tsr')))
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

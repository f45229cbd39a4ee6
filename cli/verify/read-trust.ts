/**
 * Reads trusted roots, revocation lists and OCSP responses from files and folders, PEM or DER, and ledger files that were kept
 * (信任证书、吊销列表、证书状态应答、账本文件).
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { readCertificate, readOcspResponse, readPem, readRevocationList } from '#core/crypto'
import { readLedgerFile } from '#core/ledger'

export type Trust = { readonly anchors: readonly Uint8Array[]; readonly crls: readonly Uint8Array[]; readonly ocsps: readonly Uint8Array[]; readonly ledgers: readonly Uint8Array[] }

const SUFFIX = /\.(pem|crt|cer|der|crl|ors|ocsp|json)$/i
const MAX_BYTES = 16 * 1024 * 1024
const MAX_LEDGER_BYTES = 64 * 1024 * 1024

/** Throws Error with a Chinese message for a path that cannot be read or holds none of them. */
export const readTrust = (paths: readonly string[]): Trust => {
  const anchors: Uint8Array[] = []
  const crls: Uint8Array[] = []
  const ocsps: Uint8Array[] = []
  const ledgers: Uint8Array[] = []
  const take = (der: Uint8Array, path: string): void => {
    if (readCertificate(der).ok) anchors.push(der)
    else if (readRevocationList(der).ok) crls.push(der)
    else if (readOcspResponse(der).ok) ocsps.push(der)
    else throw new Error(`信任文件中没有可用的证书、吊销列表或证书状态应答：${path}`)
  }
  const readOne = (path: string, wanted: 'named' | 'met'): void => {
    const isLedger = /\.json$/i.test(path)
    if (statSync(path).size > (isLedger ? MAX_LEDGER_BYTES : MAX_BYTES)) throw new Error(`信任文件过大：${path}`)
    const bytes = new Uint8Array(readFileSync(path))
    if (isLedger) {
      if (readLedgerFile(bytes).ok) ledgers.push(bytes)
      // A folder may hold other JSON; a file that the caller names is meant.
      else if (wanted === 'named') throw new Error(`不是账本文件：${path}`)
      return
    }
    const text = new TextDecoder('latin1').decode(bytes)
    if (!text.includes('-----BEGIN ')) {
      take(bytes, path)
      return
    }
    const blocks = readPem(text)
    if (!blocks.ok) throw new Error(`信任文件无法读取：${path}（${blocks.error.message}）`)
    for (const block of blocks.value) {
      if (block.label.includes('PRIVATE KEY')) throw new Error(`信任文件里有私钥，不应放在这里：${path}`)
      take(block.bytes, path)
    }
  }
  for (const path of paths) {
    const found = statSync(path, { throwIfNoEntry: false })
    if (found === undefined) throw new Error(`信任文件不存在：${path}`)
    if (!found.isDirectory()) readOne(path, 'named')
    else for (const name of readdirSync(path).filter((candidate) => SUFFIX.test(candidate)).sort()) readOne(join(path, name), 'met')
  }
  return { anchors, crls, ocsps, ledgers }
}

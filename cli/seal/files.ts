/** Files of the seal commands (印章命令的文件). */
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { readPem } from '#core/crypto'
import { SealFailure } from './failure.ts'

const MAX_BYTES = 256 * 1024 * 1024

/** Exit 2 when there is no such file, it cannot be read, or is over 256 MB. */
export const readInput = (path: string, what: string): Uint8Array => {
  try {
    if (statSync(path).size > MAX_BYTES) throw new SealFailure('seal.too-large', `${what}过大：${path}`, 2)
    const buffer = readFileSync(path)
    return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)
  } catch (error) {
    if (error instanceof SealFailure) throw error
    throw new SealFailure('seal.unreadable', `${what}无法读取：${path}（${error instanceof Error && 'code' in error ? String(error.code) : String(error)}）`, 2)
  }
}

/** The certificates of a file in PEM or DER. */
export const readCertificateFile = (path: string): readonly Uint8Array[] => {
  const bytes = readInput(path, '证书')
  const text = new TextDecoder('latin1').decode(bytes)
  if (!text.includes('-----BEGIN ')) return [bytes]
  const blocks = readPem(text)
  const found = blocks.ok ? blocks.value.filter(({ label }) => label === 'CERTIFICATE').map((block) => block.bytes) : []
  if (found.length === 0) throw new SealFailure('seal.certificate', `文件中没有证书：${path}`, 2)
  return found
}

/** Never over a file that is there: a seal once made cannot be made again with the same signature. `secret`: for the owner's eyes only. */
export const writeNew = (path: string, bytes: Uint8Array | string, kind: 'open' | 'secret' = 'open'): void => {
  try {
    writeFileSync(path, bytes, { flag: 'wx', mode: kind === 'secret' ? 0o600 : 0o644 })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    throw new SealFailure('seal.write', code === 'EEXIST' ? `文件已存在，不覆盖：${path}` : `无法写入 ${path}（${String(code)}）`)
  }
}

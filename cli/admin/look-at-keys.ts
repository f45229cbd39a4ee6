/** Whether the keys of a seal that is to be entered are there and fit (核对印章密钥). */
import { readCertificate } from '#core/crypto'
import { refusalText } from '#core/desktop'
import { openKeyFile, openKeyHolder, readKeyring, type KeyringEntry } from '#keys'
import type { SealDefinition } from '#server'
import { askHidden, isAtTerminal } from '../serve/index.ts'

type Looked = { readonly problem: string } | { readonly note: string }

/** The keyring, then the environment, then whoever sits at the terminal; undefined when nobody knows. */
const pinFor = async (address: string, ring: ReadonlyMap<string, KeyringEntry>): Promise<KeyringEntry | undefined> => {
  const named = ring.get(address)
  if (named !== undefined) return named
  const everywhere = process.env['WENSHU_SEAL_PIN']
  const typed = everywhere ?? (isAtTerminal() ? await askHidden(`密钥 ${address} 的口令（留空则不打开核对）：`) : null)
  return typed === null ? undefined : { pin: typed }
}

const lookAt = async (address: string, use: 'PDF' | 'OFD', ring: ReadonlyMap<string, KeyringEntry>): Promise<Looked> => {
  const entry = await pinFor(address, ring)
  if (entry === undefined) {
    const holder = openKeyHolder(address)
    if (!holder.ok) return { problem: holder.error.message }
    const seen = await holder.value.list()
    return { note: seen.ok || seen.error.reason === 'pinWrong' ? `${use} 密钥 ${address}：在，没有打开核对` : `${use} 密钥 ${address}：${refusalText(seen.error)}；用印前须可用` }
  }
  const { pin, certificates, ca } = entry
  const key = await openKeyFile(address, pin, { ...(certificates === undefined ? {} : { certificates }), ...(ca === undefined ? {} : { ca }) })
  if (!key.ok) {
    // A token may be plugged in later; a wrong PIN, another kind or no certificate will not mend itself.
    const may = key.error.reason === 'absent' || key.error.reason === 'delayed'
    const said = `${use} 密钥 ${address}：${refusalText(key.error)}`
    return may ? { note: `${said}；用印前须可用` } : { problem: said }
  }
  try {
    if (use === 'OFD' && key.value.algorithm !== 'sm2-sm3') return { problem: `OFD 密钥 ${address} 不是 SM2 密钥：GB/T 38540 的签章须用 SM2` }
    const certificate = readCertificate(key.value.certificate)
    return certificate.ok ? { note: `${use} 密钥 ${address}：可用，证书 ${certificate.value.subject.text}，有效期到 ${certificate.value.notAfter.slice(0, 10)}` } : { problem: `${use} 密钥 ${address} 的证书无法读取` }
  } finally {
    await key.value.close()
  }
}

/** Notes for whoever enters it, or the reason against it. @param keyring path of a keyring with the PINs */
export const lookAtKeys = async ({ pdfKey = '', ofdKey = '' }: SealDefinition, keyring: string | undefined): Promise<{ readonly problem: string } | { readonly notes: readonly string[] }> => {
  const read = keyring === undefined ? null : await readKeyring(keyring)
  if (read?.ok === false) return { problem: read.error.message }
  const ring = read?.ok === true ? read.value : new Map<string, KeyringEntry>()
  const notes: string[] = []
  for (const [address, use] of [[pdfKey, 'PDF'], [ofdKey, 'OFD']] as const) {
    if (address === '') continue
    if (address === 'desk') {
      notes.push(`${use} 密钥：在用印台的密码设备上，用印时核对其证书`)
      continue
    }
    const looked = await lookAt(address, use, ring)
    if ('problem' in looked) return looked
    notes.push(looked.note)
  }
  return { notes }
}

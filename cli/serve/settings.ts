/** What `wenshu serve` is told about sealing (用印设置): options first, then the environment. Rules T16, T17 of docs/spec/cli.md. */
import { delimiter, resolve } from 'node:path'
import type { PdfLevel, ServerOptions, TimeStamps } from '#server'
import { UsageError } from '../command.ts'
import { readTrust } from '../verify/read-trust.ts'

export const sealOptions = {
  'time-stamps': { type: 'string' }, 'time-stamp-trust': { type: 'string', multiple: true }, 'pdf-level': { type: 'string' }, 'seal-keyring': { type: 'string' }, 'seal-desk-seconds': { type: 'string' },
} as const

type Given = {
  readonly 'time-stamps'?: string | undefined; readonly 'time-stamp-trust'?: string[] | undefined; readonly 'pdf-level'?: string | undefined; readonly 'seal-keyring'?: string | undefined
  readonly 'seal-desk-seconds'?: string | undefined
}
export type SealSettings = Pick<ServerOptions, 'timeStamps' | 'pdfLevel' | 'sealKeyring' | 'sealDeskSeconds'>

const stamperOf = (text: string): 'own' | 'none' | { readonly url: string } => {
  if (text === 'own' || text === 'none') return text
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new UsageError(`--time-stamps 不正确：${text}（应为 own（本机自签）、none（不加时间戳）或时间戳服务的 http、https 网址）`)
  }
  // It would stand in the list of processes and in the log.
  if (url.username !== '' || url.password !== '') throw new UsageError('--time-stamps 的网址中不能带账号和口令')
  return { url: url.href }
}

const levelOf = (text: string): PdfLevel => {
  const level = text.toUpperCase()
  if (level !== 'T' && level !== 'LTA') throw new UsageError(`--pdf-level 不正确：${text}（应为 T 或 LTA）`)
  return level
}

/** Time stamps may be 300 s from the time that the desk signed, and the authority takes its part of it. */
const secondsOf = (text: string): number => {
  if (!/^\d{2,3}$/.test(text) || Number(text) < 30 || Number(text) > 240) throw new UsageError(`--seal-desk-seconds 不正确：${text}（应为30至240的整数秒）`)
  return Number(text)
}

/** @param demo the demo region stamps by itself when nothing else is said. Throws UsageError with the reason. */
export const sealSettings = (given: Given, environment: Readonly<Record<string, string | undefined>>, demo: 'demo' | 'plain'): SealSettings => {
  const from = (option: string | undefined, variable: string): string | undefined => [option, environment[variable]].find((text) => text !== undefined && text !== '')
  const named = from(given['time-stamps'], 'WENSHU_TIME_STAMPS')
  const source = named === undefined ? undefined : stamperOf(named)
  const wanted = from(given['pdf-level'], 'WENSHU_PDF_LEVEL')
  const level = wanted === undefined ? undefined : levelOf(wanted)
  const paths = (given['time-stamp-trust'] ?? (environment['WENSHU_TIME_STAMP_TRUST'] ?? '').split(delimiter)).filter((path) => path !== '').map((path) => resolve(path))
  if (level !== undefined && (source ?? (demo === 'demo' ? 'own' : 'none')) === 'none') throw new UsageError('--pdf-level 需要时间戳：请同时用 --time-stamps 给出 own 或时间戳服务的网址')
  const isService = typeof source === 'object'
  if (paths.length > 0 && !isService) throw new UsageError('--time-stamp-trust 只用于时间戳服务：请同时用 --time-stamps 给出它的网址')
  if (isService && level === 'LTA' && paths.length === 0) throw new UsageError('LTA 级的 PDF 要带上时间戳服务的根证书和吊销列表：请用 --time-stamp-trust 给出文件或文件夹')
  const keyring = from(given['seal-keyring'], 'WENSHU_SEAL_KEYRING')
  const deskSeconds = from(given['seal-desk-seconds'], 'WENSHU_SEAL_DESK_SECONDS')
  return {
    ...(source === undefined ? {} : { timeStamps: isService && paths.length > 0 ? { ...source, trust: trustIn(paths, level) } : source }),
    ...(deskSeconds === undefined ? {} : { sealDeskSeconds: secondsOf(deskSeconds) }),
    ...(level === undefined ? {} : { pdfLevel: level }), ...(keyring === undefined ? {} : { sealKeyring: resolve(keyring) }),
  }
}

/** Read once now, so that a mistake shows at the start, and again at each sealing: lists are renewed while the server runs. */
const trustIn = (paths: readonly string[], level: PdfLevel | undefined) => {
  const trust = () => readTrust(paths)
  let now: ReturnType<typeof readTrust>
  try {
    now = trust()
  } catch (error) {
    throw new UsageError(`--time-stamp-trust：${error instanceof Error ? error.message : String(error)}`)
  }
  if (now.anchors.length === 0) throw new UsageError('--time-stamp-trust 中没有证书')
  if (level === 'LTA' && now.crls.length + now.ocsps.length === 0) throw new UsageError('--time-stamp-trust 中没有吊销列表，也没有证书状态应答：LTA 级的 PDF 缺了它们以后无法验证')
  return trust
}

/** One line for whoever starts the server. */
export const sealingText = ({ timeStamps, pdfLevel = 'T', sealKeyring }: SealSettings, demo: 'demo' | 'plain'): string => {
  const source: TimeStamps = timeStamps ?? (demo === 'demo' ? 'own' : 'none')
  const stamps = source === 'none' ? '不加时间戳（印章时间为自述，PDF 为 B-B 级）' : `${source === 'own' ? '本机自签时间戳（只供演示和试用）' : `时间戳服务 ${source.url}`}，PDF 为 B-${pdfLevel} 级`
  return `用印：${stamps}${sealKeyring === undefined ? '' : `；印章密钥环 ${sealKeyring}`}`
}

/** Who sent the commands, and whether the log holds the record (设备签名与账本证据). */
import { readCertificate } from '#core/crypto'
import { encodeCanonical, fromBase64, fromHex } from '#core/formats'
import { leafHash, verifyInclusion, verifySignedHead } from '#core/ledger'
import { commandSignatureHolds } from './command.ts'
import { isInstallation, type Notebook, type TrustJudge } from './judge.ts'
import type { Files } from './manifest.ts'
import { deviceCertificatePath } from './paths.ts'
import type { PackageParts } from './read-package.ts'

/** Every command carries the signature of the device that sent it; the certificate names the device. */
export const checkDevices = (files: Files, parts: PackageParts, { add, check }: Notebook, judge: TrustJudge): void => {
  const bad: string[] = []
  const uses = new Map<string, string[]>()
  for (const record of parts.records) uses.set(record.deviceId, [...(uses.get(record.deviceId) ?? []), record.receivedAt])
  for (const [deviceId, times] of uses) {
    const der = files.get(deviceCertificatePath(deviceId))
    const read = der === undefined ? undefined : readCertificate(der)
    if (read?.ok !== true || read.value.publicKey.algorithm !== 'sm2') {
      bad.push(`设备 ${deviceId} 的证书缺失或无法读取`)
      continue
    }
    const named = read.value.subject.parts.some((part) => part.type === 'UID' && part.value === deviceId)
    if (deviceId === 'system' ? !isInstallation(read.value) : !named) bad.push(`证书不属于设备 ${deviceId}`)
    const { point } = read.value.publicKey
    for (const command of parts.commands.values()) {
      if (command.deviceId === deviceId && !commandSignatureHolds(command, point)) bad.push(`操作 ${command.commandId} 的设备签名无效`)
    }
    // Judged at its last use, where a revocation would show; it must have begun by its first.
    judge(read.value, times.at(-1)!, `设备 ${deviceId}`, add)
    if (Date.parse(read.value.notBefore) > Date.parse(times[0]!)) bad.push(`设备 ${deviceId} 的证书在使用时尚未生效`)
  }
  for (const command of parts.commands.values()) if (!uses.has(command.deviceId)) bad.push(`操作 ${command.commandId} 来自未知设备`)
  check('设备签名', bad.length === 0, `${parts.commands.size} 条操作的设备签名均有效`, bad.slice(0, 5).join('；'))
}

/** The last record is in the log, under a head that the log's keeper signed. */
export const checkLedger = ({ records, ledger }: PackageParts, { add, check }: Notebook, judge: TrustJudge): void => {
  const last = records.at(-1)
  const certificate = typeof ledger.head === 'object' && ledger.head !== null && 'certificate' in ledger.head ? ledger.head['certificate'] : null
  const bytes = typeof certificate === 'string' ? fromBase64(certificate) : null
  const der = bytes?.ok === true ? bytes.value : null
  const head = der === null ? null : verifySignedHead(ledger.head, { certificate: der })
  if (!check('账本签名', head?.ok === true, '日志头签名有效', head === null || head.ok ? '日志头格式不正确' : head.error.message) || head?.ok !== true || der === null) return
  const root = fromHex(head.value.root)
  const included = last !== undefined && root.ok && verifyInclusion({
    leaf: leafHash(encodeCanonical(last)), index: ledger.index, size: head.value.size, root: root.value, proof: ledger.proof,
  })
  check('账本包含证明', included, `最后一条记录是日志 ${head.value.logId} 的第 ${ledger.index + 1} 条`, '最后一条记录不在该日志头所指的日志中')
  if (last !== undefined) check('账本时间', head.value.issuedAt >= last.receivedAt, '日志头在归档之后签发', '日志头早于归档')
  const read = readCertificate(der)
  if (read.ok) check('账本证书', isInstallation(read.value), read.value.subject.text, '签发日志头的是个人或设备证书')
  if (read.ok) judge(read.value, head.value.issuedAt, '账本', add)
}

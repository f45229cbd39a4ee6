/** What the disk's and the server's failures are called on screen (错误说明): what happened, what is kept, what to do. */
import { failed, type DesktopError } from '#core/desktop'
import { NotCanonicalError } from '#core/formats'
import type { TransportFailure } from '#core/sync'
import { DamagedBlob } from './blobs.ts'

type Failure = { readonly ok: false; readonly error: DesktopError }

export const signedOut = (): Failure => failed('signed_out', '尚未登录或已锁定：请先输入密码。未发送的内容仍在本机，没有丢失。')

/** A thrown error of the machine as a result; its text may hold paths or titles and is not shown. */
export const machineFailure = (error: unknown): Failure => {
  const code = (error as NodeJS.ErrnoException | null)?.code
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
    return failed('disk_full', '磁盘空间不足，这一步没有保存；此前已保存的内容都完好。请清理磁盘后再试，当前窗口请不要关闭。')
  }
  if (error instanceof DamagedBlob || code === 'EIO') return failed('damaged', '本机保存的这份文件已损坏，无法读取；其他内容不受影响。联网后会从服务器重新取得，如仍不行请联系系统管理员。')
  if (error instanceof NotCanonicalError) return failed('invalid_input', '内容含有无法保存的字符（不完整的编码），未做任何改动；请删去乱码后再试。')
  return failed('internal', `本机程序出错${code === undefined ? '' : `（${code}）`}，这一步没有完成；此前已保存的内容都完好。请重试，仍不行请重新启动客户端。`)
}

export const serverFailure = (failure: TransportFailure): Failure => {
  switch (failure.kind) {
    case 'offline': return failed('offline', '连不上服务器。本机内容都已保存，联网后会自动继续。')
    case 'unauthorized': return failed('unauthorized', '服务器要求重新登录。未发送的内容仍在本机，请重新输入密码。')
    case 'deviceRevoked': return failed('device_revoked', '这台设备已被管理员停用，本机数据已清除。请联系安全保密管理员。')
    case 'tooOld': return failed('client_too_old', '客户端版本过低，服务器不再接收。未发送的内容仍在本机，可先导出，再升级客户端。')
    case 'garbage': return failed('internal', '服务器的回答无法识别，已忽略；本机内容没有改变。请检查网络（是否需要先登录上网认证）或联系系统管理员。')
    case 'server': return failed('internal', `服务器未能处理：${failure.message.slice(0, 200)}（${failure.code}）。本机内容没有改变。`)
  }
}

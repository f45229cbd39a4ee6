/** Unsent work as a signed file that can be carried by hand (导出未发送事项). Rules O5 and C1. */
import type { Desktop, DesktopError } from '#core/desktop'
import { ok, type Result } from '#core/formats'
import { offerFile } from '../../paper/index.ts'

/** Saves the package through the browser's download; returns its file name. */
export const exportUnsent = async (desktop: Desktop): Promise<Result<string, DesktopError>> => {
  const result = await desktop.call('journal.export', {})
  if (!result.ok) return result
  const stamp = new Date().toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')
  const name = `wenshu-unsent-${stamp}.zip`
  offerFile(result.value, name)
  return ok(name)
}

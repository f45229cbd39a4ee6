/** Starting a client through the loopback host (启动客户端). */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { verifyPdf } from '#core/seal'
import type { SealTrust } from '#main/host'
import { startLoopback } from '#main/loopback'
import { hostFonts } from './fonts.ts'

const rendererDir = join(import.meta.dirname, '..', 'out', 'renderer')

export type DeskOptions = { readonly serverUrl: string; readonly profile: string; readonly profilesDir: string; readonly open: boolean; readonly port?: number }

/** The verdict of our own verifier about a sealed PDF, as the screens show it. */
export const verifySeal = (pdf: Uint8Array, trust: SealTrust): unknown =>
  verifyPdf(pdf, { anchors: trust.anchors, crls: trust.crls, trust: 'decide' })

export const openDesk = (options: DeskOptions) => {
  if (!existsSync(join(rendererDir, 'index.html'))) throw new Error('客户端界面尚未构建，请先运行 npm run build')
  return startLoopback({
    profile: options.profile, profilesDir: options.profilesDir, serverUrl: options.serverUrl, rendererDir, fonts: hostFonts, verifySeal, open: options.open,
    ...(options.port === undefined ? {} : { port: options.port }),
  })
}

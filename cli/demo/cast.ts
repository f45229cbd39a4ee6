/** The people of the demonstration, each with a client of their own (演示人员). */
import { join } from 'node:path'
import type { Desktop, DesktopResult } from '#core/desktop'
import type { FontSet } from '#core/typeset'
import { verifySealed } from '#core/seal'
import { createHost, createHostFonts, type Host } from '#main/host'
import { demoRegion } from '#server'
import { openHeadless, type Headless } from './headless.ts'
import type { Cast } from './steps.ts'

const names = ['qiqige', 'wangxiaoyan', 'limin', 'zhaogang', 'bateer', 'sunli', 'gaowa', 'zhaomin', 'wuyunna'] as const

const opened = <T>(result: DesktopResult<T>): T => {
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

export const openCast = async (options: { readonly serverUrl: string; readonly leaderUrl: string; readonly profilesDir: string; readonly fonts: FontSet }): Promise<{
  readonly people: Cast; readonly close: () => Promise<void>
}> => {
  const hosts: Host[] = []
  const people: [string, Headless][] = []
  for (const account of names) {
    const host = opened(await createHost({
      profileDir: join(options.profilesDir, account), serverUrl: account === 'bateer' ? options.leaderUrl : options.serverUrl, host: 'loopback', version: '0.1.0',
      fonts: createHostFonts(), verifySeal: (file, trust) => verifySealed(file, { ...trust, trust: 'decide' }),
    }))
    hosts.push(host)
    people.push([account, await openHeadless({
      desktop: host as Desktop, account, password: demoRegion.password, fonts: options.fonts, now: () => new Date().toISOString(),
    })])
  }
  return {
    people: Object.fromEntries(people) as unknown as Cast,
    close: async () => { for (const host of hosts) await host.close() },
  }
}

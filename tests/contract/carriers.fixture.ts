/** Tokens as a host finds them (密码设备), over stand-ins of a vendor's module; and answers of a desktop, unwrapped. */
import type { DesktopError, DesktopResult } from '#core/desktop'
import { changeTokenPin, listTokens, tokenKey } from '#keys'
import type { Carriers } from '#main/host'
import { sm2Mechanism, type Sm2Token } from '../../keys/token.fixture.ts'

export const good = <T>(result: DesktopResult<T>): T => {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`)
  return result.value
}
export const bad = (result: DesktopResult<unknown>): DesktopError => {
  if (result.ok) throw new Error('was not refused')
  return result.error
}

/** Carriers over stand-ins of a vendor's module, each at an address of its own. */
export const carriersOf = (tokens: Readonly<Record<string, Sm2Token>>): Carriers => {
  const optionsOf = (address: string) => ({ module: address, sm2: { mechanism: sm2Mechanism, input: 'digest' as const } })
  return {
    list: async () => {
      const carriers = []
      for (const [address, token] of Object.entries(tokens)) {
        const plugged = await listTokens(address, async () => token.module)
        for (const each of plugged.ok ? plugged.value : []) carriers.push({ address, kind: 'pkcs11' as const, ...each })
      }
      return { carriers, missing: [] }
    },
    at: (address) => {
      const token = tokens[address]
      if (token === undefined) return null
      const load = async () => token.module
      return { ...tokenKey(optionsOf(address), load), changePin: (old, next) => changeTokenPin(optionsOf(address), old, next, load) }
    },
  }
}

/** The host (主机): one per profile folder, behind the table of core/desktop, whatever transport calls it. */
import { chmod } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, join } from 'node:path'
import {
  desktopLimits, desktopTable, failed, judgeInput, judgeOutput, type DesktopEvent, type DesktopResult, type MethodInput,
} from '#core/desktop'
import { concatBytes } from '#core/formats'
import { createDisk } from './disk.ts'
import { machineFailure, signedOut } from './errors.ts'
import { lockProfile } from './lock.ts'
import { createMethods, type Methods } from './methods.ts'
import { exportOutbox } from './package.ts'
import { makePages } from './pages.ts'
import { enrolPersonalKey } from './personal.ts'
import { configuredCarriers, createCarriers } from './personalCarriers.ts'
import type { ByteAnswer, Host, HostOptions } from './ports.ts'
import type { Profile } from './profile.ts'
import { createSealDesk } from './sealDesk.ts'
import { createServerCalls } from './server/calls.ts'
import { createServerClient } from './server/client.ts'
import { createHttp } from './server/http.ts'
import { openPokeLine, type PokeLine } from './server/poke.ts'
import { trustShape } from './server/shapes.ts'
import { createSessionKeeper } from './session.ts'
import { onePiece, putBlob, readBlob } from './transfer.ts'

/** http(s), a host, perhaps a port; nothing more, and TLS unless it is this machine. */
export const readServerUrl = (text: string): string | null => {
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  const plain = url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' && url.password === ''
  return plain && (url.protocol === 'https:' || (url.protocol === 'http:' && local)) ? url.origin : null
}

/** @returns `profile_busy` while another process has the profile; `invalid_input` for a server address that is none, or not under TLS */
export const createHost = async (options: HostOptions): Promise<DesktopResult<Host>> => {
  const serverUrl = readServerUrl(options.serverUrl)
  if (serverUrl === null) return failed('invalid_input', '服务器地址不正确：应为 https://主机[:端口]（本机调试可用 http://127.0.0.1:端口）。')
  const folder = options.profileDir
  const lock = await lockProfile(folder)
  if (lock === null) return failed('profile_busy', `档案“${basename(folder)}”正被另一个文枢程序使用。请使用已打开的窗口，或先关闭它；没有改动任何内容。`)
  await chmod(folder, 0o700)

  const now = options.now ?? (() => new Date().toISOString())
  const monotonicMs = options.monotonicMs ?? (() => performance.now())
  const disk = createDisk(options.writeAll)
  const authority = await disk.read(join(folder, 'server-ca.pem'))
  const certificateAuthority = authority === null ? null : Buffer.from(authority).toString('utf8')
  const listeners = new Set<(event: DesktopEvent) => void>()
  const emit = (event: DesktopEvent): void => { for (const listener of listeners) listener(event) }

  let reachable: boolean | null = null
  let pokeLine: PokeLine | null = null
  const onRevoked = (): void => { void session.wipe() }
  const http = createHttp(serverUrl, certificateAuthority)
  const server = createServerClient({
    http, now, monotonicMs, onRevoked,
    keepRefreshToken: async (refreshToken) => { await session.profile()?.keep({ refreshToken }) },
    onReachable: (is) => { if (is !== reachable) { reachable = is; emit({ type: 'connection', online: is }) } },
  })

  const refreshTrust = async (profile: Profile): Promise<void> => {
    const trust = await server.ask(trustShape, { method: 'GET', path: '/v1/trust' }, 'anyone')
    // Only the revocation list moves on; the root stays the one that was pinned.
    if (trust.ok && session.profile() === profile && trust.value.crl !== profile.holdings().crl) await profile.keep({ crl: trust.value.crl })
  }

  /** A personal key that was made without a network gets its certificate when there is one. */
  const enrolLater = (profile: Profile): void => {
    enrolPersonalKey(profile, server).then((enrolled) => { if (enrolled.ok) emit({ type: 'changed' }) }, () => undefined)
  }

  const token = async (): Promise<string | null> => {
    if (server.accessToken() === null) await server.refresh(null)
    return server.accessToken()
  }
  const onChange = (profile: Profile | null): void => {
    pokeLine?.close()
    pokeLine = profile === null ? null : openPokeLine({
      serverUrl, certificateAuthority, token,
      onPoke: () => emit({ type: 'poke' }),
      onOpen: () => {
        // Whatever was missed while the line was down is fetched now.
        emit({ type: 'poke' })
        if (profile.holdings().enrolment !== null) enrolLater(profile)
      },
      ...(options.pokePause === undefined ? {} : { pause: options.pokePause }),
    })
    if (profile === null) void sealDesk.close()
    else refreshTrust(profile).catch(() => undefined)
  }

  const place = { disk, folder, monotonicMs, maxBlobBytes: desktopLimits.bodyBytes, deviceName: hostname().slice(0, 100) }
  const session = createSessionKeeper({ ...place, serverUrl, server, emit, onChange })
  const calls = createServerCalls(server, onRevoked)
  const carriers = options.carriers ?? createCarriers(configuredCarriers())
  const sealDesk = createSealDesk({ server, carriers, seals: calls.seals, closed: () => emit({ type: 'changed' }) })
  const methods = createMethods({ options: { ...options, serverUrl }, profileName: basename(folder), now, session, server, calls, carriers, sealDesk, emit })

  const openBytes = async (method: string, input: unknown): Promise<DesktopResult<ByteAnswer>> => {
    switch (method) {
      case 'fonts.read': {
        const bytes = await options.fonts.read((input as MethodInput<'fonts.read'>).role)
        return { ok: true, value: { size: bytes.length, chunks: onePiece(bytes) } }
      }
      case 'pages.make': {
        const profile = session.profile()
        return profile === null ? signedOut() : makePages(profile, server, options.fonts, input as MethodInput<'pages.make'>)
      }
      case 'journal.export': {
        const profile = session.profile()
        if (profile === null) return signedOut()
        const bytes = await exportOutbox(profile, now())
        return { ok: true, value: { size: bytes.length, chunks: onePiece(bytes) } }
      }
      default: {
        const profile = session.profile()
        return profile === null ? signedOut() : readBlob(profile, server, (input as MethodInput<'blobs.read'>).hash)
      }
    }
  }

  const guarded = async <T>(task: () => Promise<DesktopResult<T>>): Promise<DesktopResult<T>> => {
    try {
      return await task()
    } catch (error) {
      return machineFailure(error)
    }
  }

  const open: Host['open'] = (method, input) => guarded(async () => {
    const judged = judgeInput(method, input, 'none')
    if (!judged.ok) return judged
    if (desktopTable[judged.value.method].effect !== 'bytesOut') return failed('invalid_input', '这个调用不返回字节内容。')
    return openBytes(judged.value.method, judged.value.input)
  })

  const call: Host['call'] = (method, input, body) => guarded(async () => {
    if (body instanceof Uint8Array && body.length > desktopLimits.bodyBytes) return failed('too_large', `文件超过 ${desktopLimits.bodyBytes / 1024 / 1024} MB 的上限，未保存。`)
    const judged = judgeInput(method, input, body === undefined ? 'none' : 'body')
    if (!judged.ok) return judged
    const { method: name, input: value } = judged.value
    const { effect } = desktopTable[name]
    if (effect === 'bytesIn') {
      const profile = session.profile()
      if (profile === null) return signedOut()
      const source = body instanceof Uint8Array ? onePiece(body) : (body ?? onePiece(new Uint8Array(0)))
      return putBlob(profile, (value as MethodInput<'blobs.put'>).hash, source)
    }
    if (effect === 'bytesOut') {
      const answer = await openBytes(name, value)
      if (!answer.ok) return answer
      const parts: Uint8Array[] = []
      for await (const part of answer.value.chunks) parts.push(part)
      return { ok: true, value: concatBytes(...parts) }
    }
    const result = await (methods[name as keyof Methods] as (input: unknown) => Promise<DesktopResult<unknown>>)(value)
    return result.ok ? judgeOutput(name, result.value) : result
  })

  return {
    ok: true,
    value: {
      call, open,
      on: (listener) => { listeners.add(listener); return () => listeners.delete(listener) },
      close: async () => {
        pokeLine?.close()
        pokeLine = null
        await session.lock()
        http.close()
        await lock.release()
      },
    },
  }
}

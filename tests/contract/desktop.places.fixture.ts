/** Where the desktop contract is run: in process, and over real HTTP (各传输上的同一套契约测试). */
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLoopbackDesktop, enterLoopback, jsonType, launchFragment, loopbackPaths, type Desktop } from '#core/desktop'
import { utf8 } from '#core/formats'
import { createHost, type Host, type HostOptions } from '#main/host'
import { startLoopback } from '#main/loopback'
import { browserAt } from './desktop.machine.fixture.ts'

export type Place = {
  readonly desktop: Desktop
  /** the profile's folder */
  readonly folder: string
  /** a method that the types do not know; the error's code */
  readonly rawCall: (name: string) => Promise<string>
  /** ends the host and starts it again on the same folder */
  readonly restart: (change?: Partial<HostOptions>) => Promise<Desktop>
  readonly close: () => Promise<void>
}

export const fonts: HostOptions['fonts'] = {
  list: async () => ({ setId: 'none', fonts: [{ role: '仿宋', family: '试验字体', substituted: true, size: 3 }] }),
  read: async () => Uint8Array.of(1, 2, 3),
  make: async (content, issue, format, pictures) => utf8(`${format} ${content.title} ${issue?.number ?? ''} ${pictures.size}`),
}
const verifySeal: HostOptions['verifySeal'] = (pdf, trust) => ({ verdict: 'unsigned', size: pdf.length, anchors: trust.anchors.length, crls: trust.crls.length })
const common = { fonts, verifySeal, version: '9.9.9', pokePause: { first: 20, longest: 200 } } as const

export const hostDesktop = (host: Host): Desktop => ({ call: host.call as Desktop['call'], on: host.on })

type Maker = (serverUrl: string, change?: Partial<HostOptions>) => Promise<Place>

const inProcess: Maker = async (serverUrl, change = {}) => {
  const root = await mkdtemp(join(tmpdir(), 'wenshu-desk-'))
  const folder = join(root, 'qiqige')
  const start = async (more: Partial<HostOptions>): Promise<Host> => {
    const made = await createHost({ ...common, profileDir: folder, serverUrl, host: 'loopback', ...change, ...more })
    if (!made.ok) throw new Error(made.error.message)
    return made.value
  }
  let host = await start({})
  return {
    desktop: hostDesktop(host), folder,
    rawCall: async (name) => { const result = await host.call(name, {}); return result.ok ? 'ok' : result.error.code },
    restart: async (more = {}) => { await host.close(); host = await start(more); return hostDesktop(host) },
    close: async () => { await host.close(); await rm(root, { recursive: true, force: true }) },
  }
}

export const rendererStub = async (root: string): Promise<string> => {
  const folder = join(root, 'renderer')
  await mkdir(join(folder, 'assets'), { recursive: true })
  await writeFile(join(folder, 'index.html'), '<!doctype html><html><head><title>文枢</title></head><body></body></html>')
  await writeFile(join(folder, 'assets/app.js'), 'export {}\n')
  return folder
}

const loopback: Maker = async (serverUrl) => {
  const root = await mkdtemp(join(tmpdir(), 'wenshu-loop-'))
  const rendererDir = await rendererStub(root)
  const start = () => startLoopback({ ...common, profile: 'qiqige', profilesDir: join(root, 'profiles'), serverUrl, rendererDir })
  let machine = browserAt('http://x.localhost:1')
  const enter = async (url: string): Promise<Desktop> => {
    machine = browserAt(new URL(url).origin)
    if (!(await enterLoopback(machine, url.split(launchFragment)[1] ?? ''))) throw new Error('not let in')
    return createLoopbackDesktop(machine)
  }
  let running = await start()
  return {
    rawCall: async (name) => {
      const answer = await machine.fetch(loopbackPaths.call + name, { method: 'POST', headers: { 'content-type': jsonType }, body: '{}' })
      return ((await answer.json()) as { error: { code: string } }).error.code
    },
    desktop: await enter(running.url), folder: join(root, 'profiles', 'qiqige'),
    restart: async () => { await running.close(); running = await start(); return enter(running.url) },
    close: async () => { await running.close(); await rm(root, { recursive: true, force: true }) },
  }
}

export const places: readonly (readonly [string, Maker])[] = [['in process', inProcess], ['over loopback', loopback]]

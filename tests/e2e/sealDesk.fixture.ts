/** What the scenarios of the seal desk stand on: documents ready for sealing, and where a seal is, on screen and in the files (用印台). */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import type { Page } from 'playwright'
import { readZip } from '#core/formats'
import type { DocumentState } from '#core/route'
import { sampleContent, TestClient, uuid } from '../harness/client.ts'
import { skipLoudly } from '../harness/skips.ts'
import type { Desk, Office } from './office.ts'
import { eventually, must } from './scenario.ts'

export const sealState = async (office: Office, title: string): Promise<DocumentState> => {
  const [row] = await office.server.db.query<{ state: DocumentState }>("select state from aggregate where kind = 'document' and state->>'title' = $1", [title])
  if (row === undefined) throw new Error('the server does not have the document')
  return row.state
}

/** Of any screen: no barrier that axe knows. */
export const lookForBarriers = async (page: Page): Promise<void> => {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze()
  must(violations.length === 0, violations.map((violation) => `${violation.id}: ${violation.nodes.slice(0, 2).map((node) => node.html.slice(0, 160)).join(' | ')}`).join('\n'))
}

const hands = new WeakMap<Office, Map<string, Promise<TestClient>>>()

/** A person's further device, for the way of a document that is not what a scenario is about. */
const hand = (office: Office, person: string): Promise<TestClient> => {
  const known = hands.get(office) ?? new Map<string, Promise<TestClient>>()
  hands.set(office, known)
  const client = known.get(person) ?? new TestClient(office.server.url, person).signIn()
  known.set(person, client)
  return client
}

/** The desk keeps the view that was looked at last: the register, a batch. */
export const toQueue = async ({ page, go }: Desk): Promise<void> => {
  await go('#/sealing')
  await page.locator('.ant-segmented-item', { hasText: '用印与封发' }).click()
}

/** Submitted, and agreed to by these people in turn, on the way of every document. */
export const agreedDocument = async (office: Office, title: string, people: readonly string[]): Promise<string> => {
  const drafter = await hand(office, 'qiqige')
  const documentId = `doc-${uuid()}`
  await drafter.send({ type: 'document.create', documentId, kind: '通知', organId: 'nmg-bgt', title: '' })
  const contentHash = await drafter.uploadContent(sampleContent(title))
  await drafter.send({ type: 'draft.save', documentId, contentHash, base: null })
  const assignments = { review: ['wangxiaoyan'], countersign: ['limin', 'zhaogang'], approve: ['bateer'] }
  const sent = await drafter.send({ type: 'document.submit', documentId, contentHash, routeId: 'bgt-fawen', routeVersion: 1, assignments })
  must(sent.status === 'accepted', JSON.stringify(sent))
  await agreeInTurn(office, documentId, people)
  return documentId
}

/** On a document that was sent on its way: these people agree, one after the other. */
export const agreeInTurn = async (office: Office, documentId: string, people: readonly string[]): Promise<void> => {
  for (const person of people) {
    const client = await hand(office, person)
    await eventually(`the step reached ${person}`, async () => (await client.pull()).rows.has(documentId) && client.state(documentId).step?.branches.some((branch) => branch.holder === person && branch.state === 'open'))
    const answer = await client.agree(documentId)
    must(answer.status === 'accepted', `${person}: ${JSON.stringify(answer)}`)
  }
}

/** Approved, numbered and composed: waiting for its seal. */
export const composedDocument = async (office: Office, title: string): Promise<string> => {
  const documentId = await agreedDocument(office, title, ['wangxiaoyan', 'limin', 'zhaogang', 'bateer'])
  await eventually('composed', async () => (await sealState(office, title)).status === 'composed', 60_000)
  return documentId
}

/** Centre and diameter, mm from the page's upper left. */
export type Spot = { readonly x: number; readonly y: number; readonly diameter: number }

export const apart = (a: Spot, b: Spot): number => Math.hypot(a.x - b.x, a.y - b.y)

/** Where the seal is on the screen's page. */
export const shownSeal = async (page: Page): Promise<Spot> => {
  await page.locator('.wk-seal-stamp').waitFor()
  return page.locator('.wk-seal-stamp').evaluate((seal) => {
    const [own, sheet] = [seal.getBoundingClientRect(), (seal.parentElement as HTMLElement).getBoundingClientRect()]
    const mm = 210 / sheet.width
    return { x: (own.left + own.width / 2 - sheet.left) * mm, y: (own.top + own.height / 2 - sheet.top) * mm, diameter: own.width * mm }
  })
}

/** A tenth of a millimetre to the pixel. */
const dpi = 254

/** Grey pixels of one page, by a renderer that is not ours. */
const pixels = (folder: string, name: string, pdf: Uint8Array, page: number) => {
  const [from, to] = [join(folder, `${name}.pdf`), join(folder, `${name}.pgm`)]
  writeFileSync(from, pdf)
  execFileSync('mutool', ['draw', '-q', '-r', String(dpi), '-F', 'pgm', '-o', to, from, String(page)], { stdio: 'pipe' })
  const bytes = readFileSync(to)
  const head = /^P5\s+(\d+)\s+(\d+)\s+255\s/u.exec(bytes.subarray(0, 100).toString('latin1'))
  if (head === null) throw new Error('no grey pixels')
  return { width: Number(head[1]), height: Number(head[2]), data: bytes.subarray(head[0].length) }
}

/** A stored file, as the host's seal clerk reads it. */
export const bytesOf = async (office: Office, hash: string | undefined): Promise<Uint8Array> => {
  const reply = await fetch(`${office.server.url}/v1/blobs/${hash ?? ''}`, { headers: { 'wenshu-wire': '1', authorization: `Bearer ${(await hand(office, 'sunli')).session?.accessToken ?? ''}` } })
  must(reply.status === 200, `blob ${hash ?? ''}: ${reply.status}`)
  return new Uint8Array(await reply.arrayBuffer())
}

/** Where the seal is in the sealed files: in the PDF by what mutool draws more than before, in the OFD by its annotation. Null without mutool. */
export const measured = async (office: Office, title: string): Promise<{ readonly pdf: Spot; readonly ofd: Spot } | null> => {
  const { final, seal } = await sealState(office, title)
  const entries = readZip(await bytesOf(office, seal?.sealedOfdHash))
  if (!entries.ok) throw new Error(entries.error.message)
  const signature = Buffer.from(entries.value.find(({ path }) => path.endsWith('/Signature.xml'))?.bytes ?? []).toString()
  const [left = 0, top = 0, across = 0, down = 0] = /Boundary="([^"]+)"/u.exec(signature)?.[1]?.split(' ').map(Number) ?? []
  const ofd = { x: left + across / 2, y: top + down / 2, diameter: across }
  const { statement } = seal?.signature ?? {}
  const page = statement?.schema === 'wenshu.seal/3' ? statement.place.page : 1
  const folder = mkdtempSync(join(tmpdir(), 'wenshu-measure-'))
  try {
    const [before, after] = [pixels(folder, 'before', await bytesOf(office, final?.hash), page), pixels(folder, 'after', await bytesOf(office, seal?.sealedHash), page)]
    const xs: number[] = []
    const ys: number[] = []
    for (let i = 0; i < after.data.length; i++) {
      // A page with a blended seal is drawn in another way; the edges of its letters differ by a shade.
      if (Math.abs(after.data[i]! - before.data[i]!) < 60) continue
      xs.push(i % after.width)
      ys.push(Math.floor(i / after.width))
    }
    must(xs.length > 0, 'nothing was drawn by the seal')
    const bounds = (values: readonly number[]): readonly [number, number] => values.reduce<[number, number]>(([low, high], value) => [Math.min(low, value), Math.max(high, value + 1)], [Number.POSITIVE_INFINITY, 0])
    const mm = (value: number): number => value * 25.4 / dpi
    const [[x1, x2], [y1, y2]] = [bounds(xs), bounds(ys)]
    return { pdf: { x: mm((x1 + x2) / 2), y: mm((y1 + y2) / 2), diameter: mm(x2 - x1) }, ofd }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    skipLoudly('the seal measured on the pages', 'mutool is not installed: apt-get install -y mupdf-tools')
    return null
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

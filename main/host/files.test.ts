import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sm3Hex } from '#core/crypto'
import { concatBytes, utf8 } from '#core/formats'
import { randomBytes } from '#keys'
import { DamagedBlob, openBlobs, type Bytes } from './blobs.ts'
import { createDisk, type WriteAll } from './disk.ts'
import { openDrafts } from './drafts.ts'
import { lockProfile } from './lock.ts'

let folder: string
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'wenshu-files-')) })
afterEach(() => rm(folder, { recursive: true, force: true }))

const key = randomBytes(32)
async function* pieces(bytes: Uint8Array, size: number): Bytes {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
const whole = async (chunks: Bytes): Promise<Uint8Array> => {
  const parts: Uint8Array[] = []
  for await (const part of chunks) parts.push(part)
  return concatBytes(...parts)
}
const fullAfter = (room: number): WriteAll => {
  let left = room
  return async (handle, bytes, position) => {
    const part = bytes.subarray(0, left)
    await handle.write(part, 0, part.length, position)
    left -= part.length
    if (part.length < bytes.length) throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
  }
}
const filesBelow = async (path: string): Promise<string[]> =>
  (await readdir(path, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))

describe('blobs', () => {
  it.each([0, 1, 262_143, 262_144, 262_145, 600_000])('%i bytes come back as they were, with their size, whatever pieces they came in', async (size) => {
    const bytes = randomBytes(size)
    const blobs = openBlobs(createDisk(), folder, key, 1_000_000)
    expect(await blobs.put(sm3Hex(bytes), pieces(bytes, 70_001))).toBe('stored')
    const stored = await blobs.open(sm3Hex(bytes))
    expect(stored?.size).toBe(size)
    expect(await whole(stored!.chunks)).toEqual(bytes)
  })

  it('bytes of another hash, or too many, are not kept at all', async () => {
    const blobs = openBlobs(createDisk(), folder, key, 1000)
    const hash = sm3Hex(utf8('a'))
    expect(await blobs.put(hash, pieces(utf8('b'), 1))).toBe('mismatch')
    expect(await blobs.put(hash, pieces(randomBytes(1001), 100))).toBe('too_large')
    expect(await blobs.open(hash)).toBeNull()
    expect(await filesBelow(folder)).toEqual([])
  })

  it('names and bytes on disk tell neither hash nor content', async () => {
    const text = utf8('关于进一步加强草原防火工作的通知'.repeat(50))
    await openBlobs(createDisk(), folder, key, 1e6).put(sm3Hex(text), pieces(text, 1000))
    for (const file of await filesBelow(folder)) {
      expect(file).not.toContain(sm3Hex(text).slice(0, 8))
      expect((await readFile(file)).includes('草原防火')).toBe(false)
    }
  })

  it('a shortened, altered or exchanged file is damaged, never a shorter document', async () => {
    const blobs = openBlobs(createDisk(), folder, key, 1e6)
    const bytes = randomBytes(600_000)
    await blobs.put(sm3Hex(bytes), pieces(bytes, 1e5))
    const [file] = await filesBelow(folder)
    const good = new Uint8Array(await readFile(file!))
    for (const bad of [good.subarray(0, good.length - 1), good.subarray(0, 4 + 2 * (262_144 + 32)), good.subarray(0, 10), good.with(300_000, good[300_000]! ^ 1)]) {
      await writeFile(file!, bad)
      await expect(whole((await blobs.open(sm3Hex(bytes)))!.chunks)).rejects.toThrow(DamagedBlob)
    }
  })

  it('a full disk leaves nothing behind', async () => {
    const bytes = randomBytes(600_000)
    const blobs = openBlobs(createDisk(fullAfter(300_000)), folder, key, 1e6)
    await expect(blobs.put(sm3Hex(bytes), pieces(bytes, 1e5))).rejects.toMatchObject({ code: 'ENOSPC' })
    expect(await filesBelow(folder)).toEqual([])
  })
})

describe('drafts', () => {
  const first = { documentId: 'doc-1', json: '{"title":"草原防火"}', savedAt: '2026-11-24T00:00:00Z' }

  it('are replaced whole, listed, discarded', async () => {
    const drafts = openDrafts(createDisk(), folder, key)
    await drafts.save(first)
    await drafts.save({ ...first, json: '{}' })
    await drafts.save({ ...first, documentId: 'doc-2' })
    expect((await drafts.list()).drafts.map(({ documentId, json }) => [documentId, json]).sort()).toEqual([['doc-1', '{}'], ['doc-2', first.json]])
    await drafts.discard('doc-2')
    await drafts.discard('doc-9')
    expect((await drafts.list()).drafts.length).toBe(1)
  })

  it('a full disk at any byte keeps the version before', async () => {
    await openDrafts(createDisk(), folder, key).save(first)
    for (const room of [0, 1, 20, 60, 100]) {
      await expect(openDrafts(createDisk(fullAfter(room)), folder, key).save({ ...first, json: 'x'.repeat(200) })).rejects.toMatchObject({ code: 'ENOSPC' })
      expect((await openDrafts(createDisk(), folder, key).list()).drafts).toEqual([first])
    }
    expect((await readdir(folder)).length).toBe(1)
  })

  it('what a killed process left half written is cleared away; the version before stands', async () => {
    const drafts = openDrafts(createDisk(), folder, key)
    await drafts.save(first)
    const [name] = await readdir(folder)
    await writeFile(join(folder, `${name}.part-0123456789ab`), 'half')
    expect((await drafts.list()).drafts).toEqual([first])
    expect(await readdir(folder)).toEqual([name])
  })

  it('an unreadable one is put aside and counted, the others come', async () => {
    const drafts = openDrafts(createDisk(), folder, key)
    await drafts.save(first)
    const [name] = await readdir(folder)
    const bytes = await readFile(join(folder, name!))
    await drafts.save({ ...first, documentId: 'doc-2' })
    await writeFile(join(folder, name!), bytes.subarray(1))
    // A file under another document's name does not pass for that document.
    await writeFile(join(folder, `${'0'.repeat(32)}.draft`), bytes)
    expect(await drafts.list()).toMatchObject({ damaged: 2, drafts: [{ documentId: 'doc-2' }] })
    expect(await drafts.list()).toMatchObject({ damaged: 0 })
    expect((await readdir(folder)).filter((each) => each.endsWith('.damaged')).length).toBe(2)
  })
})

describe('the profile lock', () => {
  it('one holder at a time; released or dead holders do not block', async () => {
    const place = join(folder, 'profile')
    const lock = await lockProfile(place)
    expect(lock).not.toBeNull()
    expect(await lockProfile(place)).toBeNull()
    await lock!.release()
    const second = await lockProfile(place)
    expect(second).not.toBeNull()
    await second!.release()
    for (const dead of [JSON.stringify({ pid: 2 ** 22 + 7, started: null, nonce: 'x' }), JSON.stringify({ pid: process.pid, started: '1', nonce: 'x' }), '{', '', '{"pid":-1}']) {
      await mkdir(place, { recursive: true })
      await writeFile(join(place, 'lock'), dead)
      const taken = await lockProfile(place)
      expect([dead, taken === null]).toEqual([dead, false])
      await taken!.release()
    }
  })

  it('of several that start at the same moment one wins', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => lockProfile(join(folder, 'p'))))
    expect(answers.filter((lock) => lock !== null).length).toBe(1)
  })
})

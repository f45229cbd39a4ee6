import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FolderInUse, lockFolder } from './index.ts'

describe('the lock of the data folder', () => {
  let folder: string
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'wenshu-lock-')) })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('a second process is told who has it; after release it is free', () => {
    const release = lockFolder(folder)
    expect(() => lockFolder(folder)).toThrow(FolderInUse)
    expect(() => lockFolder(folder)).toThrow(String(process.pid))
    const code = `import { lockFolder } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)}; try { lockFolder(${JSON.stringify(folder)}) } catch (error) { console.log(error.name) }`
    const other = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' })
    expect(other.stdout.trim()).toBe('FolderInUse')
    release()
    lockFolder(folder)()
  })

  it('a lock whose process is gone is taken over', () => {
    const gone = spawnSync(process.execPath, ['-e', ''])
    writeFileSync(join(folder, 'lock'), String(gone.pid))
    lockFolder(folder)()
    writeFileSync(join(folder, 'lock'), '')
    lockFolder(folder)()
  })
})

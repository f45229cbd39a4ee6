/** One process for one embedded database (数据目录锁): PGlite itself would let a second one write into the same folder. */
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export class FolderInUse extends Error {
  constructor(folder: string, pid: string) {
    super(`数据目录 ${folder} 正被另一个进程（${pid}）使用。请先停止该进程；如确认该进程与文枢无关，可删除其中的 lock 文件；多个实例请改用 DATABASE_URL 指向 PostgreSQL。`)
    this.name = 'FolderInUse'
  }
}

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

const held = new Set<string>()

/** Returns the release. A lock whose process is gone (power cut, kill) is taken over. Throws FolderInUse. */
export const lockFolder = (folder: string): (() => void) => {
  const file = join(folder, 'lock')
  for (let attempt = 0; ; attempt++) {
    try {
      // Linked into place with its content: a lock that is seen is never empty.
      const own = `${file}.${process.pid}`
      writeFileSync(own, String(process.pid), { mode: 0o600 })
      try {
        linkSync(own, file)
      } finally {
        rmSync(own, { force: true })
      }
      held.add(file)
      return () => {
        held.delete(file)
        rmSync(file, { force: true })
      }
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
      let pid = ''
      try {
        pid = readFileSync(file, 'utf8').trim()
      } catch {
        continue
      }
      const stale = pid === String(process.pid) ? !held.has(file) : !/^\d+$/.test(pid) || !alive(Number(pid))
      if (!stale || attempt > 2) throw new FolderInUse(folder, pid === '' ? '未知' : pid)
      rmSync(file, { force: true })
    }
  }
}

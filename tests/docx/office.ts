/** LibreOffice as a stranger who opens our files and writes files of its own. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { skipLoudly } from '../harness/skips.ts'

const isThere = (tool: string, ...args: string[]): boolean => {
  try {
    execFileSync(tool, args, { stdio: 'ignore' })
    return true
  } catch (problem) {
    return (problem as { code?: string }).code !== 'ENOENT'
  }
}

/** True when the suites of this folder cannot run here; says so aloud once. */
export const isAbsent: boolean =
  !(isThere('soffice', '--version') && isThere('pdfinfo', '-v')) &&
  skipLoudly('DOCX opened by LibreOffice', 'soffice or pdfinfo not installed; on Debian: apt-get install -y libreoffice-writer-nogui poppler-utils fonts-noto-cjk')

const folder = mkdtempSync(join(tmpdir(), 'wenshu-docx-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

/** Writes the files, lets LibreOffice convert them all in one run, and returns the path of each result by name. */
export function convert(files: ReadonlyMap<string, Uint8Array | string>, target: string, extension: string): ReadonlyMap<string, string> {
  const run = mkdtempSync(join(folder, 'run-'))
  const inputs = [...files].map(([name, bytes]) => {
    const path = join(run, name)
    writeFileSync(path, bytes)
    return path
  })
  // A profile of its own: a desktop session of the same user would otherwise take the call over.
  execFileSync('soffice', [`-env:UserInstallation=file://${join(folder, 'profile')}`, '--headless', '--convert-to', target, '--outdir', join(run, 'out'), ...inputs], { stdio: ['ignore', 'pipe', 'pipe'], timeout: 110_000 })
  return new Map([...files.keys()].map((name) => [name, join(run, 'out', name.replace(/\.[^.]+$/u, `.${extension}`))]))
}

export const pagesOf = (pdf: string): number => Number(/Pages:\s+(\d+)/u.exec(execFileSync('pdfinfo', [pdf], { encoding: 'utf8' }))![1])

export const bytesOf = (path: string): Uint8Array => new Uint8Array(readFileSync(path))

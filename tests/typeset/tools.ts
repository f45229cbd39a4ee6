/** The tools of others that measure and judge. */
import { execFileSync } from 'node:child_process'
import { skipLoudly } from '../harness/skips.ts'

const packages = { mutool: 'mupdf-tools', qpdf: 'qpdf', pdffonts: 'poppler-utils', pdftotext: 'poppler-utils', pdftoppm: 'poppler-utils' } as const
export type Tool = keyof typeof packages

const found = new Map<Tool, boolean>()

/** Whether a tool is there; says aloud once when it is not. */
export function has(tool: Tool): boolean {
  let known = found.get(tool)
  if (known === undefined) {
    known = isThere(tool) || !skipLoudly(`typesetting measured by ${tool}`, `not installed; on Debian: apt-get install -y ${packages[tool]}`)
    found.set(tool, known)
  }
  return known
}

function isThere(tool: Tool): boolean {
  try {
    execFileSync(tool, ['-v'], { stdio: 'ignore' })
    return true
  } catch (problem) {
    // Some tools answer -v with an exit code of their own.
    return (problem as { code?: string }).code !== 'ENOENT'
  }
}

/** Standard output of a tool. */
export const run = (tool: Tool, ...args: string[]): string =>
  execFileSync(tool, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 28 })

/** Standard output as bytes. */
export const runBytes = (tool: Tool, ...args: string[]): Uint8Array => execFileSync(tool, args, { stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 28 })

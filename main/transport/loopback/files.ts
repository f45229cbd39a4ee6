/** The built renderer over HTTP (界面文件). */
import { randomBytes } from 'node:crypto'
import { readFile, realpath, stat } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { join, sep } from 'node:path'
import { pageHeaders, typeOfFile, withNonce } from '../pageHeaders.ts'
import { staticPath } from './guards.ts'

/** @param path as requested, without its query @param connect the WebSocket source of this origin */
export const sendFile = async (rendererDir: string, path: string, method: string, response: ServerResponse, connect: string): Promise<void> => {
  const relative = staticPath(path)
  const type = relative === null ? null : typeOfFile(relative)
  const nonce = randomBytes(16).toString('base64')
  const headers = { ...pageHeaders(nonce, [connect]) }
  const missing = (): void => { response.writeHead(404, { ...headers, 'content-type': 'text/plain; charset=utf-8' }).end('没有这个文件\n') }
  if (relative === null || type === null) return missing()
  const file = join(rendererDir, relative)
  let bytes: Uint8Array
  try {
    // A link inside the folder may not lead out of it.
    const real = await realpath(file)
    if (!real.startsWith((await realpath(rendererDir)) + sep) || !(await stat(real)).isFile()) return missing()
    bytes = await readFile(real)
  } catch {
    return missing()
  }
  if (relative.endsWith('.html')) bytes = Buffer.from(withNonce(Buffer.from(bytes).toString('utf8'), nonce), 'utf8')
  // Names of built files carry their hash; the page itself must be asked for each time.
  const lasting = relative.startsWith('assets/')
  response.writeHead(200, {
    ...headers, 'content-type': type, 'content-length': String(bytes.length), 'cache-control': lasting ? 'private, max-age=31536000, immutable' : 'no-store',
  })
  if (method === 'HEAD') response.end()
  else response.end(bytes)
}

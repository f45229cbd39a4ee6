/** What a window of ours may load and run (内容安全策略). The same for the loopback host and for app://. See docs/decisions/0003. */

/** @param styleNonce of this answer @param connect further sources for fetch and sockets (a WebSocket origin) */
export const contentSecurityPolicy = (styleNonce: string, connect: readonly string[] = []): string => [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  `style-src 'self' 'nonce-${styleNonce}'`,
  "worker-src 'self'",
  ["connect-src 'self'", ...connect].join(' '),
  "img-src 'self' data: blob:",
  "font-src 'self' blob: data:",
  "media-src 'none'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-src 'none'",
  "frame-ancestors 'none'",
].join('; ')

export const pageHeaders = (styleNonce: string, connect: readonly string[] = []): Readonly<Record<string, string>> => ({
  'content-security-policy': contentSecurityPolicy(styleNonce, connect),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), payment=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
})

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', mjs: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8',
  json: 'application/json', svg: 'image/svg+xml', png: 'image/png', jpg: 'image/jpeg', ico: 'image/x-icon', woff2: 'font/woff2', woff: 'font/woff',
  ttf: 'font/ttf', otf: 'font/otf', wasm: 'application/wasm', map: 'application/json', txt: 'text/plain; charset=utf-8', icc: 'application/octet-stream',
  bcmap: 'application/octet-stream', pfb: 'application/octet-stream',
}

/** null for a kind of file that the renderer does not have: it is not served. */
export const typeOfFile = (path: string): string | null => types[path.split('.').at(-1)?.toLowerCase() ?? ''] ?? null

/** The page with the nonce of this answer where the renderer looks for it. It opens styles only, never scripts. */
export const withNonce = (html: string, styleNonce: string): string => html.replace(/<head>/i, `<head><meta name="csp-nonce" content="${styleNonce}">`)

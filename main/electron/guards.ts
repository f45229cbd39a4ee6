/** What a window of ours may do (窗口约束), as pure functions: deny by default, one reason a line. */

/** One origin for ever: it owns the window's database. */
export const appScheme = 'app'
export const appOrigin = 'app://wenshu'
export const pageUrl = `${appOrigin}/index.html`

/** The window shows its own page and nothing else, whatever a link, a redirect or a dropped file says. */
export const mayNavigate = (url: string): boolean => {
  if (!URL.canParse(url)) return false
  const { protocol, host, pathname, username, password, search } = new URL(url)
  return protocol === 'app:' && host === 'wenshu' && username === '' && password === '' && search === '' && (pathname === '/' || pathname === '/index.html')
}

/** A link that a person clicked goes to the system's browser: web pages only, no files, no other programs' schemes. */
export const mayOpenOutside = (url: string): boolean => {
  if (url.length > 2048 || /[\u0000-\u0020\u007f\u200e\u200f\u202a-\u202e]/.test(url) || !URL.canParse(url)) return false
  const { protocol, username, password, hostname } = new URL(url)
  return protocol === 'https:' && username === '' && password === '' && hostname !== ''
}

/** Copying to the clipboard by the page itself, and full screen for reading; all else (camera, place, devices, notifications …) is no. */
const granted: readonly string[] = ['clipboard-sanitized-write', 'fullscreen']

/** @param origin of the frame that asks */
export const mayHave = (permission: string, origin: string): boolean =>
  granted.includes(permission) && (origin === appOrigin || origin === `${appOrigin}/`)

/** A message is answered for the page of one of our windows, never for a frame inside it. */
export const mayCall = (sender: { readonly frameUrl: string; readonly frame: 'main' | 'sub' }): boolean =>
  sender.frame === 'main' && mayNavigate(sender.frameUrl.split('#')[0] ?? '')

/** Requests that a page may make at all: its own files, and bytes that it made itself. */
export const mayRequest = (url: string): boolean => {
  if (!URL.canParse(url)) return false
  const { protocol, host, username, password } = new URL(url)
  if (protocol === 'app:') return host === 'wenshu' && username === '' && password === ''
  if (protocol === 'data:') return true
  return protocol === 'blob:' && url.startsWith(`blob:${appOrigin}/`)
}

/** Path of a built file for a request of the page, or null. */
export const filePathOf = (url: string): string | null => {
  if (!URL.canParse(url)) return null
  const { protocol, host, pathname, username, password } = new URL(url)
  return protocol === 'app:' && host === 'wenshu' && username === '' && password === '' ? pathname : null
}

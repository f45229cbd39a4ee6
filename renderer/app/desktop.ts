/** Which host stands behind this window (宿主): Electron's bridge when the preload put one there, else the loopback host. */
import { createLoopbackDesktop, enterLoopback, launchFragment, type Desktop, type LoopbackMachine } from '#core/desktop'

declare global {
  interface Window {
    /** put there by the preload; absent in a browser */
    readonly wenshu?: Desktop
  }
}

const browser: LoopbackMachine = {
  fetch: (path, request) => fetch(path, { ...request, credentials: 'same-origin', cache: 'no-store' }),
  socket: (path) => new WebSocket(new URL(path, window.location.href.replace(/^http/, 'ws'))) as ReturnType<LoopbackMachine['socket']>,
  later: (milliseconds, task) => void setTimeout(task, milliseconds),
}

/** The contract, ready to be called. A launch token in the fragment is used up and taken out of the address at once. */
export const connectDesktop = async (): Promise<Desktop> => {
  if (window.wenshu !== undefined) return window.wenshu
  const fragment = window.location.hash
  if (fragment.startsWith(launchFragment)) {
    await enterLoopback(browser, decodeURIComponent(fragment.slice(launchFragment.length)))
    window.history.replaceState(null, '', window.location.pathname)
  }
  return createLoopbackDesktop(browser)
}

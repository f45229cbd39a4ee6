/** The one preload (预加载脚本): puts the desktop contract under one key of the page, and nothing of Electron with it. */
import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron'
import { bridgeKey, createBridge } from '#core/desktop'

contextBridge.exposeInMainWorld(bridgeKey, createBridge({
  invoke: (channel, method, input, body) => ipcRenderer.invoke(channel, method, input, body),
  listen: (channel, listener) => {
    // The event object carries the sender, with which a page could speak past the contract: only its content goes on.
    const heard = (_event: IpcRendererEvent, event: unknown): void => listener(event)
    ipcRenderer.on(channel, heard)
    return () => { ipcRenderer.removeListener(channel, heard) }
  },
}))

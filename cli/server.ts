/** The central server with this machine's press (服务器与排版装配). */
import { readFile } from 'node:fs/promises'
import { startServer, type Server, type ServerOptions } from '#server'
import { loadFaces } from './fonts.ts'
import { openPress } from './compose.ts'

export const launchServer = async (options: ServerOptions): Promise<Server> => {
  const faces = await loadFaces()
  const press = openPress(faces)
  return startServer({
    compose: press, sealFont: () => readFile(faces.files['宋体'].path), ...options,
  })
}

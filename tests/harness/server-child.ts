/** Entry of a test server that runs as a process of its own; started by spawnServer. */
import { startServer, type ServerOptions } from '#server'
import { plainCompose, plainSealFont } from './compose.ts'

const options = JSON.parse(process.env['WENSHU_CHILD'] ?? '{}') as Pick<ServerOptions, 'dataDir' | 'port' | 'databaseUrl' | 'timeStamps'>
const server = await startServer({
  ...options, demo: true, compose: plainCompose, sealFont: plainSealFont, sealKeys: 'onFirstUse', log: (level, message) => process.stderr.write(`${level} ${message}\n`),
})
process.stdout.write(`url ${server.url}\n`)
process.on('SIGTERM', () => void server.close().then(() => process.exit(0)))

import { afterAll, beforeAll, describe } from 'vitest'
import { startTestServer, type TestServer } from '../harness/server.ts'
import { serverContract } from './server/index.ts'

describe('server on the embedded database', () => {
  let server: TestServer
  beforeAll(async () => { server = await startTestServer() })
  afterAll(() => server.close())
  serverContract(() => server)
})

import 'fake-indexeddb/auto'
import { memoryStore } from '#core/sync'
import { openLocalStore } from '../../renderer/store/index.ts'
import { storeContract } from '../harness/storeContract.ts'

storeContract('memory', async () => ({ store: memoryStore(), reopen: null, tidy: async () => undefined, close: async () => undefined }))

let profiles = 0
const storeKey = Buffer.alloc(32, 7).toString('base64')

storeContract('IndexedDB', async () => {
  const account = `contract-${(profiles += 1)}`
  const opened = [await openLocalStore(account, storeKey)]
  return {
    store: opened[0]!.store,
    reopen: async () => {
      const again = await openLocalStore(account, storeKey)
      opened.push(again)
      return again.store
    },
    tidy: opened[0]!.store.compact,
    close: async () => { for (const each of opened) each.close() },
  }
})

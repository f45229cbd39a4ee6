import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { folderBlobs } from './folder.ts'
import type { BlobStore } from './port.ts'

/** @param url BLOB_URL: absent (a folder in the data directory) or file:… */
export const openBlobs = (url: string | undefined, dataDir: string): Promise<BlobStore> => {
  if (url === undefined || url === '') return folderBlobs(join(dataDir, 'blobs'))
  if (url.startsWith('file:')) return folderBlobs(fileURLToPath(url))
  throw new Error(`BLOB_URL 不支持 ${url.split(':')[0]}：本版本只支持本地目录（file:/路径），S3 尚未提供`)
}

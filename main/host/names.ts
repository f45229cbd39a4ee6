/** Names of files in a profile (文件名): a document's id or a hash is not readable from a folder listing. */
import { createHmac } from 'node:crypto'

/** @param key 32 bytes of the profile @returns 32 hexadecimal digits */
export const hiddenName = (key: Uint8Array, name: string): string => createHmac('sha256', key).update(name, 'utf8').digest('hex').slice(0, 32)

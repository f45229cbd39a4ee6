/** feed: what changed for whom, in an order that skips nothing (增量). The only door of this folder. */
export { cursorAge, cursorCodec, type CursorCodec } from './cursor.ts'
export { pull, type FeedOptions } from './pull.ts'
export { viewDigest } from './digest.ts'
export { everyone, feedParts } from './write.ts'
export { openEpoch, writeMark } from './epoch.ts'

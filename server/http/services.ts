import type { FastifyRequest } from 'fastify'
import type { BlobStore } from '../blobs/index.ts'
import type { CommandServices } from '../commands/index.ts'
import type { FeedOptions } from '../feed/index.ts'
import { authenticate, type IdentityServices, type Signed } from '../identity/index.ts'
import type { Log } from '../problem.ts'
import type { SealKeys } from '../seal/index.ts'
import type { Pokes } from './pokes.ts'

export type HttpServices = {
  readonly identity: IdentityServices
  readonly commands: CommandServices
  readonly feed: FeedOptions
  readonly blobs: BlobStore
  readonly pokes: Pokes
  readonly sealKeys: Pick<SealKeys, 'states'>
  readonly logId: string
  readonly log: Log
  /** bytes */
  readonly blobLimit: number
  /** PEM; null on loopback only */
  readonly tls: { readonly key: string; readonly cert: string } | null
}

/** Oldest clients that are still served (C1). */
export const minWireVersion = 1

/** Who is asking; Problems as in `authenticate`. */
export const signed = (services: HttpServices, request: FastifyRequest): Promise<Signed> =>
  authenticate(services.identity, /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '')

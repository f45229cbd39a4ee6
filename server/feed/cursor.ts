/** The opaque position in a person's feed (游标), with the server's own time at which it was given out (O2). */
import { createHmac, timingSafeEqual } from 'node:crypto'

export type Position = { readonly xid: string; readonly seq: number }
export type Cursor = Position & { readonly epoch: string; readonly issuedAt: number }

export type CursorCodec = {
  readonly write: (personId: string, cursor: Cursor) => string
  /** null for anything that this installation did not give to this person */
  readonly read: (personId: string, text: string) => Cursor | null
}

/** Authenticated: a device could otherwise claim that its view is fresh, or read on from where it never was. */
export const cursorCodec = (secret: Uint8Array): CursorCodec => {
  const mac = (personId: string, body: string): Buffer => createHmac('sha256', secret).update(`${personId}\n${body}`).digest().subarray(0, 16)
  return {
    write: (personId, { epoch, xid, seq, issuedAt }) => {
      const body = `1.${epoch}.${xid}.${seq}.${issuedAt}`
      return `${body}.${mac(personId, body).toString('base64url')}`
    },
    read: (personId, text) => {
      const match = /^(1\.([0-9a-f]{16})\.(\d{1,20})\.(\d{1,16})\.(\d{1,16}))\.([A-Za-z0-9_-]{22})$/.exec(text)
      if (match === null) return null
      const [, body = '', epoch = '', xid = '', seq, issuedAt, tag = ''] = match
      const given = Buffer.from(tag, 'base64url')
      const expected = mac(personId, body)
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null
      return { epoch, xid, seq: Number(seq), issuedAt: Number(issuedAt) }
    },
  }
}

/** Seconds since the server gave this cursor out; a command without one claims no view at all. */
export const cursorAge = (codec: CursorCodec, personId: string, basedOn: string | null, now: Date): number => {
  const cursor = basedOn === null ? null : codec.read(personId, basedOn)
  return cursor === null ? Number.MAX_SAFE_INTEGER : Math.max(0, Math.floor((now.getTime() - cursor.issuedAt) / 1000))
}

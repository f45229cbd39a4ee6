/**
 * One HTTP POST (port): time stamps and certificate status are asked for so. Rejects when there is no answer at all; a
 * limit on time and size is the port's to keep.
 */
export type PostPort = (request: {
  readonly url: string;
  readonly contentType: string;
  readonly accept: string;
  readonly body: Uint8Array;
}) => Promise<{ readonly status: number; readonly body: Uint8Array }>;

/** One HTTP GET (port): revocation lists are fetched so. Rejects when there is no answer; the limits are the port's to keep. */
export type GetPort = (url: string) => Promise<{ readonly status: number; readonly body: Uint8Array }>;

/** What went wrong, for a sentence: the text of an error, or nothing. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error && thrown.message !== "" ? `：${thrown.message}` : "";
}

/**
 * Errors as values. Core code returns what went wrong instead of throwing it, so that a caller
 * cannot forget the bad case and a message survives being sent to another process.
 */
export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

/** What a format reader refused: a stable code, a Chinese sentence for people, and where (bytes from the start) if known. */
export type FormatError = {
  readonly code: string;
  readonly message: string;
  readonly offset?: number;
};

/** A good outcome. */
export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/** A bad outcome. */
export function err<E>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error };
}

/** A bad outcome of reading a format. */
export function formatErr(
  code: string,
  message: string,
  offset?: number,
): { readonly ok: false; readonly error: FormatError } {
  return { ok: false, error: offset === undefined ? { code, message } : { code, message, offset } };
}

/** The end of an exhaustive switch: does not compile while a case is missing, and fails loudly on a value from outside the types. */
export function assertNever(value: never): never {
  throw new TypeError(`unexpected value: ${String(value)}`);
}

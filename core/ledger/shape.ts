import { canonicalText, NotCanonicalError, type CanonicalValue } from "#core/formats";

/** Tests of single members of a received value. */
export const isHash = (value: unknown): value is string => typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
export const isText = (value: unknown): value is string =>
  typeof value === "string" && value.length > 0 && value.length <= 512 && value.isWellFormed();
export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
/** UTC with seconds, optionally milliseconds: one spelling of the zone, and a date that exists. */
export const isTime = (value: unknown): value is string =>
  typeof value === "string" &&
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/.test(value) &&
  !Number.isNaN(Date.parse(value)) &&
  new Date(Date.parse(value)).toISOString().slice(0, 19) === value.slice(0, 19);

export const isCanonical = (value: unknown): value is CanonicalValue => {
  try {
    canonicalText(value as CanonicalValue);
    return true;
  } catch (error) {
    if (error instanceof NotCanonicalError) return false;
    throw error;
  }
};

/** True for a plain object with exactly these members, each passing its test: nothing missing, nothing riding along. */
export function hasExactly(value: unknown, tests: Readonly<Record<string, (member: unknown) => boolean>>): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const record = value as Record<string, unknown>;
  const names = Object.keys(tests);
  return (
    Object.keys(record).length === names.length &&
    names.every((name) => Object.hasOwn(record, name) && tests[name]!(record[name]))
  );
}

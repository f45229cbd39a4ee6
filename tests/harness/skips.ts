import { appendFileSync } from 'node:fs';

/**
 * Says aloud that a suite does not run here and why, and tells `npm test`, which lists it at the end.
 * Returns true, so that it can stand in the condition itself:
 *
 *   describe.skipIf(samples === undefined && skipLoudly('OFD samples', 'WENSHU_SAMPLES is not set'))(…)
 */
export function skipLoudly(suite: string, reason: string): true {
  process.stderr.write(`!!! SKIPPED ${suite}: ${reason}\n`);
  const list = process.env['WENSHU_SKIPS'];
  if (list) appendFileSync(list, `${JSON.stringify({ suite, reason })}\n`);
  return true;
}

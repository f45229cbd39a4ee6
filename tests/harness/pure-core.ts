/**
 * Makes the clock and the entropy of the machine throw when core reaches for them during its tests, directly or
 * through a library. The test runner and fast-check keep theirs: the nearest owner on the call stack decides.
 *
 * Without this a function that reads the clock passes every test and then replays differently on the server.
 */

const ROOT = new URL('../../', import.meta.url).pathname;
const RUNNER = /\/node_modules\/(?:vitest|@vitest|vite|fast-check|pure-rand|tinybench|tinypool)\//;
const TEST_FILE = /\.(?:test|fixture)\.tsx?$/;

/** The core file on whose behalf the call is made, or undefined when a test or the runner makes it. */
function coreCaller(self: (...args: never[]) => unknown): string | undefined {
  const holder: { stack?: unknown } = {};
  const { prepareStackTrace, stackTraceLimit } = Error;
  Error.stackTraceLimit = 50;
  Error.prepareStackTrace = (_, frames) =>
    frames.map((frame) => ({ file: frame.getFileName() ?? '', isAsync: frame.isAsync() }));
  Error.captureStackTrace(holder, self);
  const frames = holder.stack as { file: string; isAsync: boolean }[];
  Error.prepareStackTrace = prepareStackTrace;
  Error.stackTraceLimit = stackTraceLimit;

  for (const { file, isAsync } of frames) {
    if (isAsync) return undefined;
    const path = file.replace(/^file:\/\//, '').replace(/\?.*$/, '');
    if (RUNNER.test(path)) return undefined;
    if (!path.startsWith(ROOT) || path.includes('/node_modules/')) continue;
    const inside = path.slice(ROOT.length);
    if (!inside.startsWith('core/') || TEST_FILE.test(inside)) return undefined;
    return inside;
  }
  return undefined;
}

function refuse(name: string, self: (...args: never[]) => unknown): void {
  const file = coreCaller(self);
  if (file !== undefined) throw new Error(`${name} called from ${file}: in core, time and entropy are arguments`);
}

const RealDate = Date;
const now = RealDate.now;
const random = Math.random;
const getRandomValues = crypto.getRandomValues;
const randomUUID = crypto.randomUUID;

RealDate.now = function guardedNow() {
  refuse('Date.now', guardedNow);
  return now();
};

Math.random = function guardedRandom() {
  refuse('Math.random', guardedRandom);
  return random();
};

Crypto.prototype.getRandomValues = function guardedValues<T extends NodeJS.ArrayBufferView>(array: T): T {
  refuse('crypto.getRandomValues', guardedValues);
  return getRandomValues.call(crypto, array as never) as T;
} as typeof crypto.getRandomValues;

Crypto.prototype.randomUUID = function guardedUUID() {
  refuse('crypto.randomUUID', guardedUUID);
  return randomUUID.call(crypto);
};

const handler: ProxyHandler<DateConstructor> = {
  construct: function guardedDate(target, args, newTarget) {
    if (args.length === 0) refuse('new Date()', guardedDate as never);
    return Reflect.construct(target, args, newTarget) as object;
  },
  apply: function guardedDateCall(target, self, args) {
    refuse('Date()', guardedDateCall as never);
    return Reflect.apply(target, self, args) as string;
  },
};
globalThis.Date = new Proxy(RealDate, handler);

import { randomBytes } from 'node:crypto';
import vm from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import './pure-core.ts';

/** A function whose source claims to live in the given file of the checkout. */
function written<T>(file: string, source: string): T {
  const filename = new URL(`../../${file}`, import.meta.url).pathname;
  return vm.runInThisContext(source, { filename }) as T;
}

describe('the guard over time and entropy in core', () => {
  it.each([
    ['Date.now', '() => Date.now()'],
    ['new Date()', '() => new Date()'],
    ['Date()', '() => Date()'],
    ['Math.random', '() => Math.random()'],
    ['crypto.getRandomValues', '() => crypto.getRandomValues(new Uint8Array(4))'],
    ['crypto.randomUUID', '() => crypto.randomUUID()'],
    ['Math.random', '() => [3, 1, 2].sort(() => Math.random() - 0.5)'],
  ])('%s throws when a core file calls it', (name, source) => {
    const impure = written<() => unknown>('core/route/impure.ts', source);
    expect(impure).toThrow(`${name} called from core/route/impure.ts`);
  });

  it('a library that core calls is stopped as well', () => {
    const library = written<() => number>('node_modules/some-library/index.js', '() => Math.random()');
    const impure = written<(f: () => number) => number>('core/route/impure.ts', '(f) => f()');
    expect(() => impure(library)).toThrow('core/route/impure.ts');
    expect(library()).toBeTypeOf('number');
  });

  it('a test that core calls back keeps its clock', () => {
    const pure = written<(f: () => number) => number>('core/route/pure.ts', '(f) => f()');
    expect(pure(() => Date.now())).toBeGreaterThan(0);
  });

  it('a date made from an argument is allowed in core', () => {
    const pure = written<(iso: string) => Date>('core/route/pure.ts', '(iso) => new Date(iso)');
    expect(pure('2026-11-24T00:00:00Z').getTime()).toBe(1_795_478_400_000);
    expect(pure('2026-11-24T00:00:00Z')).toBeInstanceOf(Date);
  });

  it('fast-check and node keep their own entropy', () => {
    fc.assert(fc.property(fc.integer(), (n) => Number.isInteger(n)));
    expect(randomBytes(8)).toHaveLength(8);
  });
});

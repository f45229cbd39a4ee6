import { inflateRawSync, inflateSync } from "node:zlib";
import fc from "fast-check";
import { expect, it } from "vitest";
import { deflateRaw, deflateZlib } from "./index.ts";

const agree = (bytes: Uint8Array): void => {
  const before = Uint8Array.from(bytes);
  expect(new Uint8Array(inflateRawSync(deflateRaw(bytes)))).toEqual(before);
  expect(new Uint8Array(inflateSync(deflateZlib(bytes)))).toEqual(before);
};

/** Runs, far and near repeats, noise: what a match finder can stumble over. */
const pieces = fc.array(
  fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => () => bytes),
    fc.tuple(fc.nat(255), fc.integer({ min: 1, max: 900 })).map(([byte, count]) => () => new Uint8Array(count).fill(byte)),
    fc.tuple(fc.nat(70_000), fc.integer({ min: 1, max: 600 })).map(([back, count]) => (so: readonly number[]) => Uint8Array.from(so.slice(Math.max(0, so.length - back)).slice(0, count))),
  ),
  { maxLength: 40 },
);

it("is read back by zlib whatever the bytes are", () => {
  fc.assert(fc.property(pieces, (parts) => {
    const so: number[] = [];
    for (const part of parts) so.push(...part(so));
    agree(Uint8Array.from(so));
  }), { numRuns: 300 });
});

it("is read back at the limits of lengths, distances, blocks and codes", () => {
  let seed = 1;
  const noise = (count: number): Uint8Array => Uint8Array.from({ length: count }, () => ((seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0) >> 16) & 255);
  agree(new Uint8Array(0));
  for (const count of [1, 3, 4, 257, 258, 259, 32_767, 32_768, 32_769, 65_535, 65_536, 200_000]) {
    agree(new Uint8Array(count));
    agree(noise(count));
  }
  const far = noise(32_768);
  for (const gap of [0, 1, 2]) {
    const bytes = new Uint8Array(2 * far.length + gap);
    bytes.set(far);
    bytes.set(far, far.length + gap);
    agree(bytes);
  }
  // Counts that grow like Fibonacci's ask for codes longer than fifteen bits.
  const skew: number[] = [];
  for (let symbol = 0, a = 1, b = 1; symbol < 22; symbol++, [a, b] = [b, a + b]) for (let i = 0; i < a; i++) skew.push(symbol * 7 + ((i * 13) % 3) * 83);
  agree(Uint8Array.from(skew));
});

it("gives the same bytes again, whatever was packed in between, and is no worse than a tenth behind zlib", async () => {
  const { deflateRawSync } = await import("node:zlib");
  const text = new TextEncoder().encode(Array.from({ length: 3000 }, (_, i) => `<ofd:TextObject ID="${i}" Boundary="28 ${i % 257} 156 5.6"/>`).join(""));
  const first = deflateRaw(text);
  deflateRaw(new Uint8Array(100_000).map((_, i) => (i * 7) % 251));
  expect(deflateRaw(text)).toEqual(first);
  expect(first.length).toBeLessThan(deflateRawSync(text, { level: 4 }).length * 1.1);
});

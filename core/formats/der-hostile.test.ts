import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  BER_LIMITS, bitString, boolean, concatBytes, contextExplicit, DER_LIMITS, enumerated, integer, nullValue, octetString, oid, readBitString, readBoolean, readDer, readDerPrefix,
  readInteger, readOctetString, readOid, readSmallInteger, readText, readTime, sequence, toHex, utf8String, type DerLimits, type DerNode, type FormatError, type Result,
} from "#core/formats";

const take = <T>(result: Result<T, FormatError>): T => {
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
};
/** Walks everything; gives the number of elements and the first error. Ends by itself or fails the test's time limit. */
const walk = (bytes: Uint8Array, limits: DerLimits): { readonly count: number; readonly error: string } => {
  const root = readDer(bytes, limits);
  if (!root.ok) return { count: 0, error: root.error.code };
  let count = 0;
  let error = "";
  const open: DerNode[] = [root.value];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    count++;
    if (!at.constructed) continue;
    const children = at.children();
    if (children.ok) for (const child of children.value) open.push(child);
    else error ||= children.error.code;
  }
  return { count, error };
};
const bytesOf = (...bytes: readonly number[]): Uint8Array => Uint8Array.from(bytes);
/** Bytes over and over. */
const repeated = (bytes: readonly number[], times: number): Uint8Array => {
  const all = new Uint8Array(bytes.length * times);
  for (let i = 0; i < all.length; i++) all[i] = bytes[i % bytes.length]!;
  return all;
};

describe("lengths", () => {
  it.each([
    ["longer than the input", bytesOf(0x04, 0x82, 0xff, 0xff, 1)],
    ["of four bytes, all set", bytesOf(0x30, 0x84, 0xff, 0xff, 0xff, 0xff)],
    ["of five bytes", bytesOf(0x30, 0x85, 0, 0, 0, 0, 1, 0)],
    ["of 126 bytes", concatBytes(bytesOf(0x30, 0xfe), new Uint8Array(126), bytesOf(0))],
    ["reserved", bytesOf(0x30, 0xff, 0)],
    ["cut off", bytesOf(0x30, 0x83, 1)],
    ["absent", bytesOf(0x30)],
    ["indefinite on a primitive", bytesOf(0x04, 0x80, 0, 0)],
    ["indefinite without an end", bytesOf(0x30, 0x80, 0x05, 0x00)],
    ["indefinite with half an end", bytesOf(0x30, 0x80, 0x00)],
  ])("%s are refused, by DER and by BER", (_, bytes) => {
    expect(readDer(bytes).ok).toBe(false);
    expect(readDer(bytes, BER_LIMITS).ok).toBe(false);
  });

  it("of a part may not reach beyond its parent", () => {
    const inner = bytesOf(0x04, 0x05, 1, 2);
    const whole = concatBytes(bytesOf(0x30, 0x06, 0x30, inner.length), inner, bytesOf(9, 9, 9));
    const lied = readDer(whole.subarray(0, 8));
    expect(take(take(lied).children())[0]!.children()).toMatchObject({ error: { code: "der.truncated" } });
  });
});

describe("tags", () => {
  it("of many bytes end in an error, not in a number that wraps round", () => {
    for (const count of [4, 5, 8, 100, 100_000]) {
      const bytes = concatBytes(bytesOf(0xbf), repeated([0xff], count), bytesOf(0x7f, 0));
      expect(readDer(bytes)).toMatchObject({ error: { code: "der.tag" } });
    }
    expect(take(readDer(bytesOf(0xbf, 0x1f, 0))).tag).toBe(31);
    for (const low of [bytesOf(0xbf, 0x1e, 0), bytesOf(0xbf, 0x80, 0x1f, 0)]) expect(readDer(low)).toMatchObject({ error: { code: "der.tag" } });
  });
});

describe("bombs", () => {
  const inTime = (run: () => void): void => {
    // Time of this process alone: the machine may be busy with other things.
    const started = process.cpuUsage();
    const before = process.memoryUsage().heapUsed;
    run();
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1_000_000).toBeLessThan(10);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(400 * 1024 * 1024);
  };

  it("of depth, of definite and indefinite length, stop at the limit", () => {
    inTime(() => {
      let nested = nullValue();
      for (let i = 0; i < 5000; i++) nested = contextExplicit(0, nested);
      expect(walk(nested, DER_LIMITS)).toEqual({ count: DER_LIMITS.maxDepth + 1, error: "der.too-deep" });
      expect(walk(repeated([0x30, 0x80], 1_000_000), BER_LIMITS)).toEqual({ count: 0, error: "der.too-deep" });
      expect(readDerPrefix(concatBytes(repeated([0x24, 0x80], 40), repeated([0, 0], 40)), BER_LIMITS)).toMatchObject({ error: { code: "der.too-deep" } });
    });
  });

  it("of width stop at the limit, whatever the rules", () => {
    inTime(() => {
      const flat = (tag: number) => concatBytes(bytesOf(tag, 0x83, 0x1e, 0x84, 0x80), repeated([5, 0], 1_000_000));
      expect(walk(flat(0x30), DER_LIMITS).error).toBe("der.too-many");
      expect(walk(flat(0x31), BER_LIMITS).error).toBe("der.too-many");
      expect(walk(flat(0xa0), DER_LIMITS).error).toBe("der.too-many");
    });
  });

  it("of pieces: a string in as many as may be is put together once, without an argument list of that length", () => {
    inTime(() => {
      const pieces = repeated([4, 1, 7], BER_LIMITS.maxChildren);
      const joined = take(readOctetString(take(readDer(concatBytes(bytesOf(0x24, 0x80), pieces, bytesOf(0, 0)), BER_LIMITS))));
      expect([joined.length, joined.every((byte) => byte === 7)]).toEqual([BER_LIMITS.maxChildren, true]);
      expect(readOctetString(take(readDer(concatBytes(bytesOf(0x24, 0x80, 5, 0, 0, 0)), BER_LIMITS))).ok).toBe(false);
    });
  });

  it("of nesting inside nesting cost no more than depth times length", () => {
    inTime(() => {
      let nested = repeated([5, 0], 100_000);
      for (let i = 0; i < 25; i++) nested = concatBytes(bytesOf(0x30, 0x80), nested, bytesOf(0, 0));
      expect(walk(nested, BER_LIMITS)).toEqual({ count: 100_025, error: "" });
    });
  });

  it("of numbers: identifiers and integers of unreasonable length are refused, not computed", () => {
    inTime(() => {
      expect(readOid(take(readDer(concatBytes(bytesOf(6, 0x82, 0x40, 0), repeated([0xff], 0x3fff), bytesOf(1))))).ok).toBe(false);
      expect(readInteger(take(readDer(concatBytes(bytesOf(2, 0x83, 0x10, 0, 0), repeated([0x55], 0x100000))))).ok).toBe(false);
      expect(readSmallInteger(take(readDer(integer(2n ** 53n)))).ok).toBe(false);
      expect(take(readSmallInteger(take(readDer(integer(2n ** 53n - 1n)))))).toBe(2 ** 53 - 1);
      expect(take(readSmallInteger(take(readDer(enumerated(300)))))).toBe(300);
      expect(readInteger(take(readDer(enumerated(300)))).ok).toBe(false);
      expect(readTime(take(readDer(concatBytes(bytesOf(0x18, 0x82, 0x10, 0), repeated([0x30], 0x1000))))).ok).toBe(false);
    });
  });
});

type Tree = { readonly kind: "leaf"; readonly der: Uint8Array } | { readonly kind: "branch"; readonly tag: number; readonly parts: readonly Tree[] };
const leaf = fc.oneof(
  fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }).map(integer),
  fc.uint8Array({ maxLength: 300 }).map(octetString),
  fc.uint8Array({ maxLength: 40 }).map(bitString),
  fc.boolean().map(boolean),
  fc.string({ unit: "grapheme", maxLength: 40 }).map((text) => utf8String(text.toWellFormed())),
  fc.nat({ max: 2 ** 31 - 1 }).map(enumerated),
  fc.constant(nullValue()),
  fc.array(fc.nat(), { maxLength: 8 }).map((arcs) => oid(["1", "2", ...arcs].join("."))),
).map((der): Tree => ({ kind: "leaf", der }));
const { tree } = fc.letrec<{ tree: Tree; branch: Tree }>((tie) => ({
  tree: fc.oneof({ depthSize: "small", withCrossShrink: true }, leaf, tie("branch")),
  branch: fc.record({ kind: fc.constant("branch" as const), tag: fc.integer({ min: -1, max: 30 }), parts: fc.array(tie("tree"), { maxLength: 6 }) }),
}));
const write = (node: Tree): Uint8Array => {
  if (node.kind === "leaf") return node.der;
  const inner = node.parts.map(write);
  return node.tag < 0 ? sequence(...inner) : contextExplicit(node.tag, concatBytes(...inner));
};
const rewrite = (node: DerNode): Uint8Array => {
  if (!node.constructed) return node.raw;
  const inner = take(node.children()).map(rewrite);
  return node.class === "context" ? contextExplicit(node.tag, concatBytes(...inner)) : sequence(...inner);
};

describe("what is written", () => {
  it("is read back part by part, and written again is the same, by either rules", () => {
    fc.assert(fc.property(tree, (made) => {
      const bytes = write(made);
      for (const limits of [DER_LIMITS, BER_LIMITS]) expect(toHex(rewrite(take(readDer(bytes, limits))))).toBe(toHex(bytes));
    }), { numRuns: 300 });
  });

  it("with any byte changed, cut off or added is read as something else or not at all, and never thrown on", () => {
    fc.assert(fc.property(tree, fc.nat(), fc.integer({ min: 1, max: 255 }), (made, place, change) => {
      const bytes = write(made);
      const at = place % bytes.length;
      const changed = bytes.map((byte, i) => (i === at ? byte ^ change : byte));
      for (const limits of [DER_LIMITS, BER_LIMITS]) {
        for (const input of [changed, bytes.subarray(0, at), concatBytes(bytes, bytesOf(change))]) walk(input, limits);
        expect(readDer(bytes.subarray(0, at), limits).ok).toBe(false);
        expect(readDer(concatBytes(bytes, bytesOf(change)), limits).ok).toBe(false);
      }
      const read = readDer(changed);
      const values = read.ok ? [readInteger, readOid, readOctetString, readBitString, readBoolean, readText, readTime].map((reader) => reader(read.value)) : [];
      expect(values.every((value) => typeof value.ok === "boolean")).toBe(true);
    }), { numRuns: 500 });
  });
});

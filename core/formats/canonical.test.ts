import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalText, decodeCanonical, encodeCanonical, NotCanonicalError, utf8, type CanonicalValue } from "#core/formats";

const wellFormed = fc.string({ unit: "binary", maxLength: 12 }).filter((text) => text.isWellFormed());
const { value: anyValue } = fc.letrec<{ value: CanonicalValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger().map((n) => (Object.is(n, -0) ? 0 : n)),
    wellFormed,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(wellFormed, tie("value"), { maxKeys: 5 }),
  ),
}));
const codeOf = (text: string | Uint8Array) => {
  const read = decodeCanonical(typeof text === "string" ? utf8(text) : text);
  return read.ok ? "ok" : read.error.code;
};

describe("canonical encoding", () => {
  it("writes the sorted text of RFC 8785, keys by UTF-16 code units", () => {
    expect(canonicalText({ "\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\ud83d\ude00": 5, "\u0080": 6, "\u00f6": 7 })).toBe(
      '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}',
    );
    expect(canonicalText({ b: [1, -2, true, null], a: '\u0008\u000f"\\/文\u2028' })).toBe('{"a":"\\b\\u000f\\"\\\\/文\u2028","b":[1,-2,true,null]}');
  });

  it("gives every value back", () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const bytes = encodeCanonical(value);
        const read = decodeCanonical(bytes);
        expect(read.ok && read.value).toEqual(value);
      }),
    );
  });

  it("does not depend on the order in which members were added", () => {
    fc.assert(
      fc.property(fc.dictionary(wellFormed, fc.integer(), { maxKeys: 8 }), (record) => {
        const reversed = Object.fromEntries(Object.entries(record).reverse());
        expect(canonicalText(reversed)).toBe(canonicalText(record));
      }),
    );
  });

  it("reads only the one spelling: any other bytes with the same meaning are refused", () => {
    fc.assert(
      fc.property(anyValue, fc.nat(), fc.nat({ max: 255 }), (value, at, byte) => {
        const bytes = encodeCanonical(value);
        const touched = bytes.map((old, i) => (i === at % bytes.length ? byte : old));
        const read = decodeCanonical(touched);
        // Whatever is accepted is written back as it came.
        expect(read.ok ? encodeCanonical(read.value) : touched).toEqual(touched);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    [' {"a":1}', "canonical.not-canonical"],
    ['{"a":1}\n', "canonical.not-canonical"],
    ['{"a":1, "b":2}', "canonical.not-canonical"],
    ['{"b":1,"a":2}', "canonical.not-canonical"],
    ['{"a":1,"a":1}', "canonical.not-canonical"],
    ['{"a":1,"a":2}', "canonical.not-canonical"],
    ['"\\u0041"', "canonical.not-canonical"],
    ['"\\u00e4"', "canonical.not-canonical"],
    ['"\\u001F"', "canonical.not-canonical"],
    ['"\\/"', "canonical.not-canonical"],
    ["1.0", "canonical.not-canonical"],
    ["1e2", "canonical.not-canonical"],
    ["-0", "canonical.forbidden-value"],
    ["1.5", "canonical.forbidden-value"],
    ["9007199254740992", "canonical.forbidden-value"],
    ['"\\ud800"', "canonical.forbidden-value"],
    ["\ufeff1", "canonical.not-json"],
    ["", "canonical.not-json"],
    ["[1,]", "canonical.not-json"],
    ["NaN", "canonical.not-json"],
    ["'a'", "canonical.not-json"],
    ["1 2", "canonical.not-json"],
  ])("refuses %j as %s", (text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  it("refuses malformed UTF-8, too much depth and too much size before parsing", () => {
    expect(codeOf(Uint8Array.of(0x22, 0xff, 0x22))).toBe("utf8.malformed");
    expect(codeOf(Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22))).toBe("utf8.malformed");
    expect(codeOf("[".repeat(64) + "]".repeat(64))).toBe("ok");
    expect(codeOf("[".repeat(65) + "]".repeat(65))).toBe("canonical.too-deep");
    expect(codeOf("[".repeat(5_000_000))).toBe("canonical.too-deep");
    expect(codeOf(`"${"[".repeat(100)}\\"${"{".repeat(100)}"`)).toBe("ok");
    expect(decodeCanonical(utf8("123456"), { maxBytes: 5, maxDepth: 8 })).toMatchObject({ error: { code: "canonical.too-large" } });
  });

  it("keeps a member named __proto__ a member", () => {
    const read = decodeCanonical(utf8('{"__proto__":{"admin":true}}'));
    expect(read.ok && Object.keys(read.value as object)).toEqual(["__proto__"]);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it("throws where a program passes what has no canonical form, naming the place", () => {
    const hole: unknown[] = [1];
    hole[2] = 3;
    const loop: unknown[] = [];
    loop.push(loop);
    for (const bad of [undefined, 1.5, -0, NaN, Infinity, 2 ** 53, "\ud800", { a: undefined }, { "\udc00": 1 }, hole, loop, new Date(0), new Map(), 1n, Symbol("x"), () => 1]) {
      expect(() => canonicalText(bad as CanonicalValue)).toThrow(NotCanonicalError);
    }
    expect(() => canonicalText({ a: [{ b: 0.5 }] })).toThrow(/\$\.a\[0\]\.b/);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareBytes, concatBytes, crc32, equalBytes, fromBase64, fromHex, fromUtf8, toBase64, toHex, utf8 } from "#core/formats";

describe("bytes as text", () => {
  it("come back from hexadecimal and base64, and agree with the platform", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        expect(toHex(bytes)).toBe(Buffer.from(bytes).toString("hex"));
        expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
        expect(fromHex(toHex(bytes))).toEqual({ ok: true, value: bytes });
        expect(fromBase64(toBase64(bytes))).toEqual({ ok: true, value: bytes });
      }),
    );
  });

  it("have one spelling each: anything else that reads as base64 elsewhere is refused", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."AQgw/+=\n -_é"), maxLength: 9 }), (text) => {
        const read = fromBase64(text);
        expect(read.ok ? toBase64(read.value) : text).toBe(text);
      }),
      { numRuns: 2000 },
    );
    for (const bad of ["QQ", "QQ=", "QR==", "QQ==\n", "Q===", "====", "=", "QQ==QQ==", "QUI-", "QUFB=AAA"]) expect(fromBase64(bad).ok).toBe(false);
    for (const bad of ["0", "0G", "AB", "0x00", " 00"]) expect(fromHex(bad).ok).toBe(false);
  });

  it("refuse lone surrogates and malformed UTF-8, and keep a byte order mark", () => {
    expect(() => utf8("a\ud800")).toThrow(TypeError);
    for (const bad of [[0xc0, 0x80], [0xff], [0xe6, 0x96], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80]]) {
      expect(fromUtf8(Uint8Array.from(bad)).ok).toBe(false);
    }
    expect(fromUtf8(utf8("\ufeff文"))).toEqual({ ok: true, value: "\ufeff文" });
  });

  it("are joined, compared and ordered", () => {
    expect(concatBytes(utf8("a"), utf8(""), utf8("bc"))).toEqual(utf8("abc"));
    expect([equalBytes(utf8("ab"), utf8("ab")), equalBytes(utf8("ab"), utf8("ac")), equalBytes(utf8("ab"), utf8("abc"))]).toEqual([true, false, false]);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 6 }), fc.uint8Array({ maxLength: 6 }), (a, b) => {
        expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(a, b));
      }),
    );
    expect(crc32(utf8("123456789"))).toBe(0xcbf43926);
  });
});

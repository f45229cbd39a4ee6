import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  BER_LIMITS,
  bitString,
  boolean,
  certificateTime,
  concatBytes,
  contextExplicit,
  contextImplicit,
  DER_LIMITS,
  fromHex,
  generalizedTime,
  ia5String,
  integer,
  isContext,
  namedBits,
  nullValue,
  octetString,
  oid,
  printableString,
  readBitString,
  readBoolean,
  readDer,
  readDerPrefix,
  readInteger,
  readNamedBits,
  readOctetString,
  readOid,
  readSequence,
  readSet,
  readText,
  readTime,
  sequence,
  set,
  toHex,
  utcTime,
  utf8,
  utf8String,
  type DerNode,
  type FormatError,
  type Result,
} from "#core/formats";

const take = <T>(result: Result<T, FormatError>): T => {
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
};
const node = (bytes: Uint8Array): DerNode => take(readDer(bytes));
const hex = (text: string): Uint8Array => take(fromHex(text.replaceAll(" ", "")));
const codeOf = (text: string) => {
  const read = readDer(hex(text));
  return read.ok ? "ok" : read.error.code;
};

describe("DER values", () => {
  it("come back as they were written", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 300n), max: 2n ** 300n }), (n) => {
        expect(take(readInteger(node(integer(n))))).toBe(n);
      }),
    );
    fc.assert(
      fc.property(fc.nat({ max: 2 }), fc.nat({ max: 39 }), fc.array(fc.bigInt({ min: 0n, max: 2n ** 80n }), { maxLength: 6 }), (a, b, rest) => {
        const dotted = [a, b, ...rest].join(".");
        expect(take(readOid(node(oid(dotted))))).toBe(dotted);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.array(fc.boolean(), { maxLength: 20 }), (bytes, bits) => {
        expect(take(readOctetString(node(octetString(bytes))))).toEqual(bytes);
        expect(take(readBitString(node(bitString(bytes))))).toEqual(bytes);
        const read = take(readNamedBits(node(namedBits(bits))));
        expect(read).toEqual(bits.slice(0, bits.lastIndexOf(true) + 1));
      }),
    );
    for (const text of ["", "abc 12"]) {
      for (const write of [utf8String, printableString, ia5String]) expect(take(readText(node(write(text))))).toBe(text);
    }
    expect(take(readText(node(utf8String("公文"))))).toBe("公文");
    expect([true, false].map((value) => take(readBoolean(node(boolean(value)))))).toEqual([true, false]);
  });

  it("have the bytes that X.690 prescribes", () => {
    expect(toHex(integer(128))).toBe("02020080");
    expect(toHex(integer(-128))).toBe("020180");
    expect(toHex(integer(0))).toBe("020100");
    expect(toHex(oid("1.2.156.10197.1.501"))).toBe("06082a811ccf55018375");
    expect(toHex(oid("2.999.3"))).toBe("0603883703");
    expect(toHex(nullValue())).toBe("0500");
    expect(toHex(set(integer(2), integer(1)))).toBe("3106020101020102");
    expect(toHex(octetString(new Uint8Array(200)).subarray(0, 3))).toBe("0481c8");
    expect(toHex(octetString(new Uint8Array(70000)).subarray(0, 5))).toBe("0483011170");
    expect(toHex(contextExplicit(0, integer(1)))).toBe("a003020101");
    expect(toHex(contextImplicit(1, sequence(integer(1))))).toBe("a103020101");
    expect(toHex(contextImplicit(2, octetString(Uint8Array.of(7))))).toBe("820107");
    expect(toHex(namedBits([true, true]))).toBe("030206c0");
    expect(toHex(namedBits([]))).toBe("030100");
  });

  it("write times by the rule of RFC 5280, and refuse what cannot be said", () => {
    expect(take(readTime(node(certificateTime("2049-12-31T23:59:59Z"))))).toBe("2049-12-31T23:59:59Z");
    expect(certificateTime("2049-12-31T23:59:59Z")[0]).toBe(23);
    expect(certificateTime("2050-01-01T00:00:00Z")[0]).toBe(24);
    expect(take(readTime(node(utcTime("1950-01-01T00:00:00Z"))))).toBe("1950-01-01T00:00:00Z");
    expect(take(readTime(node(generalizedTime("2026-02-28T08:00:00.5Z"))))).toBe("2026-02-28T08:00:00Z");
    expect(() => utcTime("2050-01-01T00:00:00Z")).toThrow(RangeError);
    expect(() => utcTime("2026-01-01")).toThrow(RangeError);
    expect(() => printableString("a@b")).toThrow(RangeError);
    expect(() => ia5String("文")).toThrow(RangeError);
    for (const bad of ["", "1", "3.1", "1.40", "1..2", "1.02", "a.b"]) expect(() => oid(bad)).toThrow(RangeError);
    expect(() => contextExplicit(31, nullValue())).toThrow(RangeError);
  });
});

describe("DER reading", () => {
  it("keeps the exact slice of every part, with its offset", () => {
    const inner = contextExplicit(0, sequence(integer(5), utf8String("公章")));
    const whole = sequence(boolean(true), inner);
    const [, second] = take(readSequence(node(whole)));
    expect(second!.raw).toEqual(inner);
    expect(whole.subarray(second!.offset, second!.offset + second!.raw.length)).toEqual(inner);
    const [deep] = take(second!.children());
    const [, text] = take(readSequence(deep));
    expect(take(readText(text))).toBe("公章");
    expect(text!.offset).toBe(whole.length - text!.raw.length);
    expect(isContext(second, 0) && !isContext(second, 1)).toBe(true);
  });

  it.each([
    ["", "der.truncated"],
    ["30", "der.truncated"],
    ["3005 0201", "der.truncated"],
    ["3003 020101 00", "der.trailing"],
    ["3080 020101 0000", "der.length"],
    ["308103 020101", "der.length"],
    ["30820003 020101", "der.length"],
    ["3085 0000000003 020101", "der.length"],
    ["30ff", "der.length"],
    ["1003 020101", "der.tag"],
    ["2203 020101", "der.tag"],
    ["0000", "der.tag"],
    ["1f1000", "der.tag"],
    ["1f800100", "der.tag"],
    ["9fffffffff7f00", "der.tag"],
  ])("refuses %s with %s", (text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  it("refuses integers and identifiers that are not in shortest form", () => {
    for (const bad of ["0200", "02020001", "0202ffff"]) expect(readInteger(node(hex(bad))).ok).toBe(false);
    for (const bad of ["0600", "06028001", "060181"]) expect(readOid(node(hex(bad))).ok).toBe(false);
    for (const bad of ["0300", "030108", "030107"]) expect(readNamedBits(node(hex(bad))).ok).toBe(false);
    expect(readBitString(node(hex("030201ff"))).ok).toBe(false);
    expect(readBoolean(node(hex("01020000"))).ok).toBe(false);
    expect(readSet(node(hex("3000"))).ok).toBe(false);
    expect(readSequence(undefined).ok).toBe(false);
  });

  it("stops at depth, size and number limits", () => {
    let nested = nullValue();
    for (let i = 0; i < 60; i++) nested = sequence(nested);
    let at: DerNode | undefined = node(nested);
    let error = "";
    while (at !== undefined && error === "") {
      const children: Result<readonly DerNode[], FormatError> = at.children();
      if (!children.ok) error = children.error.code;
      else at = children.value[0];
    }
    expect(error).toBe("der.too-deep");
    expect(readDer(nested, { ...DER_LIMITS, maxBytes: 10 })).toMatchObject({ error: { code: "der.too-large" } });
    const many = sequence(...Array.from({ length: 20 }, nullValue));
    expect(take(readDer(many, { ...DER_LIMITS, maxChildren: 10 })).children()).toMatchObject({ error: { code: "der.too-many" } });
  });

  it("reads streamed BER only when told to, and ends its nesting", () => {
    const streamed = hex("3080 2480 0401aa 0402bbcc 0000 020105 0000");
    expect(readDer(streamed).ok).toBe(false);
    const [octets, number] = take(readSequence(take(readDer(streamed, BER_LIMITS))));
    expect(take(readOctetString(octets))).toEqual(hex("aabbcc"));
    expect(take(readInteger(number))).toBe(5n);
    expect(take(readDerPrefix(concatBytes(streamed, new Uint8Array(9)), BER_LIMITS)).raw).toEqual(streamed);
    for (const bad of ["3080 020105", "3080 020105 00", "0480 0000", "3080".repeat(100)]) {
      expect(readDer(hex(bad), BER_LIMITS).ok).toBe(false);
    }
  });

  it("answers every input with a value, and accepts only what is written back the same", () => {
    const walk = (at: DerNode): number => {
      const children = at.children();
      return children.ok ? children.value.reduce((sum, child) => sum + walk(child), 1) : 1;
    };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        for (const limits of [DER_LIMITS, BER_LIMITS]) {
          const read = readDer(bytes, limits);
          if (read.ok) walk(read.value);
        }
        const value = readInteger(take(readDer(concatBytes(hex("0408"), new Uint8Array(8)))));
        expect(value.ok).toBe(false);
        const number = readDer(concatBytes(Uint8Array.of(2, bytes.length), bytes));
        const read = number.ok ? readInteger(number.value) : number;
        expect(read.ok ? toHex(integer(read.value)) : "refused").toBe(read.ok && number.ok ? toHex(number.value.raw) : "refused");
      }),
      { numRuns: 400 },
    );
    expect(readText(node(octetString(utf8("x")))).ok).toBe(false);
  });
});

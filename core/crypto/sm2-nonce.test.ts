import { p256 } from "@noble/curves/nist.js";
import { weierstrass } from "@noble/curves/abstract/weierstrass.js";
import fc from "fast-check";
import { createHash, createHmac, getHashes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { concatBytes, toHex, utf8 } from "#core/formats";
import { ecdsaVerify, p256KeyPair, p256Sign, sm2Decrypt, sm2Digest, sm2Encrypt, sm2KeyPair, sm2SignDigest, sm2Sign, sm2Verify, writePem, writeSpki } from "#core/crypto";
import { bytesOf, numberOf, readEcSignature, writeEcSignature } from "./ec-signature.ts";
import { SM2 } from "./sm2-curve.ts";
import { sm2Nonces } from "./sm2-nonce.ts";
import { signedBy } from "./sm2.ts";
import { take } from "./party.fixture.ts";
import { entropy, noOpenssl, openssl } from "./third-party.fixture.ts";

const { n } = SM2;
const Point = weierstrass(SM2);
const { Fn } = Point;
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });

/** The candidates of RFC 6979 §3.2 with §3.6, in the words of the document and over another HMAC: a second opinion. */
function* candidates(hash: string, order: bigint, x: Uint8Array, h1: Uint8Array, extra: Uint8Array): Generator<bigint> {
  const hmac = (key: Uint8Array, ...data: Uint8Array[]): Uint8Array => new Uint8Array(createHmac(hash, key).update(Buffer.concat(data)).digest());
  let v: Uint8Array = new Uint8Array(32).fill(1);
  let k = hmac(new Uint8Array(32), v, Uint8Array.of(0), x, h1, extra);
  v = hmac(k, v);
  k = hmac(k, v, Uint8Array.of(1), x, h1, extra);
  v = hmac(k, v);
  for (;;) {
    v = hmac(k, v);
    const t = numberOf(v);
    if (t > 0n && t < order) yield t;
    k = hmac(k, v, Uint8Array.of(0));
    v = hmac(k, v);
  }
}

const scalarOf = (chance: Uint8Array): Uint8Array => bytesOf((numberOf(chance) % (n - 2n)) + 1n, 32);
const numbersOf = (der: Uint8Array) => take(readEcSignature(der));
/** What whoever sees two signatures under one k computes: the private key. */
const keyOutOf = (a: Uint8Array, b: Uint8Array): bigint => {
  const [one, two] = [numbersOf(a), numbersOf(b)];
  const below = Fn.create(one.s + one.r - two.s - two.r);
  return below === 0n ? 0n : Fn.mul(Fn.create(two.s - one.s), Fn.inv(below));
};

describe("the nonce of an SM2 signature", () => {
  it.skipIf(!getHashes().includes("sm3"))("is that of RFC 6979 with HMAC-SM3 and additional entropy, and so are the ones after it", () => {
    // The second opinion itself gives the k of RFC 6979 A.2.5.
    const key = bytesOf(0xc9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721n, 32);
    const h1 = bytesOf(numberOf(new Uint8Array(createHash("sha256").update("sample").digest())) % p256.Point.Fn.ORDER, 32);
    expect(candidates("sha256", p256.Point.Fn.ORDER, key, h1, new Uint8Array(0)).next().value).toBe(0xa6e3c57dd01abe90086538398355dd4c3b17aa873382b0f24d6129493d8aad60n);
    fc.assert(fc.property(bytes32, bytes32, bytes32, (chance, e, extra) => {
      const d = scalarOf(chance);
      const theirs = candidates("sm3", n, d, e, extra);
      const ours = sm2Nonces(d, e, () => extra);
      const first = theirs.next().value as bigint;
      expect(numberOf(ours.next())).toBe(first);
      for (let i = 0; i < 3; i++) expect(numberOf(ours.next())).toBe(theirs.next().value);
      const r = Fn.create(numberOf(e) + Point.BASE.multiply(first).toAffine().x);
      const s = Fn.mul(Fn.inv(1n + numberOf(d)), Fn.create(first - r * numberOf(d)));
      expect(sm2SignDigest(e, d, () => extra)).toEqual(writeEcSignature({ r, s }));
    }), { numRuns: 40 });
  });

  it("is another one for another message, key or entropy, and the same for the same: a copy of a machine gives no key away", () => {
    fc.assert(fc.property(bytes32, bytes32, bytes32, bytes32, (chance, e, other, extra) => {
      fc.pre(toHex(e) !== toHex(other) && toHex(chance) !== toHex(other) && toHex(extra) !== toHex(other));
      const [d, stranger] = [scalarOf(chance), scalarOf(other)];
      const k = (secret: Uint8Array, about: Uint8Array, fresh: Uint8Array): string => toHex(sm2Nonces(secret, about, () => fresh).next());
      expect(new Set([k(d, e, extra), k(d, other, extra), k(stranger, e, extra), k(d, e, other)]).size).toBe(4);
      const [one, two] = [sm2SignDigest(e, d, () => extra), sm2SignDigest(other, d, () => extra)];
      expect(sm2SignDigest(e, d, () => extra)).toEqual(one);
      expect(numbersOf(one).r).not.toBe(numbersOf(two).r);
      expect(keyOutOf(one, two)).not.toBe(numberOf(d));
      // Where one k does serve twice, the key is lost: so the line above can fail.
      expect(keyOutOf(signedBy(() => extra.map((byte, i) => (i === 0 ? 1 : byte)), e, d), signedBy(() => extra.map((byte, i) => (i === 0 ? 1 : byte)), other, d))).toBe(numberOf(d));
    }), { numRuns: 60 });
  });

  it("differs between texts that are signed under entropy that never changes, and every signature holds", () => {
    const { privateKey, publicKey } = sm2KeyPair(entropy);
    const stuck = (length: number): Uint8Array => new Uint8Array(length);
    const signatures = Array.from({ length: 40 }, (_, i) => ({ message: utf8(`第 ${i} 号`), der: sm2Sign(utf8(`第 ${i} 号`), privateKey, stuck) }));
    expect(new Set(signatures.map(({ der }) => numbersOf(der).r)).size).toBe(40);
    for (const { message, der } of signatures) expect(sm2Verify(message, der, publicKey)).toBe(true);
    expect(new Set(signatures.map(({ message }) => toHex(sm2Encrypt(message, publicKey, stuck)).slice(0, 72))).size).toBe(40);
  });

  it("has no bit that leans, and is spread over the whole range", () => {
    const [d, extra] = [scalarOf(entropy(32)), entropy(32)];
    const runs = 4000;
    const ones = new Float64Array(256);
    const sixteenths = new Float64Array(16);
    const seen = new Set<string>();
    for (let i = 0; i < runs; i++) {
      const k = sm2Nonces(d, bytesOf(BigInt(i), 32), () => extra).next();
      seen.add(toHex(k));
      sixteenths[k[0]! >> 4]! += 1;
      for (let bit = 0; bit < 256; bit++) ones[bit]! += (k[bit >> 3]! >> (7 - (bit & 7))) & 1;
    }
    expect(seen.size).toBe(runs);
    // Six deviations of a fair coin: a good generator fails once in two million runs of this test.
    const most = 6 * Math.sqrt(runs / 4);
    for (const count of ones) expect(Math.abs(count - runs / 2)).toBeLessThan(most);
    const expected = runs / 16;
    expect(sixteenths.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)).toBeLessThan(60);
  });

  it("draws 32 bytes once for each signature, leaves them as they are, and refuses another length", () => {
    const { privateKey, publicKey } = sm2KeyPair(entropy);
    const given: Uint8Array[] = [];
    const counted = (length: number): Uint8Array => {
      const bytes = entropy(length);
      given.push(bytes, bytes.slice());
      return bytes;
    };
    sm2Sign(utf8("m"), privateKey, counted);
    sm2Encrypt(utf8("m"), publicKey, counted);
    expect(given.map(({ length }) => length)).toEqual([32, 32, 32, 32]);
    expect([given[0], given[2]]).toEqual([given[1], given[3]]);
    for (const length of [0, 31, 33, 40]) {
      expect(() => sm2Sign(utf8("m"), privateKey, () => new Uint8Array(length))).toThrow(RangeError);
      expect(() => sm2Encrypt(utf8("m"), publicKey, () => new Uint8Array(length))).toThrow(RangeError);
    }
  });

  it("leaves neither key nor digest changed, and what is encrypted opens", () => {
    const { privateKey, publicKey } = sm2KeyPair(entropy);
    const [e, kept] = [sm2Digest(utf8("m"), publicKey), privateKey.slice()];
    const digest = e.slice();
    sm2SignDigest(e, privateKey, entropy);
    expect([privateKey, e]).toEqual([kept, digest]);
    expect(sm2Decrypt(sm2Encrypt(concatBytes(e, kept), publicKey, entropy), privateKey)).toEqual({ ok: true, value: concatBytes(e, kept) });
  });
});

describe("the nonce of a P-256 signature", () => {
  it("rests on key, message and entropy too", () => {
    const { privateKey, publicKey } = p256KeyPair(entropy);
    const stuck = (length: number): Uint8Array => new Uint8Array(length).fill(3);
    const signed = (text: string, chance: typeof entropy = stuck) => p256Sign(utf8(text), privateKey, chance);
    expect(signed("甲")).toEqual(signed("甲"));
    expect(signed("甲")).not.toEqual(signed("甲", entropy));
    expect(new Set(["甲", "乙", "丙"].map((text) => numbersOf(signed(text)).r)).size).toBe(3);
    expect(ecdsaVerify("p256", "sha256", utf8("甲"), signed("甲"), publicKey)).toBe(true);
    expect(() => signed("甲", () => new Uint8Array(8))).toThrow(RangeError);
    expect(() => p256KeyPair(() => new Uint8Array(8))).toThrow(RangeError);
  });
});

describe.skipIf(noOpenssl())("openssl", () => {
  it("accepts signatures made under entropy that never changes", () => {
    const { privateKey, publicKey } = sm2KeyPair(entropy);
    for (const text of ["甲", "乙", "x".repeat(500)]) {
      const run = openssl(["dgst", "-sm3", "-verify", "pub.pem", "-sigopt", "distid:1234567812345678", "-signature", "s.der", "m"], {
        "pub.pem": writePem("PUBLIC KEY", writeSpki({ algorithm: "sm2", point: publicKey })),
        "s.der": sm2Sign(utf8(text), privateKey, (length) => new Uint8Array(length)),
        m: utf8(text),
      });
      expect(run.text).toContain("Verified OK");
      run.done();
    }
  });
});

import fc from "fast-check";
import { createCipheriv, createHmac, getCiphers, getHashes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { fromHex, toHex, utf8 } from "#core/formats";
import { hmacSm3, sm4Decrypt, sm4Encrypt, sm4Open, sm4Seal, sm4XtsDecrypt, sm4XtsEncrypt, type Sm4Cipher } from "#core/crypto";
import { skipLoudly } from "../../tests/harness/skips.ts";
import { entropy, noSamples, sampleJson, sampleText } from "./third-party.fixture.ts";

const hex = (text: string): Uint8Array => {
  const bytes = fromHex(text.toLowerCase());
  if (!bytes.ok) throw new Error(text);
  return bytes.value;
};

/** Blocks of an OpenSSL evp_test file: comment and title lines left out, each "Name = value". */
const blocks = (name: string): readonly ReadonlyMap<string, string>[] =>
  sampleText(name)
    .split(/\n\s*\n/)
    .map((block) => new Map([...block.matchAll(/^([A-Za-z]+)\s*=\s*(.*)$/gm)].map((found) => [found[1]!, found[2]!.trim()])))
    .filter((block) => !block.has("Title"));

const openssl = getCiphers().includes("sm4-cbc") || skipLoudly("SM4 beside OpenSSL", "this Node has no sm4");

describe("SM4", () => {
  it.skipIf(noSamples("vectors"))("gives the examples of GB/T 32907 Annex A, a million turns included", { timeout: 30_000 }, () => {
    const { sm4 } = sampleJson<{ sm4: Record<string, string> }>("vectors/gm-standard-vectors.json");
    const cipher: Sm4Cipher = { mode: "ecb", key: hex(sm4.key!), padding: "none" };
    expect(toHex(sm4Encrypt(hex(sm4.pt!), cipher))).toBe(sm4.ct1!.toLowerCase());
    // OFB encrypts its own output again and again: the register after n blocks is the n-fold encryption of the vector.
    const last = sm4Encrypt(new Uint8Array(16_000_000), { mode: "ofb", key: hex(sm4.key!), iv: hex(sm4.pt!) }).subarray(-16);
    expect(toHex(last)).toBe(sm4.ct1000000!.toLowerCase());
  });

  type Ways = { readonly there: string; readonly back: string };
  /** What the vector's own mode makes of it, both ways; for GCM and CCM the tag stands behind the ciphertext. */
  const bothWays = (mode: string, block: ReadonlyMap<string, string>): Ways => {
    const [key, plain, cipher, iv] = ["Key", "Plaintext", "Ciphertext", "IV"].map((name) => hex(block.get(name) ?? "")) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    const opened = (result: ReturnType<typeof sm4Decrypt>): string => (result.ok ? toHex(result.value) : result.error.code);
    switch (mode) {
      case "gcm":
      case "ccm": {
        const how = { mode, key, nonce: iv, associated: hex(block.get("AAD")!) } as const;
        const sealed = sm4Seal(plain, how);
        return { there: toHex(sealed.ciphertext) + toHex(sealed.tag), back: opened(sm4Open({ ciphertext: cipher, tag: hex(block.get("Tag")!) }, how)) };
      }
      case "xts": {
        const ieee = block.get("XTSStandard") === "IEEE"; // without the line the file means GB
        const how = { standard: ieee ? "ieee" : "gb", key, tweak: iv } as const;
        return { there: toHex(sm4XtsEncrypt(plain, how)), back: toHex(sm4XtsDecrypt(cipher, how)) };
      }
      case "ecb":
      case "cbc":
      case "ctr":
      case "cfb":
      case "ofb": {
        const how: Sm4Cipher = mode === "ecb" ? { mode, key, padding: "none" } : mode === "cbc" ? { mode, key, iv, padding: "none" } : { mode, key, iv };
        return { there: toHex(sm4Encrypt(plain, how)), back: opened(sm4Decrypt(cipher, how)) };
      }
      default:
        throw new Error(`no test for ${mode}`);
    }
  };

  it.skipIf(noSamples("tongsuo"))("agrees with every vector of Tongsuo, both ways", () => {
    const seen: Record<string, number> = {};
    for (const block of blocks("tongsuo/evpciph_sm4.txt").filter((one) => one.has("Cipher"))) {
      const mode = block.get("Cipher")!.replace("SM4-", "").toLowerCase();
      seen[mode] = (seen[mode] ?? 0) + 1;
      expect(bothWays(mode, block)).toEqual({ there: (block.get("Ciphertext")! + (block.get("Tag") ?? "")).toLowerCase(), back: block.get("Plaintext")!.toLowerCase() });
    }
    expect(seen).toEqual({ ecb: 1, cbc: 3, ofb: 1, cfb: 1, ctr: 1, gcm: 1, ccm: 1, xts: 4 });
  });

  it.skipIf(!openssl)("agrees with OpenSSL at every length up to 70, padded, and where the counter overflows", () => {
    const key = entropy(16);
    for (const iv of [entropy(16), new Uint8Array(16).fill(255)]) {
      for (let length = 0; length <= 70; length++) {
        const message = entropy(length);
        const theirs = (name: string, vector: Uint8Array | null): string => {
          const cipher = createCipheriv(name, key, vector);
          return cipher.update(message, undefined, "hex") + cipher.final("hex");
        };
        expect(toHex(sm4Encrypt(message, { mode: "ecb", key, padding: "pkcs7" }))).toBe(theirs("sm4-ecb", null));
        expect(toHex(sm4Encrypt(message, { mode: "cbc", key, iv, padding: "pkcs7" }))).toBe(theirs("sm4-cbc", iv));
        for (const mode of ["ctr", "cfb", "ofb"] as const) expect(toHex(sm4Encrypt(message, { mode, key, iv }))).toBe(theirs(`sm4-${mode}`, iv));
      }
    }
  });

  it("gives back what was encrypted, in every mode and at every length", () => {
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    fc.assert(
      fc.property(bytes(16), bytes(16), fc.uint8Array({ maxLength: 100 }), fc.uint8Array({ maxLength: 40 }), (key, iv, message, associated) => {
        const ciphers: Sm4Cipher[] = [
          { mode: "ecb", key, padding: "pkcs7" },
          { mode: "cbc", key, iv, padding: "pkcs7" },
          ...(["ctr", "cfb", "ofb"] as const).map((mode) => ({ mode, key, iv })),
        ];
        for (const cipher of ciphers) expect(sm4Decrypt(sm4Encrypt(message, cipher), cipher)).toEqual({ ok: true, value: message });
        for (const [mode, nonce] of [["gcm", iv.subarray(0, 12)], ["gcm", iv.subarray(0, 5)], ["ccm", iv.subarray(0, 7)], ["ccm", iv.subarray(0, 13)]] as const) {
          const how = { mode, key, nonce, associated };
          expect(sm4Open(sm4Seal(message, how), how)).toEqual({ ok: true, value: message });
        }
        for (const standard of ["gb", "ieee"] as const) {
          const how = { standard, key: Uint8Array.of(...key, ...iv), tweak: iv };
          const sector = Uint8Array.of(...iv, ...message);
          expect(sm4XtsDecrypt(sm4XtsEncrypt(sector, how), how)).toEqual(sector);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("opens nothing whose ciphertext, tag, nonce or associated content was changed", () => {
    const how = { mode: "gcm", key: entropy(16), nonce: entropy(12), associated: utf8("密级") } as const;
    for (const mode of ["gcm", "ccm"] as const) {
      const request = { ...how, mode };
      const sealed = sm4Seal(entropy(33), request);
      const flip = (bytes: Uint8Array, at: number): Uint8Array => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
      const changed = [
        ...Array.from({ length: 33 }, (_, at) => [{ ...sealed, ciphertext: flip(sealed.ciphertext, at) }, request] as const),
        ...Array.from({ length: 16 }, (_, at) => [{ ...sealed, tag: flip(sealed.tag, at) }, request] as const),
        [{ ...sealed, tag: sealed.tag.subarray(0, 12) }, request] as const,
        [sealed, { ...request, nonce: flip(how.nonce, 3) }] as const,
        [sealed, { ...request, associated: utf8("密级 ") }] as const,
        [sealed, { ...request, key: flip(how.key, 0) }] as const,
      ];
      for (const [content, with_] of changed) expect(sm4Open(content, with_)).toMatchObject({ ok: false, error: { code: "sm4.tag" } });
    }
  });

  it("names damaged content, and refuses lengths that no mode allows", () => {
    const key = entropy(16);
    const cbc: Sm4Cipher = { mode: "cbc", key, iv: entropy(16), padding: "pkcs7" };
    expect(sm4Decrypt(new Uint8Array(17), cbc)).toMatchObject({ ok: false, error: { code: "sm4.length" } });
    expect(sm4Decrypt(new Uint8Array(0), cbc)).toMatchObject({ ok: false, error: { code: "sm4.padding" } });
    for (const bad of [0, 17, 255]) {
      const wrong = sm4Encrypt(new Uint8Array(16).fill(bad), { ...cbc, padding: "none" });
      expect(sm4Decrypt(wrong, cbc)).toMatchObject({ ok: false, error: { code: "sm4.padding" } });
    }
    const refused: (() => unknown)[] = [
      () => sm4Encrypt(entropy(16), { ...cbc, key: entropy(24) }),
      () => sm4Encrypt(entropy(16), { ...cbc, iv: entropy(12) }),
      () => sm4Encrypt(entropy(15), { ...cbc, padding: "none" }),
      () => sm4Seal(entropy(1), { mode: "gcm", key, nonce: new Uint8Array(0) }),
      () => sm4Seal(entropy(1), { mode: "gcm", key, nonce: entropy(12), tagLength: 8 }),
      () => sm4Seal(entropy(1), { mode: "ccm", key, nonce: entropy(14) }),
      () => sm4Seal(entropy(1), { mode: "ccm", key, nonce: entropy(12), tagLength: 5 }),
      () => sm4XtsEncrypt(entropy(15), { standard: "gb", key: entropy(32), tweak: entropy(16) }),
      () => sm4XtsEncrypt(entropy(16), { standard: "gb", key, tweak: entropy(16) }),
    ];
    for (const call of refused) expect(call).toThrow(RangeError);
  });
});

describe("HMAC-SM3", () => {
  it.skipIf(noSamples("tongsuo"))("agrees with every vector of Tongsuo", () => {
    const value = (text: string): Uint8Array => (text.startsWith('"') ? utf8(text.slice(1, -1)) : hex(text));
    const vectors = blocks("tongsuo/evpmac_sm3.txt").filter((block) => block.has("MAC"));
    for (const block of vectors) {
      expect(toHex(hmacSm3(value(block.get("Key")!), value(block.get("Input")!)))).toBe(block.get("Output"));
    }
    expect(vectors.length).toBe(4);
  });

  it.skipIf(!getHashes().includes("sm3"))("agrees with OpenSSL for keys below, at and above a block", () => {
    for (const length of [0, 1, 63, 64, 65, 200]) {
      const [key, message] = [entropy(length), entropy(77)];
      expect(toHex(hmacSm3(key, message))).toBe(createHmac("sm3", key).update(message).digest("hex"));
    }
  });
});

import fc from "fast-check";
import { createHash, getHashes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { fromHex, toHex, utf8 } from "#core/formats";
import {
  createSm3,
  digest,
  isSm2PublicKey,
  sm2Decrypt,
  sm2Digest,
  sm2Encrypt,
  sm2KeyPair,
  sm2PublicKey,
  sm2Sign,
  sm2Verify,
  sm2VerifyDigest,
  sm2VerifyRaw,
  sm3,
  sm3Hex,
  writePem,
  writeSm2Pkcs8,
  readSm2Pkcs8,
  writeSpki,
} from "#core/crypto";
import { encryptedBy } from "./sm2-encryption.ts";
import { signedBy } from "./sm2.ts";
import { entropy, independentSm2 as oracle, noOpenssl, noSamples, openssl, sampleJson, sampleText } from "./third-party.fixture.ts";

const hex = (text: string): Uint8Array => {
  const bytes = fromHex(text.toLowerCase());
  if (!bytes.ok) throw new Error(text);
  return bytes.value;
};

describe("SM3", () => {
  it("gives the digests of GB/T 32905 Annex A", () => {
    expect(sm3Hex(utf8("abc"))).toBe("66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    expect(sm3Hex(utf8("abcd".repeat(16)))).toBe("debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
    expect(sm3Hex(new Uint8Array(0))).toBe("1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b");
  });

  it("gives the same digest however the message is cut", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 150 }), { maxLength: 6 }), (parts) => {
        const whole = Uint8Array.from(parts.flatMap((part) => [...part]));
        const pieces = createSm3();
        for (const part of parts) pieces.update(part);
        expect(toHex(pieces.digest())).toBe(sm3Hex(whole));
      }),
    );
  });

  it("cannot be used after its digest was taken", () => {
    const once = createSm3();
    once.digest();
    expect(() => once.update(utf8("x"))).toThrow(TypeError);
    expect(() => once.digest()).toThrow(TypeError);
  });

  it.skipIf(!getHashes().includes("sm3"))("agrees with OpenSSL at every length up to 300 and on a megabyte", () => {
    const message = entropy(1 << 20);
    const theirs = (bytes: Uint8Array) => createHash("sm3").update(bytes).digest("hex");
    for (let length = 0; length <= 300; length++) expect(sm3Hex(message.subarray(0, length))).toBe(theirs(message.subarray(0, length)));
    expect(sm3Hex(message)).toBe(theirs(message));
  });

  it.skipIf(noSamples("tongsuo"))("agrees with every vector of Tongsuo", () => {
    let count = 0;
    for (const block of sampleText("tongsuo/evpmd_sm3.txt").split(/\n\s*\n/)) {
      if (!/^Digest = SM3$/m.test(block)) continue;
      const input = /^Input = (?:"(.*)"|([0-9A-Fa-f]*))$/m.exec(block);
      const output = /^Output = ([0-9A-Fa-f]{64})$/m.exec(block)?.[1];
      const message = input?.[1] === undefined ? hex(input![2]!) : utf8(input[1]);
      expect(sm3Hex(message)).toBe(output!.toLowerCase());
      count++;
    }
    expect(count).toBe(8);
  });
});

describe("other digests", () => {
  it("agree with the platform", () => {
    const message = entropy(1000);
    for (const name of ["sha1", "sha256", "sha384", "sha512"] as const) {
      expect(toHex(digest(name, message))).toBe(createHash(name).update(message).digest("hex"));
    }
    expect(digest("sm3", message)).toEqual(sm3(message));
  });
});

describe("SM2 encryption", () => {
  const wrong = (code: string) => ({ ok: false, error: { code } });

  it.skipIf(noSamples("tongsuo"))("opens the ciphertexts of Tongsuo", () => {
    type Case = { op: string; key: string; input: string; output?: string; result?: string };
    const { keys, cases } = sampleJson<{ keys: Record<string, { d: string }>; cases: Case[] }>("tongsuo/sm2-cases.json");
    // The cases with a result of their own ask OpenSSL for another digest, which this format cannot name.
    const usable = cases.filter(({ op, result }) => op === "decrypt" && result === undefined);
    expect(usable.length).toBe(4);
    for (const { key, input, output } of usable) {
      expect(sm2Decrypt(hex(input), hex(keys[key]!.d))).toEqual({ ok: true, value: utf8(JSON.parse(output!) as string) });
    }
  });

  it.skipIf(noSamples("vectors"))("reproduces GM/T 0003.5 with its k", () => {
    const { sm2enc: v, sm2sign } = sampleJson<Record<string, Record<string, string>>>("vectors/gm-standard-vectors.json");
    const der = encryptedBy(() => hex(v!.k!), utf8(v!.msg!), hex(sm2sign!.pub!));
    for (const part of [v!.C1!.slice(2, 66), v!.C1!.slice(66), v!.C3!, v!.C2!]) expect(toHex(der)).toContain(part.toLowerCase());
    expect(sm2Decrypt(der, hex(v!.d!))).toEqual({ ok: true, value: utf8(v!.msg!) });
  });

  it("opens only what was meant for the key and was not touched, and never throws on hostile content", () => {
    const { privateKey, publicKey } = sm2KeyPair(entropy);
    const content = entropy(70);
    const der = sm2Encrypt(content, publicKey, entropy);
    expect(sm2Decrypt(der, privateKey)).toEqual({ ok: true, value: content });
    expect(sm2Decrypt(der, sm2KeyPair(entropy).privateKey)).toMatchObject(wrong("sm2.decrypt"));
    for (let at = 0; at < der.length; at++) {
      const changed = der.map((byte, i) => (i === at ? byte ^ 0x10 : byte));
      expect(sm2Decrypt(changed, privateKey).ok).toBe(false);
      expect(sm2Decrypt(der.subarray(0, at), privateKey)).toMatchObject(wrong("sm2.ciphertext"));
    }
    expect(() => sm2Encrypt(new Uint8Array(0), publicKey, entropy)).toThrow(RangeError);
    expect(() => sm2Encrypt(content, publicKey.subarray(1), entropy)).toThrow(RangeError);
  });
});

describe("SM2 signatures", () => {
  it.skipIf(noSamples("vectors"))("reproduce GM/T 0003.5 A.2 with its k", () => {
    const { sm2sign: v } = sampleJson<{ sm2sign: Record<string, string> }>("vectors/gm-standard-vectors.json");
    const key = hex(v.d!);
    expect(toHex(sm2PublicKey(key))).toBe(v.pub!.toLowerCase());
    const e = sm2Digest(utf8(v.msg!), hex(v.pub!));
    expect(toHex(e)).toBe(v.e!.toLowerCase());
    const der = signedBy(() => hex(v.k!), e, key);
    expect(toHex(der)).toContain(v.r!.toLowerCase());
    expect(toHex(der)).toContain(v.s!.toLowerCase());
    expect(sm2Verify(utf8(v.msg!), der, hex(v.pub!))).toBe(true);
  });

  type Negative = { name: string; sigDerHex: string; msg: string; id: string; result: string };
  const negatives = noSamples("vectors")
    ? { pub: "", tests: [] }
    : sampleJson<{ pub: string; tests: Negative[] }>("vectors/sm2-verify-negative.json");
  it.skipIf(noSamples("vectors"))("are judged on all 27 cases below", () => {
    expect(negatives.tests.length).toBe(27);
  });
  it.each(negatives.tests)("judge: $name", ({ sigDerHex, msg, id, result }) => {
    const publicKey = hex(negatives.pub);
    expect(sm2Verify(utf8(msg), hex(sigDerHex), publicKey, { id })).toBe(result === "valid");
    expect(sm2VerifyRaw(utf8(msg), hex(sigDerHex), publicKey, { id })).toBe(result === "acceptable-nonDER");
  });

  it.skipIf(noSamples("tongsuo"))("agree with the vectors of Tongsuo over e", () => {
    type Case = { op: string; key: string; ctrl?: string; input: string; output: string; result?: string };
    const { keys, cases } = sampleJson<{ keys: Record<string, { point: string }>; cases: Case[] }>("tongsuo/sm2-cases.json");
    const usable = cases.filter(({ op }) => op === "verify");
    expect(usable.length).toBe(3);
    for (const { key, input, output, result } of usable) {
      expect(sm2VerifyDigest(hex(input), hex(output), hex(keys[key]!.point))).toBe(result === undefined);
    }
  });

  it("agree with an independent implementation, both ways", () => {
    for (let i = 0; i < 4; i++) {
      const { privateKey, publicKey } = sm2KeyPair(entropy);
      const message = entropy(1 + i * 50);
      const ours = sm2Sign(message, privateKey, entropy);
      expect(oracle.doVerifySignature([...message], toHex(ours), toHex(publicKey), { der: true, hash: true })).toBe(true);
      const theirs = oracle.doSignature([...message], toHex(privateKey), { der: true, hash: true });
      expect(sm2Verify(message, hex(theirs), publicKey)).toBe(true);
    }
  });

  it.skipIf(noOpenssl())("agree with openssl, both ways", () => {
    const { privateKey, publicKey } = sm2KeyPair(entropy);
    const message = entropy(333);
    const pub = writePem("PUBLIC KEY", writeSpki({ algorithm: "sm2", point: publicKey }));
    const id = ["-sigopt", "distid:1234567812345678"];
    const good = openssl(["dgst", "-sm3", "-verify", "pub.pem", ...id, "-signature", "s.der", "m"], {
      "pub.pem": pub,
      "s.der": sm2Sign(message, privateKey, entropy),
      m: message,
    });
    expect(good.text).toContain("Verified OK");
    good.done();
    const pkcs8 = writeSm2Pkcs8(privateKey, publicKey);
    expect(readSm2Pkcs8(pkcs8)).toEqual({ ok: true, value: privateKey });
    const signed = openssl(["dgst", "-sm3", "-sign", "key.pem", ...id, "-out", "s.der", "m"], {
      "key.pem": writePem("PRIVATE KEY", pkcs8),
      m: message,
    });
    expect(sm2Verify(message, signed.read("s.der"), publicKey)).toBe(true);
    signed.done();
  });

  it("stay right when a key is met often enough to get a table, and after tables were dropped", { timeout: 60_000 }, () => {
    const keys = Array.from({ length: 18 }, () => sm2KeyPair(entropy));
    const message = utf8("关于印发方案的通知");
    const signatures = keys.map(({ privateKey }) => sm2Sign(message, privateKey, entropy));
    for (let round = 0; round < 33; round++) {
      keys.forEach(({ publicKey }, i) => {
        if (!sm2Verify(message, signatures[i]!, publicKey)) throw new Error(`key ${i} in round ${round}`);
      });
    }
    keys.forEach(({ publicKey }, i) => {
      expect(sm2Verify(utf8("别的内容"), signatures[i]!, publicKey)).toBe(false);
      expect(sm2Verify(message, signatures[(i + 1) % keys.length]!, publicKey)).toBe(false);
    });
  });

  it("refuse any single flipped bit of signature, message and key without an exception", () => {
    const { privateKey, publicKey } = sm2KeyPair(entropy);
    const message = entropy(40);
    const der = sm2Sign(message, privateKey, entropy);
    const flip = (bytes: Uint8Array, bit: number) => bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
    fc.assert(
      fc.property(fc.nat(), (n) => {
        expect(sm2Verify(message, flip(der, n % (der.length * 8)), publicKey)).toBe(false);
        expect(sm2Verify(flip(message, n % 320), der, publicKey)).toBe(false);
        expect(sm2Verify(message, der, flip(publicKey, n % 520))).toBe(false);
      }),
    );
  });

  it("refuse keys that are not points of the curve", () => {
    const { publicKey } = sm2KeyPair(entropy);
    expect(isSm2PublicKey(publicKey)).toBe(true);
    for (const bad of [new Uint8Array(65), publicKey.subarray(1), Uint8Array.of(4, ...new Uint8Array(64)), Uint8Array.of(2, ...publicKey.subarray(1, 33))]) {
      expect(isSm2PublicKey(bad)).toBe(false);
      expect(sm2Verify(utf8("x"), hex("3006020101020101"), bad)).toBe(false);
    }
    for (const bad of [new Uint8Array(32), new Uint8Array(32).fill(255), new Uint8Array(31).fill(1)]) {
      expect(() => sm2PublicKey(bad)).toThrow(RangeError);
    }
  });

  it("do not repeat a nonce: two signatures of one message differ, and broken entropy is refused", () => {
    const { privateKey } = sm2KeyPair(entropy);
    expect(toHex(sm2Sign(utf8("m"), privateKey, entropy))).not.toBe(toHex(sm2Sign(utf8("m"), privateKey, entropy)));
    expect(() => sm2Sign(utf8("m"), privateKey, () => new Uint8Array(8))).toThrow(RangeError);
  });
});

import fc from "fast-check";
import { afterAll, describe, expect, it, vi } from "vitest";
import * as here from "#core/crypto";
import { entropy } from "./third-party.fixture.ts";

/** This machine's own; the types of Node leave it out. */
const { Module, Instance } = (globalThis as unknown as { WebAssembly: Record<"Module" | "Instance", new (...parts: object[]) => object> }).WebAssembly;

/** Counts what is made, so that both sides of each comparison are known to be what they are called. */
let modules = 0;
class Refusing {
  constructor() {
    modules++;
    // What a content security policy without 'wasm-unsafe-eval' does.
    throw new Error("Refused to compile or instantiate WebAssembly module");
  }
}
class Counting extends Module {
  constructor(...parts: object[]) {
    super(...parts);
    modules++;
  }
}

async function fresh(engine: object | undefined): Promise<typeof here> {
  vi.stubGlobal("WebAssembly", engine);
  vi.resetModules();
  return await import("#core/crypto");
}
afterAll(() => { vi.unstubAllGlobals(); });

const engines = [
  ["is absent", undefined, 0],
  ["is refused by a policy", { Module: Refusing, Instance: Refusing }, 3],
  ["is there", { Module: Counting, Instance }, 3],
] as const;

describe.each(engines)("where WebAssembly %s", (_, engine, expected) => {
  it("all results are the same, and the way is chosen once for SM2, SM3 and SM4", { timeout: 60_000 }, async () => {
    modules = 0;
    const there = await fresh(engine);
    const [key, iv] = [entropy(16), entropy(16)];
    // The last word of the counter, and all four, come round to zero inside the content.
    const turning = [iv, iv.map((byte, i) => (i < 12 ? byte : 255)), new Uint8Array(16).fill(255)];
    const lengths = [0, 1, 15, 16, 17, 31, 32, 33, 47, 48, 55, 56, 63, 64, 65, 127, 128, 1000, 61_279, 61_280, 61_281, 65_472, 65_473, 200_003];
    for (const length of lengths) {
      const content = entropy(length);
      expect(there.sm3(content)).toEqual(here.sm3(content));
      expect(there.hmacSm3(key, content)).toEqual(here.hmacSm3(key, content));
      for (const counter of turning) expect(there.sm4Encrypt(content, { mode: "ctr", key, iv: counter })).toEqual(here.sm4Encrypt(content, { mode: "ctr", key, iv: counter }));
      for (const mode of ["ecb", "cbc"] as const) {
        const sealed = there.sm4Encrypt(content, { mode, key, iv, padding: "pkcs7" });
        expect(sealed).toEqual(here.sm4Encrypt(content, { mode, key, iv, padding: "pkcs7" }));
        expect(there.sm4Decrypt(sealed, { mode, key, iv, padding: "pkcs7" })).toEqual({ ok: true, value: content });
      }
      for (const mode of ["gcm", "ccm"] as const) {
        const request = { mode, key, nonce: iv.subarray(0, 12) };
        expect(there.sm4Seal(content, request)).toEqual(here.sm4Seal(content, request));
      }
    }
    fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 150 }), { maxLength: 6 }), (parts) => {
      const [ours, theirs] = [there.createSm3(), there.createSm3()];
      for (const part of parts) {
        ours.update(part);
        theirs.update(part.slice().reverse());
      }
      expect(ours.digest()).toEqual(here.sm3(Uint8Array.from(parts.flatMap((part) => [...part]))));
      expect(theirs.digest()).toEqual(here.sm3(Uint8Array.from(parts.flatMap((part) => [...part].reverse()))));
    }));
    for (let turn = 0; turn < 12; turn++) {
      // The same chance gives the same key and the same signature.
      const chance = entropy(40);
      const repeated = (n: number): Uint8Array => chance.subarray(0, n);
      const { privateKey, publicKey } = here.sm2KeyPair(repeated);
      expect(there.sm2KeyPair(repeated)).toEqual({ privateKey, publicKey });
      const message = entropy(turn * 9);
      const signature = there.sm2Sign(message, privateKey, repeated);
      expect(signature).toEqual(here.sm2Sign(message, privateKey, repeated));
      expect([there.sm2Verify(message, signature, publicKey), there.sm2Verify(entropy(9), signature, publicKey)]).toEqual([true, false]);
      const sealed = there.sm2Encrypt(chance, publicKey, repeated);
      expect(sealed).toEqual(here.sm2Encrypt(chance, publicKey, repeated));
      expect(there.sm2Decrypt(sealed, privateKey)).toEqual({ ok: true, value: chance });
    }
    expect(modules).toBe(expected);
  });
});

import { afterAll, describe, expect, it, vi } from "vitest";
import * as here from "#core/crypto";
import { entropy } from "./third-party.fixture.ts";

/** This machine's own; the types of Node leave it out. */
const { Module, Instance } = (globalThis as unknown as {
  WebAssembly: { readonly Module: new (bytes: object) => object; readonly Instance: new (module: object) => { readonly exports: { readonly memory: { readonly buffer: ArrayBuffer } } } };
}).WebAssembly;

const memories: Uint8Array[] = [];
class Seen extends Instance {
  constructor(module: object) {
    super(module);
    memories.push(new Uint8Array(this.exports.memory.buffer));
  }
}

/** The folder anew. The memory that its first algorithm works in comes first. */
async function fresh(): Promise<typeof here> {
  memories.length = 0;
  vi.stubGlobal("WebAssembly", { Module, Instance: Seen });
  vi.resetModules();
  return await import("#core/crypto");
}
afterAll(() => { vi.unstubAllGlobals(); });

/** What stands in the memory after each of three runs with other secrets, the first of which may make tables. */
function left(run: () => unknown): void {
  run();
  run();
  const before = memories[0]!.slice();
  run();
  expect(Buffer.compare(memories[0]!, before)).toBe(0);
}

describe("the memory of WebAssembly is afterwards the same", () => {
  it("whatever the keys and nonces of SM2 were", async () => {
    const there = await fresh();
    const [e, content] = [entropy(32), entropy(16)];
    const sealed = here.sm2Encrypt(content, here.sm2KeyPair(entropy).publicKey, entropy);
    left(() => there.sm2KeyPair(entropy));
    left(() => there.sm2SignDigest(e, here.sm2KeyPair(entropy).privateKey, entropy));
    left(() => there.sm2Decrypt(sealed, here.sm2KeyPair(entropy).privateKey));
    // The memory is the right one: another ciphertext, which is no secret, leaves another table.
    const before = memories[0]!.slice();
    there.sm2Decrypt(here.sm2Encrypt(content, here.sm2KeyPair(entropy).publicKey, entropy), here.sm2KeyPair(entropy).privateKey);
    expect(Buffer.compare(memories[0]!, before)).not.toBe(0);
  });

  it("whatever was hashed by SM3, and under which key", async () => {
    const there = await fresh();
    for (const length of [0, 1, 55, 56, 63, 64, 65, 128, 1000, 65_472, 65_473, 200_000]) {
      left(() => there.sm3(entropy(length)));
      left(() => there.hmacSm3(entropy(32), entropy(length)));
    }
    // Its own nonces are made by HMAC of the private key.
    left(() => there.sm2SignDigest(entropy(32), here.sm2KeyPair(entropy).privateKey, entropy));
    expect(memories.length).toBe(2);
    // The memory is the right one: before its end a digest stands in it.
    const open = there.createSm3().update(Uint8Array.from({ length: 64 }, () => 0x5a));
    expect(memories[0]!.includes(0x5a)).toBe(true);
    open.digest();
    expect(memories[0]!.every((byte) => byte === 0)).toBe(true);
  });

  it("whatever the keys and the content of SM4 were, at lengths that fill no pair of blocks too", async () => {
    const there = await fresh();
    for (const length of [0, 1, 15, 16, 17, 32, 33, 48, 61_263, 61_264, 61_279, 61_280, 61_296, 70_000]) {
      left(() => there.sm4Encrypt(entropy(length), { mode: "ctr", key: entropy(16), iv: entropy(16) }));
      left(() => there.sm4Encrypt(entropy(length), { mode: "cbc", key: entropy(16), iv: entropy(16), padding: "pkcs7" }));
      left(() => there.sm4Encrypt(entropy(length), { mode: "ecb", key: entropy(16), padding: "pkcs7" }));
      left(() => there.sm4Seal(entropy(length), { mode: "gcm", key: entropy(16), nonce: entropy(12) }));
    }
    expect(memories.length).toBe(1);
    expect(memories[0]!.some((byte) => byte !== 0)).toBe(true);
  });
});

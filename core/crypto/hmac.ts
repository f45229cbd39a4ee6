import { createSm3, sm3 } from "./sm3.ts";

/** HMAC (带密钥的杂凑) with SM3, RFC 2104 and GM/T 0042-2015 D.3: 32 bytes over the parts of a message. The key may have any length. */
export function hmacSm3(key: Uint8Array, ...message: readonly Uint8Array[]): Uint8Array {
  const block = new Uint8Array(64);
  block.set(key.length > 64 ? sm3(key) : key);
  for (let i = 0; i < 64; i++) block[i]! ^= 0x36;
  const inner = createSm3().update(block);
  for (const part of message) inner.update(part);
  for (let i = 0; i < 64; i++) block[i]! ^= 0x36 ^ 0x5c;
  const out = createSm3().update(block).update(inner.digest()).digest();
  block.fill(0);
  return out;
}

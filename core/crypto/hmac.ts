import { createSm3, sm3 } from "./sm3.ts";

/** HMAC (带密钥的杂凑) with SM3, RFC 2104 and GM/T 0042-2015 D.3: 32 bytes. The key may have any length. */
export function hmacSm3(key: Uint8Array, message: Uint8Array): Uint8Array {
  const block = new Uint8Array(64);
  block.set(key.length > 64 ? sm3(key) : key);
  const inner = createSm3().update(block.map((byte) => byte ^ 0x36)).update(message).digest();
  return createSm3().update(block.map((byte) => byte ^ 0x5c)).update(inner).digest();
}

import { concatBytes, formatErr, integer, octetString, ok, readDer, readInteger, readOctetString, readSequence, sequence, type FormatError, type Result } from "#core/formats";
import { bytesOf, numberOf } from "./ec-signature.ts";
import { sm2Curve } from "./sm2-curve-chosen.ts";
import { sm2Nonces, type Entropy } from "./sm2-nonce.ts";
import { checkedKey, isSm2PublicKey } from "./sm2.ts";
import { createSm3, sm3 } from "./sm3.ts";

/**
 * SM2 public-key encryption (公钥加密), GM/T 0003.4-2012 in the order C1‖C3‖C2 and the DER of GM/T 0009-2012 §7.2:
 * SEQUENCE { x INTEGER, y INTEGER, hash OCTET STRING (32), cipher OCTET STRING }. For short content, such as a wrapped key.
 */

/** Content is one piece of a message at most: a whole file belongs under SM4. */
const MAX_CONTENT = 1 << 20;

/** DER ciphertext. RangeError: content empty or above 1 MiB, not a public key (65 bytes 04‖X‖Y), broken entropy. */
export function sm2Encrypt(content: Uint8Array, publicKey: Uint8Array, entropy: Entropy): Uint8Array {
  if (content.length === 0 || content.length > MAX_CONTENT) throw new RangeError("SM2 encrypts 1 byte to 1 MiB");
  if (!isSm2PublicKey(publicKey)) throw new RangeError("not an SM2 public key");
  // Over the content too: one nonce for two contents would give away their difference.
  const nonces = sm2Nonces(sm3(content), publicKey, entropy);
  const sealed = encryptedBy(nonces.next, content, publicKey);
  nonces.end();
  return sealed;
}

/** With the nonces that `next` gives, which are wiped. */
export function encryptedBy(next: () => Uint8Array, content: Uint8Array, publicKey: Uint8Array): Uint8Array {
  for (;;) {
    const k = next();
    const { x, y } = coordinates(sm2Curve().base(k));
    const shared = coordinates(sm2Curve().multiple(publicKey, k));
    k.fill(0);
    const cipher = masked(content, shared);
    // A key stream of zeros would leave the content as it is (§6.1 step A5): another k is drawn.
    if (cipher !== undefined) return sequence(integer(numberOf(x)), integer(numberOf(y)), octetString(checkValue(shared, content)), octetString(cipher));
  }
}

/**
 * The content again. Errors: sm2.ciphertext (encoding, or a point off the curve), sm2.decrypt (another key, or changed
 * content). RangeError when `privateKey` is none.
 */
export function sm2Decrypt(der: Uint8Array, privateKey: Uint8Array): Result<Uint8Array, FormatError> {
  const d = checkedKey(privateKey);
  const malformed = () => formatErr("sm2.ciphertext", "SM2 密文编码不合规范");
  const root = readDer(der);
  const parts = root.ok ? readSequence(root.value) : root;
  if (!parts.ok || parts.value.length !== 4) return malformed();
  const x = readInteger(parts.value[0]);
  const y = readInteger(parts.value[1]);
  const hash = readOctetString(parts.value[2]);
  const cipher = readOctetString(parts.value[3]);
  if (!x.ok || !y.ok || !hash.ok || !cipher.ok || hash.value.length !== 32) return malformed();
  if (cipher.value.length === 0 || cipher.value.length > MAX_CONTENT) return malformed();
  if ([x.value, y.value].some((number) => number < 0n || number >> 256n !== 0n)) return malformed();
  // A point off the curve would let the sender read the private key bit by bit.
  const point = concatBytes(Uint8Array.of(4), bytesOf(x.value, 32), bytesOf(y.value, 32));
  if (!isSm2PublicKey(point)) return malformed();
  const shared = coordinates(sm2Curve().multiple(point, d));
  const content = masked(cipher.value, shared);
  const wrong = () => formatErr("sm2.decrypt", "SM2 密文无法解开：密钥不对或内容被改动");
  if (content === undefined) return wrong();
  let difference = 0;
  for (const [i, byte] of checkValue(shared, content).entries()) difference |= byte ^ hash.value[i]!;
  return difference === 0 ? ok(content) : wrong();
}

type Shared = { readonly x: Uint8Array; readonly y: Uint8Array };

const coordinates = (point: Uint8Array): Shared => ({ x: point.subarray(1, 33), y: point.subarray(33) });

const checkValue = ({ x, y }: Shared, content: Uint8Array): Uint8Array => createSm3().update(x).update(content).update(y).digest();

/** XOR with the key stream of GM/T 0003.4 §5.4.3: SM3(x ‖ y ‖ counter) with the counter from 1. Undefined when the stream is all zeros. */
function masked(content: Uint8Array, { x, y }: Shared): Uint8Array | undefined {
  const out = new Uint8Array(content.length);
  let any = 0;
  for (let at = 0, count = 1; at < content.length; at += 32, count++) {
    const stream = createSm3().update(x).update(y).update(bytesOf(BigInt(count), 4)).digest();
    for (let i = at; i < Math.min(at + 32, content.length); i++) {
      any |= stream[i - at]!;
      out[i] = content[i]! ^ stream[i - at]!;
    }
  }
  return any === 0 ? undefined : out;
}

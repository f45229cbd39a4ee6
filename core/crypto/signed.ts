import { concatBytes, encodeCanonical, fromHex, toHex, utf8, type CanonicalValue } from "#core/formats";
import type { MessageSigner } from "./signer.ts";
import { sm2Verify } from "./sm2.ts";

/**
 * What is signed for a value: the context, a line feed, and the canonical bytes. The context (for example
 * "wenshu/command/1") keeps a signature given for one purpose from being shown as one given for another.
 * RangeError when the context is not of letters, digits and "/.-".
 */
export function signedBytes(value: CanonicalValue, context: string): Uint8Array {
  if (!/^[a-z0-9][A-Za-z0-9/.-]*$/.test(context)) throw new RangeError(`not a signing context: ${context}`);
  return concatBytes(utf8(`${context}\n`), encodeCanonical(value));
}

/** Signs a value in a context with an SM2 key. Returns the DER signature in lower-case hexadecimal. */
export async function signCanonical(value: CanonicalValue, context: string, signer: MessageSigner): Promise<string> {
  if (signer.algorithm !== "sm2-sm3") throw new RangeError("canonical values are signed with SM2 only");
  return toHex(await signer.sign(signedBytes(value, context)));
}

/** True when the signature (lower-case hexadecimal of strict DER) holds for the value in that context. `publicKey`: 65 bytes 04‖X‖Y. */
export function verifyCanonicalSignature(
  value: CanonicalValue,
  context: string,
  signatureHex: string,
  publicKey: Uint8Array,
): boolean {
  const signature = fromHex(signatureHex);
  return signature.ok && sm2Verify(signedBytes(value, context), signature.value, publicKey);
}

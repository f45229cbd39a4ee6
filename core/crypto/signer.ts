import type { SignatureAlgorithm } from "./signature-scheme.ts";
import { sm2PublicKey, sm2Sign, type Entropy } from "./sm2.ts";
import { p256Sign } from "./ecdsa.ts";

/**
 * A private key that signs, wherever it lives: in a file, a token or a remote service (port).
 * `sign` takes the whole message (hashing is inside) and returns DER for SM2 and ECDSA, the bare block for RSA.
 */
export type MessageSigner = {
  readonly algorithm: SignatureAlgorithm;
  readonly sign: (message: Uint8Array) => Promise<Uint8Array>;
};

/** A signer together with its certificate, DER. */
export type Signer = MessageSigner & { readonly certificate: Uint8Array };

/** An SM2 key held in memory. */
export function sm2MessageSigner(privateKey: Uint8Array, entropy: Entropy): MessageSigner {
  const publicKey = sm2PublicKey(privateKey);
  return { algorithm: "sm2-sm3", sign: async (message) => sm2Sign(message, privateKey, entropy, { publicKey }) };
}

/** A P-256 key held in memory. */
export function p256MessageSigner(privateKey: Uint8Array, entropy: Entropy): MessageSigner {
  return { algorithm: "ecdsa-p256-sha256", sign: async (message) => p256Sign(message, privateKey, entropy) };
}

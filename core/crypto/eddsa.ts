import { ed25519 } from "@noble/curves/ed25519.js";
import { ed448 } from "@noble/curves/ed448.js";

/** Edwards curves, RFC 8032. */
export type EdwardsCurve = "ed25519" | "ed448";

/** True when the EdDSA signature holds for the message, with the checks of RFC 8032 §5.1.7 and §5.2.7, not the lax ones of ZIP 215. */
export function eddsaVerify(curve: EdwardsCurve, message: Uint8Array, signature: Uint8Array, packed: Uint8Array): boolean {
  try {
    return curve === "ed25519" ? ed25519.verify(signature, message, packed, { zip215: false }) : ed448.verify(signature, message, packed, { zip215: false });
  } catch {
    return false;
  }
}

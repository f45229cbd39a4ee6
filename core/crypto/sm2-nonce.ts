import { concatBytes } from "#core/formats";
import { bytesOf } from "./ec-signature.ts";
import { hmacSm3 } from "./hmac.ts";
import { SM2 } from "./sm2-curve.ts";
import { isBelow } from "./sm2-scalars.ts";

/** Secret random bytes: `n` of them, fresh at every call. They stay in the array that is given. */
export type Entropy = (n: number) => Uint8Array;

/** `n` bytes of it. RangeError when it gives another length. */
export function drawn(entropy: Entropy, n: number): Uint8Array {
  const bytes = entropy(n);
  if (bytes.length !== n) throw new RangeError("entropy returned a wrong length");
  return bytes;
}

const ORDER = bytesOf(SM2.n, 32);

/**
 * Nonces (随机数 k) for one signature or encryption, each in 1 … n−1 and uniform: the generator of RFC 6979 §3.2 with HMAC-SM3 and the
 * additional entropy of its §3.6. They follow from the secret, from what is signed and from 32 fresh bytes together. Entropy that comes
 * twice (a machine that goes on from a copy of itself) then gives two messages two nonces, and a key stays unknown even if entropy is known.
 * `secret` and `about` have the same lengths at every use. The caller wipes what it takes, and calls `end`.
 */
export function sm2Nonces(secret: Uint8Array, about: Uint8Array, entropy: Entropy): { readonly next: () => Uint8Array; readonly end: () => void } {
  const seed = concatBytes(secret, about, drawn(entropy, 32));
  let key: Uint8Array = new Uint8Array(32);
  let value: Uint8Array = new Uint8Array(32).fill(1);
  const take = (old: Uint8Array, made: Uint8Array): Uint8Array => {
    old.fill(0);
    return made;
  };
  const step = (...more: readonly Uint8Array[]): void => {
    key = take(key, hmacSm3(key, value, ...more));
    value = take(value, hmacSm3(key, value));
  };
  step(Uint8Array.of(0), seed);
  step(Uint8Array.of(1), seed);
  seed.fill(0);
  let taken = false;
  return {
    next: () => {
      for (;;) {
        if (taken) step(Uint8Array.of(0));
        taken = true;
        value = take(value, hmacSm3(key, value));
        // About one in 2^32 is refused: taking the rest of a division instead would lean towards small numbers.
        if (isBelow(value, ORDER) && value.some((byte) => byte !== 0)) return value.slice();
      }
    },
    end: () => {
      key.fill(0);
      value.fill(0);
    },
  };
}

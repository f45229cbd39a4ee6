import type { EcSignature } from "./ec-signature.ts";

/** The recommended curve of GM/T 0003.5: y² = x³ + ax + b over p, base point of the prime order n, cofactor 1. */
export const SM2 = {
  p: 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn,
  n: 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n,
  h: 1n,
  a: 0xfffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffcn,
  b: 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n,
  Gx: 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  Gy: 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
};

/**
 * Arithmetic on the curve. Scalars and numbers are 32 big-endian bytes, points 65 bytes 04‖X‖Y; a point handed in must hold, a
 * secret scalar must lie in 1 … n−1. What takes a secret takes no branch and no index from it as far as the engine allows.
 */
export type Sm2Curve = {
  /** Whether 65 bytes are a point of the curve; false for any other bytes. */
  readonly holds: (point: Uint8Array) => boolean;
  /** (x mod n−2) + 1 of 40 secret bytes. */
  readonly scalar: (bytes: Uint8Array) => Uint8Array;
  /** k·G for a secret k. */
  readonly base: (k: Uint8Array) => Uint8Array;
  /** k·P for a secret k. */
  readonly multiple: (point: Uint8Array, k: Uint8Array) => Uint8Array;
  /** r = e + x(kG), s = (k − rd)/(1+d), GM/T 0003.2 §6.1, for secret d in 1 … n−2 and k; undefined when another k must be drawn. */
  readonly sign: (e: Uint8Array, d: Uint8Array, k: Uint8Array) => EcSignature | undefined;
  /** Whether sG + tP is finite and its x ≡ `x` mod n, for public s, t in 1 … n−1 and x in 0 … n−1. False too when P does not hold. */
  readonly sumHasX: (s: bigint, t: bigint, point: Uint8Array, x: bigint) => boolean;
};

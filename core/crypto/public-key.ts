import {
  bitString,
  concatBytes,
  contextExplicit,
  formatErr,
  integer,
  isUniversal,
  nullValue,
  octetString,
  ok,
  oid,
  readBitString,
  readDer,
  readInteger,
  readOctetString,
  readOid,
  readSequence,
  sequence,
  TAG,
  type DerNode,
  type FormatError,
  type Result,
} from "#core/formats";
import { isEcPublicKey, type EcCurve } from "./ecdsa.ts";
import type { EdwardsCurve } from "./eddsa.ts";
import type { RsaPublicKey } from "./rsa.ts";
import { isSm2PublicKey } from "./sm2.ts";

/** The key of a certificate. EC points are uncompressed, 04‖X‖Y; those of Edwards curves as RFC 8032 packs them. */
export type PublicKey =
  | { readonly algorithm: "sm2" | EcCurve; readonly point: Uint8Array }
  | { readonly algorithm: EdwardsCurve; readonly packed: Uint8Array }
  /** `only`: the certificate keeps the key to RSASSA-PSS (RFC 4055 §1.2) */
  | ({ readonly algorithm: "rsa"; readonly only?: "pss" } & RsaPublicKey)
  | { readonly algorithm: "unknown"; readonly oid: string };

const EC = "1.2.840.10045.2.1";
const RSA = "1.2.840.113549.1.1.1";
const RSA_PSS = "1.2.840.113549.1.1.10";
const CURVES = {
  sm2: { oid: "1.2.156.10197.1.301", length: 65 },
  p256: { oid: "1.2.840.10045.3.1.7", length: 65 },
  p384: { oid: "1.3.132.0.34", length: 97 },
  p521: { oid: "1.3.132.0.35", length: 133 },
  brainpool256: { oid: "1.3.36.3.3.2.8.1.1.7", length: 65 },
  brainpool384: { oid: "1.3.36.3.3.2.8.1.1.11", length: 97 },
  brainpool512: { oid: "1.3.36.3.3.2.8.1.1.13", length: 129 },
} as const;
/** RFC 8410 §3: the algorithm names the curve, and the bits are the key. */
const EDWARDS = { ed25519: { oid: "1.3.101.112", length: 32 }, ed448: { oid: "1.3.101.113", length: 57 } } as const;

/** SubjectPublicKeyInfo, RFC 5280 §4.1.2.7, RFC 5480, GM/T 0015. An algorithm that is not known is a value, not an error. */
export function readSpki(node: DerNode | undefined): Result<PublicKey, FormatError> {
  const bad = () => formatErr("x509.public-key", "证书公钥格式不正确", node?.offset);
  const parts = readSequence(node);
  if (!parts.ok || parts.value.length !== 2) return bad();
  const identifier = readSequence(parts.value[0]);
  const bits = readBitString(parts.value[1]);
  if (!identifier.ok || !bits.ok) return bad();
  const name = readOid(identifier.value[0]);
  if (!name.ok) return bad();
  if (name.value === RSA) return readRsaKey(bits.value);
  if (name.value === RSA_PSS) {
    const key = readRsaKey(bits.value);
    return key.ok ? ok({ ...key.value, only: "pss" }) : key;
  }
  for (const algorithm of ["ed25519", "ed448"] as const) {
    if (EDWARDS[algorithm].oid === name.value) return bits.value.length === EDWARDS[algorithm].length ? ok({ algorithm, packed: bits.value }) : bad();
  }
  // Some tools name the SM2 curve as the key algorithm itself.
  const isCurveNamed = name.value === CURVES.sm2.oid;
  if (name.value !== EC && !isCurveNamed) return ok({ algorithm: "unknown", oid: name.value });
  const curve = isCurveNamed ? name : readOid(identifier.value[1]);
  if (!curve.ok) return ok({ algorithm: "unknown", oid: EC });
  for (const algorithm of ["sm2", "p256", "p384", "p521", "brainpool256", "brainpool384", "brainpool512"] as const) {
    if (CURVES[algorithm].oid !== curve.value) continue;
    if (bits.value.length !== CURVES[algorithm].length || bits.value[0] !== 4) return bad();
    // A point beside its curve leads signature checks astray: it is refused here, once, for all of them.
    const onCurve = algorithm === "sm2" ? isSm2PublicKey(bits.value) : isEcPublicKey(algorithm, bits.value);
    if (!onCurve) return bad();
    return ok({ algorithm, point: bits.value });
  }
  return ok({ algorithm: "unknown", oid: curve.value });
}

function readRsaKey(bytes: Uint8Array): Result<Extract<PublicKey, { readonly algorithm: "rsa" }>, FormatError> {
  const bad = () => formatErr("x509.public-key", "证书公钥格式不正确");
  const node = readDer(bytes);
  const parts = node.ok ? readSequence(node.value) : node;
  if (!parts.ok || parts.value.length !== 2) return bad();
  const modulus = readInteger(parts.value[0]);
  const exponent = readInteger(parts.value[1]);
  if (!modulus.ok || !exponent.ok || modulus.value <= 0n || exponent.value <= 0n) return bad();
  return ok({ algorithm: "rsa", modulus: modulus.value, exponent: exponent.value });
}

/** The bits of the key inside a SubjectPublicKeyInfo: what key identifiers are digests of (RFC 5280 §4.2.1.2). Empty when it cannot be read. */
export function keyBits(spki: Uint8Array): Uint8Array {
  const node = readDer(spki);
  const parts = node.ok ? readSequence(node.value) : node;
  const bits = parts.ok ? readBitString(parts.value[1]) : parts;
  return bits.ok ? bits.value : new Uint8Array(0);
}

/** SubjectPublicKeyInfo of a key. RangeError for an unknown algorithm. */
export function writeSpki(key: PublicKey): Uint8Array {
  switch (key.algorithm) {
    case "rsa":
      return sequence(
        key.only === undefined ? sequence(oid(RSA), nullValue()) : sequence(oid(RSA_PSS)),
        bitString(sequence(integer(key.modulus), integer(key.exponent))),
      );
    case "ed25519":
    case "ed448":
      return sequence(sequence(oid(EDWARDS[key.algorithm].oid)), bitString(key.packed));
    case "unknown":
      throw new RangeError(`no encoding for a key of ${key.oid}`);
    default:
      return sequence(sequence(oid(EC), oid(CURVES[key.algorithm].oid)), bitString(key.point));
  }
}

/** PKCS#8 of an SM2 private key (RFC 5208, RFC 5915), as OpenSSL writes it: for handing a key to a store or another tool. */
export function writeSm2Pkcs8(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  const ecKey = sequence(integer(1), octetString(privateKey), contextExplicit(1, bitString(publicKey)));
  return sequence(integer(0), sequence(oid(EC), oid(CURVES.sm2.oid)), octetString(ecKey));
}

/** The 32-byte SM2 private key of a PKCS#8 structure; error for any other kind of key. */
export function readSm2Pkcs8(bytes: Uint8Array): Result<Uint8Array, FormatError> {
  const bad = () => formatErr("pkcs8.malformed", "不是 SM2 私钥（PKCS#8）");
  const node = readDer(bytes);
  const parts = node.ok ? readSequence(node.value) : node;
  if (!parts.ok || !isUniversal(parts.value[2], TAG.octetString)) return bad();
  const identifier = readSequence(parts.value[1]);
  if (!identifier.ok) return bad();
  const [name, curve] = identifier.value.map(readOid);
  if (!name?.ok || name.value !== EC || !curve?.ok || curve.value !== CURVES.sm2.oid) return bad();
  const inner = readDer(parts.value[2].content);
  const ecKey = inner.ok ? readSequence(inner.value) : inner;
  const scalar = ecKey.ok ? readOctetString(ecKey.value[1]) : ecKey;
  if (!scalar.ok || scalar.value.length > 32) return bad();
  return ok(concatBytes(new Uint8Array(32 - scalar.value.length), scalar.value));
}

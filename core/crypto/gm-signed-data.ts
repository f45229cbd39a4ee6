import { assertNever, concatBytes, nullValue, octetString, oid, sequence, set, utcTime } from "#core/formats";
import { CMS } from "./cms.ts";
import { attribute, signingCertificate, writeSignedData } from "./cms-write.ts";
import { bytesOf, readEcSignature } from "./ec-signature.ts";
import type { Signer } from "./signer.ts";

/**
 * The three shapes met in the field. c: attributes are signed, nothing inside (what readers accept most widely).
 * a: the digest lies inside and is itself signed. b: the same with the bare 64 bytes r‖s as the value.
 */
export type GmShape = "a" | "b" | "c";

export type GmSignature = {
  /** SM3 of the content, 32 bytes. */
  readonly contentDigest: Uint8Array;
  readonly shape: GmShape;
  /** The time that the signer claims, ISO 8601 UTC, 1950–2049; only shape c has a place for it. */
  readonly signedAt?: string;
  /** Further certificates to carry (issuers), DER; the signer's own is carried always. */
  readonly chain?: readonly Uint8Array[];
  /** Given the signature value, returns a time-stamp token, DER. */
  readonly timeStamp?: (signature: Uint8Array) => Promise<Uint8Array>;
  /** How the signature algorithm is named: SM3withSM2 or plain SM2 signing, as the older software wants it. "1.501" when absent. */
  readonly algorithm?: "1.501" | "1.301.1";
};

/**
 * A SignedData of GB/T 35275 (GM/T 0010), DER, over content that is kept elsewhere: signatures of Type="Sign" in OFD, SM2
 * signatures in PDF. RangeError when the signer is not SM2 or the digest is not SM3's length.
 */
export async function buildGmSignedData(request: GmSignature, signer: Signer): Promise<Uint8Array> {
  const { contentDigest, shape } = request;
  if (signer.algorithm !== "sm2-sm3") throw new RangeError("GB/T 35275 is signed with SM2");
  if (contentDigest.length !== 32) throw new RangeError("content digest of the wrong length");
  const signed = shape === "c" ? attributesOf(request, signer) : undefined;
  const value = await signer.sign(signed ?? contentDigest);
  const signature = shape === "b" ? bareValue(value) : value;
  const token = await request.timeStamp?.(signature);
  return writeSignedData({
    kind: "gm",
    version: 1,
    contentType: CMS.gmData,
    ...(shape === "c" ? {} : { content: contentDigest }),
    certificates: [signer.certificate, ...(request.chain ?? [])],
    signer: {
      certificate: signer.certificate,
      digest: "sm3",
      algorithm: algorithmOf(request.algorithm ?? "1.501"),
      signature,
      ...(signed === undefined ? {} : { signed }),
      ...(token === undefined ? {} : { unsigned: set(attribute(CMS.timeStampToken, token)) }),
    },
  });
}

function attributesOf({ contentDigest, signedAt }: GmSignature, signer: Signer): Uint8Array {
  return set(
    attribute(CMS.contentType, oid(CMS.gmData)),
    attribute(CMS.messageDigest, octetString(contentDigest)),
    ...(signedAt === undefined ? [] : [attribute(CMS.signingTime, utcTime(signedAt))]),
    signingCertificate("sm3", signer.certificate),
  );
}

function algorithmOf(name: NonNullable<GmSignature["algorithm"]>): Uint8Array {
  switch (name) {
    case "1.501":
      return sequence(oid("1.2.156.10197.1.501"));
    case "1.301.1":
      return sequence(oid("1.2.156.10197.1.301.1"), nullValue());
    default:
      return assertNever(name);
  }
}

function bareValue(der: Uint8Array): Uint8Array {
  const value = readEcSignature(der);
  if (!value.ok) throw new RangeError("the signer gave no SM2 signature");
  return concatBytes(bytesOf(value.value.r, 32), bytesOf(value.value.s, 32));
}

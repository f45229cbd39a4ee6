import {
  generalizedTime,
  integer,
  isContext,
  isUniversal,
  octetString,
  oid,
  ok,
  readBoolean,
  readDer,
  readInteger,
  readOctetString,
  readOid,
  readSequence,
  sequence,
  set,
  TAG,
  type Result,
} from "#core/formats";
import { digestOfAlgorithm } from "./cms-build.ts";
import { attribute, signingCertificate, writeDigestAlgorithm, writeSignedData } from "./cms-write.ts";
import { CMS } from "./cms.ts";
import { digest, type DigestAlgorithm } from "./digest.ts";
import { readDigest, writeSignatureAlgorithm } from "./signature-scheme.ts";
import type { Signer } from "./signer.ts";
import { TST_INFO } from "./timestamp.ts";
import { GRANTED, refusal, type TimeStampFailure } from "./tsa-status.ts";

/** Whose stamp it is to be and what it says. */
export type TimeStampAuthority = {
  /** Its certificate must carry timeStamping alone, critical (RFC 3161 §2.3). */
  readonly signer: Signer;
  /** Issuers to carry when the request wants certificates, DER. */
  readonly chain: readonly Uint8Array[];
  /** Identifier of the policy; a request for another one is refused. */
  readonly policy: string;
  /** A number that is never given twice, positive. */
  readonly serial: bigint;
  /** ISO 8601 UTC; the stamp tells whole seconds. */
  readonly now: string;
  /** Seconds; left out of the stamp when absent. */
  readonly accuracy?: number;
};

type Asked = {
  readonly algorithm: DigestAlgorithm;
  readonly imprint: Uint8Array;
  readonly policy: string | undefined;
  readonly nonce: bigint | undefined;
  readonly certificates: "wanted" | "unwanted";
};

/** SHA-1 stamps prove nothing any more. */
const ACCEPTED: readonly DigestAlgorithm[] = ["sm3", "sha256", "sha384", "sha512"];

/**
 * A small time-stamp authority (时间戳机构) for tests and pilots: the whole TimeStampResp to a request, DER. A request that
 * cannot be served gets a refusal with its reason, never an exception. RFC 3161 §2.4; GB/T 20520 with SM2 and SM3.
 */
export async function buildTimeStampReply(request: Uint8Array, authority: TimeStampAuthority): Promise<Uint8Array> {
  const asked = readRequest(request);
  if (!asked.ok) return refusal(asked.error);
  const { algorithm, imprint, policy, nonce, certificates } = asked.value;
  if (policy !== undefined && policy !== authority.policy) return refusal("unacceptedPolicy");
  if (Number.isNaN(Date.parse(authority.now))) return refusal("timeNotAvailable");
  const info = sequence(
    integer(1),
    oid(authority.policy),
    sequence(writeDigestAlgorithm(algorithm), octetString(imprint)),
    integer(authority.serial),
    generalizedTime(authority.now),
    ...(authority.accuracy === undefined ? [] : [sequence(integer(authority.accuracy))]),
    ...(nonce === undefined ? [] : [integer(nonce)]),
  );
  const { signer } = authority;
  const own = digestOfAlgorithm(signer.algorithm);
  const signed = set(
    attribute(CMS.contentType, oid(TST_INFO)),
    attribute(CMS.messageDigest, octetString(digest(own, info))),
    signingCertificate(own, signer.certificate),
  );
  const token = writeSignedData({
    kind: "cms",
    version: 3,
    contentType: TST_INFO,
    content: info,
    certificates: certificates === "wanted" ? [signer.certificate, ...authority.chain] : [],
    signer: {
      certificate: signer.certificate,
      digest: own,
      algorithm: writeSignatureAlgorithm(signer.algorithm),
      signature: await signer.sign(signed),
      signed,
    },
  });
  return sequence(GRANTED, token);
}

/** TimeStampReq, §2.4.1. */
function readRequest(bytes: Uint8Array): Result<Asked, TimeStampFailure> {
  const refused = (error: TimeStampFailure): { readonly ok: false; readonly error: TimeStampFailure } => ({ ok: false, error });
  if (bytes.length > 64 * 1024) return refused("badDataFormat");
  const root = readDer(bytes);
  const fields = root.ok ? readSequence(root.value) : root;
  if (!fields.ok) return refused("badDataFormat");
  const [versionNode, imprintNode, ...rest] = fields.value;
  const version = readInteger(versionNode);
  const message = readSequence(imprintNode);
  if (!version.ok || !message.ok || message.value.length !== 2) return refused("badDataFormat");
  if (version.value !== 1n) return refused("badRequest");
  const algorithm = readDigest(message.value[0]);
  const imprint = readOctetString(message.value[1]);
  if (algorithm === undefined || !ACCEPTED.includes(algorithm)) return refused("badAlg");
  if (!imprint.ok || imprint.value.length !== digest(algorithm, new Uint8Array(0)).length) return refused("badDataFormat");
  const policy = isUniversal(rest[0], TAG.oid) ? readOid(rest.shift()) : ok(undefined);
  const nonce = isUniversal(rest[0], TAG.integer) ? readInteger(rest.shift()) : ok(undefined);
  const wanted = isUniversal(rest[0], TAG.boolean) ? readBoolean(rest.shift()) : ok(false);
  if (!policy.ok || !nonce.ok || !wanted.ok) return refused("badDataFormat");
  if (isContext(rest[0], 0)) return refused("unacceptedExtension");
  if (rest.length > 0) return refused("badDataFormat");
  return ok({ algorithm, imprint: imprint.value, policy: policy.value, nonce: nonce.value, certificates: wanted.value ? "wanted" : "unwanted" });
}

import {
  bitString,
  contextExplicit,
  contextImplicit,
  enumerated,
  generalizedTime,
  nullValue,
  octetString,
  oid,
  sequence,
} from "#core/formats";
import { extension } from "./certificate-build.ts";
import { readCertificate, type Certificate } from "./certificate.ts";
import { entryExtensions } from "./crl.ts";
import { digest, type DigestAlgorithm } from "./digest.ts";
import { OCSP, writeCertificateId } from "./ocsp.ts";
import { keyBits } from "./public-key.ts";
import { REVOCATION_REASONS, type Revocation } from "./revocation.ts";
import { writeSignatureAlgorithm } from "./signature-scheme.ts";
import type { Signer } from "./signer.ts";

/** What a response is to say. Times ISO 8601 UTC, serial numbers in hexadecimal. */
export type OcspResponseContent = {
  readonly issuer: Certificate;
  readonly producedAt: string;
  readonly answers: readonly {
    readonly serial: string;
    readonly status: { readonly kind: "good" } | ({ readonly kind: "revoked" } & Revocation) | { readonly kind: "unknown" };
    readonly thisUpdate: string;
    readonly nextUpdate?: string;
    /** Digest of the issuer's name and key as the request had it; SHA-1 when absent, which every client knows. */
    readonly digest?: DigestAlgorithm;
  }[];
  /** The request's, unchanged. */
  readonly nonce?: Uint8Array;
  readonly responder: "by name" | "by key";
  /** Certificates to carry: the responder's own when the issuer delegated to it. DER. */
  readonly certificates: readonly Uint8Array[];
};

/** A signed OCSPResponse (证书状态应答), DER, RFC 6960 §4.2.1. RangeError when the content cannot be encoded. */
export async function buildOcspResponse(content: OcspResponseContent, signer: Signer): Promise<Uint8Array> {
  const own = readCertificate(signer.certificate);
  if (!own.ok) throw new RangeError("the responder's certificate cannot be read");
  const responder =
    content.responder === "by name"
      ? contextExplicit(1, own.value.subject.raw)
      : contextExplicit(2, octetString(digest("sha1", keyBits(own.value.spki))));
  const answers = content.answers.map((answer) => single(answer, content.issuer));
  const tbs = sequence(
    responder,
    generalizedTime(content.producedAt),
    sequence(...answers),
    ...(content.nonce === undefined ? [] : [contextExplicit(1, sequence(extension(OCSP.nonce, octetString(content.nonce))))]),
  );
  const basic = sequence(
    tbs,
    writeSignatureAlgorithm(signer.algorithm),
    bitString(await signer.sign(tbs)),
    ...(content.certificates.length === 0 ? [] : [contextExplicit(0, sequence(...content.certificates))]),
  );
  return sequence(enumerated(0), contextExplicit(0, sequence(oid(OCSP.basic), octetString(basic))));
}

function single({ serial, status, thisUpdate, nextUpdate, digest: algorithm = "sha1" }: OcspResponseContent["answers"][number], issuer: Certificate): Uint8Array {
  // The reason has a place of its own here; only the invalidity date goes into an extension.
  const since = status.kind === "revoked" && status.invalidityDate !== undefined ? entryExtensions({ invalidityDate: status.invalidityDate }) : [];
  return sequence(
    writeCertificateId(serial, issuer, algorithm),
    statusOf(status),
    generalizedTime(thisUpdate),
    ...(nextUpdate === undefined ? [] : [contextExplicit(0, generalizedTime(nextUpdate))]),
    ...since.map((list) => contextExplicit(1, list)),
  );
}

function statusOf(status: OcspResponseContent["answers"][number]["status"]): Uint8Array {
  switch (status.kind) {
    case "good":
      return contextImplicit(0, nullValue());
    case "unknown":
      return contextImplicit(2, nullValue());
    case "revoked": {
      const { date, reason } = status;
      const told = reason === undefined ? [] : [contextExplicit(0, enumerated(REVOCATION_REASONS.indexOf(reason)))];
      return contextImplicit(1, sequence(generalizedTime(date), ...told));
    }
  }
}

const REFUSAL_NUMBERS = { malformedRequest: 1, internalError: 2, tryLater: 3, unauthorized: 6 } as const;

/** A response without an answer, unsigned as all of them are (§4.2.1). */
export function buildOcspRefusal(reason: keyof typeof REFUSAL_NUMBERS): Uint8Array {
  return sequence(enumerated(REFUSAL_NUMBERS[reason]));
}

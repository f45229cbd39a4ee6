import { isContext, readDer, readOid, readSequence, type DerNode } from "#core/formats";

/** Where a certificate says that more is to be had: lists, status, the issuer's certificate. Addresses as they stand, not judged. */
export type CertificateAccess = {
  readonly crlUrls: readonly string[];
  readonly ocspUrls: readonly string[];
  readonly issuerUrls: readonly string[];
};

const OCSP = "1.3.6.1.5.5.7.48.1";
const CA_ISSUERS = "1.3.6.1.5.5.7.48.2";

/** Addresses of cRLDistributionPoints, RFC 5280 §4.2.1.13. What is malformed names no address. */
export function readCrlPoints(value: Uint8Array): readonly string[] {
  return partsOf(value).flatMap((point) => {
    const fields = readSequence(point);
    return fields.ok ? pointUrls(fields.value.find((field) => isContext(field, 0))) : [];
  });
}

/** Addresses of authorityInfoAccess, §4.2.2.1. */
export function readInfoAccess(value: Uint8Array): Pick<CertificateAccess, "ocspUrls" | "issuerUrls"> {
  const described = partsOf(value).flatMap((item) => {
    const fields = readSequence(item);
    const method = fields.ok ? readOid(fields.value[0]) : fields;
    return fields.ok && method.ok ? urlsOf(fields.value.slice(1, 2)).map((url) => ({ method: method.value, url })) : [];
  });
  const of = (method: string) => described.filter((item) => item.method === method).map((item) => item.url);
  return { ocspUrls: of(OCSP), issuerUrls: of(CA_ISSUERS) };
}

/** Addresses of a DistributionPointName behind its tag [0]: full names only. */
export function pointUrls(wrapper: DerNode | undefined): readonly string[] {
  const choice = wrapper?.children();
  const names = choice?.ok && isContext(choice.value[0], 0) ? choice.value[0].children() : undefined;
  return names?.ok ? urlsOf(names.value) : [];
}

function partsOf(value: Uint8Array): readonly DerNode[] {
  const node = readDer(value);
  const parts = node.ok ? readSequence(node.value) : node;
  return parts.ok ? parts.value : [];
}

/** GeneralName [6] is a URI of ASCII characters. */
function urlsOf(names: readonly DerNode[]): readonly string[] {
  return names
    .filter((name) => isContext(name, 6) && name.content.length <= 2048 && name.content.every((byte) => byte > 0x20 && byte < 0x7f))
    .map((name) => String.fromCharCode(...name.content));
}

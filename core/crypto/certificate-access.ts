import { isContext, readDer, readOid, readSequence, type DerNode } from "#core/formats";
import { readName, type Name } from "./name.ts";

/** Where a certificate says that more is to be had: lists, status, the issuer's certificate. Addresses as they stand, not judged. */
export type CertificateAccess = {
  readonly crlUrls: readonly string[];
  readonly ocspUrls: readonly string[];
  readonly issuerUrls: readonly string[];
  /** Directory names under which lists are kept: nobody fetches them, but they tell which list a certificate belongs to. */
  readonly crlNames?: readonly Name[];
};

const OCSP = "1.3.6.1.5.5.7.48.1";
const CA_ISSUERS = "1.3.6.1.5.5.7.48.2";

/** Addresses and names of cRLDistributionPoints, RFC 5280 §4.2.1.13. What is malformed names nothing. */
export function readCrlPoints(value: Uint8Array): Pick<CertificateAccess, "crlUrls" | "crlNames"> {
  const points = partsOf(value).map((point) => {
    const fields = readSequence(point);
    return readPoint(fields.ok ? fields.value.find((field) => isContext(field, 0)) : undefined);
  });
  const crlNames = points.flatMap(({ names }) => names);
  return { crlUrls: points.flatMap(({ urls }) => urls), ...(crlNames.length === 0 ? {} : { crlNames }) };
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

/** Addresses and directory names of a DistributionPointName behind its tag [0]: full names only. */
export function readPoint(wrapper: DerNode | undefined): { readonly urls: readonly string[]; readonly names: readonly Name[] } {
  const choice = wrapper?.children();
  const general = choice?.ok && isContext(choice.value[0], 0) ? choice.value[0].children() : undefined;
  if (!general?.ok) return { urls: [], names: [] };
  // GeneralName [4] is a Name behind an explicit tag.
  const names = general.value.filter((name) => isContext(name, 4)).flatMap((name) => {
    const inner = name.children();
    const read = inner.ok ? readName(inner.value[0]) : inner;
    return read.ok ? [read.value] : [];
  });
  return { urls: urlsOf(general.value), names };
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

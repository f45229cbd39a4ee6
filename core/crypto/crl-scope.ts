import { isContext, readDer, readSequence, readTime, toHex } from "#core/formats";
import { readPoint } from "./certificate-access.ts";
import type { Certificate, Extension } from "./certificate.ts";
import { sameName, type Name } from "./name.ts";

/** Which certificates a list speaks for, RFC 5280 §5.2.4–5.2.5. */
export type ListScope = {
  /** Why absence from the list proves nothing at all; absent for a whole list. */
  readonly partial?: string;
  /** Its entries may be of other issuers: they cannot be told apart here. */
  readonly indirect: boolean;
  /** Only the certificates that name one of these addresses or directory names; absent: all. */
  readonly urls?: readonly string[];
  readonly names?: readonly Name[];
  readonly only?: "user" | "authority";
  /** expiredCertsOnCRL (ITU-T X.509 §9.5.2.8): certificates that ran out since then are still listed. */
  readonly keptFrom?: string;
};

const NUMBER = "2.5.29.20";
const KEY_ID = "2.5.29.35";
const DELTA = "2.5.29.27";
const DISTRIBUTION = "2.5.29.28";
const KEPT = "2.5.29.60";

/** The scope that the extensions of a list describe. Anything critical that is not understood makes it partial. */
export function readListScope(extensions: readonly Extension[]): ListScope {
  let scope: ListScope = { indirect: false };
  for (const { oid, critical, value } of extensions) {
    switch (oid) {
      case NUMBER:
      case KEY_ID:
        break;
      case DELTA:
        scope = { ...scope, partial: "增量吊销列表，不能证明未被吊销" };
        break;
      case DISTRIBUTION:
        scope = { ...scope, ...readDistribution(value) };
        break;
      case KEPT: {
        const node = readDer(value);
        const time = node.ok ? readTime(node.value) : node;
        if (time.ok) scope = { ...scope, keptFrom: time.value };
        break;
      }
      default:
        if (critical) scope = { ...scope, partial: `吊销列表有不认识的关键扩展 ${oid}` };
    }
  }
  return scope;
}

/** IssuingDistributionPoint, §5.2.5. */
function readDistribution(value: Uint8Array): Partial<ListScope> {
  const node = readDer(value);
  const fields = node.ok ? readSequence(node.value) : node;
  if (!fields.ok || fields.value.some((field) => field.class !== "context" || field.tag > 5)) return { partial: "吊销列表的分发点格式不正确" };
  const flag = (tag: number) => fields.value.some((field) => isContext(field, tag) && toHex(field.content) !== "00");
  const point = fields.value.find((field) => isContext(field, 0));
  return {
    ...(flag(4) ? { indirect: true, partial: "间接吊销列表，不支持" } : {}),
    ...(fields.value.some((field) => isContext(field, 3)) ? { partial: "吊销列表只含部分吊销原因" } : {}),
    ...(flag(5) ? { partial: "吊销列表只含属性证书" } : {}),
    ...(point === undefined ? {} : readPoint(point)),
    ...(flag(1) ? { only: "user" as const } : flag(2) ? { only: "authority" as const } : {}),
  };
}

/** Why the certificate is not one that the list speaks for; undefined when it is. */
export function outsideScope(scope: ListScope, certificate: Certificate): string | undefined {
  if (scope.partial !== undefined) return scope.partial;
  const isAuthority = certificate.basicConstraints?.ca === true;
  if (scope.only !== undefined && (scope.only === "authority") !== isAuthority) return "吊销列表不含此类证书";
  const { crlUrls, crlNames = [] } = certificate.access;
  const isNamed = scope.urls?.some((url) => crlUrls.includes(url)) === true || scope.names?.some((name) => crlNames.some((other) => sameName(name, other))) === true;
  if (scope.urls !== undefined && !isNamed) return "吊销列表只覆盖部分证书";
  return undefined;
}

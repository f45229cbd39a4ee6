import {
  formatErr,
  oid,
  ok,
  printableString,
  readOid,
  readSequence,
  readSet,
  readText,
  sequence,
  set,
  toHex,
  utf8String,
  type DerNode,
  type FormatError,
  type Result,
} from "#core/formats";

/** One attribute of a distinguished name; `type` is the short name where one is known, otherwise the dotted identifier. */
export type NamePart = { readonly type: string; readonly oid: string; readonly value: string };

/** A distinguished name (可辨别名称): the exact bytes, its parts in order, and a text to show. */
export type Name = { readonly raw: Uint8Array; readonly parts: readonly NamePart[]; readonly text: string };

const TYPES: Readonly<Record<string, string>> = {
  CN: "2.5.4.3",
  SN: "2.5.4.4",
  serialNumber: "2.5.4.5",
  C: "2.5.4.6",
  L: "2.5.4.7",
  ST: "2.5.4.8",
  street: "2.5.4.9",
  O: "2.5.4.10",
  OU: "2.5.4.11",
  title: "2.5.4.12",
  GN: "2.5.4.42",
  organizationIdentifier: "2.5.4.97",
  emailAddress: "1.2.840.113549.1.9.1",
  UID: "0.9.2342.19200300.100.1.1",
  DC: "0.9.2342.19200300.100.1.25",
};
const SHORT = new Map(Object.entries(TYPES).map(([type, dotted]) => [dotted, type]));

/** Reads a Name, RFC 5280 §4.1.2.4. Values that are not text are shown as #hex. */
export function readName(node: DerNode | undefined): Result<Name, FormatError> {
  const bad = () => formatErr("x509.name", "证书名称格式不正确", node?.offset);
  const sets = readSequence(node);
  if (node === undefined || !sets.ok) return bad();
  const parts: NamePart[] = [];
  for (const relative of sets.value) {
    const attributes = readSet(relative);
    if (!attributes.ok || attributes.value.length === 0) return bad();
    for (const attribute of attributes.value) {
      const pair = readSequence(attribute);
      if (!pair.ok || pair.value.length !== 2) return bad();
      const type = readOid(pair.value[0]);
      if (!type.ok) return bad();
      const text = readText(pair.value[1]);
      const value = text.ok ? text.value : `#${toHex(pair.value[1]!.raw)}`;
      parts.push({ type: SHORT.get(type.value) ?? type.value, oid: type.value, value });
    }
  }
  return ok({ raw: node.raw, parts, text: parts.map((part) => `${part.type}=${part.value}`).join(", ") });
}

/** DER of a name, one attribute a set: C and serialNumber as PrintableString, all others UTF-8 (RFC 5280 §4.1.2.4). RangeError for an unknown type. */
export function writeName(parts: readonly { readonly type: string; readonly value: string }[]): Uint8Array {
  return sequence(
    ...parts.map(({ type, value }) => {
      const dotted = TYPES[type] ?? type;
      const text = type === "C" || type === "serialNumber" ? printableString(value) : utf8String(value);
      return set(sequence(oid(dotted), text));
    }),
  );
}

/** Values as they are compared, by name: a pool of thousands is searched by name over and over. */
const foldedNames = new WeakMap<Name, readonly string[]>();

function foldedValues(name: Name): readonly string[] {
  let values = foldedNames.get(name);
  if (values === undefined) {
    values = name.parts.map((part) => folded(part.value));
    foldedNames.set(name, values);
  }
  return values;
}

/** Names are the same when their attributes are, apart from string type, case and white space (RFC 5280 §7.1). */
export function sameName(a: Name, b: Name): boolean {
  if (a.parts.length !== b.parts.length) return false;
  const [left, right] = [foldedValues(a), foldedValues(b)];
  return a.parts.every((part, i) => part.oid === b.parts[i]!.oid && left[i] === right[i]);
}

function folded(value: string): string {
  return value.normalize("NFKC").toLowerCase().trim().replace(/\s+/g, " ");
}

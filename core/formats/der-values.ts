import { isUniversal, TAG, type DerNode } from "./der.ts";
import { fromUtf8 } from "./bytes.ts";
import { formatErr, ok, type FormatError, type Result } from "./result.ts";

function wrong(node: DerNode | undefined, what: string): { readonly ok: false; readonly error: FormatError } {
  return formatErr("der.type", `此处应为 ${what}`, node?.offset);
}

/** Parts of a SEQUENCE. */
export function readSequence(node: DerNode | undefined): Result<readonly DerNode[], FormatError> {
  return isUniversal(node, TAG.sequence) ? node.children() : wrong(node, "SEQUENCE");
}

/** Parts of a SET, in the order written; the order itself is not judged, vendors get it wrong. */
export function readSet(node: DerNode | undefined): Result<readonly DerNode[], FormatError> {
  return isUniversal(node, TAG.set) ? node.children() : wrong(node, "SET");
}

/** An INTEGER in its shortest form, X.690 §8.3.2. */
export function readInteger(node: DerNode | undefined): Result<bigint, FormatError> {
  return isUniversal(node, TAG.integer) ? integerOf(node) : wrong(node, "INTEGER");
}

function integerOf(node: DerNode): Result<bigint, FormatError> {
  const { content } = node;
  const [first, second] = content;
  if (first === undefined) return wrong(node, "INTEGER");
  if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) {
    return formatErr("der.integer", "整数不是最短形式", node.offset);
  }
  if (content.length > 4096) return formatErr("der.integer", "整数过大", node.offset);
  let text = "0x";
  for (const byte of content) text += byte.toString(16).padStart(2, "0");
  const value = BigInt(text);
  return ok(first >= 0x80 ? value - (1n << BigInt(8 * content.length)) : value);
}

/** An INTEGER or ENUMERATED that fits a safe number. */
export function readSmallInteger(node: DerNode | undefined): Result<number, FormatError> {
  if (!isUniversal(node, TAG.integer) && !isUniversal(node, TAG.enumerated)) return wrong(node, "INTEGER");
  const value = integerOf(node);
  if (!value.ok) return value;
  const number = Number(value.value);
  return Number.isSafeInteger(number) ? ok(number) : wrong(node, "较小的整数");
}

/** An OBJECT IDENTIFIER in dotted form, X.690 §8.19. */
export function readOid(node: DerNode | undefined): Result<string, FormatError> {
  if (!isUniversal(node, TAG.oid) || node.content.length === 0 || node.content.length > 128) {
    return wrong(node, "OBJECT IDENTIFIER");
  }
  const arcs: string[] = [];
  let value = 0n;
  let started = false;
  for (const byte of node.content) {
    if (!started && byte === 0x80) return wrong(node, "OBJECT IDENTIFIER");
    started = true;
    value = (value << 7n) | BigInt(byte & 0x7f);
    if (byte & 0x80) continue;
    if (arcs.length === 0) {
      const root = value < 40n ? 0n : value < 80n ? 1n : 2n;
      arcs.push(root.toString(), (value - root * 40n).toString());
    } else arcs.push(value.toString());
    value = 0n;
    started = false;
  }
  return started ? wrong(node, "OBJECT IDENTIFIER") : ok(arcs.join("."));
}

/** Octets of an OCTET STRING; one in pieces (BER only) is put together. */
export function readOctetString(node: DerNode | undefined): Result<Uint8Array, FormatError> {
  if (!isUniversal(node, TAG.octetString)) return wrong(node, "OCTET STRING");
  return node.constructed ? joinOctets(node) : ok(node.content);
}

/** The octets of a string that may be in pieces, whatever its outer tag: also for one behind an IMPLICIT tag. */
export function joinOctets(node: DerNode): Result<Uint8Array, FormatError> {
  if (!node.constructed) return ok(node.content);
  const pieces = node.children();
  if (!pieces.ok) return pieces;
  // The pieces never hold more than the element does. They may be too many for an argument list.
  const joined = new Uint8Array(node.content.length);
  let length = 0;
  for (const piece of pieces.value) {
    const octets = readOctetString(piece);
    if (!octets.ok) return octets;
    joined.set(octets.value, length);
    length += octets.value.length;
  }
  return ok(joined.slice(0, length));
}

/** Octets of a BIT STRING that has no unused bits (keys, signatures, hashes). */
export function readBitString(node: DerNode | undefined): Result<Uint8Array, FormatError> {
  if (!isUniversal(node, TAG.bitString) || node.content[0] !== 0) return wrong(node, "整字节的 BIT STRING");
  return ok(node.content.subarray(1));
}

/** Names are given to a few dozen bits at most. */
const MAX_NAMED_OCTETS = 33;

/** Bits of a BIT STRING of named bits (keyUsage): index → set. */
export function readNamedBits(node: DerNode | undefined): Result<readonly boolean[], FormatError> {
  if (!isUniversal(node, TAG.bitString) || node.content.length > MAX_NAMED_OCTETS) return wrong(node, "BIT STRING");
  const unused = node.content[0];
  if (unused === undefined || unused > 7 || (node.content.length === 1 && unused !== 0)) return wrong(node, "BIT STRING");
  const bits: boolean[] = [];
  for (const byte of node.content.subarray(1)) for (let bit = 7; bit >= 0; bit--) bits.push(((byte >> bit) & 1) === 1);
  return ok(bits.slice(0, bits.length - unused));
}

/** A BOOLEAN; DER knows 00 and FF only, but any non-zero byte is read as true since vendors write 01. */
export function readBoolean(node: DerNode | undefined): Result<boolean, FormatError> {
  if (!isUniversal(node, TAG.boolean) || node.content.length !== 1) return wrong(node, "BOOLEAN");
  return ok(node.content[0] !== 0);
}

/** Names and notes are lines: more would be built up character by character. */
const MAX_TEXT_OCTETS = 1 << 20;

/** Text of any character string type that certificates and seals use, 1 MiB at most. */
export function readText(node: DerNode | undefined): Result<string, FormatError> {
  if (node?.class !== "universal" || node.content.length > MAX_TEXT_OCTETS) return wrong(node, "字符串");
  switch (node.tag) {
    case TAG.utf8String:
      return fromUtf8(node.content);
    case TAG.printableString:
    case TAG.ia5String:
    case TAG.visibleString:
    case TAG.t61String:
    case 18: {
      // Vendors put UTF-8 or Latin-1 into these; ASCII stays what it is in both.
      const text = fromUtf8(node.content);
      return text.ok ? text : ok(Array.from(node.content, (byte) => String.fromCharCode(byte)).join(""));
    }
    case TAG.bmpString: {
      if (node.content.length % 2 !== 0) return wrong(node, "BMPString");
      let text = "";
      for (let i = 0; i < node.content.length; i += 2) {
        text += String.fromCharCode((node.content[i]! << 8) | node.content[i + 1]!);
      }
      return text.isWellFormed() ? ok(text) : wrong(node, "BMPString");
    }
    default:
      return wrong(node, "字符串");
  }
}

/**
 * A UTCTime or GeneralizedTime as ISO 8601 UTC text "YYYY-MM-DDTHH:MM:SSZ" (fractions kept), RFC 5280 §4.1.2.5.
 * Two-digit years 50–99 are 19xx. Seconds are required, only the zone Z is accepted, the date must exist.
 */
export function readTime(node: DerNode | undefined): Result<string, FormatError> {
  const isUtc = isUniversal(node, TAG.utcTime);
  if (!isUtc && !isUniversal(node, TAG.generalizedTime)) return wrong(node, "时间");
  const text = String.fromCharCode(...node.content.subarray(0, 40));
  const match = /^(\d{2,4}?)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d{1,9})?Z$/.exec(text);
  if (match === null || match[1]!.length !== (isUtc ? 2 : 4) || (isUtc && match[7] !== undefined)) {
    return formatErr("der.time", "时间格式不合规范", node.offset);
  }
  const [, y, month, day, hour, minute, second, fraction = ""] = match;
  const year = isUtc ? (Number(y) >= 50 ? `19${y}` : `20${y}`) : y!;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const millis = Date.parse(`${iso}Z`);
  if (Number.isNaN(millis) || new Date(millis).toISOString().slice(0, 19) !== iso) {
    return formatErr("der.time", "时间不存在", node.offset);
  }
  return ok(`${iso}${fraction.replace(/\.?0+$/, "")}Z`);
}

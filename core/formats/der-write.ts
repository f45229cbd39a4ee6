import { compareBytes, concatBytes, utf8 } from "./bytes.ts";
import { TAG } from "./der.ts";

/** Wraps content into one element. `identifier` is the first octet: class, constructed bit and a tag below 31. */
function element(identifier: number, content: Uint8Array): Uint8Array {
  const length = content.length;
  const header: number[] = [identifier];
  if (length < 0x80) header.push(length);
  else {
    const octets: number[] = [];
    for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest & 0xff);
    header.push(0x80 | octets.length, ...octets);
  }
  return concatBytes(Uint8Array.from(header), content);
}

/** SEQUENCE of already encoded parts. */
export function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return element(0x20 | TAG.sequence, concatBytes(...parts));
}

/** SET OF already encoded parts, sorted as DER wants (X.690 §11.6). */
export function set(...parts: readonly Uint8Array[]): Uint8Array {
  return element(0x20 | TAG.set, concatBytes(...[...parts].sort(compareBytes)));
}

/** INTEGER in its shortest form. */
export function integer(value: bigint | number): Uint8Array {
  return element(TAG.integer, integerOctets(value));
}

/** ENUMERATED in its shortest form. */
export function enumerated(value: number): Uint8Array {
  return element(TAG.enumerated, integerOctets(value));
}

function integerOctets(value: bigint | number): Uint8Array {
  let rest = BigInt(value);
  const octets: number[] = [];
  for (;;) {
    const octet = Number(rest & 0xffn);
    octets.unshift(octet);
    rest >>= 8n;
    if ((rest === 0n && octet < 0x80) || (rest === -1n && octet >= 0x80)) break;
  }
  return Uint8Array.from(octets);
}

/** OBJECT IDENTIFIER from its dotted form; RangeError when that is malformed. */
export function oid(dotted: string): Uint8Array {
  if (!/^[0-2](\.(0|[1-9]\d*))+$/.test(dotted)) throw new RangeError(`not an object identifier: ${dotted}`);
  const [first, second, ...rest] = dotted.split(".").map(BigInt);
  if (first! < 2n && second! > 39n) throw new RangeError(`not an object identifier: ${dotted}`);
  const octets: number[] = [];
  for (const arc of [first! * 40n + second!, ...rest]) {
    const septets = [Number(arc & 0x7fn)];
    for (let left = arc >> 7n; left > 0n; left >>= 7n) septets.unshift(Number(left & 0x7fn) | 0x80);
    octets.push(...septets);
  }
  return element(TAG.oid, Uint8Array.from(octets));
}

/** OCTET STRING. */
export function octetString(bytes: Uint8Array): Uint8Array {
  return element(TAG.octetString, bytes);
}

/** BIT STRING of whole octets. */
export function bitString(bytes: Uint8Array): Uint8Array {
  return element(TAG.bitString, concatBytes(Uint8Array.of(0), bytes));
}

/** BIT STRING of named bits: index → set; trailing unset bits are dropped (X.690 §11.2.2). */
export function namedBits(bits: readonly boolean[]): Uint8Array {
  const count = bits.lastIndexOf(true) + 1;
  const octets = new Uint8Array(1 + Math.ceil(count / 8));
  octets[0] = (8 - (count % 8)) % 8;
  for (let i = 0; i < count; i++) if (bits[i]) octets[1 + (i >> 3)]! |= 0x80 >> (i & 7);
  return element(TAG.bitString, octets);
}

/** UTF8String. */
export function utf8String(text: string): Uint8Array {
  return element(TAG.utf8String, utf8(text));
}

/** PrintableString; RangeError when a character is outside its small alphabet (X.680 §41.4). */
export function printableString(text: string): Uint8Array {
  if (!/^[A-Za-z0-9 '()+,\-./:=?]*$/.test(text)) throw new RangeError(`not printable: ${text}`);
  return element(TAG.printableString, utf8(text));
}

/** IA5String; RangeError when a character is not ASCII. */
export function ia5String(text: string): Uint8Array {
  if (!/^[\u0000-\u007f]*$/.test(text)) throw new RangeError(`not IA5: ${text}`);
  return element(TAG.ia5String, utf8(text));
}

/** UTCTime of ISO text "YYYY-MM-DDTHH:MM:SSZ"; RangeError outside 1950–2049. */
export function utcTime(iso: string): Uint8Array {
  const digits = timeDigits(iso);
  const year = Number(digits.slice(0, 4));
  if (year < 1950 || year > 2049) throw new RangeError(`not in the span of UTCTime: ${iso}`);
  return element(TAG.utcTime, utf8(`${digits.slice(2)}Z`));
}

/** GeneralizedTime "YYYYMMDDHHMMSSZ" of ISO text. */
export function generalizedTime(iso: string): Uint8Array {
  return element(TAG.generalizedTime, utf8(`${timeDigits(iso)}Z`));
}

/** The choice that certificates make: UTCTime through 2049, GeneralizedTime from 2050 (RFC 5280 §4.1.2.5). */
export function certificateTime(iso: string): Uint8Array {
  const year = Number(iso.slice(0, 4));
  return year >= 1950 && year <= 2049 ? utcTime(iso) : generalizedTime(iso);
}

function timeDigits(iso: string): string {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?Z$/.exec(iso);
  if (match === null || Number.isNaN(Date.parse(iso))) throw new RangeError(`not a UTC time: ${iso}`);
  return match.slice(1, 7).join("");
}

/** `[tag] EXPLICIT`: wraps an encoded element. */
export function contextExplicit(tag: number, inner: Uint8Array): Uint8Array {
  return element(0xa0 | contextTag(tag), inner);
}

/** `[tag] IMPLICIT`: gives an encoded element another tag and keeps whether it is constructed. */
export function contextImplicit(tag: number, inner: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(inner);
  copy[0] = 0x80 | (inner[0]! & 0x20) | contextTag(tag);
  return copy;
}

function contextTag(tag: number): number {
  if (!Number.isInteger(tag) || tag < 0 || tag > 30) throw new RangeError(`tag out of range: ${tag}`);
  return tag;
}

/** BOOLEAN. */
export function boolean(value: boolean): Uint8Array {
  return element(TAG.boolean, Uint8Array.of(value ? 0xff : 0));
}

/** NULL. */
export function nullValue(): Uint8Array {
  return element(TAG.null, new Uint8Array(0));
}

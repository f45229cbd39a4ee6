import { formatErr, ok, type FormatError, type Result } from "./result.ts";

/** Tag classes, X.690 §8.1.2.2. */
export type DerClass = "universal" | "application" | "context" | "private";

/**
 * One element of a DER encoding. `raw` is the exact slice of the input, header included: what is hashed is always
 * taken from here and never encoded again, because real seals contain bytes that no encoder would write back.
 */
export type DerNode = {
  readonly class: DerClass;
  /** Tag number inside its class. */
  readonly tag: number;
  readonly constructed: boolean;
  /** Offset of `raw` in the input, bytes. */
  readonly offset: number;
  readonly raw: Uint8Array;
  readonly content: Uint8Array;
  /** The parts of a constructed element; error when they are malformed or the element is primitive. */
  readonly children: () => Result<readonly DerNode[], FormatError>;
};

/**
 * Limits of reading: `maxBytes` of the whole input, `maxDepth` of nesting, `maxChildren` of one element.
 * `rules: "ber"` also takes indefinite and long-winded lengths and strings in pieces (X.690 §8.1.3.6, §8.7.3), which
 * streaming CMS writers produce; without it only DER passes.
 */
export type DerLimits = {
  readonly maxBytes: number;
  readonly maxDepth: number;
  readonly maxChildren: number;
  readonly rules?: "ber";
};

export const DER_LIMITS: DerLimits = { maxBytes: 64 * 1024 * 1024, maxDepth: 32, maxChildren: 200_000 };
export const BER_LIMITS: DerLimits = { ...DER_LIMITS, rules: "ber" };

/** Universal tag numbers, X.680 §8.6. */
export const TAG = {
  boolean: 1,
  integer: 2,
  bitString: 3,
  octetString: 4,
  null: 5,
  oid: 6,
  enumerated: 10,
  utf8String: 12,
  sequence: 16,
  set: 17,
  printableString: 19,
  t61String: 20,
  ia5String: 22,
  utcTime: 23,
  generalizedTime: 24,
  visibleString: 26,
  universalString: 28,
  bmpString: 30,
} as const;

const CLASSES: readonly DerClass[] = ["universal", "application", "context", "private"];

/** Universal types that must be constructed; all others are primitive in DER. */
const MUST_BE_CONSTRUCTED = new Set<number>([TAG.sequence, TAG.set]);

/** Reads exactly one element that fills the input. Errors: der.truncated, der.length, der.tag, der.trailing, der.too-large. */
export function readDer(bytes: Uint8Array, limits: DerLimits = DER_LIMITS): Result<DerNode, FormatError> {
  if (bytes.length > limits.maxBytes) return formatErr("der.too-large", `数据超过 ${limits.maxBytes} 字节的上限`);
  const node = readElement(bytes, 0, 0, 0, limits);
  if (!node.ok) return node;
  if (node.value.raw.length !== bytes.length) {
    return formatErr("der.trailing", "结构之后有多余字节", node.value.raw.length);
  }
  return node;
}

/** Reads the element at the start of the input and leaves the rest alone (zero padding after a PDF signature, for one). */
export function readDerPrefix(bytes: Uint8Array, limits: DerLimits = DER_LIMITS): Result<DerNode, FormatError> {
  if (bytes.length > limits.maxBytes) return formatErr("der.too-large", `数据超过 ${limits.maxBytes} 字节的上限`);
  return readElement(bytes, 0, 0, 0, limits);
}

function readElement(
  bytes: Uint8Array,
  at: number,
  base: number,
  depth: number,
  limits: DerLimits,
): Result<Element, FormatError> {
  const truncated = () => formatErr("der.truncated", "结构不完整：长度超出数据末尾", base + at);
  const first = bytes[at];
  if (first === undefined) return truncated();
  let next = at + 1;
  let tag = first & 0x1f;
  if (tag === 0x1f) {
    tag = 0;
    let byte: number | undefined;
    do {
      byte = bytes[next++];
      if (byte === undefined) return truncated();
      if (tag === 0 && byte === 0x80) return formatErr("der.tag", "标签编码不合 DER", base + at);
      tag = tag * 128 + (byte & 0x7f);
      if (tag > 0x0fff_ffff) return formatErr("der.tag", "标签编号过大", base + at);
    } while (byte & 0x80);
    if (tag < 0x1f) return formatErr("der.tag", "标签编码不合 DER", base + at);
  }
  const tagClass = CLASSES[first >> 6]!;
  const constructed = (first & 0x20) !== 0;
  const isBer = limits.rules === "ber";
  if (tagClass === "universal") {
    if (tag === 0) return formatErr("der.tag", "出现保留标签", base + at);
    const mustBe = MUST_BE_CONSTRUCTED.has(tag);
    if (constructed !== mustBe && !(isBer && !mustBe)) return formatErr("der.tag", "构造位不合 DER", base + at);
  }
  const lengthByte = bytes[next++];
  if (lengthByte === undefined) return truncated();
  let length = lengthByte;
  let ending = 0;
  if (isBer && lengthByte === 0x80 && constructed) {
    const end = findEnd(bytes, next, base, depth + 1, limits);
    if (!end.ok) return end;
    length = end.value - next;
    ending = 2;
  } else if (lengthByte >= 0x80) {
    const count = lengthByte & 0x7f;
    if (count === 0 || count > 4) return formatErr("der.length", "长度编码不合 DER（不定长或过长）", base + at);
    length = 0;
    for (let i = 0; i < count; i++) {
      const byte = bytes[next++];
      if (byte === undefined) return truncated();
      if (i === 0 && byte === 0 && !isBer) return formatErr("der.length", "长度编码不是最短形式", base + at);
      length = length * 256 + byte;
    }
    if (length < 0x80 && !isBer) return formatErr("der.length", "长度编码不是最短形式", base + at);
  }
  if (next + length > bytes.length) return truncated();
  return ok(new Element(tagClass, tag, constructed, { bytes, base, at, from: next, to: next + length, end: next + length + ending, depth, limits }));
}

/** Where an element lies in the part of the input that is being read. */
type Place = {
  readonly bytes: Uint8Array;
  /** Offset of `bytes` in the whole input. */
  readonly base: number;
  readonly at: number;
  readonly from: number;
  readonly to: number;
  readonly end: number;
  readonly depth: number;
  readonly limits: DerLimits;
};

/** A class for once: hundreds of thousands of elements are met in one list, and most are never asked for their slices. */
class Element implements DerNode {
  readonly class: DerClass;
  readonly tag: number;
  readonly constructed: boolean;
  readonly #place: Place;
  #parts: Result<readonly DerNode[], FormatError> | undefined;

  constructor(tagClass: DerClass, tag: number, constructed: boolean, place: Place) {
    this.class = tagClass;
    this.tag = tag;
    this.constructed = constructed;
    this.#place = place;
  }

  get offset(): number {
    return this.#place.base + this.#place.at;
  }

  get raw(): Uint8Array {
    return this.#place.bytes.subarray(this.#place.at, this.#place.end);
  }

  get content(): Uint8Array {
    return this.#place.bytes.subarray(this.#place.from, this.#place.to);
  }

  get size(): number {
    return this.#place.end - this.#place.at;
  }

  /** A function of its own, as the type says: it may be taken out of the element. */
  readonly children = (): Result<readonly DerNode[], FormatError> => {
    const { base, from, depth, limits } = this.#place;
    this.#parts ??= readChildren(this.content, base + from, this.constructed, depth + 1, limits);
    return this.#parts;
  };
}

/** Position of the two zero bytes that end an element of indefinite length. */
function findEnd(
  bytes: Uint8Array,
  start: number,
  base: number,
  depth: number,
  limits: DerLimits,
): Result<number, FormatError> {
  if (depth > limits.maxDepth) return formatErr("der.too-deep", "结构嵌套过深", base + start);
  let at = start;
  while (bytes[at] !== 0 || bytes[at + 1] !== 0) {
    const part = readElement(bytes, at, base, depth, limits);
    if (!part.ok) return part;
    at += part.value.size;
  }
  return ok(at);
}

function readChildren(
  content: Uint8Array,
  base: number,
  constructed: boolean,
  depth: number,
  limits: DerLimits,
): Result<readonly DerNode[], FormatError> {
  if (!constructed) return formatErr("der.primitive", "此处应为构造类型", base);
  if (depth > limits.maxDepth) return formatErr("der.too-deep", "结构嵌套过深", base);
  const nodes: DerNode[] = [];
  let at = 0;
  while (at < content.length) {
    if (nodes.length >= limits.maxChildren) return formatErr("der.too-many", "结构成员过多", base + at);
    const node = readElement(content, at, base, depth, limits);
    if (!node.ok) return node;
    nodes.push(node.value);
    at += node.value.size;
  }
  return ok(nodes);
}

/** True for a universal element of that tag. */
export function isUniversal(node: DerNode | undefined, tag: number): node is DerNode {
  return node !== undefined && node.class === "universal" && node.tag === tag;
}

/** True for a context-specific element `[tag]`. */
export function isContext(node: DerNode | undefined, tag: number): node is DerNode {
  return node !== undefined && node.class === "context" && node.tag === tag;
}

import { equalBytes, toBase64, toHex, utf8 } from "#core/formats";
import type { CheckStep } from "./chain.ts";
import { digest, type DigestAlgorithm } from "./digest.ts";

/** What is signed, when it is not inside: the bytes, or their digest where they are too large to hold. */
export type DetachedContent =
  | { readonly bytes: Uint8Array }
  | { readonly digestOf: (algorithm: DigestAlgorithm) => Uint8Array | undefined };

type AddStep = (name: string, result: CheckStep["result"], detail: string) => void;

/** Digest of detached content; undefined when nobody can tell it. */
export function digestOfContent(content: DetachedContent, algorithm: DigestAlgorithm): Uint8Array | undefined {
  return "bytes" in content ? digest(algorithm, content.bytes) : content.digestOf(algorithm);
}

/**
 * Holds what lies inside a signature against the content that it is said to be of. Inside there may be the content itself,
 * its digest (GB/T 35275 as OFD and PDF use it), or that digest as base64 or hexadecimal text, which some vendors write.
 * undefined: cannot be told.
 */
export function compareInside(inside: Uint8Array, content: DetachedContent, algorithm: DigestAlgorithm | undefined, add: AddStep): boolean | undefined {
  const say = (form: string): true => {
    add("签名内的内容", "pass", `签名数据内是${form}，与被签名的内容相符`);
    return true;
  };
  if ("bytes" in content && equalBytes(inside, content.bytes)) return say("内容本身");
  const actual = algorithm === undefined ? undefined : digestOfContent(content, algorithm);
  if (actual === undefined) {
    add("签名内的内容", "unknown", algorithm === undefined ? "不支持的摘要算法" : "缺少被签名的内容");
    return undefined;
  }
  if (equalBytes(inside, actual)) return say("内容的摘要");
  if (equalBytes(inside, utf8(toBase64(actual)))) return say("内容摘要的 Base64 文本");
  const hex = toHex(actual);
  if (equalBytes(inside, utf8(hex)) || equalBytes(inside, utf8(hex.toUpperCase()))) return say("内容摘要的十六进制文本");
  add("签名内的内容", "fail", "签名数据内的内容与被签名的内容不符");
  return false;
}

/** What a signature without attributes may be over, most usual first, RFC 5652 §5.4; SM2 software also signs the digest as the message. */
export function messagesOf(inside: Uint8Array | undefined, content: DetachedContent | undefined, algorithm: DigestAlgorithm | undefined, kind: "sm2" | "other"): readonly Uint8Array[] {
  const messages = inside === undefined ? [] : [inside];
  if (inside === undefined && content !== undefined && "bytes" in content) messages.push(content.bytes);
  if (kind === "sm2" && content !== undefined && algorithm !== undefined) {
    const digested = digestOfContent(content, algorithm);
    if (digested !== undefined) messages.push(digested);
  }
  return messages;
}

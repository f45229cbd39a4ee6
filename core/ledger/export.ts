import { decodeCanonical, encodeCanonical, formatErr, ok, type CanonicalValue, type FormatError, type Result } from "#core/formats";
import { isSignedHead, type SignedHead } from "./head.ts";
import { readRecord, type EventRecord } from "./record.ts";
import { hasExactly, isCount, isHash } from "./shape.ts";
import { isWitnessStatement, type WitnessStatement } from "./witness.ts";

/** One record with its place and its inclusion path (存在证明), lower-case hexadecimal, leaf upwards. */
export type LedgerEntry = { readonly index: number; readonly proof: readonly string[]; readonly record: EventRecord };

/** A head given out before, with the consistency path (延续证明) from it to the head of the export. */
export type EarlierHead = { readonly head: SignedHead; readonly proof: readonly string[] };

/**
 * A ledger for strangers (账本导出件): canonical bytes of this value are the file. Entries ascend by place; they are all of
 * the log, or all records of some documents.
 */
export type LedgerExport = {
  readonly format: "wenshu.ledger/1";
  readonly head: SignedHead;
  readonly entries: readonly LedgerEntry[];
  readonly earlier: readonly EarlierHead[];
  readonly witnesses: readonly WitnessStatement[];
};

/** What a ledger file may be. */
export type LedgerFile =
  | { readonly kind: "export"; readonly content: LedgerExport }
  | { readonly kind: "head"; readonly content: SignedHead }
  | { readonly kind: "witness"; readonly content: WitnessStatement };

/** The file's bytes. */
export function writeLedgerFile(file: LedgerFile): Uint8Array {
  return encodeCanonical(file.content as unknown as CanonicalValue);
}

/**
 * Reads a file. Errors: those of canonical decoding (anything that would not be written back as the same bytes),
 * ledger.file (none of the three kinds), ledger.record with the place of the entry.
 */
export function readLedgerFile(bytes: Uint8Array): Result<LedgerFile, FormatError> {
  const decoded = decodeCanonical(bytes);
  if (!decoded.ok) return decoded;
  const value: unknown = decoded.value;
  if (isSignedHead(value)) return ok({ kind: "head", content: value });
  if (isWitnessStatement(value)) return ok({ kind: "witness", content: value });
  const shaped = hasExactly(value, {
    format: (member) => member === "wenshu.ledger/1",
    head: isSignedHead,
    entries: (member) => Array.isArray(member) && member.every(isEntry),
    earlier: (member) => Array.isArray(member) && member.length <= 1000 && member.every(isEarlier),
    witnesses: (member) => Array.isArray(member) && member.length <= 1000 && member.every(isWitnessStatement),
  });
  if (!shaped) return formatErr("ledger.file", "不是账本导出件、日志头或见证书，或其中有格式不正确的内容");
  return ok({ kind: "export", content: value as unknown as LedgerExport });
}

/** A path is at most as long as the tree is high. */
const isPath = (value: unknown): boolean => Array.isArray(value) && value.length <= 64 && value.every(isHash);

const isEntry = (value: unknown): boolean => hasExactly(value, { index: isCount, proof: isPath, record: (member) => readRecord(member).ok });

const isEarlier = (value: unknown): boolean => hasExactly(value, { head: isSignedHead, proof: (member) => Array.isArray(member) && member.length <= 128 && member.every(isHash) });

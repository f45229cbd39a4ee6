import { encodeCanonical, formatErr, ok, type CanonicalValue, type FormatError, type Result } from "#core/formats";
import { sm3Hex } from "#core/crypto";
import { hasExactly, isCanonical, isCount, isHash, isText, isTime } from "./shape.ts";

/**
 * One thing that happened to a document (事件记录), linked to the one before by its hash. Hashes are SM3 in lower-case
 * hexadecimal; times are ISO 8601 UTC: `claimedAt` by the device that gave the command, `receivedAt` by the server.
 */
export type EventRecord = {
  readonly v: 1;
  readonly documentId: string;
  /** Position in the document's chain, from 0. */
  readonly index: number;
  /** Hash of the record before; null for the first. */
  readonly previous: string | null;
  readonly type: string;
  readonly data: CanonicalValue;
  readonly actor: string;
  readonly deviceId: string;
  readonly commandId: string;
  /** Hash of the signed command that caused it. */
  readonly commandHash: string;
  readonly claimedAt: string;
  readonly receivedAt: string;
};

/** All of a record but its place in the chain. */
export type RecordBody = Omit<EventRecord, "v" | "index" | "previous">;

/** Hash of a record: SM3 of its canonical bytes. */
export function recordHash(record: EventRecord): string {
  return sm3Hex(encodeCanonical(record));
}

/** The record that follows `previous` (null: the first). RangeError when it belongs to another document. */
export function linkRecord(previous: EventRecord | null, body: RecordBody): EventRecord {
  if (previous !== null && previous.documentId !== body.documentId) {
    throw new RangeError("a record of another document cannot follow");
  }
  return {
    v: 1,
    documentId: body.documentId,
    index: previous === null ? 0 : previous.index + 1,
    previous: previous === null ? null : recordHash(previous),
    type: body.type,
    data: body.data,
    actor: body.actor,
    deviceId: body.deviceId,
    commandId: body.commandId,
    commandHash: body.commandHash,
    claimedAt: body.claimedAt,
    receivedAt: body.receivedAt,
  };
}

/** A record out of a received value: exactly its members, each of its kind. Error code ledger.record. */
export function readRecord(value: unknown): Result<EventRecord, FormatError> {
  const good = hasExactly(value, {
    v: (member) => member === 1,
    documentId: isText,
    index: isCount,
    previous: (member) => member === null || isHash(member),
    type: isText,
    data: isCanonical,
    actor: isText,
    deviceId: isText,
    commandId: isText,
    commandHash: isHash,
    claimedAt: isTime,
    receivedAt: isTime,
  });
  return good ? ok(value as EventRecord) : formatErr("ledger.record", "事件记录格式不正确");
}

/**
 * Checks a whole chain from its first record: shapes, positions 0, 1, 2 …, links, one document.
 * Returns the hash of the last record. Errors ledger.record, ledger.empty, ledger.index, ledger.link, ledger.document; `offset` is the position in the list.
 */
export function verifyRecordChain(records: readonly EventRecord[]): Result<string, FormatError> {
  let previous: string | null = null;
  for (const [i, record] of records.entries()) {
    if (!readRecord(record).ok) return formatErr("ledger.record", `第 ${i + 1} 条事件记录格式不正确`, i);
    if (record.documentId !== records[0]!.documentId) return formatErr("ledger.document", `第 ${i + 1} 条事件记录属于另一份文件`, i);
    if (record.index !== i) return formatErr("ledger.index", `第 ${i + 1} 条事件记录序号不连续`, i);
    if (record.previous !== previous) return formatErr("ledger.link", `第 ${i + 1} 条事件记录与上一条不相接`, i);
    previous = recordHash(record);
  }
  return previous === null ? formatErr("ledger.empty", "没有事件记录") : ok(previous);
}

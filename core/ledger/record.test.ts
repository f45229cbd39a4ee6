import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeCanonical, encodeCanonical } from "#core/formats";
import { sm3Hex } from "#core/crypto";
import { linkRecord, readRecord, recordHash, verifyRecordChain, type EventRecord, type RecordBody } from "#core/ledger";

const body = (n: number): RecordBody => ({
  documentId: "doc-1",
  type: "document.approved",
  data: { n, note: "同意", list: [1, null, true] },
  actor: "user-1",
  deviceId: "device-1",
  commandId: `command-${n}`,
  commandHash: sm3Hex(Uint8Array.of(n)),
  claimedAt: "2026-11-24T08:00:00Z",
  receivedAt: "2026-11-24T08:00:01.250Z",
});
const chainOf = (length: number): EventRecord[] => {
  const records: EventRecord[] = [];
  for (let n = 0; n < length; n++) records.push(linkRecord(records.at(-1) ?? null, body(n)));
  return records;
};
const codeOf = (records: readonly EventRecord[]) => {
  const checked = verifyRecordChain(records);
  return checked.ok ? "ok" : checked.error.code;
};

describe("chain of event records", () => {
  const chain = chainOf(6);

  it("links each record to the hash of the one before and ends in the last hash", () => {
    expect(chain.map((record) => record.index)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(chain[0]!.previous).toBeNull();
    for (let i = 1; i < chain.length; i++) expect(chain[i]!.previous).toBe(sm3Hex(encodeCanonical(chain[i - 1]!)));
    expect(verifyRecordChain(chain)).toEqual({ ok: true, value: recordHash(chain.at(-1)!) });
  });

  it("survives its own bytes", () => {
    const read = decodeCanonical(encodeCanonical(chain));
    expect(read.ok && verifyRecordChain(read.value as unknown as EventRecord[])).toEqual(verifyRecordChain(chain));
  });

  it("refuses removal, reordering, repetition and a cut beginning", () => {
    expect(codeOf([])).toBe("ledger.empty");
    expect(codeOf(chain.toSpliced(2, 1))).toBe("ledger.index");
    expect(codeOf(chain.slice(1))).toBe("ledger.index");
    expect(codeOf([chain[1]!, chain[0]!])).toBe("ledger.index");
    expect(codeOf([...chain, chain.at(-1)!])).toBe("ledger.index");
    expect(codeOf([...chain.slice(0, 2), linkRecord(chain[1]!, body(9)), ...chain.slice(3)])).toBe("ledger.link");
    expect(codeOf([chain[0]!, { ...chain[1]!, documentId: "doc-2" }])).toBe("ledger.document");
    expect(() => linkRecord(chain[0]!, { ...body(1), documentId: "doc-2" })).toThrow(RangeError);
  });

  it("notices a change of any member of any record but the last, whose hash is the one to compare", () => {
    const members = ["v", "documentId", "index", "previous", "type", "data", "actor", "deviceId", "commandId", "commandHash", "claimedAt", "receivedAt"] as const;
    fc.assert(
      fc.property(fc.nat({ max: chain.length - 1 }), fc.constantFrom(...members), fc.constantFrom<unknown>(0, 2, "x", null, "2026-11-24T08:00:02Z", "0".repeat(64), { n: 7 }), (at, member, value) => {
        fc.pre(JSON.stringify(chain[at]![member]) !== JSON.stringify(value));
        const touched = chain.with(at, { ...chain[at]!, [member]: value } as EventRecord);
        const checked = verifyRecordChain(touched);
        expect(checked.ok && checked.value === recordHash(chain.at(-1)!)).toBe(false);
      }),
      { numRuns: 400 },
    );
  });

  it.each([
    ["no record", null],
    ["an array", []],
    ["text", "x"],
    ["an extra member", { ...chain[0], extra: 1 }],
    ["a missing member", Object.fromEntries(Object.entries(chain[0]!).filter(([key]) => key !== "actor"))],
    ["another version", { ...chain[0], v: 2 }],
    ["a float index", { ...chain[0], index: 0.5 }],
    ["an upper-case hash", { ...chain[0], commandHash: chain[0]!.commandHash.toUpperCase() }],
    ["data without canonical form", { ...chain[0], data: { a: 0.5 } }],
    ["a local time", { ...chain[0], claimedAt: "2026-11-24T08:00:00+08:00" }],
    ["a date that does not exist", { ...chain[0], receivedAt: "2026-02-30T08:00:00Z" }],
    ["an empty actor", { ...chain[0], actor: "" }],
  ])("does not read %s as a record", (_, value) => {
    expect(readRecord(value).ok).toBe(false);
    expect(codeOf([value as EventRecord])).toBe("ledger.record");
  });
});

import { encodeCanonical, fromHex, toHex } from "#core/formats";
import type { CheckStep } from "#core/crypto";
import type { EarlierHead, LedgerEntry, LedgerExport } from "./export.ts";
import type { LogHead } from "./head.ts";
import { appendLeaf, EMPTY_FRONTIER, leafHash, rootOf, verifyConsistency, verifyInclusion } from "./merkle.ts";
import { verifyRecordChain, type EventRecord } from "./record.ts";

/**
 * How far a server's clock may run backwards between two records, and behind a head that it signed before, in
 * milliseconds: several instances with clocks of their own write into one log.
 */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/** A past of the same log that the verifier knows from elsewhere. Entries as far as they are known, for telling what changed. */
export type History = { readonly head: LogHead; readonly entries?: readonly LedgerEntry[]; readonly earlier?: readonly EarlierHead[] };

const pass = (name: string, detail: string): CheckStep => ({ name, result: "pass", detail });
const fail = (name: string, detail: string): CheckStep => ({ name, result: "fail", detail });

/** Records of an export under its own head: places, links, inclusion, times, and what is not in it. The head's signature is another matter. */
export function judgeRecords({ head: { head }, entries }: LedgerExport): readonly CheckStep[] {
  return [placesStep(entries, head), linksStep(entries), inclusionStep(entries, head), timesStep(entries, head), completenessStep(entries, head)];
}

function placesStep(entries: readonly LedgerEntry[], head: LogHead): CheckStep {
  const wrong = entries.find((entry, i) => entry.index >= head.size || (i > 0 && entry.index <= entries[i - 1]!.index));
  return wrong === undefined ? pass("记录位置", `${entries.length} 条记录位置递增，均在日志头之内`) : fail("记录位置", `日志第 ${wrong.index} 条的位置重复、倒序或超出日志头`);
}

function linksStep(entries: readonly LedgerEntry[]): CheckStep {
  const documents = new Map<string, EventRecord[]>();
  for (const { record } of entries) {
    const list = documents.get(record.documentId);
    if (list === undefined) documents.set(record.documentId, [record]);
    else list.push(record);
  }
  for (const [id, records] of documents) {
    const chain = verifyRecordChain(records);
    if (!chain.ok) return fail("记录链接", `文件 ${id}：${chain.error.message}`);
  }
  return pass("记录链接", `${documents.size} 份文件的记录逐条相接`);
}

function inclusionStep(entries: readonly LedgerEntry[], head: LogHead): CheckStep {
  const root = bytesOf(head.root);
  const wrong = entries.find(({ index, proof, record }) => !verifyInclusion({ leaf: leafHash(encodeCanonical(record)), index, size: head.size, root, proof: proof.map(bytesOf) }));
  return wrong === undefined ? pass("存在证明", "每条记录都在日志头所签的树中") : fail("存在证明", `日志第 ${wrong.index} 条的内容与日志头不符：被改动过，或从未记入`);
}

function timesStep(entries: readonly LedgerEntry[], head: LogHead): CheckStep {
  let latest = Number.NEGATIVE_INFINITY;
  for (const { index, record } of entries) {
    const at = Date.parse(record.receivedAt);
    if (at < latest - CLOCK_TOLERANCE_MS) return fail("时间顺序", `日志第 ${index} 条的收讫时间 ${record.receivedAt} 早于在它之前的记录：倒填时间`);
    if (at > Date.parse(head.issuedAt) + CLOCK_TOLERANCE_MS) return fail("时间顺序", `日志第 ${index} 条的收讫时间 ${record.receivedAt} 晚于日志头的签发时间`);
    latest = Math.max(latest, at);
  }
  return pass("时间顺序", "收讫时间没有倒退");
}

function completenessStep(entries: readonly LedgerEntry[], head: LogHead): CheckStep {
  return entries.length === head.size
    ? pass("完整性", `含日志的全部 ${head.size} 条记录`)
    : { name: "完整性", result: "warn", detail: `含日志 ${head.size} 条记录中的 ${entries.length} 条；其余记录不在本件中，不能判断` };
}

/**
 * Whether the export continues a past that is known from elsewhere: the one check that catches rewritten, deleted,
 * back-dated and forked history. `name` is how the step is called.
 */
export function judgeHistory(name: string, exported: LedgerExport, known: History): CheckStep {
  const ours: History = { head: exported.head.head, entries: exported.entries, earlier: exported.earlier };
  const [past, head] = [known.head, ours.head];
  if (past.logId !== head.logId) return { name, result: "warn", detail: `属于另一个账本（${past.logId}），与本件无关` };
  if (past.size === head.size) {
    return past.root === head.root ? pass(name, `与已知的日志头相同（${head.size} 条）`) : fail(name, `同为 ${head.size} 条而内容不同：账本有两个版本（分叉），仅凭这两份不能断定是哪一份不真实。${difference(known, ours)}`);
  }
  if (past.size > head.size) {
    // A later head is no accusation by itself: an old export stays true. A longer past is one.
    if (Date.parse(past.issuedAt) <= Date.parse(head.issuedAt)) return fail(name, `${past.issuedAt} 时账本已有 ${past.size} 条，本件只有 ${head.size} 条：末尾的记录被删除`);
    const grown = continues(ours, known);
    // Both carry the keeper's signature: the contradiction convicts the keeper, and not yet this file.
    if (grown === "no") return fail(name, `与后来的日志头（${past.size} 条）矛盾，后者不是由本件延续而来：同一账本签出了不能并存的两份，历史被改写，仅凭这两份不能断定是哪一份不真实。${difference(ours, known)}`);
    return { name, result: "warn", detail: grown === "yes" ? `本件较旧：已有由它延续而来的日志头（${past.size} 条）` : `本件较旧：已有 ${past.size} 条的日志头，二者是否相续没有证明` };
  }
  switch (continues(known, ours)) {
    case "no":
      return fail(name, `前 ${past.size} 条与 ${past.issuedAt} 的日志头不符：历史被改写或删除。${difference(known, ours)}`);
    case "unknown":
      return { name, result: "unknown", detail: `本件不含从第 ${past.size} 条延续而来的证明，不能判断历史是否被改写` };
    case "yes": {
      const late = exported.entries.find(({ index, record }) => index >= past.size && Date.parse(record.receivedAt) < Date.parse(past.issuedAt) - CLOCK_TOLERANCE_MS);
      return late === undefined
        ? pass(name, `由 ${past.issuedAt} 的 ${past.size} 条延续而来`)
        : fail(name, `日志第 ${late.index} 条在 ${past.issuedAt} 之后才记入，收讫时间却写为 ${late.record.receivedAt}：倒填时间`);
    }
  }
}

/** By recomputing where all records up to the old size are at hand, and by the path that the newer side carries: what it carries must hold. */
function continues(older: History, newer: History): "yes" | "no" | "unknown" {
  const { size, root } = older.head;
  const own = recomputedRoot(newer.entries ?? [], size);
  if (own !== undefined && own !== root) return "no";
  const path = newer.earlier?.find((one) => one.head.head.size === size);
  // For an empty log no path is needed; the check still tells whether the root is that of nothing.
  if (path === undefined && size > 0) return own === undefined ? "unknown" : "yes";
  const proof = (path?.proof ?? []).map(bytesOf);
  return verifyConsistency({ from: size, to: newer.head.size, fromRoot: bytesOf(root), toRoot: bytesOf(newer.head.root), proof }) ? "yes" : "no";
}

function recomputedRoot(entries: readonly LedgerEntry[], size: number): string | undefined {
  if (entries.length < size || entries.slice(0, size).some(({ index }, i) => index !== i)) return undefined;
  let frontier = EMPTY_FRONTIER;
  for (const { record } of entries.slice(0, size)) frontier = appendLeaf(frontier, leafHash(encodeCanonical(record))).frontier;
  return toHex(rootOf(frontier));
}

/** What an older export still shows and the newer one does not: the first such record. */
function difference(older: History, newer: History): string {
  const now = new Map((newer.entries ?? []).map(({ index, record }) => [index, toHex(leafHash(encodeCanonical(record)))]));
  for (const { index, record } of older.entries ?? []) {
    const standing = now.get(index);
    if (standing === undefined || standing === toHex(leafHash(encodeCanonical(record)))) continue;
    return `最早的不同在日志第 ${index} 条（文件 ${record.documentId}，原为 ${record.type}，${record.receivedAt}）`;
  }
  return "";
}

/** Shapes were checked when the file was read. */
function bytesOf(hash: string): Uint8Array {
  const bytes = fromHex(hash);
  return bytes.ok ? bytes.value : new Uint8Array(0);
}

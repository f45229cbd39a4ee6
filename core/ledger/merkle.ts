import { concatBytes, equalBytes } from "#core/formats";
import { sm3 } from "#core/crypto";

/**
 * The Merkle tree of RFC 6962 §2.1 with SM3. Nodes have coordinates: `level` 0 are the leaves, node (level, index)
 * covers the leaves from index·2^level on, 2^level of them. Only complete nodes have coordinates and are stored: they never change.
 */
export type NodeAt = { readonly level: number; readonly index: number };
export type MerkleNode = NodeAt & { readonly hash: Uint8Array };
/** Where stored nodes come from; undefined when one is missing. */
export type NodeSource = (level: number, index: number) => Uint8Array | undefined;

/** The complete subtrees of a log, largest first: all that is needed to append and to tell the root. */
export type Frontier = { readonly size: number; readonly peaks: readonly Uint8Array[] };

export const EMPTY_FRONTIER: Frontier = { size: 0, peaks: [] };

/** Hash of one entry: SM3(00 ‖ entry). */
export function leafHash(entry: Uint8Array): Uint8Array {
  return sm3(concatBytes(Uint8Array.of(0), entry));
}

/** Hash of an inner node: SM3(01 ‖ left ‖ right). The prefixes keep a node from being passed off as an entry. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sm3(concatBytes(Uint8Array.of(1), left, right));
}

/** Appends one leaf hash. `newNodes` are the nodes that became complete, the leaf first: store them all. */
export function appendLeaf(
  frontier: Frontier,
  leaf: Uint8Array,
): { readonly frontier: Frontier; readonly newNodes: readonly MerkleNode[] } {
  const peaks = [...frontier.peaks];
  const newNodes: MerkleNode[] = [{ level: 0, index: frontier.size, hash: leaf }];
  let hash = leaf;
  let index = frontier.size;
  for (let level = 1; index % 2 === 1; level++) {
    hash = nodeHash(peaks.pop()!, hash);
    index = (index - 1) / 2;
    newNodes.push({ level, index, hash });
  }
  peaks.push(hash);
  return { frontier: { size: frontier.size + 1, peaks }, newNodes };
}

/** The root of a frontier, 32 bytes; SM3 of nothing for an empty log. */
export function rootOf(frontier: Frontier): Uint8Array {
  const [last, ...others] = [...frontier.peaks].reverse();
  if (last === undefined) return sm3(new Uint8Array(0));
  return others.reduce((right, left) => nodeHash(left, right), last);
}

/** Coordinates of the frontier of a log of that size, largest first: what to load in order to go on appending. */
export function frontierNodes(size: number): readonly NodeAt[] {
  checkSize(size);
  return completeNodes({ start: 0, end: size });
}

/** The frontier of a log of that size out of stored nodes; undefined when one is missing. */
export function frontierOf(size: number, nodeAt: NodeSource): Frontier | undefined {
  const peaks: Uint8Array[] = [];
  for (const { level, index } of frontierNodes(size)) {
    const hash = nodeAt(level, index);
    if (hash === undefined) return undefined;
    peaks.push(hash);
  }
  return { size, peaks };
}

/** Leaves from start up to, not including, end: one element of a proof. */
type LeafRange = { readonly start: number; readonly end: number };

/** The largest power of two below n (n > 1). */
function splitOf(n: number): number {
  let split = 1;
  while (split * 2 < n) split *= 2;
  return split;
}

/** PATH of RFC 6962 §2.1.1 as leaf ranges, from the leaf upwards. */
function inclusionRanges(index: number, size: number): LeafRange[] {
  checkSize(size);
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) throw new RangeError(`no entry ${index} in ${size}`);
  const ranges: LeafRange[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + splitOf(end - start);
    if (index < middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  return ranges.reverse();
}

/** PROOF of RFC 6962 §2.1.2 as leaf ranges. */
function consistencyRanges(from: number, to: number): LeafRange[] {
  checkSize(to);
  if (!Number.isSafeInteger(from) || from < 0 || from > to) throw new RangeError(`no growth from ${from} to ${to}`);
  if (from === 0 || from === to) return [];
  const ranges: LeafRange[] = [];
  let start = 0;
  let end = to;
  while (from < end) {
    const middle = start + splitOf(end - start);
    if (from <= middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  // The old tree itself is left out when it is one complete subtree: the verifier knows its root already.
  if (start > 0) ranges.push({ start, end });
  return ranges.reverse();
}

function checkSize(size: number): void {
  if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`not a log size: ${size}`);
}

/** The complete nodes that make up a range, left to right. The range starts where a subtree of its size may start. */
function completeNodes({ start, end }: LeafRange): NodeAt[] {
  const nodes: NodeAt[] = [];
  for (let at = start; at < end; ) {
    let level = 0;
    let width = 1;
    while (at + width * 2 <= end && at % (width * 2) === 0) {
      width *= 2;
      level++;
    }
    nodes.push({ level, index: at / width });
    at += width;
  }
  return nodes;
}

function rangeHash(range: LeafRange, nodeAt: NodeSource): Uint8Array | undefined {
  let hash: Uint8Array | undefined;
  for (const { level, index } of completeNodes(range).reverse()) {
    const left = nodeAt(level, index);
    if (left === undefined) return undefined;
    hash = hash === undefined ? left : nodeHash(left, hash);
  }
  return hash;
}

function proofOf(ranges: readonly LeafRange[], nodeAt: NodeSource): readonly Uint8Array[] | undefined {
  const proof: Uint8Array[] = [];
  for (const range of ranges) {
    const hash = rangeHash(range, nodeAt);
    if (hash === undefined) return undefined;
    proof.push(hash);
  }
  return proof;
}

/** Coordinates of the stored nodes that inclusionProof will ask for: fetch them first, then prove. */
export function inclusionNodes(index: number, size: number): readonly NodeAt[] {
  return inclusionRanges(index, size).flatMap(completeNodes);
}

/** Coordinates of the stored nodes that consistencyProof will ask for. */
export function consistencyNodes(from: number, to: number): readonly NodeAt[] {
  return consistencyRanges(from, to).flatMap(completeNodes);
}

/** Proof that entry `index` is in the log of `size` entries; undefined when a node is missing. RangeError for an index outside. */
export function inclusionProof(index: number, size: number, nodeAt: NodeSource): readonly Uint8Array[] | undefined {
  return proofOf(inclusionRanges(index, size), nodeAt);
}

/** Proof that the log of `to` entries begins with the log of `from` entries; undefined when a node is missing. */
export function consistencyProof(from: number, to: number, nodeAt: NodeSource): readonly Uint8Array[] | undefined {
  return proofOf(consistencyRanges(from, to), nodeAt);
}

/** True when the proof leads from the leaf hash at `index` to the root of `size` entries. Hostile input is false, never an exception. */
export function verifyInclusion(claim: {
  readonly leaf: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly root: Uint8Array;
  readonly proof: readonly Uint8Array[];
}): boolean {
  const { leaf, index, size, root, proof } = claim;
  if (!isSize(size) || !Number.isSafeInteger(index) || index < 0 || index >= size) return false;
  if (![leaf, root, ...proof].every(isHash)) return false;
  const ranges = inclusionRanges(index, size);
  if (ranges.length !== proof.length) return false;
  let hash = leaf;
  ranges.forEach((range, i) => {
    hash = range.start > index ? nodeHash(hash, proof[i]!) : nodeHash(proof[i]!, hash);
  });
  return equalBytes(hash, root);
}

/** True when the proof shows that the log with root `toRoot` begins with the log with root `fromRoot`. Hostile input is false. */
export function verifyConsistency(claim: {
  readonly from: number;
  readonly to: number;
  readonly fromRoot: Uint8Array;
  readonly toRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}): boolean {
  const { from, to, fromRoot, toRoot, proof } = claim;
  if (!isSize(from) || !isSize(to) || from > to) return false;
  if (![fromRoot, toRoot, ...proof].every(isHash)) return false;
  const ranges = consistencyRanges(from, to);
  if (ranges.length !== proof.length) return false;
  if (from === 0) return equalBytes(fromRoot, rootOf(EMPTY_FRONTIER)) && (to > 0 || equalBytes(fromRoot, toRoot));
  if (from === to) return equalBytes(fromRoot, toRoot);
  // The range that ends where the old log ends opens the proof; without one the old root itself is that subtree.
  const opening = ranges[0]!.end === from ? 1 : 0;
  const first = opening === 1 ? proof[0]! : fromRoot;
  let old = first;
  let now = first;
  for (let i = opening; i < ranges.length; i++) {
    const part = proof[i]!;
    if (ranges[i]!.end <= from) {
      old = nodeHash(part, old);
      now = nodeHash(part, now);
    } else now = nodeHash(now, part);
  }
  return equalBytes(old, fromRoot) && equalBytes(now, toRoot);
}

function isSize(size: number): boolean {
  return Number.isSafeInteger(size) && size >= 0;
}

function isHash(hash: Uint8Array): boolean {
  return hash instanceof Uint8Array && hash.length === 32;
}

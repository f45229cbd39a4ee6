import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { equalBytes, toHex, utf8 } from "#core/formats";
import { sm3 } from "#core/crypto";
import {
  appendLeaf,
  consistencyNodes,
  consistencyProof,
  EMPTY_FRONTIER,
  frontierOf,
  inclusionNodes,
  inclusionProof,
  leafHash,
  nodeHash,
  rootOf,
  verifyConsistency,
  verifyInclusion,
  type Frontier,
} from "#core/ledger";

// RFC 6962 §2.1 word for word: the tree that the fast code is held against.
const naiveRoot = (leaves: readonly Uint8Array[]): Uint8Array => {
  if (leaves.length === 0) return sm3(new Uint8Array(0));
  if (leaves.length === 1) return leaves[0]!;
  const k = 2 ** (Math.ceil(Math.log2(leaves.length)) - 1);
  return nodeHash(naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)));
};
const naivePath = (m: number, leaves: readonly Uint8Array[]): Uint8Array[] => {
  if (leaves.length === 1) return [];
  const k = 2 ** (Math.ceil(Math.log2(leaves.length)) - 1);
  return m < k
    ? [...naivePath(m, leaves.slice(0, k)), naiveRoot(leaves.slice(k))]
    : [...naivePath(m - k, leaves.slice(k)), naiveRoot(leaves.slice(0, k))];
};
const naiveProof = (m: number, leaves: readonly Uint8Array[], known: boolean): Uint8Array[] => {
  if (m === leaves.length) return known ? [] : [naiveRoot(leaves)];
  const k = 2 ** (Math.ceil(Math.log2(leaves.length)) - 1);
  return m <= k
    ? [...naiveProof(m, leaves.slice(0, k), known), naiveRoot(leaves.slice(k))]
    : [...naiveProof(m - k, leaves.slice(k), false), naiveRoot(leaves.slice(0, k))];
};

const MAX = 131;
const leaves = Array.from({ length: MAX }, (_, i) => leafHash(utf8(`entry ${i}`)));
const stored = new Map<string, Uint8Array>();
const frontiers: Frontier[] = [EMPTY_FRONTIER];
for (const leaf of leaves) {
  const { frontier, newNodes } = appendLeaf(frontiers.at(-1)!, leaf);
  for (const { level, index, hash } of newNodes) {
    if (stored.has(`${level}/${index}`)) throw new Error("a complete node was stored twice");
    stored.set(`${level}/${index}`, hash);
  }
  frontiers.push(frontier);
}
const nodeAt = (level: number, index: number) => stored.get(`${level}/${index}`);
const roots = frontiers.map(rootOf);
const sameProof = (a: readonly Uint8Array[], b: readonly Uint8Array[]) => a.map(toHex).join() === b.map(toHex).join();
const flip = (bytes: Uint8Array, at = 0) => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));

describe("Merkle tree of RFC 6962 with SM3", () => {
  it("separates entries from inner nodes by their prefix", () => {
    const [left, right] = [leaves[0]!, leaves[1]!];
    const forged = leafHash(new Uint8Array([...left, ...right]));
    expect(toHex(forged)).not.toBe(toHex(nodeHash(left, right)));
  });

  it("has the root of the recursive definition at every size up to 131, by append and from stored nodes", () => {
    for (let size = 0; size <= MAX; size++) {
      const naive = toHex(naiveRoot(leaves.slice(0, size)));
      expect(toHex(roots[size]!)).toBe(naive);
      expect(toHex(rootOf(frontierOf(size, nodeAt)!))).toBe(naive);
    }
  });

  it("proves every entry at every size as the recursive definition does, asking for the announced nodes only", () => {
    const failed: string[] = [];
    for (let size = 1; size <= MAX; size++) {
      for (let index = 0; index < size; index++) {
        const asked: string[] = [];
        const proof = inclusionProof(index, size, (level, at) => {
          asked.push(`${level}/${at}`);
          return nodeAt(level, at);
        })!;
        const announced = inclusionNodes(index, size).map((n) => `${n.level}/${n.index}`);
        const same = size > 40 && index % 7 > 0 ? true : sameProof(proof, naivePath(index, leaves.slice(0, size)));
        const good = verifyInclusion({ leaf: leaves[index]!, index, size, root: roots[size]!, proof });
        if (!same || !good || asked.sort().join() !== announced.sort().join()) failed.push(`${index} of ${size}`);
      }
    }
    expect(failed).toEqual([]);
  });

  it("proves growth between all sizes as the recursive definition does", () => {
    const failed: string[] = [];
    for (let to = 1; to <= MAX; to++) {
      for (let from = 0; from <= to; from++) {
        const proof = consistencyProof(from, to, nodeAt)!;
        const same = from === 0 || to > 40 || sameProof(proof, naiveProof(from, leaves.slice(0, to), true));
        const good = verifyConsistency({ from, to, fromRoot: roots[from]!, toRoot: roots[to]!, proof });
        if (!same || !good) failed.push(`${from} to ${to}`);
      }
    }
    expect(failed).toEqual([]);
  });

  it("says undefined when a node is missing", () => {
    expect(inclusionProof(3, 9, () => undefined)).toBeUndefined();
    expect(consistencyProof(3, 9, () => undefined)).toBeUndefined();
    expect(frontierOf(9, () => undefined)).toBeUndefined();
    expect(consistencyNodes(8, 9)).toEqual([{ level: 0, index: 8 }]);
  });

  it("refuses an inclusion proof that was touched anywhere", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: MAX }), fc.nat(), fc.nat(), fc.nat({ max: 7 }), (size, at, where, kind) => {
        const index = at % size;
        const proof = [...inclusionProof(index, size, nodeAt)!];
        const claim = { leaf: leaves[index]!, index, size, root: roots[size]!, proof };
        const spot = where % proof.length;
        const touched = [
          { ...claim, leaf: flip(claim.leaf, where % 32) },
          { ...claim, root: flip(claim.root, where % 32) },
          { ...claim, proof: proof.map((hash, i) => (i === spot ? flip(hash, where % 32) : hash)) },
          { ...claim, proof: proof.slice(1) },
          { ...claim, proof: [...proof, leaves[0]!] },
          { ...claim, index: (index + 1) % size },
          { ...claim, leaf: leaves[(index + 1) % size]! },
          { ...claim, proof: proof.map((hash, i) => (i === spot ? hash.subarray(1) : hash)) },
        ][kind]!;
        expect(verifyInclusion(touched)).toBe(false);
      }),
      { numRuns: 600 },
    );
  });

  it("refuses a consistency proof that was touched anywhere", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: MAX }), fc.nat(), fc.nat(), fc.nat({ max: 6 }), (to, a, where, kind) => {
        const from = 1 + (a % (to - 1));
        const proof = [...consistencyProof(from, to, nodeAt)!];
        const claim = { from, to, fromRoot: roots[from]!, toRoot: roots[to]!, proof };
        const spot = where % proof.length;
        const touched = [
          { ...claim, fromRoot: flip(claim.fromRoot, where % 32) },
          { ...claim, toRoot: flip(claim.toRoot, where % 32) },
          { ...claim, proof: proof.map((hash, i) => (i === spot ? flip(hash, where % 32) : hash)) },
          { ...claim, proof: proof.slice(0, -1) },
          { ...claim, proof: [leaves[0]!, ...proof] },
          { ...claim, fromRoot: claim.toRoot },
          { ...claim, toRoot: claim.fromRoot },
        ][kind]!;
        expect(verifyConsistency(touched)).toBe(false);
      }),
      { numRuns: 600 },
    );
  });

  it("refuses a rewritten past: no proof leads from one history to another", () => {
    const other = leaves.map((leaf, i) => (i === 5 ? leafHash(utf8("rewritten")) : leaf));
    for (const [from, to] of [[6, 7], [8, 16], [20, 100]] as const) {
      const proof = naiveProof(from, other.slice(0, to), true);
      const toRoot = naiveRoot(other.slice(0, to));
      expect(verifyConsistency({ from, to, fromRoot: roots[from]!, toRoot, proof })).toBe(false);
    }
  });

  it("answers false and never throws for sizes and positions that cannot be", () => {
    const proof: Uint8Array[] = [];
    const [leaf, root] = [leaves[0]!, roots[1]!];
    for (const n of [-1, 0.5, Number.NaN, Infinity, 2 ** 53, -0.1]) {
      expect(verifyInclusion({ leaf, root, proof, index: n, size: 1 })).toBe(false);
      expect(verifyInclusion({ leaf, root, proof, index: 0, size: n })).toBe(false);
      expect(verifyConsistency({ from: n, to: 1, fromRoot: root, toRoot: root, proof })).toBe(false);
      expect(verifyConsistency({ from: 1, to: n, fromRoot: root, toRoot: root, proof })).toBe(false);
    }
    expect(verifyInclusion({ leaf, root, proof, index: 0, size: 1 })).toBe(true);
    expect(verifyConsistency({ from: 0, to: 1, fromRoot: root, toRoot: root, proof })).toBe(false);
    expect(equalBytes(rootOf(EMPTY_FRONTIER), sm3(new Uint8Array(0)))).toBe(true);
    expect(inclusionNodes(2 ** 52, 2 ** 52 + 1).length).toBe(1);
  });
});

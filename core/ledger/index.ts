/** The ledger (账本): hash-linked records, the Merkle log over them, its signed heads. The only door of this folder. */
export {
  appendLeaf,
  consistencyNodes,
  consistencyProof,
  EMPTY_FRONTIER,
  frontierNodes,
  frontierOf,
  inclusionNodes,
  inclusionProof,
  leafHash,
  nodeHash,
  rootOf,
  verifyConsistency,
  verifyInclusion,
  type Frontier,
  type MerkleNode,
  type NodeAt,
  type NodeSource,
} from "./merkle.ts";
export { linkRecord, readRecord, recordHash, verifyRecordChain, type EventRecord, type RecordBody } from "./record.ts";
export { readLedgerFile, writeLedgerFile, type EarlierHead, type LedgerEntry, type LedgerExport, type LedgerFile } from "./export.ts";
export { judgeHistory, judgeRecords, type History } from "./judge.ts";
export { signWitness, verifyWitness, type WitnessStatement } from "./witness.ts";
export { isTime } from "./shape.ts";
export { isSignedHead, signHead, verifySignedHead, type HeadTrust, type LogHead, type SignedHead } from "./head.ts";

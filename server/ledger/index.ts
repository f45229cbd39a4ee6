/** ledger: the stored log, its proofs and its signed head (账本存储). The only door of this folder. */
export { appendRecords } from './append.ts'
export { exportLedger, type LedgerExportRequest } from './export.ts'
export { consistency, openHeads, recordsOf, type Heads } from './read.ts'

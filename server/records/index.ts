/** records: the standing state of each aggregate, and each person's view of it (记录). The only door of this folder. */
export { openRecords, type Records, type StoredDocument } from './records.ts'
export { documentRow, recordRow } from './row.ts'
export { localDate } from './local-date.ts'

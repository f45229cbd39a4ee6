/** jobs: what the installation still owes (待办作业), kept in the database until it is done. The only door of this folder. */
export { jobPart, jobsWaiting } from './store.ts'
export { openWorker, type Worker } from './worker.ts'

/** PINs typed at a terminal (口令输入): never shown, never an argument. */
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'

/** Whether somebody sits there who can be asked. */
export const isAtTerminal = (): boolean => process.stdin.isTTY && process.stderr.isTTY

/** What was typed, or null for nothing. The question goes to standard error. */
export const askHidden = (question: string): Promise<string | null> => new Promise((resolve) => {
  process.stderr.write(question)
  // The terminal is in raw mode: what is typed shows only where it is written to, and that is nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const reader = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  const finish = (answer: string | null): void => {
    process.stderr.write('\n')
    reader.close()
    resolve(answer === '' ? null : answer)
  }
  reader.once('SIGINT', () => {
    finish(null)
    process.kill(process.pid, 'SIGINT')
  })
  reader.question('', finish)
})

/** What a new PIN must be (口令要求): long enough, not one sign repeated, not a plain row of digits, and typed the same twice. */
export type PinProblem = 'short' | 'simple' | 'different'

const rows = '01234567890 09876543210'

/** First thing wrong, or null. */
export const pinProblem = (pin: string, again: string): PinProblem | null => {
  if ([...pin].length < 6) return 'short'
  if (new Set(pin).size === 1 || rows.includes(pin)) return 'simple'
  return pin === again ? null : 'different'
}

import { expect, test } from 'vitest'
import { pinProblem } from './newPin.ts'

test.each([
  ['12345', '12345', 'short'], ['', '', 'short'], ['111111', '111111', 'simple'], ['123456', '123456', 'simple'], ['987654', '987654', 'simple'],
  ['20261124', '20261125', 'different'], ['20261124', '20261124', null], ['草原防火十二', '草原防火十二', null],
] as const)('PIN %s typed again as %s: %s', (pin, again, problem) => { expect(pinProblem(pin, again)).toBe(problem) })

import { expect } from 'vitest'

/** An expectation that names the document and place it is about: `claim(value, '12-批复 page 2').toBe(…)`. Most tests here run over every fixture. */
export const claim: typeof expect = expect

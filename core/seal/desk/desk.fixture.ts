/** A picture of a seal of 42 mm for the tests of the seal desk. */
import { png } from '../ofd/ofd.fixture.ts'
import type { SealContent } from '../index.ts'

export const sealPicture: SealContent['picture'] = { type: 'png', data: png, width: 42, height: 42 }

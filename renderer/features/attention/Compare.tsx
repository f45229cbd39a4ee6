/** Two versions in one reading (两个版本对照): what you had in mind against what stands now. */
import type { ReactNode } from 'react'
import { BothVersions, type BothVersionsProps } from '../approval/index.tsx'

/** Below the refusal that it explains: it is read together with the opinion, and long texts are no matter for a dialog. */
export const Compare = (versions: BothVersionsProps): ReactNode => <div className="ws-compare"><BothVersions {...versions} /></div>

/** Where the seal will stand, true to scale (用印位置). */
import type { SealPlace } from '#core/typeset'

const percent = (part: number, whole: number): string => `${part / whole * 100}%`

/** @param width, height of the page, mm */
export const SealOutline = ({ seal, width, height, label }: { readonly seal: SealPlace; readonly width: number; readonly height: number; readonly label: string }) => (
  <div
    className="wk-seal-outline"
    style={{
      left: percent(seal.x - seal.diameter / 2, width), top: percent(seal.y - seal.diameter / 2, height),
      width: percent(seal.diameter, width), height: percent(seal.diameter, height),
    }}
  >
    <span>{label}</span>
  </div>
)

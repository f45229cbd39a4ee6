/** Where the seal will stand, true to scale (用印位置). */
import type { SealPlace } from '#core/typeset'

const percent = (part: number, whole: number): string => `${part / whole * 100}%`

/** Where a box of the seal's size lies on a page, as parts of the page. @param width, height of the page, mm */
export const sealBox = ({ x, y, diameter }: Pick<SealPlace, 'x' | 'y' | 'diameter'>, width: number, height: number) => ({
  left: percent(x - diameter / 2, width), top: percent(y - diameter / 2, height), width: percent(diameter, width), height: percent(diameter, height),
})

/** @param width, height of the page, mm */
export const SealOutline = ({ seal, width, height, label }: { readonly seal: SealPlace; readonly width: number; readonly height: number; readonly label: string }) => (
  <div className="wk-seal-outline" style={sealBox(seal, width, height)}>
    <span>{label}</span>
  </div>
)

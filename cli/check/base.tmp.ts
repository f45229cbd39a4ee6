import { bases } from '../../tests/check/bases.ts'
import { createChecker, readSourceForCheck } from '#core/check'
import { typeset } from '#core/typeset'
import { loadFaces } from '../fonts.ts'
const fonts = (await loadFaces()).fonts
for (const b of bases) { const r = readSourceForCheck(b.source); if (!r.ok) { console.log(b.name, r.error); continue }
 const l = typeset(r.value.content, r.value.issue, fonts)
 for (const f of createChecker().check(r.value.content, r.value.issue, { layout: l, written: r.value.written }).findings) console.log(b.name, l.pages.length, f.rule, f.message, JSON.stringify(f.where)) }

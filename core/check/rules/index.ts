/** All rules, in the order of a document. */
import type { Rule } from '../rule.ts'
import { attachmentRules } from './attachments.ts'
import { closingRules } from './closing.ts'
import { coherenceRules } from './coherence.ts'
import { copyRules } from './copies.ts'
import { dateRules } from './dates.ts'
import { docNumberRules } from './doc-number.ts'
import { figureRules } from './figures.ts'
import { figureSenseRules } from './figures-sense.ts'
import { headRules } from './head.ts'
import { kindRules } from './kinds.ts'
import { languageRules } from './languages.ts'
import { levelRules } from './levels.ts'
import { momentRules } from './moments.ts'
import { pagesBodyRules } from './pages-body.ts'
import { pagesClosingRules } from './pages-closing.ts'
import { pagesHeadRules } from './pages-head.ts'
import { punctuationRules } from './punctuation.ts'
import { recipientRules } from './recipients.ts'
import { sumRules } from './sums.ts'
import { titleRules } from './title.ts'
import { wordingRules } from './wording.ts'

export const rules: readonly Rule[] = [
  ...headRules, ...docNumberRules, ...titleRules, ...recipientRules, ...levelRules, ...kindRules, ...attachmentRules, ...closingRules, ...dateRules, ...copyRules, ...coherenceRules,
  ...punctuationRules, ...figureRules, ...wordingRules, ...momentRules, ...sumRules, ...figureSenseRules, ...languageRules,
  ...pagesHeadRules, ...pagesBodyRules, ...pagesClosingRules,
]

/** Rules that a check of a document cannot decide, and the part of the product that enforces them (另处执行的规则). */

export type Elsewhere = { readonly id: string; readonly by: string; readonly how: string }

export const elsewhere: readonly Elsewhere[] = [
  { id: 'edit-after-signoff', by: 'route', how: 'An approval names the content hash; other content cannot go on without a new approval.' },
  { id: 'review-before-signoff', by: 'route', how: 'decide refuses a sign-off before the review.' },
  { id: 'archive-metadata-min', by: 'archive', how: 'Building and checking of a package ask for the metadata.' },
  { id: 'archive-code-format', by: 'archive', how: 'The 档号 is formed and parsed by one function.' },
  { id: 'archive-process-doc', by: 'archive', how: 'A package without its 正本, 定稿 or 处理单 is refused.' },
]

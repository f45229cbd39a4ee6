/** Limits of one document, wide of any real one and far below what would block a screen. */
export const limits = {
  /** 标题, characters */
  titleChars: 200,
  /** names of organs, attachments, files, characters */
  nameChars: 200,
  /** 主送 and 抄送 together per list */
  organs: 500,
  /** paragraphs of the body and of all text attachments together */
  blocks: 5000,
  /** one paragraph, characters */
  paragraphChars: 20_000,
  attachments: 100,
  /** one table */
  tableColumns: 40,
  tableRows: 2000,
  /** one table cell, characters */
  cellChars: 2000,
  /** pictures of one document */
  pictures: 200,
  /** one picture, bytes and pixels on each side */
  pictureBytes: 20 * 1024 * 1024,
  pictureSide: 20_000,
  /** canonical size, bytes */
  bytes: 2 * 1024 * 1024,
} as const

const mebibyte = 1_048_576

/** What a workbook may hold at most. Bytes are counted while they are inflated, whatever the archive says of itself. */
export const workbookLimits = {
  /** Files within the archive. */
  entries: 10_000,
  worksheets: 255,
  /** Of the parts that say what is where: the workbook, its relationships and its styles. */
  smallPartBytes: 64 * mebibyte,
  /** Of the texts that cells share. */
  stringsBytes: 2_048 * mebibyte,
  /** Of one worksheet. */
  worksheetBytes: 4_096 * mebibyte,
  /** Of all that is inflated of a workbook. */
  totalBytes: 6_144 * mebibyte,
  /** How many times longer than in the archive a part may become, once it is longer than `ratioFrom`. */
  ratio: 100,
  ratioFrom: 16 * mebibyte,
  /** Between two tags, and of one tag. */
  markupChars: 8_000_000,
  /** Elements within elements. */
  depth: 64,
  /** Of one text that a cell holds; one longer than is taken is named by its row. */
  textChars: 1_000_000,
  /** The last row of Excel. */
  rows: 1_048_576,
  /** The last column of Excel. */
  columns: 16_384,
  /** Formats of cells, and of numbers. */
  styles: 100_000,
  /** Merged cells that are held by their places. */
  merges: 10_000,
  /** Formulas shared by several cells that are known to look into other workbooks. */
  sharedFormulas: 100_000,
  /** Of the texts that cells share, so much is held; what is more lies encrypted on the disk. */
  heldBytes: 32 * mebibyte,
  blockBytes: 8_192,
} as const

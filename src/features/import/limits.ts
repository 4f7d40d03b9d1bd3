/** What any imported list may hold at most. Characters are UTF-16 units, as `String.length` counts them. */
export const listLimits = {
  rows: 1_000_000,
  columns: 100,
  columnNameChars: 200,
  /** As many as a cell of Excel holds. */
  cellChars: 32_767,
  /** Of all cells of a row, in bytes of UTF-8: more than any row of a list that people read. */
  rowBytes: 2_400_000,
  keyChars: 200,
  /** Excel takes 31. */
  sheetNameChars: 100,
  /** Problems named one by one; the others are only counted. */
  problemsListed: 1_000,
  /** Empty rows at the end of a file that are let be. */
  blankRows: 10_000,
  /** Rows above the header, where it is chosen. */
  headerRow: 1_000,
  /** Rows among which the header is looked for. */
  headRows: 50,
} as const

/** So many columns of a list are masked at most. */
export const maskedColumnsMax = 20

/** Files of so many bytes at most are read before the act is answered that imports them: some ten thousand rows. */
export const readAtOnceBytes = { text: 8 * 2 ** 20, workbook: 2 * 2 ** 20 } as const

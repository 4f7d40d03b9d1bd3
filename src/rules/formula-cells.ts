/**
 * A spreadsheet takes a cell that begins with one of these for a formula and reckons it when the file is opened, whatever it does: what
 * was written as text by one person would be run by another.
 */
const formulaStart = /^'*[=+\-@\t\r]/

/** Whether a spreadsheet could take a text for a formula. */
export const isLikeFormula = (text: string): boolean => formulaStart.test(text)

/**
 * A text as a cell of a file of text: with an apostrophe before it where a spreadsheet could take it for a formula, also where
 * apostrophes stand before that already, so that `withoutApostrophe` finds the text again, whatever it was.
 */
export const neutralized = (text: string): string => (isLikeFormula(text) ? `'${text}` : text)

/** The text of which `neutralized` made this one; any other as it is. */
export const withoutApostrophe = (cell: string): string =>
  cell.startsWith("'") && isLikeFormula(cell) ? cell.slice(1) : cell

/** Words as a list of SQL, for `in (...)` or `array[...]`: those of the product, never what a caller gave. */
export const listed = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ')

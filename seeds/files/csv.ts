import type { BroughtFile } from '../api.js'

const cell = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** A CSV as systems export it. @param rows the first names the columns */
export const csvOf = (name: string, rows: readonly (readonly string[])[]): BroughtFile => ({
  name: `${name}.csv`,
  content: Buffer.from(rows.map((row) => `${row.map(cell).join(',')}\n`).join('')),
})

import { parse } from 'csv-parse/sync'

/** A list of changes to be tested: each row one change, with how many people other than its author reviewed it. */
export interface ChangeList {
  file: { name: string; content: Buffer }
  keyColumn: string
  dateColumn: string
  reviewColumn: string
  summaryColumn: string | null
  /** The calendar years the changes lie in: the engagement's period. */
  period: { start: string; end: string }
  count: number
}

/** What a row of the list shows of the control, read from the row itself. */
export type Judgement =
  | { outcome: 'PASS'; note: null; explanation: null }
  | { outcome: 'DEVIATION'; note: string; explanation: string | null }

// Release housekeeping: the version bump, the note of its digest, the opening of the next version. No code changes.
const housekeeping = /^(\d{4}\.\d{2}\.\d{2}, Version |Add SHA to ChangeLog|Now working on )/

/**
 * Reads which columns a CSV of changes has. @throws Error that says which column is missing
 * @param name the file's name
 */
export function readChangeList(name: string, content: Buffer): ChangeList {
  const rows = rowsOf(name, content)
  const columns = Object.keys(rows[0] ?? {})
  const column = (what: string, form: RegExp) => {
    const found = columns.find((one) => form.test(one))
    if (!found) throw new Error(`${name} has no column for ${what}; it has ${columns.join(', ') || 'none'}.`)
    return found
  }
  const dateColumn = column('when the change was merged (…_at, …_on, …date)', /(_at|_on|date)$/i)
  const years = rows.map((row) => (row[dateColumn] ?? '').slice(0, 4)).sort()
  return {
    file: { name, content },
    keyColumn: column('what names a change (…id, key)', /(id|key)$/i),
    dateColumn,
    reviewColumn: column('how many people reviewed it (…review…)', /review/i),
    summaryColumn: columns.find((one) => /summary|title|subject/i.test(one)) ?? null,
    period: { start: `${years[0]}-01-01`, end: `${years.at(-1)}-12-31` },
    count: rows.length,
  }
}

function rowsOf(name: string, content: Buffer): Record<string, string>[] {
  try {
    return parse(content, { bom: true, columns: true, skip_empty_lines: true })
  } catch (error) {
    throw new Error(`${name} is not a CSV file: ${error instanceof Error ? error.message : error}`)
  }
}

/** Tests "reviewed by somebody else before it was merged" on one row. */
export function judge(list: ChangeList, cells: ReadonlyMap<string, string>): Judgement {
  const reviewers = Number(cells.get(list.reviewColumn))
  if (reviewers >= 1) return { outcome: 'PASS', note: null, explanation: null }
  const summary = list.summaryColumn ? (cells.get(list.summaryColumn) ?? '') : ''
  return {
    outcome: 'DEVIATION',
    note: `No reviewer is recorded for the change “${summary}”.`,
    explanation: housekeeping.test(summary)
      ? `Release housekeeping by the release manager (“${summary}”): it changes the version number and the change log, no code. The policy exempts it from review.`
      : null,
  }
}

import { type ImportProblem, type ImportProblemCode, Refusal } from '../../rules/refusal.js'
import { foundText } from '../../rules/text.js'
import { listLimits } from './limits.js'

/** What is wrong in a place of a file, and in words. */
export type Wrong = readonly [code: ImportProblemCode, message: string]

/** Where it is wrong, and what stands there. */
export interface ProblemPlace {
  row: number
  /** The name of the column, or its number; null for the whole row. */
  column?: string | null
  found?: string
}

/** What is wrong in a file: the first problems one by one, so that a person can mend all of it in one go, and the number of all. */
export class ProblemList {
  readonly listed: ImportProblem[] = []
  count = 0

  constructor(private readonly listedMax: number = listLimits.problemsListed) {}

  note({ row, column = null, found }: ProblemPlace, [code, message]: Wrong): void {
    if (this.count < this.listedMax) {
      this.listed.push({ row, column, code, message, found: found === undefined ? null : foundText(found) })
    }
    this.count++
  }

  /** Counts one that tells nothing new. */
  add(): void {
    this.count++
  }

  /** The same problems in the order of their rows: the first ones one by one, and the number of all. */
  byRow(listedMax: number = listLimits.problemsListed): ProblemList {
    const ordered = new ProblemList(listedMax)
    ordered.listed.push(...this.listed.toSorted((a, b) => a.row - b.row).slice(0, listedMax))
    ordered.count = this.count
    return ordered
  }

  /**
   * @param advice what can be done about some of them
   * @throws Refusal ROWS_REFUSED with every problem, where there is one
   */
  check(advice: string): void {
    const [first] = this.listed
    if (!first) return
    const message = `${this.count === 1 ? '1 problem' : `${inFigures(this.count)} problems`} in the file, so nothing was taken in. First, in row ${first.row}: ${first.message}${advice}`
    throw new Refusal('ROWS_REFUSED', message, ['evidenceId'], { problems: this.listed, problemCount: this.count })
  }
}

/** A number as it stands in a sentence: 32,767. */
export const inFigures = (number: number): string => number.toLocaleString('en-US')

/** By which days items belong to a population. */
export interface IntakeTime {
  /** First and last day an item may carry, both included; null when any day may. */
  period: { start: string; end: string } | null
  /** Whether items of other days are left out and counted; otherwise each is a problem. */
  leavesOutside?: boolean
  /** The day on which the list was extracted: what is dated after it is set aside and counted. Null: nothing is. */
  extractedOn?: string | null
}

/** Sorts items by their days, and counts those that are none of the population. */
export class DaysOfItems {
  /** Items dated after the extraction: they cannot have happened when the list was made. */
  setAsideCount = 0
  /** Items outside the period that were left out by choice. */
  leftOutCount = 0
  /** Items outside the period that were not: each is a problem. */
  outsideCount = 0

  constructor(private readonly time: IntakeTime) {}

  get hasPeriod(): boolean {
    return this.time.period !== null
  }

  get hasExtraction(): boolean {
    return (this.time.extractedOn ?? null) !== null
  }

  /** @returns whether an item of this day is taken in, left away, or a problem */
  place(day: string): 'TAKEN' | 'LEFT_AWAY' | 'OUTSIDE' {
    const { period, extractedOn = null, leavesOutside = false } = this.time
    if (extractedOn !== null && day > extractedOn) {
      this.setAsideCount++
      return 'LEFT_AWAY'
    }
    if (!period || (day >= period.start && day <= period.end)) return 'TAKEN'
    if (leavesOutside) this.leftOutCount++
    else this.outsideCount++
    return leavesOutside ? 'LEFT_AWAY' : 'OUTSIDE'
  }

  /** What can be done about items outside the period, where there are some. */
  get advice(): string {
    const { outsideCount } = this
    if (outsideCount === 0) return ''
    const items = outsideCount === 1 ? '1 item lies' : `${outsideCount.toLocaleString('en-US')} items lie`
    return ` ${items} outside the period: leave them out by choice, or say what else the list covers.`
  }
}

/** What a budget holds at a moment, in points (docs/limits.md). */
export interface BudgetState {
  /** What it holds when it is full. So much flows back within a minute. */
  limit: number
  /** Below zero where more was charged than it held. */
  remaining: number
  /** Until it is full again, when nothing more is charged. */
  resetSeconds: number
}

/** What a request was charged, and what is left: `extensions.cost` of an answer. */
export interface CostState {
  charged: number
  caller?: BudgetState
  /** Shown to members of the firm alone: it shows how busy the firm is. */
  firm?: BudgetState
}

/** The price of one request, charged to the budgets of its caller and their firm. */
export interface RequestCost {
  /**
   * Charges an operation before it runs; charging the same one again charges nothing.
   * @param points as if its lists held all they may hold
   * @param isCounted whether it is counted while it is answered what it comes to; if not, nothing is given back
   * @throws Fault RATE_LIMITED when a budget does not hold so much; nothing is charged then
   */
  chargeEstimate(points: number, isCounted: boolean): void
  /**
   * Gives back what the operation was charged for and did not come to: lists are charged as if they held all they may hold.
   * @param points what it came to
   */
  settle(points: number): void
  /** Charges what is known only while answering: more than a budget holds makes the next requests wait. */
  charge(points: number): void
  /** Null where no budget is set. */
  readonly state: CostState | null
}

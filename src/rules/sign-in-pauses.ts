/**
 * How guessing at passwords is slowed. What is counted are failures within a day: of one account from one network (a pair),
 * of the account from everywhere, and of the network at all accounts.
 *
 * A pair has a few failures free, then each further one is followed by a pause; pauses double. The two other counts never
 * stop anything by themselves: they decide how long a pair waits from which this account has not signed in lately. Such a
 * pair waits once before its first attempt and after each of its own failures. No pause grows by what others do while it
 * lasts, so an attacker who goes on cannot keep the right password out.
 */
export const signInPauses = {
  /** For so long a failure counts. */
  windowHours: 24,
  /** Failures of one account from one network that cost no pause. */
  freeFailures: 4,
  firstPauseSeconds: 15,
  pauseSecondsMax: 15 * 60,
  /** Failures of one account, wherever they come from, up to which a network new to it need not wait. */
  accountFailures: 10,
  /** Failures from one network, at whatever accounts, up to which an account new to it need not wait. */
  networkFailures: 100,
  firstNewcomerPauseSeconds: 60,
  newcomerPauseSecondsMax: 60 * 60,
  /** For so long a network from which an account signed in is known for it. */
  knownDays: 90,
} as const

/** What is counted when an attempt is made, itself included. */
export interface SignInCounts {
  /** Failures of the account from the network. */
  pair: number
  /** Failures of the account from everywhere. */
  account: number
  /** Failures from the network at all accounts. */
  network: number
  /** Whether the account signed in from the network lately. */
  isKnown: boolean
}

/** How long the pair waits after an attempt that fails, in seconds; 0 for no pause. */
export function pauseAfterFailure(counts: SignInCounts): number {
  const { freeFailures, firstPauseSeconds, pauseSecondsMax } = signInPauses
  const own = counts.pair > freeFailures ? doubled(firstPauseSeconds, counts.pair - freeFailures - 1) : 0
  return Math.max(Math.min(own, pauseSecondsMax), pauseBeforeFirst(counts))
}

/**
 * How long a pair waits, once, before its first attempt: not at all where the network is known for the account or neither
 * has many failures. It doubles with each doubling of the count that exceeds its measure most.
 */
export function pauseBeforeFirst({ account, network, isKnown }: SignInCounts): number {
  const { accountFailures, networkFailures, firstNewcomerPauseSeconds, newcomerPauseSecondsMax } = signInPauses
  if (isKnown) return 0
  const excess = Math.max(account / accountFailures, network / networkFailures)
  if (excess <= 1) return 0
  return Math.min(doubled(firstNewcomerPauseSeconds, Math.floor(Math.log2(excess))), newcomerPauseSecondsMax)
}

const doubled = (seconds: number, times: number): number => seconds * 2 ** times

import { unavailable } from '../access/faults.js'

export interface TurnLimits {
  /** How many are at work at once. */
  atOnce: number
  /** How many wait at most. */
  waiting: number
  /** Who has waited so long is refused. */
  waitMs: number
}

/** A group within the one before it, and how much of that one's places, at work and waiting, it has at most. */
export interface Share {
  name: string
  /** Up to 1. */
  of: number
}

interface Waiter {
  begin(): void
  refuse(): void
}

/** All who take turns, or a group of them: it has groups within it, or waiters. */
class Group {
  working = 0
  waiting = 0
  /** Those with work under way or waiting, the one whose turn is longest ago first. */
  readonly groups = new Map<string, Group>()
  readonly waiters = new Set<Waiter>()

  constructor(
    readonly name: string,
    readonly atOnce: number,
    readonly maxWaiting: number,
  ) {}

  /** The group within it, which it may not hold yet. */
  part({ name, of }: Share): Group {
    const atLeastOne = (whole: number) => Math.max(1, Math.floor(whole * of))
    return this.groups.get(name) ?? new Group(name, atLeastOne(this.atOnce), atLeastOne(this.maxWaiting))
  }
}

/**
 * Who may begin: at once while there is room, else in turn, one of each group after the other, however many of them each has
 * waiting; within a group likewise. Where no more can wait, the group that has most in the line loses the last of it to one
 * that has less: a flood from one group keeps no other out. Who cannot be served in time is refused at once, or when their
 * time is up.
 */
export class Turns {
  readonly #all: Group

  constructor(private readonly limits: TurnLimits) {
    this.#all = new Group('all', limits.atOnce, limits.waiting)
  }

  /**
   * Does work when it is its turn.
   * @param shares the groups it is of, each within the one before
   * @throws Fault UNAVAILABLE when too many wait already, or the wait is too long: `work` was not begun then
   */
  async take<T>(shares: readonly Share[], work: () => Promise<T>): Promise<T> {
    const turn = this.begin(shares)
    if (turn) await turn
    try {
      return await work()
    } finally {
      this.end(shares)
    }
  }

  /**
   * Waits for a turn, which `end` must give back.
   * @throws Fault UNAVAILABLE as `take`; it may throw at once
   */
  begin(shares: readonly Share[]): Promise<void> | undefined {
    const path = this.#pathOf(shares)
    if (path.every(({ working, atOnce }) => working < atOnce)) {
      start(path)
      return undefined
    }
    // From the smallest group on: what one of its own gives up is room in the greater ones as well.
    for (let at = path.length - 1; at >= 0; at -= 1) {
      const group = path[at] as Group
      if (group.waiting >= group.maxWaiting) makeRoom(group, path[at + 1])
    }
    return new Promise((resolve, reject) => {
      const leaving = (settle: () => void) => () => {
        clearTimeout(late)
        leave(path, waiter)
        settle()
      }
      const waiter: Waiter = {
        begin: leaving(() => {
          start(path)
          resolve()
        }),
        refuse: leaving(() => {
          forgetIdle(path)
          reject(unavailable())
        }),
      }
      const late = setTimeout(waiter.refuse, this.limits.waitMs)
      wait(path, waiter)
    })
  }

  /** Gives a turn back: the next one begins. */
  end(shares: readonly Share[]): void {
    const path = this.#pathOf(shares)
    for (const group of path) group.working -= 1
    forgetIdle(path)
    nextIn(this.#all)?.begin()
  }

  /** From all down to the smallest group. */
  #pathOf(shares: readonly Share[]): Group[] {
    const path = [this.#all]
    for (const share of shares) path.push((path.at(-1) as Group).part(share))
    return path
  }
}

/** Their turn is now: each goes behind the others of its group. */
function start(path: readonly Group[]): void {
  for (const [at, group] of path.entries()) {
    group.working += 1
    const within = path[at - 1]?.groups
    within?.delete(group.name)
    within?.set(group.name, group)
  }
}

function wait(path: readonly Group[], waiter: Waiter): void {
  for (const [at, group] of path.entries()) {
    group.waiting += 1
    path[at - 1]?.groups.set(group.name, group)
  }
  path.at(-1)?.waiters.add(waiter)
}

function leave(path: readonly Group[], waiter: Waiter): void {
  for (const group of path) group.waiting -= 1
  path.at(-1)?.waiters.delete(waiter)
}

function forgetIdle(path: readonly Group[]): void {
  for (const [at, { name, working, waiting }] of path.entries()) {
    if (working === 0 && waiting === 0) path[at - 1]?.groups.delete(name)
  }
}

function nextIn({ groups, waiters }: Group): Waiter | undefined {
  for (const group of groups.values()) {
    const next = group.waiting > 0 && group.working < group.atOnce ? nextIn(group) : undefined
    if (next) return next
  }
  const [first] = waiters
  return first
}

/**
 * Refuses the last of who has most in the line of a group.
 * @param own the group within it that the caller waits in
 * @throws Fault UNAVAILABLE when no other has more in the line
 */
function makeRoom({ groups }: Group, own: Group | undefined): void {
  const most = longest(groups)
  if (!own || !most || most.waiting <= own.waiting + 1) throw unavailable()
  let group = most
  for (let within = longest(group.groups); within; within = longest(within.groups)) group = within
  ;[...group.waiters].at(-1)?.refuse()
}

const longest = (groups: ReadonlyMap<string, Group>): Group | undefined =>
  [...groups.values()].reduce<Group | undefined>(
    (most, one) => (most && most.waiting >= one.waiting ? most : one),
    undefined,
  )

import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { hash, verify } from '@node-rs/argon2'
import type { PasswordHasher } from '../../kernel/execute/services.js'
import { type TurnLimits, Turns } from '../../kernel/execute/turns.js'
import { normalPassword, peopleLimits } from '../../rules/people.js'

export interface HashCost {
  memoryKib: number
  passes: number
}

/** OWASP's least setting for argon2id (password storage cheat sheet): 19 MiB, two passes, one lane. */
export const hashCost: HashCost = { memoryKib: 19_456, passes: 2 }

/**
 * Hashing occupies a core, and one of the four threads that Node.js shares among hashing, files and look-ups of names: a
 * core is left to all other requests, and two threads to all other work. Who waits here holds one of the places for operations
 * (http/turns.ts), of which a network has a part: with few of them this line is short, and takes its turns by network.
 */
export const hashingLimits: TurnLimits = {
  atOnce: Math.max(1, Math.min(2, availableParallelism() - 1)),
  waiting: 64,
  waitMs: 5_000,
}

/** Hashes passwords with argon2id (RFC 9106), the library's default variant. */
export class Passwords implements PasswordHasher {
  readonly #options: { memoryCost: number; timeCost: number; parallelism: number }
  /** What an unknown account's password is held against, so that the answer takes as long. */
  readonly #hashOfNoAccount: Promise<string>
  readonly #turns: Turns

  constructor(cost: HashCost = hashCost, limits: TurnLimits = hashingLimits) {
    this.#options = { memoryCost: cost.memoryKib, timeCost: cost.passes, parallelism: 1 }
    this.#hashOfNoAccount = this.hash(randomBytes(32).toString('base64url'))
    this.#turns = new Turns(limits)
  }

  inTurn<T>(caller: string, work: () => Promise<T>): Promise<T> {
    return this.#turns.take([{ name: caller, of: 1 }], work)
  }

  hash(password: string): Promise<string> {
    return hash(normalPassword(password), this.#options)
  }

  async verify(known: string | null, password: string): Promise<boolean> {
    // A text too long to be a password is not hashed.
    if (password.length > peopleLimits.passwordMax * 2) return false
    const matches = await verify(known ?? (await this.#hashOfNoAccount), normalPassword(password))
    return matches && known !== null
  }
}

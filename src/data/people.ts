import type { Roles } from '../access/actor.js'
import type { TeamRole } from '../rules/vocabulary.js'
import { Latest } from './latest.js'

/** What the database said of the person of a session, as it said it, and what that makes of them. */
interface Remembered {
  readonly said: string
  readonly roles: Roles
}

/** So many characters are kept of what was said; each person counts as some more, which the objects take. 7 to 15 MB. */
const kept = { chars: 4_000_000, each: 500 } as const

/**
 * Who asked last, and who the database said they are. Never trusted: each transaction asks anew, and what it hears decides
 * (`Tx.identify`). Where it hears the same, nothing has to be made of it again.
 */
export class People {
  readonly #bySession = new Latest<string, Remembered>(kept.chars, ({ said }) => said.length + kept.each)

  /** Who the person of a session was when they asked last. */
  recall(sessionId: string): Roles | undefined {
    return this.#bySession.get(sessionId)?.roles
  }

  /**
   * Remembers what the database says of them now.
   * @param said a list as JSON: name, role in the firm, role at the client, roles by engagement
   * @returns what that makes of them; the same object for as long as the same is said
   */
  learn(sessionId: string, said: string): Roles {
    const before = this.#bySession.get(sessionId)
    if (before?.said === said) return before.roles
    const [name, firmRole, clientRole, team] = JSON.parse(said) as Said
    const roles: Roles = { name, firmRole, clientRole, team: new Map(Object.entries(team ?? {})) }
    this.#bySession.set(sessionId, { said, roles })
    return roles
  }

  /** They are nobody any more. */
  forget(sessionId: string): void {
    this.#bySession.forget(sessionId)
  }
}

type Said = [Roles['name'], Roles['firmRole'], Roles['clientRole'], Record<string, TeamRole> | null]

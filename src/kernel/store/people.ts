import type { TeamRole } from '../../rules/vocabulary.js'
import type { Roles } from '../access/actor.js'
import { Latest } from './latest.js'

/** What the database says of the person of a session. */
export interface Told {
  /** A list as JSON: name, role in the firm, role at the client. */
  person: string
  /** Roles by engagement, as JSON; null where there are none, or where it was told which are known (`Remembered.teamMark`). */
  team: string | null
  /** Another one after each change of their places on teams (`WriteTx`), never the same again. */
  teamMark: string
}

/** What the database said of them, as it said it, and what that makes of them. */
export interface Remembered {
  readonly person: string
  readonly team: string
  readonly teamMark: string
  readonly roles: Roles
}

/** So many characters are kept of what was said; each person counts as some more, which the objects take. 7 to 15 MB. */
const kept = { chars: 4_000_000, each: 500 } as const

/**
 * Who asked last, and who the database said they are. Never trusted: each transaction asks anew, and what it hears decides
 * (`Tx.identify`). Where it hears the same, nothing has to be made of it again.
 */
export class People {
  readonly #bySession = new Latest<string, Remembered>(
    kept.chars,
    ({ person, team }) => person.length + team.length + kept.each,
  )

  /** Who the person of a session was when they asked last. */
  recall(sessionId: string): Remembered | undefined {
    return this.#bySession.get(sessionId)
  }

  /**
   * Remembers what the database says of them now.
   * @param known whose team the database was told to be known, where it was
   * @returns what that makes of them; the same object for as long as the same is said
   */
  learn(sessionId: string, { person, team: said, teamMark }: Told, known?: Remembered): Roles {
    const team = known?.teamMark === teamMark ? known.team : (said ?? '{}')
    const before = this.#bySession.get(sessionId)
    const same = before?.person === person && before.team === team
    const roles = same ? before.roles : rolesOf(person, team)
    if (!same || before.teamMark !== teamMark) this.#bySession.set(sessionId, { person, team, teamMark, roles })
    return roles
  }

  /** They are nobody any more. */
  forget(sessionId: string): void {
    this.#bySession.forget(sessionId)
  }
}

function rolesOf(person: string, team: string): Roles {
  const [name, firmRole, clientRole] = JSON.parse(person) as [Roles['name'], Roles['firmRole'], Roles['clientRole']]
  return { name, firmRole, clientRole, team: new Map(Object.entries(JSON.parse(team) as Record<string, TeamRole>)) }
}

import { LRUCache } from 'lru-cache'
import type { TeamRole } from '../../rules/vocabulary.js'
import type { Roles } from '../access/actor.js'

/** What the database says of the person of a session. */
export interface SaidRoles {
  /** A list as JSON: name, role in the firm, role at the client. */
  person: string
  /** Roles by engagement, as JSON; null where there are none, and where the mark is the one of the cached roles that were named. */
  team: string | null
  /** Another one after each change of their places on teams (`WriteTx`), never the same again. */
  teamMark: string
}

/** Roles, with the texts that they were parsed from. */
export interface CachedRoles {
  readonly person: string
  readonly team: string
  readonly teamMark: string
  readonly roles: Roles
}

/** So many characters of JSON are kept; each session counts as some more, which the objects take. 7 to 15 MB. */
const maxSize = 4_000_000
const sizeOfEach = 500

/**
 * Spares parsing the roles of a person again while the database says the same of them. Each transaction
 * reads who the caller is (`Tx.identify`); of a member with many places it reads whether their mark is the same, and where it is the
 * cached places count: who ends a place by SQL sets another `member.team_mark` too.
 */
export class RoleCache {
  readonly #bySession = new LRUCache<string, CachedRoles>({
    maxSize,
    sizeCalculation: ({ person, team }) => person.length + team.length + sizeOfEach,
  })

  get(sessionId: string): CachedRoles | undefined {
    return this.#bySession.get(sessionId)
  }

  /**
   * @param said what the database says now
   * @param named the cached roles whose mark the database was given: it has sent no team if that is still the mark
   * @returns what that comes to
   */
  parse(sessionId: string, said: SaidRoles, named?: CachedRoles): Roles {
    const { person, teamMark } = said
    const team = named?.teamMark === teamMark ? named.team : (said.team ?? '{}')
    const cached = this.#bySession.get(sessionId)
    if (cached?.person === person && cached.team === team && cached.teamMark === teamMark) return cached.roles
    const roles = rolesOf(person, team)
    this.#bySession.set(sessionId, { person, team, teamMark, roles })
    return roles
  }
}

function rolesOf(person: string, team: string): Roles {
  const [name, firmRole, clientRole] = JSON.parse(person) as [Roles['name'], Roles['firmRole'], Roles['clientRole']]
  return { name, firmRole, clientRole, team: new Map(Object.entries(JSON.parse(team) as Record<string, TeamRole>)) }
}

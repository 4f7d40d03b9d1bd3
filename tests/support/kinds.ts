import type { Actor } from '../../src/kernel/access/actor.js'
import type { ClientFacts } from '../../src/kernel/access/permission.js'
import type { Kind } from '../access/expected.js'
import type { FullWorld } from './full-world.js'
import type { Person } from './world.js'

/** A person of one kind, and what they are: by the world's making, not by what the service says. */
export interface Somebody {
  kind: Kind
  who: string
  person: Person
  actor: Actor
}

/** A person of each kind, two of some, seen from the first client's engagement in fieldwork. */
export function somebodyOfEachKind({
  crew,
  otherCrew,
  lent,
  secondReader,
  lentAdmin,
  a,
  one,
  held,
  otherHeld,
}: FullWorld): Somebody[] {
  const on = (ids: readonly string[] = [], role: string) => new Map(ids.map((id) => [id, role] as const))
  const [here, there] = [held.Engagement, otherHeld.Engagement]
  const made = (
    kind: Kind,
    who: string,
    person: Person,
    firmRole: string | null,
    team: Map<string, string>,
  ): Somebody => ({
    kind,
    who,
    person,
    actor: { ...person.claims, name: person.name, firmRole, clientRole: null, team } as Actor,
  })
  const ofClient = (kind: Kind, person: Person, clientRole: string): Somebody => ({
    ...made(kind, `${clientRole} of the client`, person, null, new Map()),
    actor: { ...person.claims, name: person.name, firmRole: null, clientRole, team: new Map() } as Actor,
  })
  return [
    made('P', 'the engagement partner', crew.partner, 'PARTNER', on(here, 'ENGAGEMENT_PARTNER')),
    made('R', 'the quality reviewer', crew.reviewer, 'PARTNER', on(here, 'QUALITY_REVIEWER')),
    made('C', 'the second reader', secondReader, 'PARTNER', on(here, 'SECOND_READER')),
    made('M', 'the manager', crew.manager, 'MANAGER', on(here, 'MANAGER')),
    made('S', 'the senior', crew.senior, 'SENIOR', on(here, 'SENIOR')),
    made('T', 'staff', crew.staff, 'STAFF', on(here, 'STAFF')),
    // A role elsewhere gives no right here.
    made(
      'T',
      'staff, who is the manager of another engagement',
      lent,
      'SENIOR',
      new Map([...on(here, 'STAFF'), ...on(there, 'MANAGER')]),
    ),
    made('A', 'the firm’s admin, off the team', a.admin, 'FIRM_ADMIN', new Map()),
    made('A', 'an admin of the firm, staff of another engagement', lentAdmin, 'FIRM_ADMIN', on(there, 'STAFF')),
    made('p', 'a partner off the team', otherCrew.partner, 'PARTNER', on(there, 'ENGAGEMENT_PARTNER')),
    made('m', 'a manager off the team', otherCrew.manager, 'MANAGER', on(there, 'MANAGER')),
    made('s', 'a senior off the team', otherCrew.senior, 'SENIOR', on(there, 'SENIOR')),
    made('t', 'staff off the team', otherCrew.staff, 'STAFF', on(there, 'STAFF')),
    ofClient('a', one.admin, 'CLIENT_ADMIN'),
    ofClient('r', one.respondent, 'RESPONDENT'),
    ofClient('v', one.viewer, 'CLIENT_VIEWER'),
  ]
}

/** What is known of the client of an engagement, for a person who is on its team or on none of that client. */
export const factsFor = (actor: Actor, engagementId: string): ClientFacts => ({
  onTeam: actor.team.has(engagementId),
  clientDomains: ['example.test'],
  firmDomains: ['audit.test'],
})

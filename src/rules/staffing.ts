import { checkEach, Refusal } from './refusal.js'
import type { FirmRole, MembershipState, PlaceState, TeamRole } from './vocabulary.js'

/** Who can hold which place on a team, and what becomes of a place. */

/** From which roles in the firm a place on a team is filled. A firm's admin may work on a team, but not lead or review it. */
const holders: Readonly<Record<TeamRole, readonly FirmRole[]>> = {
  ENGAGEMENT_PARTNER: ['PARTNER'],
  QUALITY_REVIEWER: ['PARTNER', 'MANAGER'],
  SECOND_READER: ['PARTNER', 'MANAGER'],
  MANAGER: ['PARTNER', 'MANAGER'],
  SENIOR: ['PARTNER', 'MANAGER', 'SENIOR', 'FIRM_ADMIN'],
  STAFF: ['PARTNER', 'MANAGER', 'SENIOR', 'STAFF', 'FIRM_ADMIN'],
}

/** Whether a member of the firm has the standing for a role, which they may have lost since they were named for it. */
export const canHold = ({ state, firmRole }: Pick<Candidate, 'state' | 'firmRole'>, role: TeamRole): boolean =>
  state === 'ACTIVE' && firmRole !== null && holders[role].includes(firmRole)

export interface Candidate {
  state: MembershipState
  /** Null for a person of a client. */
  firmRole: FirmRole | null
  /** Whether the same person is a user of the client examined. */
  ofClient: boolean
}

/**
 * Whether a member can hold a place on a team. Refuses with INVALID_INPUT at `memberId` or `role`, and with
 * SEPARATION_OF_DUTIES where the person belongs to the client.
 */
export function checkPlace(candidate: Candidate, role: TeamRole): void {
  if (candidate.firmRole === null || candidate.state !== 'ACTIVE') {
    throw new Refusal('INVALID_INPUT', 'Only an active member of the firm can be on a team.', ['memberId'])
  }
  if (candidate.ofClient) {
    throw new Refusal('SEPARATION_OF_DUTIES', 'A person of the client cannot be on the team that examines it.', [
      'memberId',
    ])
  }
  if (!holders[role].includes(candidate.firmRole)) {
    throw new Refusal(
      'INVALID_INPUT',
      `A ${candidate.firmRole} of the firm cannot be ${role}; it takes a ${holders[role].join(' or ')}.`,
      ['role'],
    )
  }
}

/**
 * A second reader who is no partner is named by the firm's administrator (product page, 5b); while the quality reviewer objects, any one
 * is: whose opinion is objected to does not choose who settles it. Refuses with SEPARATION_OF_DUTIES at `role`.
 * @param isObjectedTo whether an objection of the quality reviewer is open
 */
export function checkSecondReader(
  { firmRole }: Pick<Candidate, 'firmRole'>,
  role: TeamRole,
  namedBy: { firmRole: FirmRole | null },
  isObjectedTo: boolean,
): void {
  if (role !== 'SECOND_READER' || namedBy.firmRole === 'FIRM_ADMIN') return
  const refuse = (message: string) => new Refusal('SEPARATION_OF_DUTIES', message, ['role'])
  if (firmRole !== 'PARTNER') throw refuse('A second reader who is no partner is named by the firm’s administrator.')
  if (isObjectedTo) {
    throw refuse('The quality reviewer objects: who settles the difference is named by the firm’s administrator.')
  }
}

/** A team as it is first named: no member twice, one engagement partner, one quality reviewer and one second reader at most. */
export function checkFirstTeam(places: readonly { memberId: string; role: TeamRole }[]): void {
  const sole: readonly TeamRole[] = ['ENGAGEMENT_PARTNER', 'QUALITY_REVIEWER', 'SECOND_READER']
  checkEach(
    places.flatMap(({ memberId, role }, at) => {
      const before = places.slice(0, at)
      if (before.some((place) => place.memberId === memberId)) {
        return new Refusal('INVALID_INPUT', 'This person is named twice.', ['team', at, 'memberId'])
      }
      if (!sole.includes(role) || !before.some((place) => place.role === role)) return []
      return new Refusal('INVALID_INPUT', `The team has one ${role}.`, ['team', at, 'role'])
    }),
  )
}

/**
 * The member who sets up an engagement is not on its team for that: without a leader, only a firm's admin could go on.
 * Refuses with INVALID_INPUT at `team`.
 */
export function checkLeadNamed(places: readonly { role: TeamRole }[], creator: FirmRole | null): void {
  const led = places.some(({ role }) => role === 'ENGAGEMENT_PARTNER' || role === 'MANAGER')
  if (led || creator === 'FIRM_ADMIN') return
  throw new Refusal(
    'INVALID_INPUT',
    'Name an engagement partner or a manager in `team`: the engagement is open to its team alone.',
    ['team'],
  )
}

export const placeState = (place: { independenceConfirmedAt: Date | null; removedAt: Date | null }): PlaceState =>
  place.removedAt ? 'REMOVED' : place.independenceConfirmedAt ? 'CONFIRMED' : 'NAMED'

/**
 * The engagement partner, the quality reviewer and the second reader, once confirmed, are not taken off by those they oversee: the
 * firm's admin does it. Refuses with SEPARATION_OF_DUTIES.
 */
export function checkRemoval(
  place: { role: TeamRole; independenceConfirmedAt: Date | null },
  by: { firmRole: FirmRole | null },
): void {
  const overseers: readonly TeamRole[] = ['ENGAGEMENT_PARTNER', 'QUALITY_REVIEWER', 'SECOND_READER']
  const overseer = overseers.includes(place.role)
  if (!overseer || place.independenceConfirmedAt === null || by.firmRole === 'FIRM_ADMIN') return
  throw new Refusal(
    'SEPARATION_OF_DUTIES',
    'The engagement partner, the quality reviewer and the second reader are taken off the team by the firm’s admin only.',
  )
}

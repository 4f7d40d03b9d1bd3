import { notFound } from '../../kernel/access/faults.js'
import { firmScope } from '../../kernel/store/scope.js'
import { isUuid, type WriteTx } from '../../kernel/store/work.js'
import { dayOf } from '../../rules/calendar.js'
import { checkCoolingOff, checkTeamRole, cooledOffRoles } from '../../rules/independence.js'
import { Refusal } from '../../rules/refusal.js'
import { checkPlace, checkSecondReader, placeState } from '../../rules/staffing.js'
import { Member } from '../firm/member.js'
import { methodologyInForce } from '../methodology/versions.js'
import { limits } from './engagement.inputs.js'
import { Engagement } from './engagement.js'
import { hasOpenObjection, lastLedAt } from './engagement.queries.js'
import type { AddTeamMemberInput, ConfirmIndependenceInput, RemoveTeamMemberInput } from './team.inputs.js'
import { TeamMember } from './team-member.js'

type Place = Pick<TeamMember, 'memberId' | 'role'>

/**
 * Whether these people of the firm can hold these places at a client.
 * @param pathOf where in the input a place stands
 * @param isObjectedTo whether an objection of the quality reviewer of the engagement is open
 * @throws Denial NOT_FOUND for an id of no member; Refusals of `checkPlace` and `checkCoolingOff`
 */
export async function checkCandidates(
  tx: WriteTx,
  clientId: string,
  places: readonly Place[],
  pathOf: (at: number) => readonly (string | number)[],
  isObjectedTo = false,
): Promise<void> {
  const candidates = await tx.find(Member, { id: places.map(({ memberId }) => memberId).filter(isUuid) })
  const users = candidates.flatMap(({ userId }) => userId ?? [])
  const ofClient = new Set((await tx.find(Member, { clientId, userId: users })).map(({ userId }) => userId))
  for (const [at, { memberId, role }] of places.entries()) {
    const candidate = candidates.find(({ id }) => id === memberId)
    if (!candidate) throw notFound(memberId)
    refusedAt(pathOf(at), () => {
      checkPlace({ ...candidate, ofClient: ofClient.has(candidate.userId) }, role)
      checkSecondReader(candidate, role, tx.actor, isObjectedTo)
    })
  }
  await checkReviewersCooledOff(tx, clientId, places, pathOf)
}

/**
 * Whether no one named as quality reviewer or second reader led an engagement of the client within the years that the firm's methodology names.
 * @throws Refusal SEPARATION_OF_DUTIES at the place
 */
async function checkReviewersCooledOff(
  tx: WriteTx,
  clientId: string,
  places: readonly Place[],
  pathOf: (at: number) => readonly (string | number)[],
): Promise<void> {
  const reviewers = places.filter(({ role }) => cooledOffRoles.includes(role)).map(({ memberId }) => memberId)
  if (reviewers.length === 0) return
  const { coolingOffYears: years } = await methodologyInForce(tx)
  const ledAt = await lastLedAt(firmScope(tx), clientId, reviewers)
  for (const [at, { memberId, role }] of places.entries()) {
    if (!cooledOffRoles.includes(role)) continue
    const path = [...pathOf(at), 'memberId']
    refusedAt(path, () => checkCoolingOff({ lastLedOn: ledAt.get(memberId) ?? null, years, today: dayOf(tx.now) }))
  }
}

/** Does a check, and says at which place of the input it refuses. */
function refusedAt(path: readonly (string | number)[], check: () => void): void {
  try {
    check()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw new Refusal(error.code, error.message, [...path, ...error.at])
  }
}

/**
 * Names a member of the firm for the team; nothing opens to them before they confirm their independence.
 * Refused: who is not an active member of the firm, belongs to the client, lacks the standing for the role, is on the team
 * already; a second partner or quality reviewer; a quality reviewer who worked on the engagement, and the reverse; a quality reviewer or
 * second reader who led an engagement of the client within the years that the firm's methodology names; a second reader named by
 * another than the firm's administrator while an objection of the quality reviewer is open.
 */
export async function addTeamMember(tx: WriteTx, input: AddTeamMemberInput) {
  // An objection that is being raised is waited for.
  const engagement = await tx.load(Engagement, input.engagementId, undefined, 'share')
  const { memberId, role } = input
  await tx.permit(engagement)
  const isObjectedTo = role === 'SECOND_READER' && (await hasOpenObjection(firmScope(tx), engagement.id))
  await checkCandidates(tx, engagement.clientId, [input], () => [], isObjectedTo)
  const places = await tx.find(TeamMember, { engagementId: engagement.id })
  const left = places.filter((place) => place.memberId === memberId && placeState(place) === 'REMOVED')
  const worked = left.filter((place) => place.independenceConfirmedAt !== null && place.role !== role)
  checkTeamRole({ role, rolesHeld: worked.map((place) => place.role) })
  if (places.filter((place) => place.removedAt === null).length >= limits.team) {
    throw new Refusal('INVALID_INPUT', `A team has at most ${limits.team} people.`, ['memberId'])
  }
  return { teamMember: await tx.insert(TeamMember, { engagementId: engagement.id, memberId, role }) }
}

/** Takes a person off the team: the place ends and stays on record with the work done from it. */
export async function removeTeamMember(tx: WriteTx, input: RemoveTeamMemberInput) {
  const teamMember = await tx.load(TeamMember, input.teamMemberId, input.expectedVersion)
  await tx.permit(teamMember)
  return { teamMember: await tx.update(teamMember, { removedAt: tx.now }) }
}

/** Records one's own independence of the client; from then on the engagement is open to one. Once for each place. */
export async function confirmIndependence(tx: WriteTx, input: ConfirmIndependenceInput) {
  const teamMember = await tx.load(TeamMember, input.teamMemberId, input.expectedVersion)
  await tx.permit(teamMember)
  const changes = { independenceStatement: input.statement, independenceConfirmedAt: tx.now }
  return { teamMember: await tx.update(teamMember, changes) }
}

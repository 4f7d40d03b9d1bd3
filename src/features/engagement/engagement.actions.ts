import type { WriteTx } from '../../kernel/store/work.js'
import { checkCategories, checkTime } from '../../rules/scope.js'
import { checkFirstTeam, checkLeadNamed } from '../../rules/staffing.js'
import { Client } from '../client/client.js'
import type { CreateEngagementInput } from './engagement.inputs.js'
import { Engagement } from './engagement.js'
import { checkCandidates } from './team.actions.js'
import { TeamMember } from './team-member.js'

/**
 * Sets up an engagement in PLANNING, with its first team; its members have access once they have confirmed their independence.
 * Refused: a time that does not fit the kind, no category, a team the rules do not allow.
 */
export async function createEngagement(tx: WriteTx, input: CreateEngagementInput) {
  const client = await tx.load(Client, input.clientId)
  const places = input.team ?? []
  const { periodStart = null, periodEnd = null, asOf = null } = input
  await tx.permit(client)
  checkTime(input.kind, { periodStart, periodEnd, asOf })
  const categories = checkCategories(input.categories)
  checkFirstTeam(places)
  checkLeadNamed(places, tx.actor.firmRole)
  await checkCandidates(tx, client.id, places, (at) => ['team', at])
  const engagement = await tx.insert(Engagement, {
    clientId: client.id,
    kind: input.kind,
    state: 'PLANNING',
    systemName: input.systemName,
    categories,
    periodStart,
    periodEnd,
    asOf,
    lastExceptionNumber: 0,
  })
  const team = await tx.insertMany(
    TeamMember,
    places.map(({ memberId, role }) => ({ engagementId: engagement.id, memberId, role })),
  )
  return { engagement, team }
}

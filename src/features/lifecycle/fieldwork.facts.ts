import type { Tx } from '../../data/work.js'
import type { FieldworkFacts } from '../../rules/readiness.js'
import { canHold } from '../../rules/staffing.js'
import { ControlCriterion } from '../control/control-criterion.js'
import { criteriaInScope } from '../criterion/scope.js'
import { ClosingDocument } from '../engagement/closing-document.js'
import type { Engagement } from '../engagement/engagement.js'
import { TeamMember } from '../engagement/team-member.js'
import { Member } from '../firm/member.js'

/** What the gate to fieldwork looks at. */
export async function fieldworkFacts(tx: Tx, engagement: Engagement): Promise<FieldworkFacts> {
  const engagementId = engagement.id
  const team = await tx.find(TeamMember, { engagementId, removedAt: null }, { order: { id: 'asc' } })
  const members = await tx.find(Member, { id: team.map(({ memberId }) => memberId) })
  const documents = await tx.find(ClosingDocument, { engagementId })
  const mappings = await tx.find(ControlCriterion, { engagementId })
  const criteria = await criteriaInScope(tx, engagement)
  const people = new Map(members.map((member) => [member.id, member]))
  return {
    kind: engagement.kind,
    team: team.map(({ id, memberId, role, independenceConfirmedAt }) => {
      const person = people.get(memberId) as Member
      return {
        id,
        name: person.name,
        role,
        independenceConfirmed: independenceConfirmedAt !== null,
        inStanding: canHold(person, role),
      }
    }),
    documents: documents.map(({ kind }) => kind),
    criteria: criteria.map(({ criterion, exclusion }) => ({
      code: criterion.code,
      controls: mappings.filter(({ criterionCode }) => criterionCode === criterion.code).length,
      notApplicableBecause: exclusion?.reason ?? null,
    })),
  }
}

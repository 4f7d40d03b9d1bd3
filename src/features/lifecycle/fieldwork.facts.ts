import type { GateView } from '../../kernel/store/gates.js'
import { isLive } from '../../rules/exceptions.js'
import type { FieldworkFacts } from '../../rules/readiness.js'
import { canHold } from '../../rules/staffing.js'
import { Control } from '../control/control.js'
import { ControlCriterion } from '../control/control-criterion.js'
import { criteriaInScope } from '../criterion/scope.js'
import { EngagementDocument } from '../document/engagement-document.js'
import type { Engagement } from '../engagement/engagement.js'
import { TeamMember } from '../engagement/team-member.js'
import { Exception } from '../exception/exception.js'
import { Member } from '../firm/member.js'
import { methodologyInRequest } from '../methodology/versions.js'

/** What the gate to fieldwork looks at. */
export async function fieldworkFacts({ tx, loaders }: GateView, engagement: Engagement): Promise<FieldworkFacts> {
  const { id } = engagement
  const [places, documents, controls, mappings, criteria, exceptions, methodology] = await Promise.all([
    loaders.children(TeamMember, 'engagementId', id, { id: 'asc' }),
    loaders.children(EngagementDocument, 'engagementId', id, { number: 'asc' }),
    loaders.children(Control, 'engagementId', id, { ref: 'asc' }),
    loaders.children(ControlCriterion, 'engagementId', id, { id: 'asc' }),
    criteriaInScope(tx, engagement, loaders),
    loaders.children(Exception, 'engagementId', id, { number: 'asc' }),
    methodologyInRequest(loaders),
  ])
  const inUse = new Set(controls.filter(({ retiredAt }) => retiredAt === null).map((control) => control.id))
  const deficiencies = exceptions.filter((one) => one.kind === 'DESIGN_DEFICIENCY' && isLive(one))
  const team = places.filter(({ removedAt }) => removedAt === null)
  const members = await Promise.all(team.map(({ memberId }) => loaders.byId(Member, memberId)))
  const people = new Map(members.map((member) => [member?.id, member]))
  return {
    kind: engagement.kind,
    requiresQualityReviewer: methodology.requiresQualityReviewer,
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
      controls: mappings.filter((one) => one.criterionCode === criterion.code && inUse.has(one.controlId)).length,
      deficient: deficiencies.some(({ criteriaCodes }) => criteriaCodes.includes(criterion.code)),
      notApplicableBecause: exclusion?.reason ?? null,
    })),
  }
}

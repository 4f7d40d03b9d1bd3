import { Loaders } from '../../kernel/store/loaders.js'
import type { Whole } from '../../kernel/store/row.js'
import type { Tx } from '../../kernel/store/work.js'
import type { TeamRole } from '../../rules/vocabulary.js'
import { testingBegun } from '../change/begun.js'
import { Control } from '../control/control.js'
import { ControlCriterion } from '../control/control-criterion.js'
import { catalogue } from '../criterion/catalogue.js'
import { applicableCodes } from '../criterion/scope.js'
import type { Engagement } from '../engagement/engagement.js'
import { Member } from '../firm/member.js'
import { Risk } from '../risk/risk.js'
import { RiskControl } from '../risk/risk-control.js'

/** What a list of controls is held against, read once for all its rows. */
export interface ListFacts {
  engagement: Engagement
  controls: Whole<Control>[]
  /** The mapping of each control that the engagement has, by its id. */
  mapped: ReadonlyMap<string, ControlCriterion[]>
  /** The people of the client. */
  people: Member[]
  /** The codes of the criteria that there are, and of those that are in scope and apply. */
  known: string[]
  applicable: string[]
  /** The ids of the controls whose testing has begun. */
  begun: ReadonlySet<string>
  /** The risks that each control answers, by its id. */
  risks: ReadonlyMap<string, Risk[]>
  role: TeamRole | undefined
}

/** Reads it all in a number of statements that does not grow with the list. */
export async function listFacts(tx: Tx, engagement: Engagement): Promise<ListFacts> {
  const engagementId = engagement.id
  const controls = await tx.find(Control, { engagementId }, { byKey: true, whole: true })
  const mappings = await tx.find(ControlCriterion, { engagementId }, { byKey: true })
  const people = await tx.find(Member, { clientId: engagement.clientId })
  const known = (await catalogue(tx)).map(({ code }) => code)
  const applicable = await applicableCodes(tx, engagement)
  const loaders = Loaders.over(tx)
  const begun = await Promise.all(controls.map((control) => testingBegun(loaders, control)))
  const risks = new Map((await tx.find(Risk, { engagementId }, { byKey: true })).map((risk) => [risk.id, risk]))
  const answers = risks.size > 0 ? await tx.find(RiskControl, { riskId: [...risks.keys()] }) : []
  return {
    engagement,
    controls,
    mapped: groupedBy(mappings, ({ controlId }) => controlId),
    people,
    known,
    applicable,
    begun: new Set(controls.flatMap(({ id }, at) => (begun[at] ? id : []))),
    risks: new Map(
      [...groupedBy(answers, ({ controlId }) => controlId)].map(([id, of]) => [
        id,
        of.flatMap(({ riskId }) => risks.get(riskId) ?? []).sort((a, b) => (a.ref < b.ref ? -1 : 1)),
      ]),
    ),
    role: tx.actor.team.get(engagementId),
  }
}

function groupedBy<T>(those: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const one of those) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one])
  return groups
}

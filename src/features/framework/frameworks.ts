import { sha256Of } from '../../kernel/schema/digest.js'
import { Loaders } from '../../kernel/store/loaders.js'
import type { Tx } from '../../kernel/store/work.js'
import type { OpinionSaid } from '../../rules/assertions.js'
import { canonicalJson } from '../../rules/canonical.js'
import { isLive } from '../../rules/exceptions.js'
import type { FrameworkDecided } from '../../rules/framework-opinion.js'
import {
  type ControlMapped,
  type FrameworkCovered,
  type FurtherCriterionFacts,
  type FurtherCriterionOutcome,
  nameOfSet,
  outcomeOf,
} from '../../rules/frameworks.js'
import { weighedIn } from '../aggregate/aggregates.js'
import { standing } from '../complementary/retired-or-not.js'
import { Control } from '../control/control.js'
import { CriteriaSet } from '../criteria-set/criteria-set.js'
import { FurtherCriterion } from '../criteria-set/further-criterion.js'
import { refusedIn } from '../document/refused.js'
import { Engagement } from '../engagement/engagement.js'
import { Exception } from '../exception/exception.js'
import { Framework } from './framework.js'
import { FrameworkMapping } from './framework-mapping.js'
import { UncoveredCriterion } from './uncovered-criterion.js'

/** A criterion of a framework: what is mapped to it, and what that comes to. */
export interface FrameworkCriterionNow {
  criterion: FurtherCriterion
  facts: FurtherCriterionFacts
  outcome: FurtherCriterionOutcome
  uncovered: UncoveredCriterion | null
}

/** A framework of an engagement as it is now. */
export interface FrameworkNow {
  framework: Framework
  set: CriteriaSet
  /** In the order of the set. */
  criteria: readonly FrameworkCriterionNow[]
  /** Controls in use that are mapped to none of its criteria, by reference. */
  controlsWithoutCriterion: readonly Control[]
  isLetterRefused: boolean
  /** SHA-256 over all that an opinion based on its criteria follows from. */
  factsDigest: string
}

/** The frameworks of an engagement that stand. */
export const frameworksStanding = async (loaders: Loaders, engagementId: string): Promise<Framework[]> =>
  standing(await loaders.children(Framework, 'engagementId', engagementId, { id: 'asc' }))

/** A framework as it is now; those asked for in one tick are read as sets, whatever the number of their criteria. */
export const frameworkNow = (loaders: Loaders, framework: Framework): Promise<FrameworkNow> =>
  loaders
    .of<FrameworkNow>('frameworks as they are', async (ids, tx) => {
      const found = await tx.find(Framework, { id: ids })
      const frameworks = ids.map((id) => found.find((one) => one.id === id) as Framework)
      return frameworksNow(tx, frameworks)
    })
    .load(framework.id)

/** Those of an engagement that its opinion covers, as they are now. */
export async function additionalIn(loaders: Loaders, engagementId: string): Promise<FrameworkNow[]> {
  const frameworks = await frameworksStanding(loaders, engagementId)
  const covered = frameworks.filter(({ use }) => use === 'ADDITIONAL_SUBJECT_MATTER')
  return Promise.all(covered.map((framework) => frameworkNow(loaders, framework)))
}

async function frameworksNow(tx: Tx, frameworks: readonly Framework[]): Promise<FrameworkNow[]> {
  const frameworkId = frameworks.map(({ id }) => id)
  const criteriaSetId = [...new Set(frameworks.map((one) => one.criteriaSetId))]
  const engagementIds = [...new Set(frameworks.map(({ engagementId }) => engagementId))]
  const loaders = Loaders.over(tx)
  const [sets, criteria, mappings, uncovered, engagements, controls] = await Promise.all([
    tx.find(CriteriaSet, { id: criteriaSetId }),
    tx.find(FurtherCriterion, { criteriaSetId }, { order: { position: 'asc' } }),
    tx.find(FrameworkMapping, { frameworkId }),
    tx.find(UncoveredCriterion, { frameworkId }),
    tx.find(Engagement, { id: engagementIds }),
    Promise.all(engagementIds.map((id) => controlsMapped(loaders, id))),
  ])
  const refused = await Promise.all(engagementIds.map((id) => refusedIn(loaders, id)))
  return frameworks.map((framework) => {
    const at = engagementIds.indexOf(framework.engagementId)
    const engagement = engagements.find(({ id }) => id === framework.engagementId) as Engagement
    return {
      framework,
      set: sets.find(({ id }) => id === framework.criteriaSetId) as CriteriaSet,
      ...mappedNow(engagement, {
        criteria: criteria.filter((one) => one.criteriaSetId === framework.criteriaSetId),
        mappings: mappings.filter((one) => one.frameworkId === framework.id),
        uncovered: uncovered.filter((one) => one.frameworkId === framework.id),
        controls: controls[at] ?? [],
        isLetterRefused: (refused[at] ?? []).includes('REPRESENTATION_LETTER'),
      }),
    }
  })
}

interface Read {
  criteria: readonly FurtherCriterion[]
  mappings: readonly FrameworkMapping[]
  uncovered: readonly UncoveredCriterion[]
  /** Those that count: in use, or retired with findings. By reference. */
  controls: readonly { control: Control; facts: ControlMapped }[]
  isLetterRefused: boolean
}

function mappedNow(
  engagement: Engagement,
  { criteria, mappings, uncovered, controls, isLetterRefused }: Read,
): Omit<FrameworkNow, 'framework' | 'set'> {
  const mappedTo = new Map<string, Set<string>>()
  for (const { criterionCode, controlId } of mappings) {
    const known = mappedTo.get(criterionCode)
    if (known) known.add(controlId)
    else mappedTo.set(criterionCode, new Set([controlId]))
  }
  const reasons = new Map(uncovered.map((one) => [one.criterionCode, one]))
  const now = criteria.map((criterion) => {
    const { code, title } = criterion
    const ids = mappedTo.get(code)
    const reason = reasons.get(code) ?? null
    const facts: FurtherCriterionFacts = {
      code,
      title,
      controls: ids ? controls.filter(({ control }) => ids.has(control.id)).map((one) => one.facts) : [],
      uncovered: reason && { ground: reason.ground, reason: reason.reason },
    }
    return { criterion, facts, outcome: outcomeOf(facts, engagement), uncovered: reason }
  })
  const mapped = new Set(mappings.map(({ controlId }) => controlId))
  const { kind, periodStart, periodEnd, asOf } = engagement
  const said = { kind, periodStart, periodEnd, asOf, isLetterRefused, criteria: now.map(({ facts }) => facts) }
  return {
    criteria: now,
    controlsWithoutCriterion: controls.flatMap(({ control, facts }) =>
      facts.isRetired || mapped.has(control.id) ? [] : control,
    ),
    isLetterRefused,
    factsDigest: sha256Of(canonicalJson(said)),
  }
}

/** The controls of an engagement that count for its criteria: those in use, and retired ones on which something was found. */
async function controlsMapped(loaders: Loaders, engagementId: string): Promise<Read['controls']> {
  const [controls, exceptions, weighed] = await Promise.all([
    loaders.children(Control, 'engagementId', engagementId, { ref: 'asc' }),
    loaders.children(Exception, 'engagementId', engagementId, { number: 'asc' }),
    weighedIn(loaders, engagementId),
  ])
  const live = exceptions.filter((one) => isLive(one) && one.kind !== 'DESCRIPTION_MISSTATEMENT')
  const material = new Map(weighed.flatMap(({ id, ref, judgment }) => (judgment?.material ? [[id, ref] as const] : [])))
  return controls.flatMap((control) => {
    const own = live.filter(({ controlId }) => controlId === control.id)
    const isRetired = control.retiredAt !== null
    if (isRetired && (control.notNeededAt !== null || own.length === 0)) return []
    const { id, ref, operatedFrom, operatedTo, designConclusion: design, operationConclusion: operation } = control
    const weighty = own.flatMap(({ id, kind }) => {
      const known = material.get(id)
      if (known === undefined) return []
      const nature = kind === 'SCOPE_LIMITATION' ? ('SCOPE_LIMITATION' as const) : ('MISSTATEMENT' as const)
      return [{ ref: known, nature, isOfDesign: kind === 'DESIGN_DEFICIENCY' }]
    })
    return [{ control, facts: { id, ref, operatedFrom, operatedTo, design, operation, isRetired, material: weighty } }]
  })
}

/** The same, as the gate to completion asks for it. */
export const coveredOf = ({ framework, set, criteria }: FrameworkNow): FrameworkCovered => ({
  id: framework.id,
  name: nameOfSet(set),
  open: criteria
    .filter(({ facts, uncovered }) => uncovered === null && facts.controls.every(({ isRetired }) => isRetired))
    .map(({ criterion }) => criterion.code),
  applicableCount: criteria.filter(({ outcome }) => outcome.design !== 'NOT_APPLICABLE').length,
})

/** The same, as the gate to the report asks for it. */
export const decidedOn = ({ framework, set, factsDigest }: FrameworkNow): FrameworkDecided => ({
  id: framework.id,
  name: nameOfSet(set),
  isDecided: framework.decidedAt !== null,
  isStale: framework.decidedAt !== null && framework.factsDigest !== factsDigest,
})

/** What an opinion on the engagement depends on of a framework that it covers: when that changes, it was decided on something else. */
export const boundOf = ({ framework, factsDigest }: FrameworkNow) => {
  const { id, criteriaSetId, designOpinion, operationOpinion, rationale } = framework
  return { id, criteriaSetId, factsDigest, designOpinion, operationOpinion, rationale }
}

/** The opinions decided on the frameworks that stand, as conclusions beside those on the trust services criteria. */
export const opinionsOnFrameworks = (frameworks: readonly Framework[]): OpinionSaid[] =>
  standing(frameworks).flatMap(({ id: frameworkId, designOpinion, operationOpinion }) => [
    ...(designOpinion
      ? [{ subjectMatter: 'SUITABILITY_OF_DESIGN', frameworkId, opinion: designOpinion } as const]
      : []),
    ...(operationOpinion
      ? [{ subjectMatter: 'OPERATING_EFFECTIVENESS', frameworkId, opinion: operationOpinion } as const]
      : []),
  ])

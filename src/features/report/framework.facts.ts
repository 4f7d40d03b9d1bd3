import { Loaders } from '../../kernel/store/loaders.js'
import type { Tx } from '../../kernel/store/work.js'
import type { FrameworkFacts } from '../../rules/report/facts.js'
import { FurtherCriterion } from '../criteria-set/further-criterion.js'
import { decidedOn, frameworkNow, frameworksStanding } from '../framework/frameworks.js'

/** The further frameworks that a report tells of: those that the opinion covers, and those whose mapping is printed. */
export async function frameworkFacts(tx: Tx, engagementId: string): Promise<FrameworkFacts[]> {
  const loaders = Loaders.over(tx)
  const standing = await frameworksStanding(loaders, engagementId)
  const told = standing.filter(({ use, printsMapping }) => use === 'ADDITIONAL_SUBJECT_MATTER' || printsMapping)
  const now = await Promise.all(told.map((framework) => frameworkNow(loaders, framework)))
  const criteriaSetId = now.map(({ set }) => set.id)
  const whole = now.length === 0 ? [] : await tx.find(FurtherCriterion, { criteriaSetId }, { whole: true })
  const texts = new Map(whole.map(({ id, text }) => [id, text]))
  return now.map((one) => {
    const { framework, set, criteria, isLetterRefused } = one
    const { use, printsMapping, designOpinion, operationOpinion } = framework
    const holds = designOpinion !== null && !decidedOn(one).isStale
    return {
      name: set.name,
      edition: set.edition,
      publisher: set.publisher,
      use,
      printsMapping,
      criteria: criteria.map(({ criterion, facts, outcome }) => {
        return { ...facts, section: criterion.section, text: texts.get(criterion.id) ?? null, outcome }
      }),
      opinion: holds ? { design: designOpinion, operation: operationOpinion } : null,
      isLetterRefused,
    }
  })
}

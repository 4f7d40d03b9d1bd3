import type { Gate } from '../../kernel/store/gates.js'
import { Loaders } from '../../kernel/store/loaders.js'
import { checkPapers } from '../../kernel/store/papers.js'
import { scopeOf } from '../../kernel/store/scope.js'
import { updatedColumns } from '../../kernel/store/updates.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { checkStillExamined } from '../../rules/controls.js'
import { reasonFor } from '../../rules/lifecycles.js'
import { checkNamesPaper } from '../../rules/papers.js'
import { Refusal } from '../../rules/refusal.js'
import {
  checkCategories,
  checkTime,
  checkUnmapped,
  checkUnreported,
  describeScopeChange,
  followsFrom,
} from '../../rules/scope.js'
import { Control } from '../control/control.js'
import { criteriaMapped, criteriaReported, exceptionsReporting } from '../control/control.queries.js'
import { ControlCriterion } from '../control/control-criterion.js'
import { criteriaByCode } from '../criterion/catalogue.js'
import { CriterionExclusion } from '../criterion/criterion-exclusion.js'
import { criteriaInScope } from '../criterion/scope.js'
import { Engagement } from '../engagement/engagement.js'
import { ScopeChange } from '../engagement/scope-change.js'
import { Exception } from '../exception/exception.js'
import { controlFigures } from '../sample/control-figures.js'
import type { Reasoned } from './begun.js'
import type { ExcludeCriterionInput, IncludeCriterionInput, UpdateEngagementInput } from './scope.inputs.js'

// The engagement is locked as it is read: whether fieldwork began must not change between the check and the answer.

/**
 * Changes what an engagement is about: freely while it was never in fieldwork; from then on by the engagement partner,
 * with a reason, and with a row that says what had been found until then.
 * Refused: a time that does not fit the kind, or in which a control did not operate, no category, leaving out criteria
 * that controls are mapped to or live exceptions name.
 */
export async function updateEngagement(tx: WriteTx, input: UpdateEngagementInput) {
  const engagement = await tx.load(Engagement, input.engagementId, input.expectedVersion, 'update')
  await tx.permit(engagement)
  const restsOnIds = await checkPapers(tx, engagement.id, input.restsOnIds)
  const { systemName, categories, periodStart, periodEnd, asOf } = {
    ...engagement,
    ...updatedColumns(tx, Engagement, input, ['systemName', 'categories', 'periodStart', 'periodEnd', 'asOf']),
  }
  const after = { systemName, categories: checkCategories(categories), periodStart, periodEnd, asOf }
  checkTime(engagement.kind, after)
  checkStillExamined(await tx.find(Control, { engagementId: engagement.id }), after, after.asOf ? 'asOf' : 'periodEnd')
  const inScope = await criteriaInScope(tx, engagement)
  const left = inScope.filter(({ criterion }) => !followsFrom(criterion, after.categories))
  await checkUnused(
    tx,
    engagement,
    left.map(({ criterion }) => criterion.code),
    'categories',
  )
  const change = describeScopeChange(engagement, after)
  if (change !== '') await keepScopeChange(tx, engagement, change, { ...input, restsOnIds })
  for (const { exclusion } of left) if (exclusion) await tx.remove(exclusion)
  return { engagement: await tx.update(engagement, after) }
}

/**
 * Marks a criterion in scope as not applicable, with the reason that the report discloses (TSC .11).
 * Refused: a code that is not in scope, a criterion marked before, one that controls are mapped to or live
 * exceptions name.
 */
export async function excludeCriterion(tx: WriteTx, input: ExcludeCriterionInput) {
  const engagement = await tx.load(Engagement, input.engagementId, undefined, 'update')
  const { criterionCode: code, reason } = input
  await tx.permit(engagement)
  const restsOnIds = await checkPapers(tx, engagement.id, input.restsOnIds)
  const inScope = await criteriaInScope(tx, engagement)
  if (!inScope.some(({ criterion }) => criterion.code === code)) {
    throw new Refusal('INVALID_INPUT', 'This is not a criterion in the scope of the engagement.', ['criterionCode'])
  }
  await checkUnused(tx, engagement, [code], 'criterionCode')
  const exclusion = await tx.insert(CriterionExclusion, { engagementId: engagement.id, criterionCode: code, reason })
  await keepScopeChange(
    tx,
    engagement,
    `The criterion ${code} was marked not applicable.`,
    { ...input, restsOnIds },
    code,
  )
  return { exclusion }
}

/** Takes back that a criterion is not applicable. Refused without a reason once fieldwork began. */
export async function includeCriterion(tx: WriteTx, input: IncludeCriterionInput) {
  const exclusion = await tx.load(CriterionExclusion, input.exclusionId, input.expectedVersion)
  const engagement = await tx.load(Engagement, exclusion.engagementId, undefined, 'update')
  await tx.permit(engagement)
  const restsOnIds = await checkPapers(tx, engagement.id, input.restsOnIds)
  await tx.remove(exclusion)
  await keepScopeChange(tx, engagement, `The criterion ${exclusion.criterionCode} applies again.`, {
    ...input,
    restsOnIds,
  })
  const criterion = (await criteriaByCode(tx)).get(exclusion.criterionCode)
  return { criterion }
}

const idOf = ({ id }: Engagement) => id

/** Some criterion in scope applies, and no control is mapped to it and no live exception names it. */
export const excludeCriterionGate: Gate<Engagement> = async (engagement, { tx, loaders, isAct }) => {
  if (isAct) return
  const [inScope, mapped, reported] = await Promise.all([
    criteriaInScope(tx, engagement, loaders),
    loaders.within('criteria of controls', idOf, criteriaMapped).load(engagement),
    loaders.within('criteria of exceptions', idOf, criteriaReported).load(engagement),
  ])
  const used = new Set([...mapped, ...reported])
  if (inScope.some(({ criterion, exclusion }) => exclusion === null && !used.has(criterion.code))) return
  throw new Refusal('INVALID_INPUT', 'Controls or exceptions name every criterion in scope that applies.', [
    'criterionCode',
  ])
}

/** There is an exclusion to take back. */
export const includeCriterionGate: Gate<Engagement> = async ({ id }, { loaders, isAct }) => {
  if (isAct || (await loaders.children(CriterionExclusion, 'engagementId', id, { id: 'asc' })).length > 0) return
  throw new Refusal('NOT_FOUND', 'No criterion is marked as not applicable.', ['exclusionId'])
}

/**
 * Keeps a change of scope, when fieldwork began before: who, when, why, and what had been found until then.
 * @throws Refusal INVALID_INPUT without a reason, and without a paper where anything was tested or raised
 */
export async function keepScopeChange(
  tx: WriteTx,
  engagement: Engagement,
  change: string,
  given: Reasoned,
  excludedCriterion: string | null = null,
): Promise<void> {
  if (engagement.fieldworkStartedAt === null) return
  const { id: engagementId } = engagement
  const reason = reasonFor('A change of scope or period after fieldwork began', given.reason)
  const { restsOnIds } = given
  const controls = await tx.find(Control, { engagementId })
  const figures = await controlFigures(Loaders.over(tx), controls)
  const exceptionCount = await tx.count(Exception, { engagementId })
  const sum = (of: 'testedCount' | 'deviationCount') => figures.reduce((total, one) => total + one[of], 0)
  const found = { testedCount: sum('testedCount'), deviationCount: sum('deviationCount'), exceptionCount }
  if (found.testedCount + exceptionCount > 0) checkNamesPaper(restsOnIds)
  await tx.insert(ScopeChange, { engagementId, change, excludedCriterion, reason, restsOnIds, ...found })
}

async function checkUnused(tx: WriteTx, engagement: Engagement, codes: readonly string[], path: string) {
  const engagementId = engagement.id
  const mappings = await tx.find(ControlCriterion, { engagementId, criterionCode: codes })
  const controls = await tx.find(Control, { id: mappings.map(({ controlId }) => controlId) }, { order: { ref: 'asc' } })
  checkUnmapped(
    controls.map(({ ref }) => ref),
    path,
  )
  checkUnreported(await exceptionsReporting(scopeOf(tx, engagement), codes), path)
}

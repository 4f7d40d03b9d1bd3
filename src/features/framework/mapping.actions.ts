import type { Gate } from '../../kernel/store/gates.js'
import { Loaders } from '../../kernel/store/loaders.js'
import { checkPapers } from '../../kernel/store/papers.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { checkChangeAuthor, listOf } from '../../rules/changes.js'
import { checkStands } from '../../rules/complementary.js'
import { checkNotBoth, checkOfSet, namedCodes, nameOfSet } from '../../rules/frameworks.js'
import { Refusal } from '../../rules/refusal.js'
import { isolated } from '../../rules/text.js'
import { keepChanges, testingBegun } from '../change/begun.js'
import { keepChange, lockedEngagement, presentedAuthorGate } from '../change/presented.js'
import { Control } from '../control/control.js'
import { CriteriaSet } from '../criteria-set/criteria-set.js'
import { FurtherCriterion } from '../criteria-set/further-criterion.js'
import type {
  MapControlToFrameworkInput,
  RecordUncoveredCriteriaInput,
  RetractUncoveredCriterionInput,
} from './framework.inputs.js'
import { Framework } from './framework.js'
import { FrameworkMapping } from './framework-mapping.js'
import { coveredOf, frameworkNow, frameworksStanding } from './frameworks.js'
import { UncoveredCriterion } from './uncovered-criterion.js'

const isCovered = ({ use }: Framework): boolean => use === 'ADDITIONAL_SUBJECT_MATTER'

/**
 * Sets the criteria of one framework that a control helps to meet: these and no others of it. Once the testing of the control has begun,
 * what the opinion covers is mapped by the engagement partner alone, with a reason that names a paper, and the change is kept. Refused, naming
 * them: codes that the set does not have, or that are recorded as uncovered; a framework of another engagement, or retired; TESTING_BEGUN.
 */
export async function mapControlToFramework(tx: WriteTx, input: MapControlToFrameworkInput) {
  const control = await tx.load(Control, input.controlId, input.expectedVersion)
  await tx.permit(control, 'update')
  const { id: controlId, engagementId } = control
  const restsOnIds = await checkPapers(tx, engagementId, input.restsOnIds)
  const framework = await frameworkOf(tx, engagementId, input.frameworkId)
  const { id: frameworkId, criteriaSetId } = framework
  const { criteriaCodes: codes } = input
  await checkCodes(tx, criteriaSetId, codes)
  const uncovered = await tx.find(UncoveredCriterion, { frameworkId, criterionCode: codes })
  const why = 'It is recorded that no control serves it: take that back first.'
  checkNotBoth(codes, new Set(uncovered.map(({ criterionCode }) => criterionCode)), why)
  const mapped = await tx.find(FrameworkMapping, { controlId, frameworkId })
  const before = mapped.map(({ criterionCode }) => criterionCode)
  const dropped = mapped.filter(({ criterionCode }) => !codes.includes(criterionCode))
  const added = codes.filter((code) => !before.includes(code))
  if (dropped.length + added.length === 0) return { control }
  if (isCovered(framework)) {
    const set = await tx.load(CriteriaSet, criteriaSetId)
    const said = (list: readonly string[]) => `${nameOfSet(set)}: ${listOf(list)}`
    const part = { part: 'FURTHER_CRITERIA', saidBefore: said(before), saidAfter: said(codes) } as const
    await keepChanges(tx, [{ control, parts: [part] }], { ...input, restsOnIds })
  }
  for (const one of dropped) await tx.remove(one)
  const common = { engagementId, frameworkId, criteriaSetId, controlId }
  await tx.insertMany(
    FrameworkMapping,
    added.map((criterionCode) => ({ criterionCode })),
    { common },
  )
  return { control: await tx.touch(control) }
}

/** The framework of an engagement that an input names, and that stands. @throws Refusal NOT_FOUND, INVALID_INPUT at `frameworkId` */
async function frameworkOf(tx: WriteTx, engagementId: string, id: string): Promise<Framework> {
  const framework = await tx.load(Framework, id, undefined, 'share')
  if (framework.engagementId !== engagementId) {
    throw new Refusal('NOT_FOUND', 'The engagement has no such framework.', ['frameworkId'])
  }
  if (framework.retiredAt === null) return framework
  throw new Refusal('INVALID_INPUT', 'The framework was retired: nothing is mapped to it.', ['frameworkId'])
}

async function checkCodes(tx: WriteTx, criteriaSetId: string, codes: readonly string[]): Promise<void> {
  const known = await tx.find(FurtherCriterion, { criteriaSetId, code: codes })
  checkOfSet(codes, new Set(known.map(({ code }) => code)))
}

/**
 * The engagement has a framework; and once the testing of the control has begun, one that the opinion does not cover, or the actor is the
 * engagement partner. @throws Refusal NOT_FOUND, TESTING_BEGUN
 */
export const mapToFrameworkGate: Gate<Control> = async (control, { tx, loaders, isAct }) => {
  // The act asks by itself, when it knows which framework it is and whether anything changes.
  if (isAct) return
  const frameworks = await frameworksStanding(loaders, control.engagementId)
  if (frameworks.length === 0) {
    throw new Refusal('NOT_FOUND', 'The engagement has no further framework.', ['frameworkId'])
  }
  if (!frameworks.every(isCovered) || !(await testingBegun(loaders, control))) return
  checkChangeAuthor(tx.actor.team.get(control.engagementId))
}

/** What the opinion covers is changed as the scope is. @throws Refusal SCOPE_LOCKED */
const uncoveredAuthorGate: Gate<Framework> = async (framework, view) => {
  if (isCovered(framework)) await presentedAuthorGate(framework, view)
}

/** The same, and some criterion has neither a control nor a reason. @throws Refusal SCOPE_LOCKED, INVALID_INPUT */
export const recordUncoveredGate: Gate<Framework> = async (framework, view) => {
  await uncoveredAuthorGate(framework, view)
  // The act asks of the criteria that it names.
  if (view.isAct || coveredOf(await frameworkNow(view.loaders, framework)).open.length > 0) return
  throw new Refusal('INVALID_INPUT', 'Each criterion has a control, or a reason why it has none.', ['criteriaCodes'])
}

/**
 * Records why no control serves criteria of a framework. Of one that the opinion covers it is a change of scope. Refused, naming them: codes
 * that the set does not have, that a control in use is mapped to, or of which it was recorded before; SCOPE_LOCKED.
 */
export async function recordUncoveredCriteria(tx: WriteTx, input: RecordUncoveredCriteriaInput) {
  const { engagementId } = await tx.load(Framework, input.frameworkId)
  const engagement = await lockedEngagement(tx, engagementId)
  const framework = await tx.load(Framework, input.frameworkId, undefined, 'update')
  await tx.permit(framework)
  const restsOnIds = await checkPapers(tx, engagementId, input.restsOnIds)
  const { id: frameworkId, criteriaSetId } = framework
  const { criteriaCodes: codes, ground, reason } = input
  await checkCodes(tx, criteriaSetId, codes)
  const mapped = await tx.find(FrameworkMapping, { frameworkId, criterionCode: codes })
  const inUse = await tx.find(Control, { id: mapped.map(({ controlId }) => controlId), retiredAt: null })
  const serving = new Set(inUse.map(({ id }) => id))
  const served = mapped.flatMap((one) => (serving.has(one.controlId) ? one.criterionCode : []))
  checkNotBoth(codes, new Set(served), 'A control is mapped to it.')
  const known = await tx.find(UncoveredCriterion, { frameworkId, criterionCode: codes })
  checkNotBoth(codes, new Set(known.map((one) => one.criterionCode)), 'It was recorded of this criterion already.')
  if (isCovered(framework)) {
    const change = `Of “${await nameOf(tx, framework)}” it was recorded that no control serves ${namedCodes(codes)}: ${ground}.`
    await keepChange(tx, engagement, change, { reason, restsOnIds })
  }
  await tx.insertMany(
    UncoveredCriterion,
    codes.map((criterionCode) => ({ criterionCode })),
    { common: { engagementId, frameworkId, criteriaSetId, ground, reason } },
  )
  return { framework: await tx.touch(framework) }
}

/** Takes back why no control serves a criterion. Refused: SCOPE_LOCKED; without a reason once fieldwork began. */
export async function retractUncoveredCriterion(tx: WriteTx, input: RetractUncoveredCriterionInput) {
  const { engagementId } = await tx.load(UncoveredCriterion, input.uncoveredCriterionId)
  const engagement = await lockedEngagement(tx, engagementId)
  const uncovered = await tx.load(UncoveredCriterion, input.uncoveredCriterionId, input.expectedVersion, 'update')
  await tx.permit(uncovered)
  const restsOnIds = await checkPapers(tx, engagementId, input.restsOnIds)
  const framework = await tx.load(Framework, uncovered.frameworkId)
  if (isCovered(framework)) {
    const change = `Of “${await nameOf(tx, framework)}” it was taken back that no control serves ${uncovered.criterionCode}.`
    await keepChange(tx, engagement, change, { ...input, restsOnIds })
  }
  await tx.remove(uncovered)
  return { framework: await tx.touch(framework) }
}

const nameOf = async (tx: WriteTx, { criteriaSetId }: Framework): Promise<string> =>
  isolated(nameOfSet(await tx.load(CriteriaSet, criteriaSetId)))

/** See `uncoveredAuthorGate`, and the framework stands. @throws Refusal SCOPE_LOCKED, INVALID_TRANSITION */
export const retractUncoveredGate: Gate<UncoveredCriterion> = async (uncovered, view) => {
  const loaders = view.isAct ? Loaders.over(view.tx) : view.loaders
  const framework = (await loaders.byId(Framework, uncovered.frameworkId)) as Framework
  checkStands(framework)
  await uncoveredAuthorGate(framework, view)
}

import { checkPapers } from '../../kernel/store/papers.js'
import { updatedColumns } from '../../kernel/store/updates.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { checkPrintsMapping, nameOfSet } from '../../rules/frameworks.js'
import { Refusal } from '../../rules/refusal.js'
import { isolated } from '../../rules/text.js'
import { ended, keepChange, lockedEngagement, retiring } from '../change/presented.js'
import { CriteriaSet } from '../criteria-set/criteria-set.js'
import type { AddFrameworkInput, RetireFrameworkInput, UpdateFrameworkInput } from './framework.inputs.js'
import { Framework, undecided } from './framework.js'

// Which frameworks an engagement has is its scope: once fieldwork began the engagement partner alone changes it, with a reason.

const quoted = (set: CriteriaSet): string => `“${isolated(nameOfSet(set))}”`

/**
 * Takes a criteria set of the firm into an engagement. Refused: SCOPE_LOCKED, once fieldwork began, but for the engagement partner, who
 * gives a reason; a set that is retired, or that the engagement uses already; to print as other information what the opinion covers.
 */
export async function addFramework(tx: WriteTx, input: AddFrameworkInput) {
  const engagement = await lockedEngagement(tx, input.engagementId)
  await tx.permit(engagement)
  const restsOnIds = await checkPapers(tx, engagement.id, input.restsOnIds)
  const { use, printsMapping } = input
  const set = await tx.load(CriteriaSet, input.criteriaSetId, undefined, 'share')
  if (set.retiredAt !== null) {
    throw new Refusal('INVALID_INPUT', 'The set was retired: no other engagement takes it.', ['criteriaSetId'])
  }
  checkPrintsMapping({ use, printsMapping })
  await keepChange(tx, engagement, `The further framework ${quoted(set)} was taken in: ${use}.`, {
    ...input,
    restsOnIds,
  })
  const taken = { engagementId: engagement.id, criteriaSetId: set.id, use, printsMapping }
  const framework = await tx.insert(Framework, {
    ...taken,
    ...undecided,
    retiredAt: null,
    retiredBy: null,
    retiredReason: null,
  })
  return { framework }
}

/**
 * Changes what an engagement uses a framework for. An opinion that was decided on it is withdrawn where the use changes. Refused:
 * SCOPE_LOCKED; to print as other information what the opinion covers.
 */
export async function updateFramework(tx: WriteTx, input: UpdateFrameworkInput) {
  const { engagementId } = await tx.load(Framework, input.frameworkId)
  const engagement = await lockedEngagement(tx, engagementId)
  const framework = await tx.load(Framework, input.frameworkId, input.expectedVersion, 'update')
  await tx.permit(framework)
  const restsOnIds = await checkPapers(tx, engagementId, input.restsOnIds)
  const after = { ...framework, ...updatedColumns(tx, Framework, input, ['use', 'printsMapping']) }
  checkPrintsMapping(after)
  const set = await tx.load(CriteriaSet, framework.criteriaSetId)
  const { use, printsMapping } = after
  const isOther = use !== framework.use
  const printed =
    printsMapping === framework.printsMapping ? '' : printsMapping ? ', printed in Section V' : ', not printed'
  const change = isOther || printed !== '' ? `The further framework ${quoted(set)} is now ${use}${printed}.` : ''
  await keepChange(tx, engagement, change, { ...input, restsOnIds })
  return { framework: await tx.update(framework, { use, printsMapping, ...(isOther ? undecided : {}) }) }
}

/** Takes a framework out of an engagement; it stays on file with what was mapped to it. Refused: SCOPE_LOCKED. */
export async function retireFramework(tx: WriteTx, input: RetireFrameworkInput) {
  const framework = await tx.load(Framework, input.frameworkId)
  const set = await tx.load(CriteriaSet, framework.criteriaSetId)
  const retired = await retiring(tx, Framework, framework.id, input, () => `The further framework ${quoted(set)}`)
  return { framework: await tx.update(retired, ended(tx, input)) }
}

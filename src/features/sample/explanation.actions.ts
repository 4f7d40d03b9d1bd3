import type { Gate } from '../../kernel/store/gates.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { procedureLifecycle, reasonFor } from '../../rules/lifecycles.js'
import { Attribute } from '../procedure/attribute.js'
import { Procedure } from '../procedure/procedure.js'
import { checkReview } from './performers.js'
import type { DecideExplanationInput, ExplainDeviationInput } from './result.inputs.js'
import { Result } from './result.js'
import { Sample } from './sample.js'
import { SampleItem } from './sample-item.js'
import { asRecorded, updateOutcomes } from './tally.js'

type Done = Promise<{ result: Result; sample: Sample }>

/** Proposes that a deviation is none. The preparer's work: not after the preparer signed. */
export async function explainDeviation(tx: WriteTx, input: ExplainDeviationInput): Done {
  const { result, sample } = await load(tx, input)
  await tx.permit(result)
  await tx.update(result, {
    explanationState: 'PROPOSED',
    explanationReason: input.reason,
    explainedBy: tx.actor.memberId,
    explainedAt: tx.now,
    explanationDecidedBy: null,
    explanationDecidedAt: null,
    explanationDecisionNote: null,
  })
  return { result, sample }
}

/** The reviewer agrees that a deviation is none, or does not: then it stands. */
export async function decideExplanation(tx: WriteTx, input: DecideExplanationInput): Done {
  const { result, procedure, sample } = await load(tx, input)
  await tx.permit(result)
  if (!input.approve) reasonFor('Not agreeing', input.note, ['note'])
  await tx.update(result, {
    explanationState: input.approve ? 'APPROVED' : 'REJECTED',
    explanationDecidedBy: tx.actor.memberId,
    explanationDecidedAt: tx.now,
    explanationDecisionNote: input.note ?? null,
  })
  const [items, results, attributes] = await Promise.all([
    tx.find(SampleItem, { id: [result.sampleItemId] }),
    tx.find(Result, { sampleItemId: [result.sampleItemId] }),
    tx.count(Attribute, { procedureId: procedure.id }),
  ])
  await updateOutcomes(tx, sample, { items, results: results.map(asRecorded) }, attributes)
  return { result, sample }
}

/** The procedure is in progress. */
export const explainDeviationGate: Gate<Result> = async ({ procedureId }, { loaders }) => {
  const procedure = (await loaders.byId(Procedure, procedureId)) as Procedure
  procedureLifecycle.checkState(procedure.state, ['IN_PROGRESS'], { act: 'Explaining a deviation' })
}

/** The procedure is not reviewed yet, and who decides had no hand in it and is above who explained. */
export const decideExplanationGate: Gate<Result> = async (result, { tx, loaders }) => {
  const procedure = (await loaders.byId(Procedure, result.procedureId)) as Procedure
  procedureLifecycle.checkState(procedure.state, ['IN_PROGRESS', 'PREPARED'], {
    act: 'Deciding on an explanation',
  })
  await checkReview(tx, loaders, result, result.explainedBy as string)
}

/** The procedure is locked before the result is read, as recording and signing do. */
async function load(tx: WriteTx, input: ExplainDeviationInput | DecideExplanationInput) {
  const { procedureId } = await tx.load(Result, input.resultId)
  const procedure = await tx.load(Procedure, procedureId, undefined, 'update')
  const result = await tx.load(Result, input.resultId, input.expectedVersion)
  const sample = await tx.load(Sample, result.sampleId)
  return { procedure, result, sample }
}

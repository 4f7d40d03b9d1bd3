import type { Gate } from '../../kernel/store/gates.js'
import type { WriteTx } from '../../kernel/store/work.js'
import {
  checkSupported,
  checkVerdictDecider,
  explainedAway,
  explanationsChangeVerdict,
} from '../../rules/explanations.js'
import { procedureLifecycle, reasonFor } from '../../rules/lifecycles.js'
import type { ExplanationKind } from '../../rules/vocabulary.js'
import { Control } from '../control/control.js'
import { Evidence } from '../evidence/evidence.js'
import { EvidenceLink } from '../evidence/evidence-link.js'
import { Attribute } from '../procedure/attribute.js'
import { Procedure } from '../procedure/procedure.js'
import { explainedSamples } from './explanation.queries.js'
import { checkReview } from './performers.js'
import type { DecideExplanationInput, ExplainDeviationInput } from './result.inputs.js'
import { Result } from './result.js'
import { Sample } from './sample.js'
import { SampleItem } from './sample-item.js'
import { asRecorded, updateOutcomes } from './tally.js'

type Done = Promise<{ result: Result; sample: Sample }>

/**
 * Proposes that a deviation is none, and in which way. The preparer's work: not after the preparer signed.
 * Refused: what is no deviation; NOT_READY without evidence or an alternative procedure.
 */
export async function explainDeviation(tx: WriteTx, input: ExplainDeviationInput): Done {
  const { result, sample } = await load(tx, input)
  await tx.permit(result)
  const alternativeProcedure = input.alternativeProcedure ?? null
  await checkShown(tx, result, input.kind, alternativeProcedure)
  await tx.update(result, {
    explanationState: 'PROPOSED',
    explanationKind: input.kind,
    explanationReason: input.reason,
    explanationAlternativeProcedure: alternativeProcedure,
    explainedBy: tx.actor.memberId,
    explainedAt: tx.now,
    explanationDecidedBy: null,
    explanationDecidedAt: null,
    explanationDecisionNote: null,
  })
  return { result, sample }
}

/**
 * A manager or the partner agrees that a deviation is none, or that nothing applies to an item; or does not, and then a deviation
 * stands, and what was recorded as not applicable is recorded anew. What is agreed is what the result says from then on.
 * Refused: who recorded, explained or otherwise had a hand in it; the manager where the explanations of the control change its
 * verdict; NOT_READY where what it rested on is there no more.
 */
export async function decideExplanation(tx: WriteTx, input: DecideExplanationInput): Done {
  const { result, procedure, sample } = await load(tx, input)
  await tx.permit(result)
  const kind = result.explanationKind as ExplanationKind
  if (input.approve) await checkShown(tx, result, kind, result.explanationAlternativeProcedure)
  else reasonFor('Not agreeing', input.note, ['note'])
  await tx.update(result, {
    explanationState: input.approve ? 'APPROVED' : 'REJECTED',
    explanationDecidedBy: tx.actor.memberId,
    explanationDecidedAt: tx.now,
    explanationDecisionNote: input.note ?? null,
    ...(input.approve ? explainedAway(result, kind) : {}),
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

/**
 * The procedure is not reviewed yet, and who decides had no hand in it and is above who explained; where the explanations of the
 * control change its verdict it is the partner.
 */
export const decideExplanationGate: Gate<Result> = async (result, { tx, loaders }) => {
  const procedure = (await loaders.byId(Procedure, result.procedureId)) as Procedure
  procedureLifecycle.checkState(procedure.state, ['IN_PROGRESS', 'PREPARED'], {
    act: 'Deciding on an explanation',
  })
  await checkReview(tx, loaders, result, result.explainedBy as string)
  const samples = await loaders
    .within('explained samples of control', ({ controlId }: Procedure) => controlId, explainedSamples)
    .load(procedure)
  const role = tx.actor.team.get(result.engagementId) ?? null
  checkVerdictDecider({ role, changesVerdict: explanationsChangeVerdict(samples, result.id) })
}

/** Evidence that can be relied on is linked to the result, or an alternative procedure is told. */
async function checkShown(
  tx: WriteTx,
  { id }: Result,
  kind: ExplanationKind,
  alternativeProcedure: string | null,
): Promise<void> {
  const links = await tx.find(EvidenceLink, { nodeId: id })
  const evidenceId = links.map((link) => link.evidenceId)
  const evidenceCount = evidenceId.length > 0 ? await tx.count(Evidence, { id: evidenceId, state: 'AVAILABLE' }) : 0
  checkSupported({ kind, alternativeProcedure, evidenceCount }, id)
}

/**
 * The control is locked first: the explanations of all its procedures together decide who may agree. Then the procedure, before the
 * result is read, as recording and signing do.
 */
async function load(tx: WriteTx, input: ExplainDeviationInput | DecideExplanationInput) {
  const { procedureId } = await tx.load(Result, input.resultId)
  const { controlId } = await tx.load(Procedure, procedureId)
  await tx.load(Control, controlId, undefined, 'update')
  const procedure = await tx.load(Procedure, procedureId, undefined, 'update')
  const result = await tx.load(Result, input.resultId, input.expectedVersion)
  const sample = await tx.load(Sample, result.sampleId)
  return { procedure, result, sample }
}

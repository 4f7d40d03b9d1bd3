import { v7 as newId } from 'uuid'
import { digestOfContent } from '../../src/features/response/response-version.js'
import { type Desk, type Put, past } from './lay.js'

/** An exception in each state, a further one that was withdrawn once the client knew of it; of those in a state, a misstatement is the corrected one; a draft response to one that was communicated, a submitted one to another. Answers the ids of what evidence is linked to yet. */
export async function layExceptions(
  desk: Desk,
  put: Put,
  source: Record<string, string>,
  resultId: string,
): Promise<{ exceptionId: string; responseId: string }> {
  const { clientId, crew } = desk
  const states = [
    'DRAFT',
    'CONFIRMED',
    'COMMUNICATED',
    'COMMUNICATED',
    'COMMUNICATED',
    'CONCLUDED',
    'WITHDRAWN',
    'WITHDRAWN',
    'CORRECTED',
  ]
  const ids: string[] = []
  for (const [at, state] of states.entries()) {
    const known = ['COMMUNICATED', 'CONCLUDED', 'CORRECTED'].includes(state) || at === 7
    const exceptionId = await put('exception', {
      ...source,
      client_id: clientId,
      number: at + 1,
      kind: state === 'CORRECTED' ? 'DESCRIPTION_MISSTATEMENT' : 'OPERATING_DEVIATION',
      category: 'OPERATING_INEFFECTIVENESS',
      cause: 'HUMAN_ERROR',
      state,
      title: `Exception ${at + 1}, ${state}`,
      criteria_codes: ['CC8.1'],
      control_ref: 'CM-01',
      expected_operation: 'Each change is reviewed.',
      condition: 'One was not.',
      tested_count: 2,
      deviation_count: 1,
      deviating_items: ['C-1'],
      deviated_on: ['2025-01-02'],
      attribute_counts: JSON.stringify([{ letter: 'A', text: 'Reviewed.', testedCount: 2, deviationCount: 1 }]),
      sample_extensions: JSON.stringify([
        { kind: 'DILUTION', sizeBefore: 1, sizeAfter: 2, testedCountBefore: 1, deviationCountBefore: 1 },
      ]),
      failed_from: '2025-01-02',
      failure_period_basis: 'Invented.',
      potential_impact: 'A faulty change.',
      cause_note: 'Invented.',
      evidence_note: 'Invented.',
      section_four_text: '1 of 2 items.',
      author_ids: [crew.staff.memberId],
      ...(state === 'DRAFT' ? {} : { confirmed_by: crew.manager.memberId, confirmed_at: past }),
      ...(state === 'COMMUNICATED' ? { overdue_note: 'Asked twice.' } : {}),
      ...(state === 'CONCLUDED' ? { concluded_at: past } : {}),
      ...(state === 'CORRECTED'
        ? {
            corrected_by: crew.manager.memberId,
            corrected_at: past,
            correction_note: 'Invented.',
            correction_rests_on_ids: [source.procedure_id],
          }
        : {}),
      ...(state === 'WITHDRAWN'
        ? {
            withdrawn_reason: 'Invented.',
            withdrawn_by: crew.manager.memberId,
            withdrawn_at: past,
            rests_on_ids: [source.procedure_id],
          }
        : {}),
      ...(known
        ? { communicated_by: crew.manager.memberId, communicated_at: past, response_due_on: '2026-12-31' }
        : {}),
    })
    ids.push(exceptionId)
  }
  await put('exception_deviation', { exception_id: ids[2], result_id: resultId })
  const responseId = await layResponse(desk, put, ids[2] as string, 'DRAFT')
  await layResponse(desk, put, ids[3] as string, 'SUBMITTED')
  for (const [exceptionId, state] of [
    [ids[3], 'PROPOSED'],
    [ids[5], 'APPROVED'],
  ]) {
    await put('materiality_decision', {
      exception_id: exceptionId,
      material: true,
      pervasive: false,
      factors: JSON.stringify([{ factor: 'INCIDENTS', note: 'None.' }]),
      compensating_control_ids: [source.control_id],
      rests_on_ids: [source.procedure_id],
      rationale: 'Invented.',
      state,
      decided_by: crew.manager.memberId,
      decided_at: past,
      ...(state === 'APPROVED' ? { approved_by: crew.partner.memberId, approved_at: past } : {}),
    })
  }
  for (const [at, settled] of [
    {},
    {
      state: 'OVERRULED',
      settled_by: crew.manager.memberId,
      settled_at: past,
      reason: 'Invented.',
      rests_on_ids: [source.procedure_id],
    },
  ].entries()) {
    const raised = {
      ...{ number: at + 1, objection: 'Invented.', concerns_opinion: at === 1 },
      ...{ state: 'OPEN', created_by: crew.reviewer.memberId },
    }
    await put('quality_review_point', { ...raised, ...settled })
  }
  await put('judgment_acknowledgement', {
    judgment_id: newId(),
    kind: 'EXCEPTION_WITHDRAWN',
    figures_digest: 'a'.repeat(64),
    role: 'ENGAGEMENT_PARTNER',
    acknowledged_by: crew.partner.memberId,
    note: 'Invented.',
  })
  await layAggregates(desk, put, [ids[3], ids[5]] as string[])
  await layCriterionConclusions(desk, put, source.procedure_id as string)
  await layPreview(desk, put, ids[3] as string)
  return { exceptionId: ids[0] as string, responseId }
}

/** Two exceptions weighed together, on a criterion and over a subject matter: the one approved, the other not. */
async function layAggregates({ crew }: Desk, put: Put, exceptionIds: string[]) {
  const weighed = {
    exception_ids: exceptionIds,
    weighed_facts: JSON.stringify(['Invented.']),
    material: true,
    pervasive: false,
    shared_cause: 'Invented.',
    affected_commitment: 'Invented.',
    factors: JSON.stringify([{ factor: 'AGGREGATION', note: 'One cause.' }]),
    rationale: 'Invented.',
    decided_by: crew.manager.memberId,
    decided_at: past,
  }
  await put('aggregate_decision', {
    ...weighed,
    criteria_codes: ['CC8.1'],
    state: 'APPROVED',
    approved_by: crew.partner.memberId,
    approved_at: past,
  })
  const subject_matter = 'OPERATING_EFFECTIVENESS'
  await put('aggregate_decision', { ...weighed, criteria_codes: [], subject_matter, state: 'PROPOSED' })
}

/** That the manager asked what would follow from other decisions. */
async function layPreview({ crew }: Desk, put: Put, exceptionId: string) {
  const [minor, material] = [
    { material: false, pervasive: false },
    { material: true, pervasive: false },
  ]
  const outcome = { design: 'ACHIEVED', operation: 'ACHIEVED' }
  await put('opinion_preview_record', {
    created_by: crew.manager.memberId,
    exceptions: JSON.stringify([{ exceptionId, ...minor, stood: material }]),
    aggregates: JSON.stringify([{ criteriaCodes: ['CC8.1'], subjectMatter: null, ...material, stood: minor }]),
    criteria: JSON.stringify([
      { criterionCode: 'CC6.1', ...outcome, operation: 'NOT_ACHIEVED', hasOtherGround: false, stood: outcome },
    ]),
  })
}

/** A criterion concluded as proposed, and one otherwise. */
async function layCriterionConclusions({ crew }: Desk, put: Put, procedureId: string) {
  const concluded = {
    design: 'ACHIEVED',
    proposed_design: 'ACHIEVED',
    proposed_operation: 'ACHIEVED',
    facts_digest: 'a'.repeat(64),
    concluded_by: crew.partner.memberId,
    concluded_at: past,
  }
  await put('criterion_conclusion', { ...concluded, criterion_code: 'CC6.1', operation: 'ACHIEVED' })
  await put('criterion_conclusion', {
    ...concluded,
    criterion_code: 'CC8.1',
    operation: 'NOT_ACHIEVED',
    rationale: 'Invented.',
    rests_on_ids: [procedureId],
  })
}

async function layResponse({ clientId, respondent, crew }: Desk, put: Put, exceptionId: string, state: string) {
  const content = {
    position: 'AGREE',
    acknowledgement: 'Management agrees.',
    rootCauseCategory: 'TOOLING',
    rootCause: 'The protection did not apply.',
    remediation: [
      { action: 'Apply it.', owner: state === 'DRAFT' ? null : 'Head of IT', dueOn: '2026-12-31', done: false },
    ],
    responsible: state === 'DRAFT' ? null : 'Head of IT',
    targetOn: '2026-12-31',
    preventionOfRecurrence: 'Reviewed each quarter.',
    declinedReason: null,
    evidence: [],
  }
  const responseId = await put('management_response', {
    client_id: clientId,
    exception_id: exceptionId,
    state,
    position: content.position,
    acknowledgement: content.acknowledgement,
    root_cause_category: content.rootCauseCategory,
    root_cause: content.rootCause,
    remediation: JSON.stringify(content.remediation),
    responsible: content.responsible,
    target_on: content.targetOn,
    prevention_of_recurrence: content.preventionOfRecurrence,
    drafted_by: respondent.memberId,
    submitted_number: state === 'SUBMITTED' ? 2 : null,
  })
  if (state !== 'SUBMITTED') return responseId
  const submit = (number: number) =>
    put('response_version', {
      client_id: clientId,
      response_id: responseId,
      number,
      content: JSON.stringify(content),
      sha256: digestOfContent(content),
      submitted_by: respondent.memberId,
    })
  await put('response_review', {
    client_id: clientId,
    response_version_id: await submit(1),
    verdict: 'RETURNED',
    return_kind: 'INCONSISTENT',
    reason: 'Say who checks it.',
    reviewer_name: crew.manager.name,
    reviewed_by: crew.manager.memberId,
  })
  await submit(2)
  return responseId
}

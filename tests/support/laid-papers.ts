import { v7 as newId } from 'uuid'
import { contradictionsDigest } from '../../src/features/assertion/standing.js'
import type { Opinion } from '../../src/features/opinion/opinion.js'
import { sha256Of } from '../../src/kernel/schema/digest.js'
import { canonicalJson } from '../../src/rules/canonical.js'
import { composeReport } from '../../src/rules/report.js'
import { sharedPart } from '../../src/rules/shared-draft.js'
import { layExceptions } from './laid-exceptions.js'
import { layFrameworks } from './laid-frameworks.js'
import { type Crew, type Desk, type Put, past } from './lay.js'
import { smallFacts } from './report-facts.js'
import type { Person } from './world.js'

/** Rows of every kind an engagement holds before its opinion, in the states that the acts on them start from. */
export async function layWorkingPapers(desk: Desk): Promise<void> {
  const { lay, firmId, engagementId, clientId, crew, respondent } = desk
  const author = { created_by: crew.staff.memberId }
  const put: Put = (table, values) =>
    lay(firmId, table, { engagement_id: engagementId, ...(table === 'population_item' ? {} : author), ...values })
  const { ofFirm, ofClient } = await layEvidence(desk, put)
  await put('engagement_document', {
    number: 1,
    kind: 'ENGAGEMENT_LETTER',
    dated_on: '2025-01-02',
    obtained_from: 'Carla, for management',
    evidence_id: ofFirm,
  })
  await put('description_section', {
    client_id: clientId,
    criterion: 'DC1',
    text: 'An invented system.',
    written_at: past,
    created_by: respondent.memberId,
  })
  await laySharedDrafts(desk, put)
  await put('criterion_exclusion', { criterion_code: 'CC9.2', reason: 'There are no vendors.' })
  await put('scope_change', {
    change: 'A module was added.',
    reason: 'It went live.',
    tested_count: 0,
    deviation_count: 0,
    exception_count: 0,
  })
  await put('engagement_calendar', {
    number: 1,
    time_zone: 'UTC',
    weekend_days: ['SATURDAY', 'SUNDAY'],
    holidays: JSON.stringify([{ fallsOn: '2025-01-01', name: 'New Year’s Day' }]),
  })
  const controlId = await layControl(put, 'CM-01', 'CC8.1', { owner_member_id: respondent.memberId })
  const concluded = { design_conclusion: 'SUITABLE', concluded_by: crew.senior.memberId, concluded_at: past }
  const concludedId = await layControl(put, 'AC-01', 'CC6.1', concluded)
  const unmapped = await layControl(put, 'XX-01', null)
  const riskId = await put('risk', {
    ref: 'R-01',
    statement: 'A change that nobody reviewed reaches users.',
    threatens: 'Changes are reviewed before they reach users.',
    is_fraud_risk: false,
    likelihood: 'MODERATE',
    impact: 'HIGH',
    rating: 'MODERATE',
  })
  await put('risk_control', { risk_id: riskId, control_id: controlId })
  await put('fraud_inquiry', {
    person_asked: 'Ida Invented',
    role_asked: 'Head of finance',
    asked_on: '2025-06-03',
    asked: 'Whether she knows of fraud, or of a control that was got round.',
    answer: 'She knows of none.',
    created_by: crew.staff.memberId,
  })
  await layPresented(put, controlId, crew, ofFirm)
  await layAssertions(desk, put, ofFirm, await layFrameworks(desk, put, controlId))
  await put('control_reliance', { control_id: controlId, relies_on_id: unmapped })
  await layNoPopulation(put, crew)
  const reviewsId = await layReviews(put)
  await layPopulations(put, reviewsId, crew, ofFirm, '2025-10-13')
  const former = await layControl(put, 'VM-01', 'CC1.1', { operated_from: '2025-04-01', operated_to: '2025-06-30' })
  await layControl(put, 'VM-02', 'CC1.1', { operated_from: '2025-07-01', replaces_id: former })
  await layControl(put, 'VM-03', 'CC7.1', { operated_from: '2025-10-01' })
  await put('coverage_decision', {
    criterion_code: 'CC1.1',
    gap_from: '2025-01-01',
    gap_to: '2025-03-31',
    reason: 'The scanner was first installed in April.',
  })
  const samplingTableId = await lay.samplingTable(firmId)
  const interim = await layControl(put, 'CM-02', null)
  await layPopulations(put, interim, crew, ofFirm, null, '2025-06-30')
  await layPopulations(put, interim, crew, ofFirm, null, '2025-07-31', '2025-07-02')
  const { sampled, reviewed } = await layProcedures(put, { controlId, concludedId }, crew, samplingTableId)
  await layExplanations(put, crew, reviewsId, sampled.procedureId)
  await put('population_gap_decision', {
    control_id: interim,
    gap_from: '2025-07-01',
    gap_to: '2025-07-01',
    reason: 'The forge was switched off for its move.',
    rests_on_ids: [sampled.procedureId],
  })
  await layUpdate(put, interim, crew)
  await layWorkpapers(put, sampled.procedureId, crew)
  await layReviewNotes(put, { controlId, procedureId: sampled.procedureId }, crew)
  const walkthroughId = await put('walkthrough', {
    procedure_id: sampled.procedureId,
    performed_on: '2025-06-02',
    person_asked: 'Ida Invented',
    role_asked: 'Head of IT',
    traced: 'One change, from its request to its release.',
    seen: 'Nobody can release a change that was not reviewed.',
    performed_by: crew.staff.memberId,
  })
  const retired = { retired_at: past, retired_by: crew.partner.memberId, retired_reason: 'It was a duplicate.' }
  await layControl(put, 'ZZ-01', null, retired)
  await put('control_change', {
    control_id: controlId,
    part: 'TITLE',
    said_before: 'Changes',
    said_after: 'Control CM-01',
    reason: 'Management calls it so.',
    rests_on_ids: [sampled.procedureId],
    tested_count: 2,
    deviation_count: 1,
    as_found_deviation_count: 1,
    exception_count: 0,
  })
  const { draftId, populationId } = await layPopulations(put, controlId, crew, ofFirm)
  const { deviationId, sampleId } = await laySample(put, sampled, populationId, crew, [
    'DEVIATION',
    'NO_DEVIATION',
    null,
  ])
  await laySample(put, reviewed, populationId, crew, ['DEVIATION', 'NO_DEVIATION', 'NOT_APPLICABLE', 'NO_DEVIATION'])
  const source = { control_id: controlId, procedure_id: sampled.procedureId }
  const { exceptionId, responseId } = await layExceptions(desk, put, source, deviationId)
  await layWorkOfOthers(put, crew, ofFirm, sampled.procedureId)
  await laySuspicions(put, crew, exceptionId)
  for (const [node_type, node_id, evidence_id, sample_id = null] of [
    ['Procedure', sampled.procedureId, ofClient],
    ['Walkthrough', walkthroughId, ofFirm],
    ['Result', deviationId, ofFirm, sampleId],
    ['Population', draftId, ofClient],
    ['Exception', exceptionId, ofFirm],
    ['ManagementResponse', responseId, ofClient],
  ] as const) {
    await put('evidence_link', { client_id: clientId, evidence_id, node_type, node_id, sample_id })
  }
  await desk.lay(firmId, 'trail_head', { chain_id: engagementId, position: 1, hash: Buffer.alloc(32, 1) })
  await desk.lay(firmId, 'trail_entry', {
    chain_id: engagementId,
    position: 1,
    at: past,
    actor_id: crew.senior.memberId,
    actor_name: crew.senior.name,
    action: 'createControl',
    node_type: 'Control',
    node_id: controlId,
    changes: JSON.stringify([{ type: 'Control', id: controlId, after: { title: 'Control CM-01' } }]),
    previous_hash: Buffer.alloc(32),
    hash: Buffer.alloc(32, 1),
  })
}

/** What the description presents beside the controls: some that stands, and some that was retired. */
async function layPresented(put: Put, controlId: string, crew: Crew, paper: string): Promise<void> {
  const retired = { retired_at: past, retired_by: crew.partner.memberId, retired_reason: 'It was a duplicate.' }
  const commitment = { kind: 'SERVICE_COMMITMENT', text: 'Changes are reviewed.', criteria_codes: ['CC8.1'] }
  await put('service_commitment', { ref: 'SC-01', ...commitment })
  await put('service_commitment', { ref: 'SC-02', ...commitment, ...retired })
  const service = 'hosting of servers'
  const host = await put('subservice_organization', { name: 'Harbour Hosting', service, method: 'CARVE_OUT' })
  const included = { service: 'printing', method: 'INCLUSIVE', control_ids: [controlId] }
  const printer = await put('subservice_organization', {
    name: 'Papermill Print',
    ...included,
    independence_statement: 'No interest was found.',
    independence_confirmed_by: crew.partner.memberId,
    independence_confirmed_at: past,
  })
  await put('engagement_document', {
    number: 2,
    kind: 'SUBSERVICE_ASSERTION',
    dated_on: '2026-01-05',
    obtained_from: 'Paul, of the printer',
    subservice_organization_id: printer,
    assertion_text: 'We have described our printing.',
    evidence_id: paper,
  })
  await put('subservice_organization', { name: 'Quay Hosting', service, method: 'CARVE_OUT', ...retired })
  const review = { subservice_organization_id: host, evaluation: 'The halls were visited.' }
  await put('subservice_review', { ...review, report_kind: 'NONE' })
  const answered = JSON.stringify([{ text: 'Customers remove leavers.', controlIds: [controlId] }])
  const report = { report_kind: 'OTHER', covers_to: '2025-10-31', user_controls: answered, rests_on_ids: [paper] }
  await put('subservice_review', { ...review, ...report, exceptions_noted: 'One visitor was not logged.' })
  const assumed = { text: 'Entry to the halls is restricted.', criteria_codes: ['CC6.4'], control_ids: [controlId] }
  await put('complementary_control', { ref: 'CSOC-01', kind: 'CSOC', subservice_organization_id: host, ...assumed })
  await put('complementary_control', { ref: 'CUEC-01', kind: 'CUEC', ...assumed })
  await put('complementary_control', { ref: 'CUEC-02', kind: 'CUEC', ...assumed, ...retired })
}

/** The work of others: some that awaits approval, some that is approved, some that was taken back. */
async function layWorkOfOthers(put: Put, crew: Crew, paper: string, procedureId: string): Promise<void> {
  const work = {
    kind: 'SPECIALIST',
    performed: 'They tried to get in from outside.',
    competence_and_objectivity: 'Two of three hold certificates.',
    oversight: 'Each finding was read.',
    procedure_ids: [procedureId],
    rests_on_ids: [paper],
    author_ids: [crew.manager.memberId],
  }
  await put('work_of_others', { name: 'Sable Pentesting', ...work })
  const approved = { approved_by: crew.partner.memberId, approved_at: past }
  const referred = { kind: 'OTHER_PRACTITIONER', reference_reason: 'The firm takes no responsibility for it.' }
  await put('work_of_others', { name: 'Thorn & Co', ...work, ...approved, ...referred })
  const retired = { retired_at: past, retired_by: crew.partner.memberId, retired_reason: 'It was not needed.' }
  await put('work_of_others', { name: 'Umber Labs', ...work, ...retired })
}

/** What was noticed and recorded for the engagement partner alone: one matter that is open, one that is evaluated. */
async function laySuspicions(put: Put, crew: Crew, exceptionId: string): Promise<void> {
  const noticed = { kind: 'FRAUD', what: 'Invoices of a firm that is not there.', noticed_on: '2025-06-03' }
  await put('suspected_noncompliance', noticed)
  const told = [{ name: 'Olive Oldcastle', role: 'Chair of the audit committee', communicatedOn: '2025-06-04' }]
  await put('suspected_noncompliance', {
    ...noticed,
    communicated_to: JSON.stringify(told),
    evaluation: 'Two of them were paid.',
    effect: 'EXCEPTION',
    exception_id: exceptionId,
    evaluated_by: crew.partner.memberId,
    evaluated_at: past,
  })
}

/** The opinion on an engagement of which one is decided. */
export const laidOpinion: Pick<Opinion, 'conclusions' | 'bases' | 'proposalDigest'> = {
  conclusions: [
    { subjectMatter: 'DESCRIPTION', category: 'SECURITY', opinion: 'QUALIFIED', proposed: 'QUALIFIED' },
    { subjectMatter: 'SUITABILITY_OF_DESIGN', category: 'SECURITY', opinion: 'UNQUALIFIED', proposed: 'QUALIFIED' },
  ],
  bases: [{ subjectMatter: 'DESCRIPTION', text: 'Invented.' }],
  proposalDigest: 'a'.repeat(64),
}

/** What management asserted otherwise than the opinion says, how that was dealt with, another assertion in draft, and a refusal. */
async function layAssertions(
  { clientId, respondent, crew }: Desk,
  put: Put,
  paper: string,
  frameworks: readonly string[],
): Promise<void> {
  const written = { client_id: clientId, created_by: respondent.memberId, text: 'We confirm what we wrote.' }
  const claims = JSON.stringify([{ subjectMatter: 'DESCRIPTION', claim: 'HOLDS', matters: null }])
  const assertion_id = await put('management_assertion', {
    ...written,
    number: 1,
    claims,
    signers: JSON.stringify([{ name: respondent.name, title: 'Chief executive officer' }]),
    dated_on: '2026-01-05',
    signed_at: past,
    signed_by: respondent.memberId,
    evidence_id: paper,
  })
  const holds = (subjectMatter: string, more: object = {}) => ({
    subjectMatter,
    ...more,
    claim: 'HOLDS',
    matters: null,
  })
  const ofControls = ['SUITABILITY_OF_DESIGN', 'OPERATING_EFFECTIVENESS']
  const whole = [
    ...['DESCRIPTION', ...ofControls].map((subject) => holds(subject)),
    ...frameworks.flatMap((frameworkId) => ofControls.map((subject) => holds(subject, { frameworkId }))),
  ]
  await put('management_assertion', { ...written, number: 2, claims: JSON.stringify(whole) })
  await put('assertion_resolution', {
    assertion_id,
    contradictions_digest: contradictionsDigest(
      [{ subjectMatter: 'DESCRIPTION', frameworkId: null, claim: 'HOLDS', opinion: 'QUALIFIED' }],
      laidOpinion,
    ),
    reason: 'Management was told in writing.',
    rests_on_ids: [paper],
  })
  await put('subsequent_event', {
    number: 1,
    what: 'A laptop was stolen.',
    occurred_on: '2026-01-03',
    known_on: '2026-01-04',
    evaluation: 'NO_EFFECT',
    evaluation_reason: 'Nothing was on it.',
    evaluated_by: crew.manager.memberId,
    evaluated_at: past,
  })
  await put('subsequent_event', {
    number: 2,
    what: 'A supplier was bought.',
    occurred_on: '2026-01-03',
    known_on: '2026-01-04',
  })
  await put('management_refusal', {
    statement: 'REPRESENTATION_LETTER',
    refused_by: 'Carla, for management',
    refused_on: '2026-01-06',
    reason: 'It did not want to say it in writing.',
  })
}

/** A draft that stands, and the one before it, which was withdrawn. */
async function laySharedDrafts({ clientId, crew }: Desk, put: Put): Promise<void> {
  const model = canonicalJson(sharedPart(composeReport(smallFacts())))
  const misstatement = {
    number: 1,
    title: 'An incident is left out.',
    condition: 'The description tells of no incident.',
    wording: 'The description leaves out an incident.',
  }
  const shared = {
    client_id: clientId,
    created_by: crew.partner.memberId,
    model,
    sha256: sha256Of(model),
    misstatements: JSON.stringify([misstatement]),
  }
  await put('shared_draft', { ...shared, number: 2 })
  const gone = { withdrawn_at: past, withdrawn_by: crew.partner.memberId, withdrawn_reason: 'Another was shared.' }
  await put('shared_draft', { ...shared, number: 1, ...gone })
}

async function layControl(put: Put, ref: string, criterion: string | null, further: object = {}): Promise<string> {
  const controlId = await put('control', {
    ref,
    title: `Control ${ref}`,
    description: 'An invented control.',
    owner: 'Head of Engineering',
    frequency: 'PER_EVENT',
    nature: 'MANUAL',
    type: 'PREVENTIVE',
    area: 'CHANGE',
    is_key: true,
    ...further,
  })
  if (criterion) await put('control_criterion', { control_id: controlId, criterion_code: criterion })
  return controlId
}

/** A control of each quarter, of whose reviews one is listed. */
async function layReviews(put: Put): Promise<string> {
  return layControl(put, 'AR-01', null, { frequency: 'QUARTERLY' })
}

/** Why two of the reviews that were due are not listed: one proposed, one decided on. */
async function layExplanations(put: Put, crew: Crew, controlId: string, paper: string): Promise<void> {
  for (const [label, state] of [
    ['2025-Q1', 'PROPOSED'],
    ['2025-Q2', 'REJECTED'],
  ]) {
    const decided = state === 'REJECTED' ? { decided_by: crew.partner.memberId, decided_at: past } : {}
    await put('occurrence_explanation', {
      control_id: controlId,
      label,
      kind: 'NOT_DUE',
      reason: 'The review was suspended.',
      rests_on_ids: [paper],
      state,
      proposed_by: crew.staff.memberId,
      proposed_at: past,
      ...decided,
    })
  }
}

/** Controls that act on no list of items: one not marked, one that awaits approval, one approved. */
async function layNoPopulation(put: Put, crew: Crew): Promise<void> {
  const tone = { frequency: 'CONTINUOUS' }
  await layControl(put, 'GV-01', null, tone)
  for (const [ref, approval] of [
    ['GV-02', {}],
    ['GV-03', { approved_by: crew.manager.memberId, approved_at: past }],
  ] as const) {
    const control_id = await layControl(put, ref, null, tone)
    const mark = { reason: 'The policy stands; nothing is listed.', marked_by: crew.senior.memberId, marked_at: past }
    await put('no_population_mark', { control_id, ...mark, ...approval })
  }
}

/** A test and the attribute its items are checked for. */
interface Sampled {
  procedureId: string
  attributeId: string
  samplingTableId: string
}

/**
 * A procedure in each state, and the one of a control that is concluded on; answers those whose samples are to be laid, one under
 * way and one reviewed.
 */
async function layProcedures(
  put: Put,
  of: { controlId: string; concludedId: string },
  crew: Crew,
  samplingTableId: string,
) {
  const laid: Sampled[] = []
  for (const [ref, state] of [
    ['T1', 'IN_PROGRESS'],
    ['T2', 'IN_PROGRESS'],
    ['T3', 'PLANNED'],
    ['T4', 'PREPARED'],
    ['T5', 'REVIEWED'],
    ['AC-T1', 'REVIEWED'],
  ] as const) {
    const signed = state === 'PREPARED' || state === 'REVIEWED'
    const procedureId = await put('procedure', {
      control_id: ref === 'AC-T1' ? of.concludedId : of.controlId,
      ref,
      methods: ['INSPECTION'],
      aspects: ['OPERATION'],
      objective: 'Whether the control operated.',
      steps: 'Inspect.',
      assignee_id: crew.staff.memberId,
      state,
      outcome: signed ? 'NO_EXCEPTIONS' : null,
      outcome_note: signed ? 'Invented.' : null,
      prepared_by: signed ? crew.staff.memberId : null,
    })
    const attribute = { procedure_id: procedureId, letter: 'A', description: 'Reviewed by another person.' }
    const attributeId = await put('attribute', attribute)
    const sign = (level: string, { memberId }: Person) =>
      put('sign_off', { procedure_id: procedureId, level, member_id: memberId, content_digest: 'd'.repeat(64) })
    if (signed) await sign('PREPARER', crew.staff)
    if (state === 'REVIEWED') await sign('REVIEWER', crew.senior)
    laid.push({ procedureId, attributeId, samplingTableId })
  }
  return { sampled: laid[0] as Sampled, reviewed: laid[4] as Sampled }
}

/** A workpaper of each kind, each in another state, and a signature on one. */
async function layWorkpapers(put: Put, procedureId: string, { senior, staff, partner }: Crew): Promise<void> {
  const paper = { text: 'The forge was replaced in May.', rests_on_ids: [procedureId], author_ids: [staff.memberId] }
  const consulted = {
    consulted_name: 'Ines Invented',
    consulted_role: 'Partner for methodology',
    consulted_on: '2025-11-03',
    question: 'Whether two late removals bear on more.',
    conclusion: 'They do not; she agrees.',
  }
  await put('workpaper', { number: 1, kind: 'MEMO', state: 'DRAFT', title: 'The new forge', ...paper })
  const prepared = { state: 'PREPARED', prepared_by: staff.memberId }
  const workpaperId = await put('workpaper', {
    ...{ number: 2, kind: 'CONSULTATION', title: 'Late removals', ...paper, ...consulted, ...prepared },
  })
  const signed = { level: 'PREPARER', member_id: staff.memberId, content_digest: 'd'.repeat(64) }
  await put('sign_off', { workpaper_id: workpaperId, ...signed })
  const reviewed = { state: 'REVIEWED', prepared_by: senior.memberId }
  await put('workpaper', { number: 3, kind: 'COMPLETION_MEMO', title: 'Completion', ...paper, ...reviewed })
  const withdrawn = { withdrawn_by: partner.memberId, withdrawn_at: past, withdrawn_reason: 'It is told elsewhere.' }
  await put('workpaper', { number: 4, kind: 'MEMO', state: 'WITHDRAWN', title: 'Another', ...paper, ...withdrawn })
}

/** A review note in each state, on a procedure. */
async function layReviewNotes(
  put: Put,
  { controlId, procedureId }: { controlId: string; procedureId: string },
  { manager, senior, staff }: Crew,
): Promise<void> {
  const note = { node_type: 'Procedure', node_id: procedureId, procedure_id: procedureId, control_id: controlId }
  const written = { ...note, text: 'Which log was inspected?', assignee_id: staff.memberId }
  const by = ({ memberId }: Person) => ({ ...written, created_by: memberId })
  const addressed = { addressed_note: 'That of the forge.', addressed_by: staff.memberId, addressed_at: past }
  const settled = { settled_by: manager.memberId, settled_at: past }
  await put('review_note', { ...by(senior), state: 'OPEN', reopened_reason: 'Of which day?', ...settled })
  // By one who was a senior then.
  await put('review_note', { ...by(staff), state: 'OPEN' })
  await put('review_note', { ...by(senior), state: 'ADDRESSED', ...addressed })
  await put('review_note', { ...by(senior), state: 'CLEARED', ...addressed, ...settled })
}

/** An update procedure that is under way, one matter of which is answered. */
async function layUpdate(put: Put, controlId: string, crew: Crew): Promise<void> {
  const procedureId = await put('procedure', {
    control_id: controlId,
    ref: 'U1',
    methods: ['INSPECTION'],
    aspects: ['OPERATION'],
    objective: 'Whether the control went on operating.',
    steps: 'Inspect the log at the end of the period.',
    assignee_id: crew.staff.memberId,
    state: 'IN_PROGRESS',
    covers_from: '2025-08-01',
    covers_to: '2025-12-31',
  })
  await put('update_answer', {
    procedure_id: procedureId,
    kind: 'SAME_CONTROL',
    answer: 'The same people run it on the same forge.',
    covers_from: '2025-08-01',
    covers_to: '2025-12-31',
    about_ids: [],
    about_versions: [],
    labels: ['The third quarter.'],
    answered_by: crew.staff.memberId,
    answered_at: past,
  })
}

/** A draft and a frozen population of three items each; answers both. */
/** The import of a population as it is laid: done, refused in a draft or, where the population says so, under way. */
function importOf(crew: Crew, evidence_id: string, population: Record<string, unknown>): Record<string, unknown> {
  const isUnderWay = population.is_importing === true
  const state = isUnderWay ? 'UNDER_WAY' : population.state === 'DRAFT' ? 'REFUSED' : 'DONE'
  const problem = { row: 2, column: 'id', code: 'KEY_EMPTY', message: 'The key is empty.', found: 'Rolf Anders' }
  return {
    id: population.latest_import_id,
    evidence_id,
    choices: JSON.stringify({ keyColumn: 'The id' }),
    state,
    reason: state === 'REFUSED' ? 'A key is empty.' : null,
    ended_at: isUnderWay ? null : past,
    items_id: state === 'DONE' ? population.import_id : null,
    attempt_id: newId(),
    rows_read: 3,
    problem_count: state === 'DONE' ? 0 : 1,
    problems: JSON.stringify(state === 'DONE' ? [] : [problem]),
    created_by: crew.staff.memberId,
  }
}

async function layPopulations(
  put: Put,
  controlId: string,
  crew: Crew,
  evidenceId: string,
  occurred_on: string | null = null,
  covered_until_on = '2025-12-31',
  covers_from = '2025-01-01',
) {
  const lay = async (state: 'DRAFT' | 'FROZEN', further: object = {}) => {
    const importId = newId()
    const fixed = {
      digest: 'f'.repeat(64),
      frozen_by: crew.staff.memberId,
      frozen_at: past,
      seed_contribution: 'Thrown on a table.',
      seed_contributed_by: crew.staff.memberId,
      seed_contributed_at: past,
      seed_random: 'a'.repeat(64),
      seed: 'b'.repeat(64),
      seed_hash: 'c'.repeat(64),
      covers_from,
      covers_to: '2025-12-31',
      covered_until_on,
    }
    const population = {
      control_id: controlId,
      title: `Changes, ${state}`,
      source_system: 'Invented forge',
      query: 'merged changes',
      parameters: '2025',
      extracted_at: past,
      extracted_by: 'Rolf',
      state,
      import_id: importId,
      period_start: '2025-01-01',
      period_end: '2025-12-31',
      evidence_id: evidenceId,
      key_column: 'id',
      columns: ['id', 'reviewer'],
      list_reading: JSON.stringify({
        sheet: null,
        encoding: 'UTF_8',
        separator: 'COMMA',
        headerRow: 1,
        dateOrder: null,
        excelDays: null,
        maskedColumns: [],
      }),
      item_count: 3,
      latest_import_id: newId(),
      is_importing: false,
      ...(state === 'FROZEN' ? fixed : {}),
      ...further,
    }
    const populationId = await put('population', population)
    await put('population_import', { population_id: populationId, ...importOf(crew, evidenceId, population) })
    for (const ordinal of [1, 2, 3]) {
      const cells = [`C-${ordinal}`, 'Rolf']
      const item = {
        population_id: populationId,
        import_id: importId,
        ordinal,
        item_key: `C-${ordinal}`,
        occurred_on,
        cells,
      }
      await put('population_item', item)
    }
    return populationId
  }
  const populationId = await lay('FROZEN', { excluded_count: 1 })
  const succession = {
    supersedes_id: populationId,
    supersedes_reason: 'The list was not whole.',
    supersedes_rests_on_ids: [evidenceId],
  }
  const excluding = await lay('DRAFT', succession)
  for (const [population_id, state] of [
    [populationId, 'APPROVED'],
    [excluding, 'PROPOSED'],
  ]) {
    const decided = state === 'APPROVED' ? { decided_by: crew.manager.memberId, decided_at: past } : {}
    await put('population_exclusion', {
      population_id,
      column: 'reviewer',
      operator: 'EQUALS',
      values: ['Robot'],
      reason: 'The control speaks of people.',
      matched_count: 1,
      state,
      created_by: crew.staff.memberId,
      ...decided,
    })
  }
  // One of them: of each list that is laid the generated tests ask all that can be asked.
  const isOfTheYear = occurred_on === null && covered_until_on === '2025-12-31'
  if (isOfTheYear) await lay('DRAFT', { ...succession, is_importing: true })
  return { draftId: await lay('DRAFT', succession), populationId }
}

/** A sample with items of these outcomes; one after a NOT_APPLICABLE replaces it. Answers it, and the last result that deviates. */
async function laySample(
  put: Put,
  { procedureId, attributeId, samplingTableId }: Sampled,
  populationId: string,
  crew: Crew,
  outcomes: readonly (string | null)[],
) {
  const at = (state: string) => outcomes.filter((outcome) => outcome === state).length
  const stage = { additionalCount: 1, acceptedDeviationCount: 0 }
  const extension = {
    kind: 'PLANNED',
    restsOnIds: [procedureId],
    sizeBefore: 2,
    testedCountBefore: 2,
    deviationCountBefore: 1,
    additionalCount: 1,
    reason: 'One deviated.',
    memberId: crew.senior.memberId,
    at: past.toISOString(),
  }
  const sampleId = await put('sample', {
    procedure_id: procedureId,
    population_id: populationId,
    basis: 'FREQUENCY_TABLE',
    method: 'RANDOM',
    risk: 'LOW',
    accepted_deviation_count: 0,
    confidence_bp: 9000,
    tolerable_rate_bp: 4000,
    recommended_size: 3,
    whole_size: 3,
    size: 3,
    sampling_table_id: samplingTableId,
    algorithm: 'HASH_RANK',
    algorithm_version: 1,
    seed: 'b'.repeat(64),
    parameters: JSON.stringify({ draws: [2, 1], stratumColumn: null, stages: [stage, stage], extensions: [extension] }),
    population_digest: 'f'.repeat(64),
    population_size: 300,
    is_statistical: true,
    item_count: outcomes.length,
    tested_count: at('NO_DEVIATION') + at('DEVIATION'),
    deviation_count: at('DEVIATION'),
    no_deviation_count: at('NO_DEVIATION'),
    not_applicable_count: at('NOT_APPLICABLE'),
  })
  let [deviationId, replacesId]: (string | null)[] = ['', null]
  for (const [index, outcome] of outcomes.entries()) {
    const position = index + 1
    const itemId: string = await put('sample_item', {
      sample_id: sampleId,
      position,
      ordinal: position,
      item_key: `C-${position}`,
      cells: [`C-${position}`, 'Rolf'],
      rank: `${position}`.repeat(64),
      drawn_as: replacesId ? 'REPLACEMENT' : 'INITIAL',
      replaces_id: replacesId,
      outcome,
    })
    replacesId = outcome === 'NOT_APPLICABLE' ? itemId : null
    if (!outcome) continue
    const explained = {
      explanation_reason: 'Invented.',
      explained_at: past,
      explained_by: crew.staff.memberId,
      explanation_decided_by: crew.manager.memberId,
      explanation_decided_at: past,
    }
    const resultId = await put('result', {
      procedure_id: procedureId,
      sample_id: sampleId,
      sample_item_id: itemId,
      attribute_id: attributeId,
      outcome,
      note: 'Invented.',
      recorded_by: crew.staff.memberId,
      recorded_at: past,
      ...(outcome === 'DEVIATION' && outcomes.includes('NOT_APPLICABLE')
        ? { ...explained, explanation_state: 'REJECTED', explanation_kind: 'CONTROL_OPERATED' }
        : {}),
      ...(outcome === 'NOT_APPLICABLE'
        ? { ...explained, explanation_state: 'APPROVED', explanation_kind: 'NOT_APPLICABLE' }
        : {}),
    })
    if (outcome === 'DEVIATION') deviationId = resultId
  }
  return { sampleId, deviationId: deviationId as string }
}

/** Evidence that each side brought: lists that can be imported. Answers what can be relied on. */
async function layEvidence({ lay, firmId, clientId, crew, respondent }: Desk, put: Put) {
  const made: string[] = []
  let before: string | null = null
  for (const [at, { memberId }] of [crew.staff, respondent, crew.staff, crew.staff, crew.staff].entries()) {
    const file = await lay.file(firmId, `id,merged\n${newId()},2025-06-30\n`)
    const evidence_id = await put('evidence', {
      ...file,
      client_id: clientId,
      is_of_client: at === 1,
      file_name: 'changes.csv',
      media_type: 'text/csv',
      origin: 'SOURCE_SYSTEM_REPORT',
      source: 'The ticket system',
      ...(at !== 2
        ? { state: 'AVAILABLE' }
        : { state: 'REMOVED', removed_by: memberId, removed_at: past, removed_reason: 'By mistake.' }),
      supersedes_id: at === 4 ? before : null,
      created_by: memberId,
    })
    if (at === 3) before = evidence_id
    made.push(evidence_id)
    if (at > 1) continue
    const opened = { node_type: 'Evidence', node_id: evidence_id, content_digest: file.sha256 }
    await put('opening', { client_id: clientId, is_of_client: at === 1, created_by: memberId, ...opened })
  }
  await put('legal_hold', { reason: 'A claim was announced.' })
  const released = { released_by: crew.partner.memberId, released_at: past, released_reason: 'It was settled.' }
  await put('legal_hold', { reason: 'Another claim was announced.', ...released })
  const [ofFirm, ofClient] = made as [string, string]
  return { ofFirm, ofClient }
}

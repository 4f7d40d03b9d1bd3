import { answer, concludeCriteria, judgmentsOf, today } from '../support/chain.js'
import { matter } from '../support/exceptions.js'
import type { Person } from '../support/world.js'
import { changes, rowsOf, tries, type Walk } from './attempts.js'
import { tempted } from './temptations.js'

// What people do on the way to the report, where they do what is asked of them; here and there something is left out.

/** How often what this walk tests deviates. */
const rates = [0, 0, 0, 0.1, 0.3, 0.8]

/** Whatever is outstanding is tested. */
async function tested(walk: Walk, rate: number): Promise<void> {
  for (const procedureId of Object.values(walk.tests)) {
    const open = await rowsOf<{ itemId: string; letter: string }>(
      walk,
      `select i.id as "itemId", a.letter from sample s join sample_item i on i.sample_id = s.id
         join attribute a on a.procedure_id = s.procedure_id
       where s.engagement_id = $1 and s.procedure_id = $2
         and not exists (select 1 from result r where r.sample_item_id = i.id and r.attribute_id = a.id)
       order by i.position, a.letter`,
      procedureId,
    )
    if (open.length === 0) continue
    const results = open.map(({ itemId, letter }) => ({
      sampleItemId: itemId,
      attribute: letter,
      ...(walk.roll.chance(rate)
        ? { outcome: walk.roll.oneOf(['DEVIATION', 'DEVIATION', 'UNABLE_TO_TEST']), note: 'As seen.' }
        : { outcome: 'NO_DEVIATION' }),
    }))
    await tries(walk, walk.firm.staff, 'recordResults', { procedureId, results })
  }
}

const told = { ...matter, failedFrom: null, failedTo: null, failurePeriodBasis: null }

/** Raises what is not reported yet: deviations of each test, and occurrences of which no list tells. */
async function reported(walk: Walk): Promise<void> {
  const { firm, roll, engagementId } = walk
  for (const procedureId of Object.values(walk.tests)) {
    const open = await rowsOf(
      walk,
      `select r.id from result r where r.engagement_id = $1 and r.procedure_id = $2
         and r.outcome in ('DEVIATION', 'UNABLE_TO_TEST') and coalesce(r.explanation_state, '') <> 'APPROVED'
         and not exists (select 1 from exception_deviation d join exception e on e.id = d.exception_id
           where d.result_id = r.id and e.state <> 'WITHDRAWN')`,
      procedureId,
    )
    if (open.length === 0 || roll.chance(0.03)) continue
    const resultIds = open.map(({ id }) => id)
    const raised = { ...told, engagementId, procedureId, kind: 'OPERATING_DEVIATION', resultIds }
    await tries(walk, firm.senior, 'raiseException', raised)
  }
  const controlId = walk.controls['AR-01']
  if (!controlId || roll.chance(0.03)) return
  const expected = `query ($id: ID!) { node(id: $id) { ... on Control { expectedOccurrences(first: 100) { nodes { label state } } } } }`
  const { node } = await firm.senior.gql(expected, { id: controlId })
  const occurrenceLabels = node.expectedOccurrences.nodes
    .filter(({ state }: { state: string }) => state === 'MISSING')
    .map(({ label }: { label: string }) => label)
  if (occurrenceLabels.length === 0) return
  const kind = 'OPERATING_DEVIATION'
  await tries(walk, firm.senior, 'raiseException', { ...told, engagementId, controlId, kind, occurrenceLabels })
}

/** Each draft goes to the client, who answers; or is left where it is. */
async function answered(walk: Walk): Promise<void> {
  const { firm, client, roll } = walk
  const drafts = await rowsOf(
    walk,
    `select id from exception where engagement_id = $1 and state = 'DRAFT' order by number`,
  )
  const due = new Date(Date.now() + 14 * 86_400_000).toISOString().slice(0, 10)
  for (const { id: exceptionId } of drafts) {
    if (roll.chance(0.02)) continue
    if (!(await changes(walk, firm.manager, 'confirmException', { exceptionId }))) {
      await changes(walk, firm.senior, 'recountException', { exceptionId })
      await changes(walk, firm.manager, 'confirmException', { exceptionId })
    }
    await changes(walk, firm.partner, 'communicateException', { exceptionId }, { responseDueOn: due })
    await tries(walk, client.respondent, 'draftResponse', { exceptionId, ...answer })
    const [response] = await rowsOf(
      walk,
      'select id from management_response where engagement_id = $1 and exception_id = $2',
      exceptionId,
    )
    if (!response) continue
    const { id: responseId } = response
    await changes(walk, client.respondent, 'requestResponseApproval', { responseId })
    await changes(walk, client.admin, 'submitResponse', { responseId })
    await changes(walk, firm.manager, 'acceptResponse', { responseId })
  }
}
/** The days on which nothing serves a criterion are the partner's decision, or a deficiency of the design. */
async function gapsAnswered(walk: Walk): Promise<void> {
  const { firm, roll, engagementId, tests } = walk
  const asked = `query ($id: ID!) { engagement(id: $id) { coverageGaps(first: 100) { nodes { isAnswered gapFrom gapTo criterion { code } } } } }`
  const { coverageGaps } = (await firm.partner.gql(asked, { id: engagementId })).engagement
  for (const { isAnswered, gapFrom, gapTo, criterion } of coverageGaps.nodes) {
    if (isAnswered || roll.chance(0.03)) continue
    if (roll.chance(0.3)) {
      const missing = {
        ...told,
        engagementId,
        kind: 'DESIGN_DEFICIENCY',
        criteriaCodes: [criterion.code],
        controlId: walk.controls['LT-01'],
      }
      await tries(walk, firm.senior, 'raiseException', missing)
      continue
    }
    const why = { reason: 'There were no vendors.', restsOnIds: [tests['CM-02']] }
    await tries(walk, firm.partner, 'decideCoverageGap', {
      engagementId,
      criterionCode: criterion.code,
      gapFrom,
      gapTo,
      ...why,
    })
  }
}

/** Staff signs each test, the senior reviews it and concludes: as it should be, or over what was found. */
async function concluded(walk: Walk): Promise<void> {
  const { firm, roll, tests, controls } = walk
  for (const [ref, procedureId] of Object.entries({ ...tests, ...walk.signed })) {
    const controlId = controls[ref] as string
    const found = await rowsOf(
      walk,
      `select id from exception where engagement_id = $1 and procedure_id = $2 and state <> 'WITHDRAWN'`,
      procedureId,
    )
    const isReported = found.length > 0
    const outcome = isReported ? 'EXCEPTIONS' : 'NO_EXCEPTIONS'
    await changes(walk, firm.staff, 'prepareProcedure', { procedureId }, { outcome, outcomeNote: 'As recorded.' })
    await changes(walk, firm.senior, 'reviewProcedure', { procedureId })
    const operation = isReported && roll.chance(0.5) ? 'NOT_EFFECTIVE' : 'EFFECTIVE'
    await changes(walk, firm.senior, 'concludeControl', { controlId }, conclusionOn(procedureId, operation))
  }
}
const conclusionOn = (procedureId: string, operation: string) => ({
  design: 'SUITABLE',
  operation,
  rationale: 'x',
  restsOnIds: [procedureId],
})

/** Each exception is weighed and approved, then those that meet together. */
async function weighed(walk: Walk): Promise<void> {
  const { firm, roll, engagementId, tests } = walk
  const factors = [{ factor: 'NATURE_AND_CAUSE', note: 'As told.' }]
  const judgment = { pervasive: false, factors, rationale: 'x' }
  const live = await rowsOf(
    walk,
    `select id from exception where engagement_id = $1 and state = 'COMMUNICATED' order by number`,
  )
  const isMild = roll.chance(0.6)
  for (const { id: exceptionId } of live) {
    const restsOnIds = roll.chance(0.97) ? [tests['CM-02']] : []
    const material = !isMild && roll.chance(0.6)
    await tries(walk, firm.manager, 'decideMateriality', { exceptionId, material, ...judgment, restsOnIds })
    const [decision] = await rowsOf(
      walk,
      'select id from materiality_decision where engagement_id = $1 and exception_id = $2',
      exceptionId,
    )
    if (decision) await changes(walk, firm.partner, 'approveMateriality', { decisionId: decision.id })
  }
  if (live.length < 2) return
  const asked = `query ($id: ID!) { engagement(id: $id) { aggregates { criteriaCodes subjectMatter } } }`
  const { aggregates } = (await firm.manager.gql(asked, { id: engagementId })).engagement
  for (const { criteriaCodes, subjectMatter } of aggregates) {
    const scope = { engagementId, criteriaCodes, subjectMatter }
    const together = { ...judgment, restsOnIds: [tests['CM-02']] }
    if (isMild && (await tries(walk, firm.manager, 'decideAggregate', { ...scope, ...together, material: false })))
      continue
    await tries(walk, firm.manager, 'decideAggregate', { ...scope, ...together, material: true })
  }
  for (const { id } of await rowsOf(walk, 'select id from aggregate_decision where engagement_id = $1 order by id')) {
    await changes(walk, firm.partner, 'approveAggregate', { aggregateDecisionId: id })
  }
}

/** The criteria are concluded as proposed, here and there otherwise; what cannot be is left. */
async function criteriaConcluded(walk: Walk): Promise<void> {
  const { firm, roll, engagementId, tests } = walk
  if (roll.chance(0.1)) {
    const other = { design: 'ACHIEVED', operation: roll.oneOf(['ACHIEVED', 'NOT_ACHIEVED']), rationale: 'x' }
    const restsOnIds = [tests['CM-02']]
    await tries(walk, firm.manager, 'concludeCriterion', { engagementId, criterionCode: 'CC8.1', ...other, restsOnIds })
  }
  await concludeCriteria(firm.manager, engagementId).catch((error: unknown) => {
    if (/INTERNAL|TIMED_OUT/.test(String(error)) || !/"code"/.test(String(error))) throw error
    walk.said.push(String(error))
  })
}

/** The opinion is decided as proposed, or otherwise. */
async function opined(walk: Walk): Promise<void> {
  const { firm, roll, engagementId, tests } = walk
  const asked = `query ($id: ID!) { engagement(id: $id) { opinionProposal { digest conclusions { subjectMatter category } } } }`
  const { opinionProposal } = (await firm.partner.gql(asked, { id: engagementId })).engagement
  const { subjectMatter, category } = opinionProposal.conclusions[0]
  const other = roll.chance(0.12)
  await tries(walk, firm.partner, 'decideOpinion', {
    engagementId,
    proposalDigest: opinionProposal.digest,
    conclusions: other ? [{ subjectMatter, category, opinion: roll.oneOf(['QUALIFIED', 'UNQUALIFIED']) }] : [],
    ...(other && { rationale: 'x', basisParagraph: 'x', restsOnIds: [tests['CM-02']] }),
  })
  const [opinion] = await rowsOf(walk, 'select id from opinion where engagement_id = $1')
  if (other && opinion) await changes(walk, firm.reviewer, 'agreeOpinion', { opinionId: opinion.id })
}

/** Partner and quality reviewer acknowledge all, some or none of the list, each for themselves. */
async function acknowledged(walk: Walk): Promise<void> {
  const { firm, roll, engagementId } = walk
  const isWhole = roll.chance(0.6)
  for (const person of [firm.partner, firm.reviewer] as Person[]) {
    const share = isWhole ? 1 : roll.oneOf([0, 0.7, 1])
    const { nodes } = await judgmentsOf(person, engagementId)
    const judgments = nodes
      .filter(() => roll.chance(share))
      .map(({ id, figuresDigest }: Record<string, string>) => ({ judgmentId: id, figuresDigest, note: 'Read.' }))
    if (judgments.length > 0) await tries(walk, person, 'acknowledgeJudgments', { engagementId, judgments })
  }
}

/** An engagement from fieldwork to the point at which the partner tries to issue, with what people are tempted to on the way. */
export async function walked(walk: Walk): Promise<void> {
  const { firm, roll, engagementId } = walk
  const rate = roll.oneOf(rates)
  const isTempted = roll.chance(0.7)
  const temptation = (atMost: number) => (isTempted ? tempted(walk, atMost) : undefined)
  await tested(walk, rate)
  await temptation(3)
  await tested(walk, rate)
  await gapsAnswered(walk)
  await reported(walk)
  await temptation(1)
  await tested(walk, rate)
  await reported(walk)
  await answered(walk)
  await concluded(walk)
  if (roll.chance(0.2)) await temptation(2)
  if (!(await changes(walk, firm.manager, 'startCompletion', { engagementId }))) return
  await weighed(walk)
  await criteriaConcluded(walk)
  await opined(walk)
  await acknowledged(walk)
  if (roll.chance(0.1)) await temptation(1)
  await changes(walk, firm.reviewer, 'clearQualityReview', { engagementId })
}

/** The partner tries to issue. Answers the refusals. */
export async function issued({
  w,
  firm,
  engagementId,
}: Walk): Promise<{ code: string; blockers?: { code: string; node: string }[] }[]> {
  const { rows } = await w.owner.query<{ version: number }>('select version from engagement where id = $1', [
    engagementId,
  ])
  const input = { engagementId, expectedVersion: rows[0]?.version as number, datedOn: today() }
  return (await firm.partner.tryTo('issueOpinion', input)).errors
}

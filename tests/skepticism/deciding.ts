import { claimsBeside, signsAssertion } from '../support/assertions.js'
import { concludeCriteria, judgmentsOf, today } from '../support/chain.js'
import type { Person } from '../support/world.js'
import { changes, rowsOf, tries, type Walk } from './attempts.js'
import { told } from './performing.js'

// What is concluded, weighed and acknowledged on the way to the report: as it should be, or over what was found.

/** The days on which nothing serves a criterion are the partner's decision, or a deficiency of the design. */
export async function gapsAnswered(walk: Walk): Promise<void> {
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
        controlId: walk.controls['LT-01'] ?? walk.controls['CM-01'],
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

/** Why the days that no tested list of a control covers are left so. */
export async function gapsAccepted(walk: Walk): Promise<void> {
  const { firm, roll, controls, tests } = walk
  const asked = `query ($id: ID!) { node(id: $id) { ... on Control { populationGaps(first: 20) { nodes { gapFrom gapTo decision { id } } } } } }`
  for (const controlId of [controls['CM-02'], controls['CM-03']].filter((id) => id !== undefined)) {
    const { nodes } = (await firm.manager.gql(asked, { id: controlId })).node.populationGaps
    for (const { gapFrom, gapTo, decision } of nodes) {
      if (decision || roll.chance(0.1)) continue
      const why = { reason: 'Little changed.', restsOnIds: [tests['CM-02']] }
      await tries(walk, firm.manager, 'acceptPopulationGap', { controlId, gapFrom, gapTo, ...why })
    }
  }
}

/** Staff signs each test, the senior reviews it and concludes: as it should be, or over what was found. */
export async function concluded(walk: Walk): Promise<void> {
  const { firm, roll, tests, controls } = walk
  for (const [ref, procedureId] of Object.entries({ ...tests, ...walk.signed })) {
    const controlId = controls[ref.split('.')[0] as string] as string
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
export async function weighed(walk: Walk): Promise<void> {
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
export async function criteriaConcluded(walk: Walk): Promise<void> {
  const { firm, roll, engagementId, tests } = walk
  if (roll.chance(0.15)) {
    const other = { design: 'ACHIEVED', operation: roll.oneOf(['ACHIEVED', 'NOT_ACHIEVED']), rationale: 'x' }
    const restsOnIds = [tests['CM-02']]
    await tries(walk, roll.oneOf([firm.manager, firm.partner, firm.partner]), 'concludeCriterion', {
      engagementId,
      criterionCode: 'CC8.1',
      ...other,
      restsOnIds,
    })
  }
  await concludeCriteria(firm.manager, engagementId).catch((error: unknown) => {
    if (/INTERNAL|TIMED_OUT/.test(String(error)) || !/"code"/.test(String(error))) throw error
    walk.said.push(String(error))
  })
}

/** The opinion is decided as proposed, or otherwise. */
export async function opined(walk: Walk): Promise<void> {
  const { firm, roll, engagementId, tests } = walk
  const asked = `query ($id: ID!) { engagement(id: $id) { opinionProposal { digest conclusions { subjectMatter category } } } }`
  const { opinionProposal } = (await firm.partner.gql(asked, { id: engagementId })).engagement
  const { subjectMatter, category } = opinionProposal.conclusions[0]
  const other = roll.chance(0.12)
  const opinion = roll.oneOf(['QUALIFIED', 'UNQUALIFIED'] as const)
  await tries(walk, firm.partner, 'decideOpinion', {
    engagementId,
    proposalDigest: opinionProposal.digest,
    conclusions: other ? [{ subjectMatter, category, opinion }] : [],
    ...(other && { rationale: 'x', restsOnIds: [tests['CM-02']] }),
    ...(other && opinion === 'QUALIFIED' && { bases: [{ subjectMatter, text: 'x' }] }),
  })
  const [decided] = await rowsOf(walk, 'select id from opinion where engagement_id = $1')
  if (other && decided) await changes(walk, firm.reviewer, 'agreeOpinion', { opinionId: decided.id })
  if (decided) await asserted(walk)
}

/** Management signs an assertion that agrees with the opinion. */
async function asserted(walk: Walk): Promise<void> {
  const [{ conclusions }] = (await rowsOf<{ conclusions: { subjectMatter: string; opinion: string }[] }>(
    walk,
    'select conclusions from opinion where engagement_id = $1',
  )) as [{ conclusions: { subjectMatter: string; opinion: string }[] }]
  await signsAssertion(walk.client.admin, walk.engagementId, claimsBeside(conclusions), today())
}

/** Partner and quality reviewer acknowledge all, some or none of the list, each for themselves. */
export async function acknowledged(walk: Walk): Promise<void> {
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

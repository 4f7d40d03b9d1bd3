import type { Selected } from './api.js'
import type { Raised } from './exceptions.js'
import { pdfOf } from './files/pdf.js'
import { together } from './invented/exceptions.js'
import { firm } from './invented/people.js'
import { change, daysFromNow, listed, type Walk } from './walk.js'

/** The opinion as the partner decided it. */
export interface Decided {
  overall: string
  conclusions: { subjectMatter: string; category: string; opinion: string }[]
}

/** Weighs what was found, apart and together, concludes on each criterion, and decides on the opinion as it is proposed. */
export async function decide(walk: Walk, raised: readonly Raised[]): Promise<Decided> {
  const { cast, engagementId, tell } = walk
  const { manager, partner } = cast
  await change(manager, 'startCompletion', 'engagementId', engagementId)
  for (const exception of raised) await weigh(walk, exception)
  const said = raised.map(
    ({ number, said: { weighed } }) => `${number} ${weighed.material ? 'material' : 'not material'}`,
  )
  tell(`${manager.name} weighs each exception by itself (${said.join(', ')}); ${partner.name} approves.`)
  await weighTogether(walk)
  await previewPervasive(walk, raised)
  await concludeCriteria(walk)
  const { engagement } = await partner.ask(
    'query ($id: ID!) { engagement(id: $id) { opinionProposal { overall conclusions { subjectMatter category opinion } digest } } }',
    { id: engagementId },
  )
  const { overall, conclusions, digest } = engagement.opinionProposal
  await partner.does('decideOpinion', { engagementId, conclusions, proposalDigest: digest }, 'opinion { id }')
  tell(
    `From the decisions the service proposes ${overall} (${conclusions.map((one: Selected) => `${inWords(one.subjectMatter)} ${one.opinion}`).join(', ')}); ${partner.name} decides so.`,
  )
  return { overall, conclusions }
}

/** A subject matter as a sentence names it. */
export const inWords = (name: string): string => name.toLowerCase().replaceAll('_', ' ')

async function weigh(walk: Walk, { id: exceptionId, control, said }: Raised): Promise<void> {
  const { manager, partner } = walk.cast
  const { material, rationale, factors } = said.weighed
  // What is not material over the figures rests on papers.
  const restsOnIds = material ? [] : [await bringMemorandum(walk, control, factors)]
  const { materialityDecision } = await manager.does(
    'decideMateriality',
    { exceptionId, material, pervasive: false, factors, rationale, restsOnIds },
    'materialityDecision { id }',
  )
  await change(partner, 'approveMateriality', 'decisionId', materialityDecision.id)
}

/** What was looked at beyond the sample, so that others can follow why an exception is not material by itself. */
async function bringMemorandum(walk: Walk, control: string, factors: readonly { note: string }[]): Promise<string> {
  const { manager } = walk.cast
  const { start: coversFrom, end: coversTo } = walk.list.period
  const file = await pdfOf({
    name: `${control.toLowerCase()}-memorandum`,
    from: firm.name,
    title: `${control}: what was looked at beyond the sample`,
    datedOn: daysFromNow(0),
    paragraphs: factors.map(({ note }) => note),
    signedBy: [manager.name],
  })
  const said = { origin: 'TAKEN_BY_AUDITOR', source: 'Memorandum of the auditor', coversFrom, coversTo }
  return manager.brings(walk.engagementId, file, said)
}

/** What meets on the same criteria is weighed together, and at the end all that bears on a subject matter. */
async function weighTogether(walk: Walk): Promise<void> {
  const { manager, partner } = walk.cast
  const { engagementId } = walk
  const asked = `query ($id: ID!) { engagement(id: $id) { aggregates { criteriaCodes subjectMatter exceptions(first: 100) { nodes { number } } } } }`
  const { aggregates } = (await manager.ask(asked, { id: engagementId })).engagement
  for (const { criteriaCodes, subjectMatter, exceptions } of aggregates) {
    const { material, rationale, factors } = subjectMatter ? together.subjectMatter : together.criteria
    const scope = subjectMatter ? { subjectMatter } : { criteriaCodes }
    const { aggregateDecision } = await manager.does(
      'decideAggregate',
      { engagementId, ...scope, material, pervasive: false, rationale, factors },
      'aggregateDecision { id }',
    )
    await change(partner, 'approveAggregate', 'aggregateDecisionId', aggregateDecision.id)
    const numbers = listed(exceptions.nodes.map((one: Selected) => `${one.number}`))
    walk.tell(
      `${manager.name} weighs exceptions ${numbers} together on ${subjectMatter ? inWords(subjectMatter) : criteriaCodes.join(' and ')}: material, not pervasive; ${partner.name} approves.`,
    )
  }
}

/** Concludes on each criterion as proposed: in one act on those that no exception names, then on each other one. */
async function concludeCriteria({ cast, engagementId, tell }: Walk): Promise<void> {
  const { conclusions } = await cast.manager.does('concludeCriteriaAsProposed', { engagementId }, 'conclusions { id }')
  const { engagement } = await cast.manager.ask(
    `query ($id: ID!) { engagement(id: $id) { criterionProposals {
      criterion { code } design operation conclusion { id } reasons(first: 100) { nodes { because } } } } }`,
    { id: engagementId },
  )
  const others = engagement.criterionProposals.filter((one: Selected) => one.conclusion === null)
  for (const { criterion, design, operation, reasons } of others) {
    const rationale = reasons.nodes.map(({ because }: Selected) => because).join(' ')
    const concluded = { engagementId, criterionCode: criterion.code, design, operation, rationale }
    await cast.manager.does('concludeCriterion', concluded, 'conclusion { id }')
  }
  const each = others.map(
    ({ criterion, design, operation }: Selected) =>
      `${criterion.code} ${design === operation ? design : `design ${design}, operation ${operation}`}`,
  )
  tell(
    `${cast.manager.name} concludes ${conclusions.length} criteria as achieved in one act, and by itself ${each.join('; ')}.`,
  )
}

const preview = `query ($input: OpinionPreviewInput!) { opinionPreview(input: $input) {
  changed { subjectMatter opinionNow opinion } assertion { claims { subjectMatter claim } } } }`

/** The partner asks what would follow if what was found on operation were pervasive: nothing changes, and it is recorded that it was asked. */
async function previewPervasive(walk: Walk, raised: readonly Raised[]): Promise<void> {
  const { partner } = walk.cast
  const { engagementId } = walk
  const asked = 'query ($id: ID!) { engagement(id: $id) { aggregateDecisions { subjectMatter } } }'
  const { aggregateDecisions } = (await partner.ask(asked, { id: engagementId })).engagement
  const together = aggregateDecisions.find((one: Selected) => one.subjectMatter !== null)
  const pervasive = { material: true, pervasive: true }
  const changes = together
    ? { aggregates: [{ subjectMatter: together.subjectMatter, ...pervasive }] }
    : { exceptions: [{ exceptionId: raised[0]?.id, ...pervasive }] }
  const { opinionPreview } = await partner.ask(preview, { input: { engagementId, ...changes } })
  const { changed, assertion } = opinionPreview
  const other = changed.map((one: Selected) => `${inWords(one.subjectMatter)} ${one.opinion} and not ${one.opinionNow}`)
  const claims = assertion.claims.filter(({ claim }: Selected) => claim === 'FAILS')
  walk.tell(
    `${partner.name} asks what would follow if ${together ? 'these together' : `exception ${raised[0]?.number}`} were pervasive: ${other.join(', ')}; management would have to assert that ${claims.map((one: Selected) => inWords(one.subjectMatter)).join(' and ')} fails. Nothing changes, and it is recorded that it was asked.`,
  )
}

import type { Selected } from './api.js'
import type { Findings } from './fieldwork.js'
import { changeControl } from './invented.js'
import { change, recordDocument, type Walk } from './walk.js'

/** The report as it was issued. */
export interface Issued {
  number: string
  sha256: string
  html: string
  overall: string
}

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`

/** Raises what was found, has it confirmed and communicated, and signs the test. Answers the exception's id, if there is one. */
export async function raiseAndSign(walk: Walk, findings: Findings): Promise<string | null> {
  const { staff, senior, manager } = walk.cast
  const exceptionId = findings.deviations.length > 0 ? await raise(walk, findings) : null
  await change(staff, 'prepareProcedure', 'procedureId', findings.procedureId, {
    outcome: exceptionId ? 'EXCEPTIONS' : 'NO_EXCEPTIONS',
    outcomeNote: `${findings.tested} changes inspected, ${plural(findings.deviations.length, 'deviation', 'deviations')}.`,
  })
  await change(senior, 'reviewProcedure', 'procedureId', findings.procedureId)
  const { procedure } = await senior.ask(
    `query ($id: ID!) { procedure(id: $id) { sample { evaluation { testedCount deviationCount acceptedCount upperDeviationLimit supportsReliance } } } }`,
    { id: findings.procedureId },
  )
  const { testedCount, deviationCount, acceptedCount, upperDeviationLimit, supportsReliance } =
    procedure.sample.evaluation
  const limit =
    upperDeviationLimit === null
      ? ''
      : ` For information: upper limit ${Math.round(upperDeviationLimit * 1000) / 10} %.`
  walk.tell(
    `The sample, computed: ${deviationCount} of ${testedCount} deviate, where the table accepts ${acceptedCount}: it ${supportsReliance ? 'supports' : 'does not support'} reliance.${limit}`,
  )
  await change(senior, 'concludeControl', 'controlId', walk.controlIds.get(changeControl.ref) as string, {
    design: 'SUITABLE',
    operation: exceptionId ? 'NOT_EFFECTIVE' : 'EFFECTIVE',
    rationale: exceptionId ? 'Changes reached the main line without review by another person.' : null,
  })
  if (exceptionId) {
    await change(manager, 'confirmException', 'exceptionId', exceptionId)
    await change(manager, 'communicateException', 'exceptionId', exceptionId, { responseDueOn: daysFromNow(21) })
    walk.tell(`${manager.name}, who is not its author, confirms the exception and communicates it to the client.`)
  }
  return exceptionId
}

async function raise(walk: Walk, findings: Findings): Promise<string> {
  const { staff } = walk.cast
  const { exception } = await staff.does(
    'raiseException',
    {
      engagementId: walk.engagementId,
      procedureId: findings.procedureId,
      kind: 'OPERATING_DEVIATION',
      category: 'OPERATING_INEFFECTIVENESS',
      cause: 'HUMAN_ERROR',
      title: 'Changes merged without review by another person',
      condition:
        'Changes to code were merged to the main line without a recorded review by someone other than the author.',
      resultIds: findings.deviations.map(({ resultId }) => resultId),
      potentialImpact: 'A faulty or malicious change could reach the system unseen.',
      causeNote: 'The repository lets maintainers merge without a recorded review.',
      evidenceNote: `Extract of changes, rows ${findings.deviations.map(({ key }) => key).join(', ')}.`,
    },
    'exception { id number testedCount deviationCount sectionFourText }',
  )
  walk.tell(
    `${staff.name} raises exception ${exception.number}: ${exception.deviationCount} of ${exception.testedCount} items deviate (${findings.deviations.map(({ key }) => key).join(', ')}).`,
  )
  return exception.id
}

/** A respondent of the client reads the exception and drafts the answer. Answers the response's id. */
export async function draftAnswer(walk: Walk, exceptionId: string): Promise<string> {
  const { respondent } = walk.cast
  const seen = await respondent.ask('query ($id: ID!) { exception(id: $id) { number } }', { id: exceptionId })
  const { response } = await respondent.does(
    'draftResponse',
    {
      exceptionId,
      position: 'AGREE',
      acknowledgement: 'Management agrees with the exception.',
      rootCauseCategory: 'TOOLING',
      rootCause:
        'The repository’s branch protection did not apply to maintainers, so a merge without review was possible.',
      remediation: [
        {
          action: 'Apply branch protection to maintainers: no merge without one approving review.',
          owner: 'Head of Engineering',
          dueOn: daysFromNow(30),
          done: false,
        },
        {
          action: 'Report merges without review to the Head of Engineering each week.',
          owner: 'IT Manager',
          dueOn: daysFromNow(45),
          done: false,
        },
      ],
      responsible: 'Head of Engineering',
      targetOn: daysFromNow(45),
      preventionOfRecurrence:
        'The protection is part of the repository’s configuration, which is reviewed each quarter.',
    },
    'response { id }',
  )
  walk.tell(`${respondent.name} of the client reads exception ${seen.exception.number} and drafts a response.`)
  return response.id
}

/** The client's side: draft, approval, submission for management; then the auditor's acceptance. */
export async function respond(walk: Walk, exceptionId: string): Promise<void> {
  const { respondent, clientAdmin, manager } = walk.cast
  const responseId = await draftAnswer(walk, exceptionId)
  await change(respondent, 'requestResponseApproval', 'responseId', responseId)
  const submitted = await change(clientAdmin, 'submitResponse', 'responseId', responseId, {}, 'warnings { message }')
  await change(manager, 'acceptResponse', 'responseId', responseId)
  walk.tell(
    `${clientAdmin.name} submits it for management (${plural(submitted.warnings.length, 'warning', 'warnings')}); ${manager.name} accepts it: read, complete, not inconsistent with the findings, no assurance.`,
  )
}

/** Weighs the exception, decides the opinion, reviews and issues. */
export async function conclude(walk: Walk, exceptionId: string | null): Promise<Issued> {
  const { manager, partner, reviewer, clientAdmin } = walk.cast
  const { engagementId } = walk
  await change(manager, 'startCompletion', 'engagementId', engagementId)
  if (exceptionId) await weigh(walk, exceptionId)
  await concludeCriteria(walk)
  const { engagement } = await partner.ask(
    'query ($id: ID!) { engagement(id: $id) { opinionProposal { overall conclusions { subjectMatter category opinion } digest } } }',
    { id: engagementId },
  )
  const { overall, conclusions, digest } = engagement.opinionProposal
  await partner.does('decideOpinion', { engagementId, conclusions, proposalDigest: digest }, 'opinion { id overall }')
  walk.tell(
    `From the decisions the service proposes ${overall} (${conclusions.map((one: Selected) => `${one.subjectMatter.toLowerCase().replaceAll('_', ' ')} ${one.opinion}`).join(', ')}); ${partner.name} decides so.`,
  )
  await share(walk)
  await assert(walk, conclusions)
  for (const kind of ['REPRESENTATION_LETTER', 'SUBSEQUENT_EVENTS_INQUIRY']) await recordDocument(walk, kind, today())
  await acknowledge(walk)
  await change(reviewer, 'clearQualityReview', 'engagementId', engagementId)
  walk.tell(`${reviewer.name}, who did no work on the engagement, clears the quality review.`)
  await change(partner, 'dateReport', 'engagementId', engagementId, { datedOn: today() })
  await change(partner, 'issueOpinion', 'engagementId', engagementId)
  const { engagement: issued } = await clientAdmin.ask(
    'query ($id: ID!) { engagement(id: $id) { state report { number sha256 html } } }',
    { id: engagementId },
  )
  const { number, sha256, html } = issued.report
  walk.tell(`${partner.name} issues report ${number}; the client reads it (SHA-256 ${sha256.slice(0, 16)}…).`)
  const { verifyTrail } = await partner.ask(
    'query ($id: ID!) { verifyTrail(engagementId: $id) { intact entryCount } }',
    {
      id: engagementId,
    },
  )
  walk.tell(`The trail holds ${verifyTrail.entryCount} entries and is ${verifyTrail.intact ? 'intact' : 'BROKEN'}.`)
  return { number, sha256, html, overall }
}

/** The partner shares the draft with the client's administrator, who reads it before management signs. */
async function share({ cast, engagementId, tell }: Walk): Promise<void> {
  await cast.partner.does('shareDraft', { engagementId }, 'sharedDraft { id }')
  const asked = 'query ($id: ID!) { engagement(id: $id) { sharedDraft { html misstatements { totalCount } } } }'
  const { misstatements } = (await cast.clientAdmin.ask(asked, { id: engagementId })).engagement.sharedDraft
  tell(
    `${cast.partner.name} shares a marked draft of Sections I to IV, with ${plural(misstatements.totalCount, 'misstatement', 'misstatements')} of the description to correct; ${cast.clientAdmin.name} reads it.`,
  )
}

/** Management asserts, in the wording that is offered, what it claims beside the opinion, and signs. */
async function assert({ cast, engagementId, tell }: Walk, conclusions: Selected[]): Promise<void> {
  const { clientAdmin } = cast
  const { engagement } = await clientAdmin.ask(
    'query ($id: ID!) { engagement(id: $id) { offeredAssertion { text claims { subjectMatter } } } }',
    { id: engagementId },
  )
  const claims = engagement.offeredAssertion.claims.map(({ subjectMatter }: Selected) => {
    const own = conclusions.filter((one) => one.subjectMatter === subjectMatter).map(({ opinion }) => opinion)
    const claim = own.includes('ADVERSE') ? 'FAILS' : own.includes('QUALIFIED') ? 'EXCEPT' : 'HOLDS'
    return { subjectMatter, claim, matters: claim === 'HOLDS' ? null : 'what Section I describes as its basis' }
  })
  const modified = claims.filter(({ claim }: Selected) => claim !== 'HOLDS')
  const said = modified.map(
    ({ subjectMatter, matters }: Selected) =>
      `What we confirm of the ${subjectMatter.toLowerCase().replaceAll('_', ' ')} is modified for ${matters}.`,
  )
  const text = [engagement.offeredAssertion.text, ...said].join('\n\n')
  const { assertion } = await clientAdmin.does(
    'writeAssertion',
    { engagementId, text, claims },
    'assertion { id version }',
  )
  const signers = [{ name: clientAdmin.name, title: 'Chief executive officer' }]
  const signed = { assertionId: assertion.id, expectedVersion: assertion.version, signers, datedOn: today() }
  await clientAdmin.does('signAssertion', signed)
  tell(`${clientAdmin.name} writes management’s assertion, which prints as Section II, and signs it.`)
}

/** The partner and the quality reviewer read what was judged against the figures, and acknowledge each. */
async function acknowledge({ cast, engagementId, tell }: Walk): Promise<void> {
  const asked = `query ($id: ID!) { engagement(id: $id) {
    judgmentsAgainstFigures(first: 100) { nodes { id figuresDigest statement } } } }`
  const { engagement } = await cast.partner.ask(asked, { id: engagementId })
  const { nodes } = engagement.judgmentsAgainstFigures
  if (nodes.length === 0) return
  for (const person of [cast.partner, cast.reviewer]) {
    const judgments = nodes.map(({ id, figuresDigest }: Selected) => ({
      judgmentId: id,
      figuresDigest,
      note: 'Read together with the papers it rests on; the judgment is explicable.',
    }))
    await person.does('acknowledgeJudgments', { engagementId, judgments }, 'engagement { id }')
  }
  const first = nodes[0].statement
  tell(
    `${cast.partner.name} and ${cast.reviewer.name} each acknowledge ${plural(nodes.length, 'judgment', 'judgments')} against the figures (${first}).`,
  )
}

/** Concludes on each criterion as proposed: in one act on those that no exception names, then on each other one. */
async function concludeCriteria({ cast, engagementId, tell }: Walk): Promise<void> {
  const { conclusions } = await cast.manager.does('concludeCriteriaAsProposed', { engagementId }, 'conclusions { id }')
  const { engagement } = await cast.manager.ask(
    `query ($id: ID!) { engagement(id: $id) {
      criterionProposals { criterion { code } design operation conclusion { id } } } }`,
    { id: engagementId },
  )
  const others = engagement.criterionProposals.filter((one: Selected) => one.conclusion === null)
  for (const { criterion, design, operation } of others) {
    const rationale = 'No other control tested covers what the failing control was to prevent.'
    const concluded = { engagementId, criterionCode: criterion.code, design, operation, rationale }
    await cast.manager.does('concludeCriterion', concluded, 'conclusion { id }')
  }
  const each = others.map((one: Selected) => `${one.criterion.code} ${one.operation}`).join(', ')
  tell(
    `${cast.manager.name} concludes ${plural(conclusions.length, 'criterion', 'criteria')} as achieved in one act${each ? `, and by itself ${each}` : ''}.`,
  )
}

async function weigh(walk: Walk, exceptionId: string): Promise<void> {
  const { manager, partner } = walk.cast
  const { materialityDecision } = await manager.does(
    'decideMateriality',
    {
      exceptionId,
      material: true,
      pervasive: false,
      factors: [
        { factor: 'RATE_AGAINST_TOLERABLE', note: 'The upper limit of the rate is above the tolerable rate.' },
        { factor: 'IMPORTANCE_OF_CONTROL', note: 'No other control tested covers unreviewed changes.' },
        { factor: 'INCIDENTS', note: 'No incident came of it.' },
      ],
      rationale: 'The control is the only one over changes to code; confined to change management, so not pervasive.',
    },
    'materialityDecision { id }',
  )
  await change(partner, 'approveMateriality', 'decisionId', materialityDecision.id)
  walk.tell(`${manager.name} decides that the exception is material, not pervasive; ${partner.name} approves.`)
}

/** A day, `2019-12-31`, so many after today. */
export const daysFromNow = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
const today = () => daysFromNow(0)

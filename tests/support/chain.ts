import { claimsBeside, signsAssertion } from './assertions.js'
import { staffedEngagement } from './engagements.js'
import { matter } from './exceptions.js'
import { testItems } from './tested-items.js'
import type { Person, TestClient, TestFirm } from './world.js'

type Answered = any

/** An engagement on its way from planning to the report, step by step through the API. All of it is invented. */
export interface Chain {
  engagementId: string
  controlId: string
  procedureId: string
  /** Does an act to something that exists, at the version it has now. */
  change(
    by: Person,
    mutation: string,
    idName: string,
    id: string,
    input?: object,
    selection?: string,
  ): Promise<Answered>
  /** The same, to be refused: answers the refusals. */
  refused(by: Person, mutation: string, idName: string, id: string, input?: object): Promise<Answered[]>
  version(id: string): Promise<number>
  /** Raises an exception on CC8.1 by the senior, confirms it by the manager and communicates it by the partner. Answers its id. */
  exception(changes?: object): Promise<string>
  /** The client answers the exception and the manager accepts the answer. */
  answered(exceptionId: string): Promise<void>
  /** The manager decides on materiality. Answers the decision's id. */
  weighed(exceptionId: string, judgment?: object): Promise<string>
  /** Weighed, and approved by the partner. */
  concluded(exceptionId: string, judgment?: object): Promise<void>
  /** The manager weighs together what is to be, as not material unless told otherwise or one of them is; the partner approves. */
  together(judgment?: object | ((subjectMatter: string | null) => object)): Promise<void>
  /** The criteria that no exception names are concluded in one act, each other one as proposed, where it can be. */
  criteria(): Promise<void>
  startCompletion(): Promise<void>
  /** Obtains the engagement documents; management asserts what is proposed, and describes its system, where it has not yet. */
  documents(datedOn?: string): Promise<void>
  /** The client describes its system, where it has not yet. */
  described(): Promise<void>
  /** Management signs an assertion that agrees with these conclusions. Answers its id. */
  asserted(conclusions: readonly { subjectMatter: string; opinion: string }[], datedOn?: string): Promise<string>
  proposal(): Promise<Answered>
  /** The criteria are concluded, and the partner decides, as proposed unless told otherwise. Answers the opinion's id. */
  decided(input?: object): Promise<string>
  /** The partner decides anew, on the proposal as it is now. */
  revised(): Promise<void>
  /** Partner and quality reviewer acknowledge every judgment against the figures that awaits them. */
  acknowledged(): Promise<void>
  /** The same, and the quality reviewer clears; management signs another assertion where its own contradicts the opinion, and the partner dates the report. */
  cleared(): Promise<void>
  /** The partner dates the report, where it can bear the date. */
  dated(datedOn?: string): Promise<void>
  /** From fieldwork on until only the report is to be issued, with one exception, which was answered. */
  readyToIssue(): Promise<void>
  issue(by?: Person, on?: { datedOn?: string }): Promise<Answered>
}

export const today = (): string => new Date().toISOString().slice(0, 10)

const judgment = {
  material: true,
  pervasive: false,
  factors: [{ factor: 'NATURE_AND_CAUSE', note: 'Unreviewed changes reached production.' }],
  rationale: 'Users rely on the review of changes.',
}

const commonCriteria = [5, 3, 4, 2, 3, 8, 5, 1, 2].flatMap((count, at) =>
  Array.from({ length: count }, (_, n) => `CC${at + 1}.${n + 1}`),
)

/**
 * An engagement in fieldwork: one control meets all criteria, and one procedure tests it; it is reviewed.
 * @param changes of what the engagement is about
 * @param list what is said otherwise of the population
 * @param statesNone whether it was stated in planning that the system uses no subservice organization
 */
export async function chain(
  firm: TestFirm,
  client: TestClient,
  changes: object = {},
  list: object = {},
  { statesNone = true } = {},
): Promise<Chain> {
  const { partner, reviewer, manager, senior, staff } = firm
  const engagementId = await staffedEngagement(firm, client, changes)
  const isAvailable = (changes as { categories?: string[] }).categories?.includes('AVAILABILITY')

  const version: Chain['version'] = async (id) =>
    (await manager.gql('query ($id: ID!) { node(id: $id) { version } }', { id })).node.version
  const change: Chain['change'] = async (by, mutation, idName, id, input = {}, selection = '__typename') =>
    by.does(mutation, { [idName]: id, expectedVersion: await version(id), ...input }, selection)
  const refused: Chain['refused'] = async (by, mutation, idName, id, input = {}) =>
    (await by.tryTo(mutation, { [idName]: id, expectedVersion: await version(id), ...input })).errors
  const document = async (kind: string, datedOn: string) => {
    const file = { name: `${kind.toLowerCase()}.txt`, content: `The invented ${kind} of ${datedOn}.` }
    const { id: evidenceId } = await manager.brings(engagementId, file)
    const obtainedFrom = 'Carla, Head of Operations'
    await manager.does('recordEngagementDocument', { engagementId, kind, datedOn, obtainedFrom, evidenceId })
  }

  await document('ENGAGEMENT_LETTER', '2025-01-02')
  const { control } = await senior.does(
    'createControl',
    {
      engagementId,
      ref: 'CM-01',
      title: 'Changes are reviewed',
      description: 'Each change is reviewed by another person than its author before it is merged.',
      owner: 'Head of engineering',
      frequency: 'PER_EVENT',
      nature: 'MANUAL',
      type: 'PREVENTIVE',
      area: 'CHANGE',
      isKey: true,
      criteriaCodes: isAvailable ? [...commonCriteria, 'A1.1', 'A1.2', 'A1.3'] : commonCriteria,
    },
    'control { id }',
  )
  if (statesNone) {
    const reason = 'The contracts with suppliers were read; none performs a control, invented.'
    await change(manager, 'stateNoSubserviceOrganizations', 'engagementId', engagementId, { reason })
  }
  await change(manager, 'startFieldwork', 'engagementId', engagementId)
  const isType1 = (changes as { kind?: string }).kind === 'SOC2_TYPE_1'
  const { procedure } = await senior.does(
    'planProcedure',
    {
      controlId: control.id,
      ref: 'CM-01.T1',
      methods: ['INSPECTION'],
      aspects: [isType1 ? 'DESIGN' : 'OPERATION'],
      objective: 'Changes are reviewed by another person before they are merged.',
      steps: 'Inspected the record of review of each change.',
      attributes: isType1 ? [] : [{ letter: 'A', description: 'Another person than the author reviewed the change.' }],
    },
    'procedure { id }',
  )
  await change(staff, 'startProcedure', 'procedureId', procedure.id)
  const test = { engagementId, controlId: control.id, procedureId: procedure.id, attributes: ['A'] }
  if (!isType1) await testItems(staff, { ...test, list })
  await change(staff, 'prepareProcedure', 'procedureId', procedure.id, {
    outcome: 'NO_EXCEPTIONS',
    outcomeNote: 'Every change had a record of review.',
  })
  await change(senior, 'reviewProcedure', 'procedureId', procedure.id)
  await change(senior, 'concludeControl', 'controlId', control.id, {
    design: 'SUITABLE',
    operation: isType1 ? null : 'EFFECTIVE',
    rationale: 'The design was walked through with the owner of the control.',
  })

  const made: Chain = {
    engagementId,
    controlId: control.id,
    procedureId: procedure.id,
    change,
    refused,
    version,
    async exception(given = {}) {
      const raised = await senior.does(
        'raiseException',
        {
          engagementId,
          controlId: control.id,
          kind: 'SCOPE_LIMITATION',
          criteriaCodes: ['CC8.1'],
          ...matter,
          ...given,
        },
        'exception { id }',
      )
      const { id } = raised.exception
      await change(manager, 'confirmException', 'exceptionId', id)
      const due = new Date(Date.now() + 14 * 86_400_000).toISOString().slice(0, 10)
      await change(partner, 'communicateException', 'exceptionId', id, { responseDueOn: due })
      return id
    },
    async answered(exceptionId) {
      const drafted = await client.respondent.does('draftResponse', { exceptionId, ...answer }, 'response { id }')
      const { id } = drafted.response
      const at = async () =>
        (await client.admin.gql('query ($id: ID!) { node(id: $id) { version } }', { id })).node.version
      await client.respondent.does('requestResponseApproval', { responseId: id, expectedVersion: await at() })
      await client.admin.does('submitResponse', { responseId: id, expectedVersion: await at() })
      await change(manager, 'acceptResponse', 'responseId', id)
    },
    async weighed(exceptionId, given = {}) {
      const decided = await manager.does(
        'decideMateriality',
        { exceptionId, ...judgment, ...given },
        'materialityDecision { id }',
      )
      return decided.materialityDecision.id
    },
    async concluded(exceptionId, given = {}) {
      await change(partner, 'approveMateriality', 'decisionId', await made.weighed(exceptionId, given))
    },
    async together(given = {}) {
      const asked = `query ($id: ID!) { engagement(id: $id) { aggregates { criteriaCodes subjectMatter
        exceptions { nodes { materialityDecision { material pervasive } } } } } }`
      const { aggregates } = (await manager.gql(asked, { id: engagementId })).engagement
      for (const { criteriaCodes, subjectMatter, exceptions } of aggregates) {
        const alone = exceptions.nodes.map(({ materialityDecision }: Answered) => materialityDecision)
        const { aggregateDecision } = await manager.does(
          'decideAggregate',
          {
            engagementId,
            criteriaCodes,
            subjectMatter,
            material: alone.some((one: Answered) => one.material),
            pervasive: subjectMatter !== null && alone.some((one: Answered) => one.pervasive),
            sharedCause: 'The records were kept in one system.',
            affectedCommitment: 'Changes are reviewed before they reach users.',
            factors: [{ factor: 'AGGREGATION', note: 'They share a cause.' }],
            rationale: 'Together they are no more than each alone.',
            ...(typeof given === 'function' ? given(subjectMatter) : given),
          },
          'aggregateDecision { id }',
        )
        await change(partner, 'approveAggregate', 'aggregateDecisionId', aggregateDecision.id)
      }
    },
    criteria: () => concludeCriteria(manager, engagementId),
    async startCompletion() {
      await change(manager, 'startCompletion', 'engagementId', engagementId)
    },
    async documents(datedOn = today()) {
      for (const kind of ['REPRESENTATION_LETTER', 'SUBSEQUENT_EVENTS_INQUIRY']) await document(kind, datedOn)
      const proposed = await made.proposal()
      if (proposed) await made.asserted(proposed.conclusions, datedOn)
      await made.described()
    },
    async described() {
      const asked = 'query ($id: ID!) { engagement(id: $id) { descriptionSections { criterion } } }'
      const { descriptionSections } = (await client.admin.gql(asked, { id: engagementId })).engagement
      if (descriptionSections.length > 0) return
      for (const criterion of ['DC1', 'DC2', 'DC3', 'DC4', 'DC5', 'DC6', 'DC7', 'DC8', 'DC9']) {
        await client.admin.does('writeDescriptionSection', {
          engagementId,
          criterion,
          text: `An invented ${criterion}.`,
        })
      }
    },
    asserted: (conclusions, datedOn = today()) =>
      signsAssertion(client.admin, engagementId, claimsBeside(conclusions), datedOn),
    async proposal() {
      const asked = `query ($id: ID!) { engagement(id: $id) { opinionProposal { overall complete bases { subjectMatter text } digest
        conclusions { subjectMatter category opinion undecided { nodes { id } } reasons { nodes { exceptions { nodes { id } } leadsTo because } } } } } }`
      const { opinionProposal } = (await partner.gql(asked, { id: engagementId })).engagement
      return withoutPages(opinionProposal)
    },
    async decided(input = {}) {
      await made.criteria()
      const { digest } = await made.proposal()
      const decided = await partner.does(
        'decideOpinion',
        { engagementId, proposalDigest: digest, ...input },
        'opinion { id }',
      )
      return decided.opinion.id
    },
    async revised() {
      await made.criteria()
      const asked = 'query ($id: ID!) { engagement(id: $id) { opinion { id } } }'
      const { opinion } = (await partner.gql(asked, { id: engagementId })).engagement
      const { digest } = await made.proposal()
      const anew = { proposalDigest: digest, conclusions: [], rationale: null, bases: [], emphases: [] }
      await change(partner, 'reviseOpinion', 'opinionId', opinion.id, anew)
    },
    async acknowledged() {
      for (const [by, role] of [
        [partner, 'ENGAGEMENT_PARTNER'],
        [reviewer, 'QUALITY_REVIEWER'],
      ] as const) {
        const { nodes } = await judgmentsOf(by, engagementId)
        const awaiting = nodes.filter(({ awaited }: Answered) => awaited.includes(role))
        if (awaiting.length === 0) continue
        const judgments = awaiting.map(({ id, figuresDigest }: Answered) => ({
          judgmentId: id,
          figuresDigest,
          note: 'Read with the figures and the papers.',
        }))
        await by.does('acknowledgeJudgments', { engagementId, judgments })
      }
    },
    async cleared() {
      const asked = `query ($id: ID!) { engagement(id: $id) {
        opinion { conclusions { subjectMatter opinion } } assertions { datedOn contradictions { claim } } } }`
      const { opinion, assertions } = (await partner.gql(asked, { id: engagementId })).engagement
      const denied = assertions.find(({ contradictions }: Answered) => contradictions.length > 0)
      if (denied) await made.asserted(opinion.conclusions, denied.datedOn)
      await made.acknowledged()
      await change(reviewer, 'clearQualityReview', 'engagementId', engagementId)
      await made.dated()
    },
    async dated(datedOn = today()) {
      const input = { engagementId, expectedVersion: await version(engagementId), datedOn }
      await partner.tryTo('dateReport', input)
    },
    async readyToIssue() {
      const exceptionId = await made.exception()
      await made.answered(exceptionId)
      await made.startCompletion()
      await made.concluded(exceptionId)
      await made.together()
      await made.documents()
      await made.decided()
      await made.cleared()
    },
    async issue(by = partner, { datedOn = today() } = {}) {
      await made.dated(datedOn)
      return change(
        by,
        'issueOpinion',
        'engagementId',
        engagementId,
        {},
        'engagement { id state version } report { id number datedOn sha256 model trailPosition trailHash }',
      )
    },
  }
  return made
}

/**
 * A manager concludes on what is not concluded as it is now: in one act on the criteria that no exception names, then on each other
 * one, as proposed. What cannot be concluded yet is left.
 */
export async function concludeCriteria(manager: Person, engagementId: string): Promise<void> {
  const asked = `query ($id: ID!) { engagement(id: $id) { criterionProposals { criterion { code } design operation isReady
    conclusion { id version isStale } } } }`
  const open = async (): Promise<Answered[]> => {
    const { criterionProposals } = (await manager.gql(asked, { id: engagementId })).engagement
    return criterionProposals.filter((one: Answered) => one.isReady && (one.conclusion?.isStale ?? true))
  }
  if ((await open()).length > 0) await manager.tryTo('concludeCriteriaAsProposed', { engagementId })
  for (const { criterion, design, operation, conclusion } of await open()) {
    const outcome = { design, operation, otherGround: null, rationale: 'Over all controls that serve it.' }
    if (conclusion) {
      const { id: criterionConclusionId, version: expectedVersion } = conclusion
      await manager.does('reviseCriterionConclusion', { criterionConclusionId, expectedVersion, ...outcome })
    } else await manager.does('concludeCriterion', { engagementId, criterionCode: criterion.code, ...outcome })
  }
}

/** The judgments against the figures of an engagement, as a person reads them: the first hundred. */
export const judgmentsOf = async (by: Person, engagementId: string): Promise<Answered> =>
  (
    await by.gql(
      `query ($id: ID!) { engagement(id: $id) { judgmentsAgainstFigures(first: 100) { totalCount nodes { id kind statement figuresDigest
        reason isAcknowledged awaited decidedAt decidedBy { id } subject { __typename id } restsOn { id } figures { name value }
        acknowledgements { role note figuresDigest member { id } } } } } }`,
      { id: engagementId },
    )
  ).engagement.judgmentsAgainstFigures

/** Lists in place of their pages. */
const withoutPages = (value: any): any => {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(withoutPages)
  if (Array.isArray(value.nodes)) return value.nodes.map(withoutPages)
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutPages(inner)]))
}

const inAMonth = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10)

export const answer = {
  position: 'AGREE',
  acknowledgement: 'Management agrees with the exception.',
  rootCauseCategory: 'TOOLING',
  rootCause: 'The records of review were kept in a system that was replaced in the period.',
  remediation: [
    { action: 'Export the records each month.', owner: 'Head of engineering', dueOn: inAMonth, done: false },
  ],
  responsible: 'Head of engineering',
  targetOn: inAMonth,
  preventionOfRecurrence: 'The export is part of the monthly closing list.',
}

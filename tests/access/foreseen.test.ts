import { type GraphQLInputObjectType, isNonNullType } from 'graphql'
import { describe, expect, it, test } from 'vitest'
import { features } from '../../src/features.js'
import { policy } from '../../src/policy.js'
import { plainSchema } from '../../src/schema.js'
import { allHolds, writesAssertion } from '../support/assertions.js'
import { faultsOf, loggedWorld, nothingLasts, undone } from '../support/attack.js'
import { chain } from '../support/chain.js'
import { controlOf, fieldwork, importList, origin } from '../support/fieldwork.js'
import { inventedSet, loadsSet, mapsTo, takesIn } from '../support/frameworks.js'
import { fullWorld } from '../support/full-world.js'
import { longList } from '../support/large-import.js'
import { addsToLibrary, entrySaid } from '../support/library.js'
import { linkable } from '../support/linking.js'
import { present } from '../support/presented.js'
import {
  changeSaid,
  entersChange,
  entersIncident,
  incidentSaid,
  sharesChange,
  sharesIncident,
} from '../support/registers.js'
import { assessment, fraudInquiry } from '../support/risks.js'
import { suspicion } from '../support/suspicions.js'
import { walkthrough } from '../support/tested-items.js'
import { answersOpen } from '../support/update-matters.js'
import { specialist, usesWork } from '../support/work-of-others.js'
import type { Person, TestClient, TestFirm } from '../support/world.js'

// `actions` says of an act that it is allowed where the act is done, and that it is not where the act is refused: tried for
// every act of every object, in every state that two worlds have, by every person whose role lets them. One world is laid by a
// superuser, in many states; the other is made through the API. Each act gets an input that could pass; what depends on the
// input is not foreseen.

const { w, lines } = await loggedWorld()
const schema = await plainSchema(features)
const laid = await fullWorld(w)

/** How the control operated nevertheless, without a file that shows it. */
const operated = { kind: 'CONTROL_OPERATED', reason: 'Invented.', alternativeProcedure: 'Invented.' }

/** A misstatement of the description, which can be corrected. */
const misstatement = {
  kind: 'DESCRIPTION_MISSTATEMENT',
  controlId: null,
  criteriaCodes: ['DC4'],
  expectedOperation: 'Each incident is told.',
  failedFrom: null,
  failedTo: null,
  failurePeriodBasis: null,
}

/** Engagements at each step of the chain, made through the API. */
async function builtWorld(firm: TestFirm, client: TestClient): Promise<void> {
  await addsToLibrary(firm.admin, 'AC-01')
  const retired = await addsToLibrary(firm.partner, 'AC-02')
  const retiring = { libraryControlId: retired.id, expectedVersion: retired.version, reason }
  await firm.partner.does('retireLibraryControl', retiring)
  const planned = await fieldwork(w, firm, { state: 'PLANNING' })
  await firm.staff.brings(planned.engagementId, { name: 'letter.txt', content: 'The terms.' })
  for (const [ref, marker] of [
    ['GV-01', firm.senior],
    ['GV-02', firm.manager],
  ] as const) {
    const tone = controlOf(planned.engagementId, { ref, frequency: 'CONTINUOUS' })
    const { control } = await firm.senior.does('createControl', tone, 'control { id version }')
    const marked = { controlId: control.id, expectedVersion: control.version, reason: 'A policy.' }
    await marker.does('markControlWithoutPopulation', marked)
  }
  await firm.partner.does('placeLegalHold', { engagementId: planned.engagementId, reason: 'A claim was announced.' })
  const typeOne = { kind: 'SOC2_TYPE_1', periodStart: null, periodEnd: null, asOf: '2025-12-31' }
  const asOfDate = await chain(firm, client, typeOne)
  await firm.staff.brings(asOfDate.engagementId, { name: 'letter.txt', content: 'The terms.' })
  await firm.partner.does('recordManagementRefusal', {
    ...{ engagementId: asOfDate.engagementId, statement: 'REPRESENTATION_LETTER' },
    ...{ refusedBy: 'Carla', refusedOn: '2026-01-10', reason: 'Invented.' },
  })
  const examined = await chain(firm, client)
  const [answered, withdrawn, weighed] = [
    await examined.exception(),
    await examined.exception(),
    await examined.exception(),
  ]
  await examined.answered(answered)
  await client.respondent.does('draftResponse', { exceptionId: withdrawn, acknowledgement: 'Noted.' })
  await examined.change(firm.manager, 'withdrawException', 'exceptionId', withdrawn, {
    reason: 'Found.',
    restsOnIds: [examined.procedureId],
  })
  await examined.weighed(weighed)
  await w.owner.query('update exception set response_due_on = current_date - 3 where id = $1', [weighed])
  const together = await chain(firm, client)
  for (const _ of [1, 2]) await together.concluded(await together.exception())
  await together.exception(misstatement)
  const { engagementId } = together
  await firm.manager.does('decideAggregate', { engagementId, subjectMatter: 'OPERATING_EFFECTIVENESS', ...weighing })
  const work = await linkable(w, firm, client)
  await firm.reviewer.does('raiseQualityReviewPoint', {
    ...{ engagementId: work.engagementId, objection: 'Invented.', concernsOpinion: true },
  })
  await firm.senior.does('raiseException', work.matter)
  const { id: result, version } = work.results['C-3 B'] as { id: string; version: number }
  await firm.staff.does('explainDeviation', { resultId: result, expectedVersion: version, ...operated })
  const quarterly = { ...controlOf(work.engagementId), ref: 'AR-01', frequency: 'QUARTERLY' }
  const { control: reviews } = await firm.senior.does('createControl', quarterly, 'control { id }')
  const review = { controlId: reviews.id, label: '2025-Q1', kind: 'NOT_DUE', reason: 'Invented.' }
  await firm.staff.does('explainOccurrence', { ...review, restsOnIds: [work.nodes.Procedure] })
  await present(firm, planned.engagementId)
  await present(firm, work.engagementId, { reason, restsOnIds: [work.nodes.Procedure as string] })
  await firm.senior.does('recordRisk', { engagementId: work.engagementId, ref: 'R-01', ...assessment })
  const { id: unsampled } = await work.procedure()
  await firm.senior.does('updateProcedure', { procedureId: unsampled, expectedVersion: 2, attributes: null })
  await work.draft()
  const { id: design } = await work.procedure({ aspects: ['DESIGN'], attributes: [] })
  await firm.staff.does('recordWalkthrough', { procedureId: design, ...walkthrough })
  await work.procedure({ attributes: [], coversFrom: '2025-11-01', coversTo: '2025-12-31' })
  for (const prepares of [false, true]) {
    const said = { engagementId: work.engagementId, kind: 'MEMO', title: 'Invented', text: 'Invented.' }
    const { workpaper } = await firm.staff.does('writeWorkpaper', said, 'workpaper { id version }')
    const named = { workpaperId: workpaper.id, expectedVersion: workpaper.version }
    if (prepares) await firm.staff.does('prepareWorkpaper', named)
  }
  const noted = { engagementId: work.engagementId, nodeId: work.nodes.Procedure, text: 'Invented.' }
  await firm.senior.does('addReviewNote', noted)
  const { reviewNote } = await firm.manager.does('addReviewNote', noted, 'reviewNote { id version }')
  const addressing = { reviewNoteId: reviewNote.id, expectedVersion: reviewNote.version, addressedNote: 'Invented.' }
  await firm.senior.does('addressReviewNote', addressing)
  const excluding = await work.draft()
  const list = { populationId: excluding.id, expectedVersion: excluding.version, keyColumn: 'id' }
  const taken = await importList(firm.staff, work.engagementId, list, 'id\nC-1\nT-1\n')
  const testItems = { column: 'id', operator: 'STARTS_WITH', values: ['T-'], reason: 'Tests, invented.' }
  const rule = { populationId: excluding.id, expectedVersion: taken.population.version, ...testItems }
  await firm.staff.does('proposeExclusion', rule)
  const importing = await work.draft()
  const long = { populationId: importing.id, expectedVersion: importing.version, keyColumn: 'id' }
  await importList(firm.staff, work.engagementId, long, longList(40_000).content as Buffer)
  const event = { what: 'A breach, invented.', occurredOn: '2026-01-02', knownOn: '2026-01-03' }
  await firm.senior.does('recordSubsequentEvent', { engagementId: work.engagementId, ...event })
  await writesAssertion(work.client.admin, work.engagementId, allHolds)
  await firm.staff.does('recordSuspectedNoncompliance', { engagementId: work.engagementId, ...suspicion })
  for (const by of [firm.manager, firm.partner]) {
    await usesWork(by, work.engagementId, { restsOnIds: [work.nodes.Procedure as string] })
  }
  const evidence = await work.brought(firm.staff)
  await firm.staff.does('linkEvidence', { evidenceId: evidence.id, nodeId: work.nodes.Procedure })
  const theirs = await work.brought(work.client.respondent)
  await work.client.respondent.does('linkEvidence', { evidenceId: theirs.id, nodeId: work.responseId })
  const superseded = await work.brought(firm.staff)
  await firm.staff.brings(
    work.engagementId,
    { name: 'newer.csv', content: 'id\nC-9\n' },
    { supersedesId: superseded.id },
  )
  // What a control relies on can be changed where there is another one.
  for (const { engagementId } of [asOfDate, examined, together, work]) {
    await firm.senior.does('createControl', controlOf(engagementId, { ref: 'GC-01' }))
  }
  const ready = await chain(firm, client)
  await ready.readyToIssue()
  await firm.partner.does('shareDraft', { engagementId: ready.engagementId })
  const issued = await chain(firm, client)
  await issued.readyToIssue()
  await issued.issue()
  const [set, other] = [await loadsSet(firm.partner), await loadsSet(firm.partner)]
  // One that no engagement uses.
  await loadsSet(firm.partner)
  await firm.partner.does('retireCriteriaSet', {
    criteriaSetId: await loadsSet(firm.admin),
    expectedVersion: 1,
    reason,
  })
  const ofPlan = await takesIn(firm.senior, planned.engagementId, set)
  await firm.senior.does('recordUncoveredCriteria', {
    ...{ frameworkId: ofPlan, criteriaCodes: ['LK-1'], ground: 'NO_CONTROL', reason },
  })
  const ofExamined = { reason, restsOnIds: [examined.procedureId] }
  const covered = await takesIn(firm.partner, examined.engagementId, set, undefined, ofExamined)
  await mapsTo(firm.partner, examined, covered, ['LK-1', 'LK-2', 'LK-3(a)'])
  await takesIn(firm.partner, examined.engagementId, other, 'MAPPING_ONLY', ofExamined)
  const concluded = await chain(firm, client)
  const ofTests = { reason, restsOnIds: [concluded.procedureId] }
  const decidable = await takesIn(firm.partner, concluded.engagementId, set, undefined, ofTests)
  await mapsTo(firm.partner, concluded, decidable, ['LK-1', 'LK-2', 'LK-3(a)'])
  await concluded.startCompletion()
  await entersIncident(client.respondent, client.id)
  await entersChange(client.respondent, client.id)
  const [incident, change] = [await sharesIncident(client), await sharesChange(client)]
  const passed = { engagementId: ready.engagementId, conclusion: 'NO_EFFECT', reason: 'Invented.' }
  const ofIncident = { incidentId: incident.id, expectedVersion: incident.version, ...passed }
  await firm.manager.does('evaluateIncident', ofIncident)
  await firm.manager.does('evaluateSystemChange', {
    systemChangeId: change.id,
    expectedVersion: change.version,
    ...passed,
  })
}

const reason = 'A reason, invented.'
const weighing = {
  material: true,
  pervasive: false,
  factors: [{ factor: 'NATURE_AND_CAUSE', note: 'Invented.' }],
  rationale: 'Invented.',
}
const c = await w.firm('Cedar')
const client = await c.client('Kite')
await builtWorld(c, client)
const joining = await c.person('Jo Joining', 'STAFF')
const newcomer = await laid.a.person('Nia Newcomer', 'STAFF')

/** The first row that a statement of the owner finds. */
/** The criteria of an engagement, with what is proposed on each. */
const criteriaOf = async (id: string, person: Person): Promise<any[]> =>
  (
    await person.gql(
      `query ($id: ID!) { engagement(id: $id) { criterionProposals { criterion { code } design operation isReady
        conclusion { id } } } }`,
      { id },
    )
  ).engagement.criterionProposals
const asProposed = (proposal: any): Input => ({
  criterionCode: proposal?.criterion.code ?? 'CC1.1',
  design: proposal?.design ?? 'ACHIEVED',
  operation: proposal?.operation ?? null,
  otherGround: null,
  rationale: 'Invented.',
})
const found = async (sql: string, ...values: unknown[]): Promise<any> => (await w.owner.query(sql, values)).rows[0]

const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
const judgment = { ...weighing, compensatingControlIds: [] }
const together = { ...weighing, sharedCause: null, affectedCommitment: null, restsOnIds: null }

/** Another opinion than proposed on everything, which nothing undecided stands in the way of. */
async function adverse(engagementId: string, partner: Person) {
  const asked = `query ($id: ID!) { engagement(id: $id) { opinionProposal { digest conclusions { subjectMatter category } } } }`
  const { opinionProposal } = (await partner.gql(asked, { id: engagementId })).engagement
  if (!opinionProposal) return { proposalDigest: 'a'.repeat(64), conclusions: [] }
  const letter =
    "select id from management_refusal where engagement_id = $1 and statement = 'REPRESENTATION_LETTER' and retracted_at is null"
  const opinion = (await found(letter, engagementId)) ? 'DISCLAIMER' : 'ADVERSE'
  const conclusions = opinionProposal.conclusions.map((place: object) => ({ ...place, opinion }))
  const paper = await found('select id from engagement_document where engagement_id = $1', engagementId)
  const restsOnIds = paper ? [paper.id] : []
  const bases = [...new Set(conclusions.map(({ subjectMatter }: { subjectMatter: string }) => subjectMatter))]
  const argued = {
    rationale: 'Invented.',
    restsOnIds,
    bases: bases.map((subjectMatter) => ({ subjectMatter, text: 'Invented.' })),
    emphases: [],
  }
  return { proposalDigest: opinionProposal.digest, conclusions, ...argued }
}

/** That management claims everything to hold, of what an engagement examines. */
async function claimsIn(engagementId: string) {
  const { kind } = await found('select kind from engagement where id = $1', engagementId)
  const standard = kind === 'SOC2_TYPE_1' ? allHolds.slice(0, 2) : allHolds
  const { rows } = await w.owner.query<{ id: string }>(
    "select id from framework where engagement_id = $1 and use = 'ADDITIONAL_SUBJECT_MATTER' and retired_at is null",
    [engagementId],
  )
  const further = rows.flatMap(({ id }) => standard.slice(1).map((claim) => ({ ...claim, frameworkId: id })))
  return [...standard, ...further]
}

/** The first judgment against the figures that awaits a person; one that is none, where there is no such. */
async function awaitedOf(engagementId: string, person: Person) {
  const role = (
    await found(
      'select role from team_member where engagement_id = $1 and member_id = $2',
      engagementId,
      person.memberId,
    )
  )?.role
  const asked = `query ($id: ID!) { engagement(id: $id) { judgmentsAgainstFigures(first: 100) { nodes { id figuresDigest awaited } } } }`
  const { nodes } = (await person.gql(asked, { id: engagementId })).engagement.judgmentsAgainstFigures
  const one = nodes.find(({ awaited }: { awaited: string[] }) => awaited.includes(role))
  return { judgmentId: one?.id ?? engagementId, figuresDigest: one?.figuresDigest ?? 'a'.repeat(64), note: 'Invented.' }
}

interface Tried {
  id: string
  firm: TestFirm
  /** Whose act it is. */
  person: Person
}

type Input = Record<string, unknown>

/** A test of a control, as the paper that a reason rests on. */
async function testsOf(controlId: string): Promise<string[]> {
  const paper = await found(
    "select id from procedure where control_id = $1 and state <> 'PLANNED' order by ref limit 1",
    controlId,
  )
  return paper ? [paper.id] : []
}

/** Another control of the engagement of a control, which does not rely on it and on which it does not rely. */
async function othersOf(controlId: string): Promise<string[]> {
  const other = await found(
    `select o.id from control c join control o on o.engagement_id = c.engagement_id and o.id <> c.id
     where c.id = $1 and not exists (select 1 from control_reliance r where r.control_id in (c.id, o.id)) limit 1`,
    controlId,
  )
  return other ? [other.id] : []
}

/** A paper of an engagement. */
async function papersOf(engagementId: string): Promise<string[]> {
  const papers = [
    [
      'engagement_document d',
      'not exists (select 1 from engagement_document n where n.engagement_id = d.engagement_id and n.number > d.number)',
    ],
    ['procedure', "state <> 'PLANNED'"],
    ['exception', "state not in ('DRAFT', 'WITHDRAWN')"],
    [
      'evidence e',
      "state = 'AVAILABLE' and not exists (select 1 from evidence n where n.engagement_id = e.engagement_id and n.supersedes_id = e.id)",
    ],
  ].map(([table, stands]) => `select id from ${table} where engagement_id = $1 and ${stands}`)
  const paper = await found(`${papers.join(' union all ')} limit 1`, engagementId)
  return paper ? [paper.id] : []
}

/** An entry of a register that the client of an engagement shared; the engagement itself, where there is none. */
const sharedOf = async (table: string, engagementId: string): Promise<{ id: string; version: number }> =>
  (await found(
    `select t.id, t.version from ${table} t join engagement e on e.client_id = t.client_id
     where e.id = $1 and t.shared_at is not null order by t.id limit 1`,
    engagementId,
  )) ?? { id: engagementId, version: 1 }

/** Why what the description presents is changed, for a row of a table. */
async function changing(table: string, id: string): Promise<Input> {
  const { engagement_id } = await found(`select engagement_id from ${table} where id = $1`, id)
  return { reason, restsOnIds: await papersOf(engagement_id) }
}

/** The result of an item of a procedure, as it could be recorded now. */
async function resultOf(procedureId: string): Promise<Input> {
  const item = await found(
    `select i.id, a.letter, r.version from sample s join sample_item i on i.sample_id = s.id
     join attribute a on a.procedure_id = s.procedure_id
     left join result r on r.sample_item_id = i.id and r.attribute_id = a.id
     where s.procedure_id = $1 order by i.position, a.letter limit 1`,
    procedureId,
  )
  const entry = { attribute: item?.letter ?? 'A', outcome: 'DEVIATION', note: 'Invented.' }
  return { sampleItemId: item?.id ?? procedureId, expectedVersion: item?.version ?? null, ...entry }
}

/** An input that could pass, beside the row it is about and its version. */
const inputs: Readonly<Record<string, (tried: Tried) => Promise<Input> | Input>> = {
  changeFirmDomains: () => ({ emailDomains: ['auditors.example'] }),
  changeRetention: () => ({ retentionYears: 10 }),
  reviseMethodology: () => ({ reason, confidence: 0.95 }),
  addLibraryControl: () => ({ ref: 'ZZ-LIB', ...entrySaid }),
  reviseLibraryControl: () => ({ reason, ...entrySaid, title: 'Another title' }),
  retireLibraryControl: () => ({ reason }),
  restoreLibraryControl: () => ({ reason }),
  addControlsFromLibrary: async ({ firm }) => {
    const offered = await found('select id from library_control where firm_id = $1 and retired_at is null', firm.id)
    return { controls: [{ libraryControlId: offered.id, ref: 'ZZ-LIB', owner: 'Head of IT' }] }
  },
  loadCriteriaSet: () => ({ ...inventedSet, edition: `foreseen ${Math.random()}` }),
  retireCriteriaSet: () => ({ reason }),
  addFramework: async ({ id, firm }) => {
    const free = await found(
      `select s.id from criteria_set s where s.firm_id = $1 and s.retired_at is null
         and not exists (select 1 from framework f where f.criteria_set_id = s.id and f.engagement_id = $2 and f.retired_at is null)
       order by s.id limit 1`,
      firm.id,
      id,
    )
    return { criteriaSetId: free?.id ?? id, use: 'MAPPING_ONLY', reason, restsOnIds: await papersOf(id) }
  },
  updateFramework: async ({ id }) => ({ use: 'MAPPING_ONLY', ...(await changing('framework', id)) }),
  retireFramework: ({ id }) => changing('framework', id),
  mapControlToFramework: async ({ id }) => {
    const mappedOnly = await found(
      `select f.id, (select min(c.code) from further_criterion c where c.criteria_set_id = f.criteria_set_id
           and not exists (select 1 from uncovered_criterion u where u.framework_id = f.id and u.criterion_code = c.code)) as code
       from framework f join control c on c.engagement_id = f.engagement_id
       where c.id = $1 and f.retired_at is null order by f.use desc, f.id limit 1`,
      id,
    )
    const why = { reason, restsOnIds: await testsOf(id) }
    return { frameworkId: mappedOnly?.id ?? id, criteriaCodes: [mappedOnly?.code ?? 'X'], ...why }
  },
  recordUncoveredCriteria: async ({ id }) => {
    const free = await found(
      `select c.code from further_criterion c join framework f on f.criteria_set_id = c.criteria_set_id where f.id = $1
         and not exists (select 1 from uncovered_criterion u where u.framework_id = f.id and u.criterion_code = c.code)
         and not exists (select 1 from framework_mapping m where m.framework_id = f.id and m.criterion_code = c.code)
       order by c.position limit 1`,
      id,
    )
    return { criteriaCodes: [free?.code ?? 'X'], ground: 'NOT_APPLICABLE', ...(await changing('framework', id)) }
  },
  retractUncoveredCriterion: ({ id }) => changing('uncovered_criterion', id),
  decideFrameworkOpinion: async ({ id, person }) => {
    const asked = `query ($id: ID!) { node(id: $id) { ... on Framework { coverage { factsDigest } } } }`
    const { coverage } = (await person.gql(asked, { id })).node
    const { engagement_id } = await found('select engagement_id from framework where id = $1', id)
    return { factsDigest: coverage.factsDigest, rationale: 'Invented.', restsOnIds: await papersOf(engagement_id) }
  },
  planSampling: () => ({ confidence: 0.95, expectedRate: 0 }),
  inviteMember: () => ({ name: 'Ina Invited', email: `ina.${Date.now()}@audit.test`, firmRole: 'STAFF' }),
  updateClient: () => ({ name: 'Another name' }),
  changeClientCalendar: () => ({ timeZone: 'Europe/Paris', weekendDays: ['SUNDAY'], holidays: [], reason }),
  changeEngagementCalendar: async ({ id }) => {
    const known = await found('select id from evidence where engagement_id = $1', id)
    return { timeZone: 'Europe/Paris', weekendDays: ['SUNDAY'], holidays: [], reason, restsOnIds: [known?.id ?? id] }
  },
  changeClientDomains: () => ({ emailDomains: ['clients.example'] }),
  recordIncident: () => incidentSaid,
  updateIncident: () => ({ title: 'Another title' }),
  withdrawIncident: () => ({ reason }),
  recordSystemChange: () => changeSaid,
  updateSystemChange: () => ({ title: 'Another title' }),
  withdrawSystemChange: () => ({ reason }),
  evaluateIncident: async ({ id }) => {
    const { id: incidentId, version } = await sharedOf('incident', id)
    const said = { conclusion: 'NO_EFFECT', reason, restsOnIds: await papersOf(id) }
    return { engagementId: id, incidentId, expectedVersion: version, ...said }
  },
  evaluateSystemChange: async ({ id }) => {
    const { id: systemChangeId, version } = await sharedOf('system_change', id)
    return { engagementId: id, systemChangeId, expectedVersion: version, conclusion: 'NO_EFFECT', reason }
  },
  createEngagement: ({ firm }) => ({
    kind: 'SOC2_TYPE_2',
    systemName: 'Another system',
    categories: ['SECURITY'],
    periodStart: '2025-01-01',
    periodEnd: '2025-12-31',
    team: [{ memberId: firm.partner.memberId, role: 'ENGAGEMENT_PARTNER' }],
  }),
  inviteClientUser: async ({ id }) => {
    const { domain } = await found('select email_domains[1] as domain from client where id = $1', id)
    return { name: 'Ian Invited', email: `ian.${Date.now()}@${domain ?? 'example.test'}`, clientRole: 'CLIENT_VIEWER' }
  },
  changeMemberRole: async ({ id }) => {
    const { client_id } = await found('select client_id from member where id = $1', id)
    return client_id ? { clientRole: 'CLIENT_VIEWER' } : { firmRole: 'MANAGER' }
  },
  addTeamMember: ({ firm }) => ({ memberId: (firm === c ? joining : newcomer).memberId, role: 'STAFF' }),
  recordEngagementDocument: ({ id }) => ({
    kind: 'ENGAGEMENT_LETTER',
    datedOn: '2025-01-02',
    obtainedFrom: 'Carla',
    evidenceId: lists.get(id) ?? id,
  }),
  createUpload: () => ({ fileName: 'list.csv', origin: 'PLATFORM_EXPORT', source: 'A platform' }),
  writeDescriptionSection: async ({ id }) => {
    const known = await found(
      "select version from description_section where engagement_id = $1 and criterion = 'DC9'",
      id,
    )
    return { criterion: 'DC9', text: 'Invented.', expectedVersion: known?.version ?? null }
  },
  excludeCriterion: async ({ id }) => {
    const free = await found(
      `select c.code from criterion c, engagement e where e.id = $1 and c.category = any(e.categories)
         and c.code not in (select criterion_code from control_criterion where engagement_id = e.id)
         and c.code not in (select criterion_code from criterion_exclusion where engagement_id = e.id)
         and c.code not in (select unnest(criteria_codes) from exception where engagement_id = e.id and state <> 'WITHDRAWN')
       order by c.position limit 1`,
      id,
    )
    return { criterionCode: free?.code ?? 'CC1.1', reason, restsOnIds: await papersOf(id) }
  },
  includeCriterion: async ({ id }) => {
    const known = await found('select id, version from criterion_exclusion where engagement_id = $1', id)
    return {
      exclusionId: known?.id ?? id,
      expectedVersion: known?.version ?? 1,
      reason,
      restsOnIds: await papersOf(id),
    }
  },
  raiseException: () => ({
    kind: 'DESIGN_DEFICIENCY',
    category: 'CONTROL_GAP',
    cause: 'PLANNING',
    title: 'A control is missing',
    condition: 'No control was designed.',
    criteriaCodes: ['CC1.1'],
    expectedOperation: 'A control is designed.',
    potentialImpact: 'Invented.',
  }),
  decideCoverageGap: async ({ id, person }) => {
    const asked = `query ($id: ID!) { engagement(id: $id) {
      coverageGaps(first: 100) { nodes { criterion { code } gapFrom gapTo isPartial decision { id } } } } }`
    const { coverageGaps } = (await person.gql(asked, { id })).engagement
    const open = coverageGaps.nodes.find((one: any) => one.isPartial && one.decision === null)
    const days = { gapFrom: open?.gapFrom ?? '2025-01-01', gapTo: open?.gapTo ?? '2025-01-01' }
    return { criterionCode: open?.criterion.code ?? 'CC1.1', ...days, reason, restsOnIds: await papersOf(id) }
  },
  writeAssertion: async ({ id }) => {
    const draft = await found(
      'select version from management_assertion where engagement_id = $1 and signed_at is null',
      id,
    )
    return { text: 'We confirm it.', claims: await claimsIn(id), expectedVersion: draft?.version ?? null }
  },
  signAssertion: ({ person }) => ({ signers: [{ name: person.name, title: 'CEO' }], datedOn: day(0) }),
  recordAssertion: async ({ id }) => ({
    text: 'We confirm it.',
    claims: await claimsIn(id),
    signers: [{ name: 'Carla', title: 'CEO' }],
    datedOn: day(0),
    evidenceId: lists.get(id) ?? id,
  }),
  resolveAssertion: async ({ id }) => {
    const { engagement_id } = await found('select engagement_id from management_assertion where id = $1', id)
    return { reason, restsOnIds: await papersOf(engagement_id) }
  },
  recordSubsequentEvent: () => ({ what: 'A breach, invented.', occurredOn: '2026-01-02', knownOn: '2026-01-03' }),
  evaluateSubsequentEvent: () => ({ evaluation: 'NO_EFFECT', reason }),
  recordManagementRefusal: () => ({ statement: 'ASSERTION', refusedBy: 'Carla', refusedOn: day(0), reason }),
  retractManagementRefusal: async ({ id }) => {
    const { engagement_id } = await found('select engagement_id from management_refusal where id = $1', id)
    return { reason, restsOnIds: await papersOf(engagement_id) }
  },
  decideOpinion: ({ id, person }) => adverse(id, person),
  withdrawDraft: () => ({ reason }),
  raiseQualityReviewPoint: () => ({ objection: 'Invented.', concernsOpinion: true }),
  withdrawQualityReviewPoint: () => ({ reason }),
  resolveDifference: async ({ id }) => {
    const { engagement_id } = await found('select engagement_id from quality_review_point where id = $1', id)
    return { upheld: false, reason, restsOnIds: await papersOf(engagement_id) }
  },
  acknowledgeJudgment: ({ id, person }) => awaitedOf(id, person),
  acknowledgeJudgments: async ({ id, person }) => ({ judgments: [await awaitedOf(id, person)] }),
  removeEvidence: () => ({ reason }),
  placeLegalHold: () => ({ reason }),
  releaseLegalHold: () => ({ reason }),
  createControl: () => ({
    ref: 'ZZ-99',
    title: 'Another control',
    description: 'Invented.',
    owner: 'Head of IT',
    frequency: 'DAILY',
    nature: 'MANUAL',
    type: 'DETECTIVE',
    area: 'ACCESS',
    isKey: false,
    risk: 'HIGH',
  }),
  importControls: ({ id }) => ({
    evidenceId: lists.get(id) ?? id,
    columns: { ref: 'id', title: 'id', description: 'id' },
    defaults: {
      owner: 'Head of IT',
      frequency: 'DAILY',
      nature: 'MANUAL',
      type: 'DETECTIVE',
      area: 'ACCESS',
      isKey: false,
      risk: 'HIGH',
    },
  }),
  returnToPlanning: () => ({ reason }),
  returnToFieldwork: () => ({ reason }),
  withdrawEngagement: () => ({ reason }),
  dateReport: async ({ id }) => {
    const letter = await found(
      'select dated_on::text as "datedOn" from engagement_document where engagement_id = $1 and kind = \'REPRESENTATION_LETTER\' order by number desc',
      id,
    )
    return { datedOn: letter?.datedOn ?? day(0) }
  },
  confirmIndependence: () => ({ statement: 'I am independent.' }),
  changeControlCycle: async ({ id }) => {
    const known = await found(
      `select e.id from evidence e join control c on c.engagement_id = e.engagement_id
       where c.id = $1 and e.state = 'AVAILABLE' and not exists (select 1 from evidence n where n.supersedes_id = e.id)`,
      id,
    )
    return { graceDays: 3, reason, restsOnIds: [known?.id ?? id] }
  },
  explainOccurrence: async ({ id, person }) => {
    const { nodes } = (
      await person.gql(
        `query ($id: ID!) { node(id: $id) { ... on Control { expectedOccurrences { nodes { label state explanation { state } } } } } }`,
        { id },
      )
    ).node.expectedOccurrences
    const open = nodes.find((one: any) => one.state === 'MISSING' && one.explanation?.state !== 'PROPOSED')
    const known = await found(
      "select p.id from procedure p join control c on c.engagement_id = p.engagement_id where c.id = $1 and p.state <> 'PLANNED'",
      id,
    )
    return { label: open?.label ?? '2025-Q1', kind: 'NOT_DUE', reason, restsOnIds: [known?.id ?? id] }
  },
  acceptPopulationGap: async ({ id, person }) => {
    const asked = `query ($id: ID!) { node(id: $id) { ... on Control { populationGaps(first: 100) { nodes { gapFrom gapTo decision { id } } } } } }`
    const { nodes } = (await person.gql(asked, { id })).node.populationGaps
    const open = nodes.find((one: any) => one.decision === null)
    const days = { gapFrom: open?.gapFrom ?? '2025-01-01', gapTo: open?.gapTo ?? '2025-01-01' }
    return { ...days, reason, restsOnIds: await testsOf(id) }
  },
  decideOccurrenceExplanation: () => ({ approve: true }),
  mapControl: async ({ id }) => ({ criteriaCodes: ['CC9.1'], reason, restsOnIds: await testsOf(id) }),
  retireControl: async ({ id }) => ({ reason, restsOnIds: await testsOf(id) }),
  decideControlNotNeeded: async ({ id }) => ({ reason, restsOnIds: await testsOf(id) }),
  planProcedure: async () => ({
    ref: 'T-NEW',
    methods: ['INSPECTION'],
    aspects: ['DESIGN'],
    objective: 'Invented.',
    steps: 'Invented.',
  }),
  concludeControl: async ({ id }) => {
    const { kind } = await found(
      'select e.kind from control c join engagement e on e.id = c.engagement_id where c.id = $1',
      id,
    )
    return { design: 'UNSUITABLE', operation: kind === 'SOC2_TYPE_1' ? null : 'NOT_EFFECTIVE', rationale: 'Invented.' }
  },
  recordServiceCommitment: () => ({ ref: 'SC-NEW', kind: 'SYSTEM_REQUIREMENT', text: 'Invented.' }),
  updateServiceCommitment: async ({ id }) => ({
    text: 'Invented anew.',
    ...(await changing('service_commitment', id)),
  }),
  retireServiceCommitment: ({ id }) => changing('service_commitment', id),
  recordSubserviceOrganization: async ({ id }) => ({
    ...{ name: 'A new host', service: 'hosting', method: 'CARVE_OUT', reason },
    restsOnIds: await papersOf(id),
  }),
  updateSubserviceOrganization: async ({ id }) => ({
    service: 'Invented anew',
    ...(await changing('subservice_organization', id)),
  }),
  retireSubserviceOrganization: ({ id }) => changing('subservice_organization', id),
  confirmSubserviceIndependence: () => ({ statement: 'Invented.' }),
  recordSubserviceReview: () => ({ reportKind: 'NONE', evaluation: 'Invented.' }),
  stateNoSubserviceOrganizations: async ({ id }) => ({ reason, restsOnIds: await papersOf(id) }),
  recordComplementaryControl: async ({ id }) => {
    const carvedOut = await found(
      `select id from subservice_organization where engagement_id = $1 and method = 'CARVE_OUT' and vendor_reason is null
         and retired_at is null limit 1`,
      id,
    )
    const why = { reason, restsOnIds: await papersOf(id) }
    const assumed = { ref: 'CC-NEW', text: 'Invented.', criteriaCodes: ['CC7.4'], ...why }
    if (carvedOut) return { kind: 'CSOC', subserviceOrganizationId: carvedOut.id, ...assumed }
    return { kind: 'CUEC', ...assumed }
  },
  updateComplementaryControl: async ({ id }) => ({
    text: 'Invented anew.',
    ...(await changing('complementary_control', id)),
  }),
  retireComplementaryControl: ({ id }) => changing('complementary_control', id),
  recordSuspectedNoncompliance: () => suspicion,
  evaluateSuspectedNoncompliance: () => ({ evaluation: 'Invented.', effect: 'NONE' }),
  recordWorkOfOthers: async ({ id }) => ({ ...specialist, restsOnIds: await papersOf(id) }),
  updateWorkOfOthers: () => ({ performed: 'Invented anew.' }),
  retireWorkOfOthers: () => ({ reason }),
  recordRisk: () => ({ ref: 'R-NEW', ...assessment }),
  recordFraudInquiry: () => fraudInquiry,
  recordControlReliance: async ({ id }) => ({ reliesOnIds: await othersOf(id), reason, restsOnIds: await testsOf(id) }),
  markControlWithoutPopulation: () => ({ reason }),
  recordWalkthrough: () => walkthrough,
  addReviewNote: async ({ id }) => {
    const paper = await found('select id from control where engagement_id = $1 limit 1', id)
    return { nodeId: paper?.id ?? id, text: 'Invented.' }
  },
  writeWorkpaper: () => ({ kind: 'MEMO', title: 'Invented', text: 'Invented.' }),
  updateWorkpaper: () => ({ title: 'Invented anew' }),
  withdrawWorkpaper: () => ({ reason }),
  sendBackWorkpaper: () => ({ reason }),
  addressReviewNote: () => ({ addressedNote: 'Invented.' }),
  reopenReviewNote: () => ({ reason }),
  reviewProcedures: async ({ id }) => {
    const named = await found('select id, version from procedure where engagement_id = $1 limit 1', id)
    return { procedures: [{ procedureId: named?.id ?? id, expectedVersion: named?.version ?? 1 }] }
  },
  answerUpdateMatters: async ({ id, person }) => {
    const answers = await answersOpen(person, id)
    const none = { kind: 'SAME_CONTROL', matterDigest: '0'.repeat(64), answer: 'Invented.' }
    return { answers: answers.length > 0 ? answers : [none] }
  },
  createPopulation: () => origin,
  prepareProcedure: () => ({ outcome: 'UNABLE_TO_TEST', outcomeNote: 'Invented.', personsAsked: 'The head of IT.' }),
  sendBackProcedure: () => ({ reason }),
  drawSample: async ({ id }) => {
    const frozen = await found(
      `select p.id from procedure t join population p on p.control_id = t.control_id
       where t.id = $1 and p.state = 'FROZEN' and p.item_count > 0`,
      id,
    )
    const how = { basis: 'JUDGMENT', method: 'RANDOM', size: 1, sizeReason: 'Invented.' }
    return { populationId: frozen?.id ?? id, ...how }
  },
  extendSample: async ({ id }) => {
    const sample = await found(
      'select id, version, method, population_size - item_count as left, parameters from sample where procedure_id = $1',
      id,
    )
    const key = await found(
      `select p.item_key as key from population_item p join population f on f.id = p.population_id and f.import_id = p.import_id
       join sample s on s.population_id = f.id where s.procedure_id = $1
         and p.item_key not in (select item_key from sample_item where sample_id = s.id)`,
      id,
    )
    const picks = ['HAPHAZARD', 'BLOCK', 'TARGETED'].includes(sample?.method)
    // What everybody may add: the stage that was planned, or all that is left.
    const { stages = [], extensions = [] } = JSON.parse(sample?.parameters ?? '{}')
    const additionalCount = stages[extensions.length]?.additionalCount ?? (sample?.left || 1)
    const more = picks ? { itemKeys: [key?.key] } : { additionalCount }
    return { sampleId: sample?.id ?? id, expectedVersion: sample?.version ?? 1, reason, ...more }
  },
  recordResult: ({ id }) => resultOf(id),
  importTestSheet: ({ id }) => ({ evidenceId: sheets.get(id) ?? id }),
  recordResults: async ({ id }) => ({ procedureId: id, results: [await resultOf(id)] }),
  freezePopulation: async ({ id }) => {
    const { n } = await found('select item_count as n from population where id = $1', id)
    return { completenessCheck: 'Invented.', accuracyCheck: 'Invented.', absenceCheck: n === 0 ? 'Invented.' : null }
  },
  importPopulation: async ({ id }) => {
    const { engagement_id } = await found('select engagement_id from population where id = $1', id)
    return { keyColumn: 'id', evidenceId: lists.get(engagement_id) ?? id }
  },
  proposeExclusion: async ({ id }) => {
    const item = await found(
      `select p.key_column as "column", i.item_key as key from population p join population_item i on i.import_id = p.import_id where p.id = $1 limit 1`,
      id,
    )
    return { column: item?.column ?? 'id', operator: 'EQUALS', values: [item?.key ?? 'X'], reason }
  },
  decideExclusion: () => ({ approve: false, note: 'Invented.' }),
  explainDeviation: () => operated,
  decideExplanation: () => ({ approve: false, note: 'Invented.' }),
  recountException: async ({ id }) => {
    const { rows } = await w.owner.query(
      `select r.id from exception e join result r on r.procedure_id = e.procedure_id
         and r.outcome in ('DEVIATION', 'UNABLE_TO_TEST')
       where e.id = $1 and not exists (select 1 from exception_deviation d where d.result_id = r.id)
         and coalesce(r.explanation_state, 'REJECTED') = 'REJECTED'`,
      [id],
    )
    return { resultIds: rows.map((row) => row.id) }
  },
  editSectionFourText: async ({ id }) => {
    const { tested, deviated } = await found(
      'select tested_count as tested, deviation_count as deviated from exception where id = $1',
      id,
    )
    const counted = tested === null ? '' : ` ${tested} items were tested; deviations were found in ${deviated}.`
    return { wording: `The control did not operate as described.${counted}` }
  },
  communicateException: () => ({ responseDueOn: day(14) }),
  recordCorrection: async ({ id }) => ({ note: 'Invented.', restsOnIds: [await procedureBeside(id)] }),
  withdrawException: async ({ id }) => {
    const { engagement_id } = await found('select engagement_id from exception where id = $1', id)
    return { reason, restsOnIds: await papersOf(engagement_id) }
  },
  noteOverdueResponse: () => ({ note: 'Asked twice.' }),
  draftResponse: async ({ id }) => ({ ...(await responseVersion(id)), acknowledgement: 'Invented.' }),
  declineToRespond: async ({ id }) => ({ ...(await responseVersion(id)), reason }),
  decideMateriality: () => judgment,
  returnResponse: () => ({ kind: 'INCONSISTENT', reason }),
  flagInconsistency: () => ({ note: 'Invented.' }),
  reviseMateriality: () => judgment,
  reopenMateriality: () => ({ reason }),
  returnMateriality: () => ({ reason }),
  decideAggregate: async ({ id, person }) => {
    const asked = `query ($id: ID!) { engagement(id: $id) { aggregates { criteriaCodes subjectMatter }
      aggregateDecisions { criteriaCodes subjectMatter } } }`
    const { aggregates, aggregateDecisions } = (await person.gql(asked, { id })).engagement
    const isOpen = (one: Input) =>
      !aggregateDecisions.some((decided: Input) => JSON.stringify(decided) === JSON.stringify(one))
    return { ...weighing, ...(aggregates.find(isOpen) ?? aggregates[0] ?? { criteriaCodes: ['CC1.1'] }) }
  },
  reviseAggregate: () => together,
  concludeCriterion: async ({ id, person }) => {
    const found = await criteriaOf(id, person)
    const open = found.filter(({ conclusion }) => conclusion === null)
    return asProposed(open.find(({ isReady }) => isReady) ?? open[0] ?? found[0])
  },
  reviseCriterionConclusion: async ({ id, person }) => {
    const { engagement_id } = await found('select engagement_id from criterion_conclusion where id = $1', id)
    const own = (await criteriaOf(engagement_id, person)).find(({ conclusion }) => conclusion?.id === id)
    const { criterionCode: _, ...given } = asProposed(own)
    return given
  },
  returnAggregate: () => ({ reason }),
  linkEvidence: async ({ id, person }) => ({ nodeId: (await nodeFor(id, person, false)) ?? id }),
  unlinkEvidence: async ({ id, person }) => ({ nodeId: (await nodeFor(id, person, true)) ?? id }),
  reviseOpinion: async ({ id, person }) => {
    const { engagement_id } = await found('select engagement_id from opinion where id = $1', id)
    return adverse(engagement_id, person)
  },
}

/** What takes evidence now, and has this one already or not; of the kinds to which the side of the person links evidence. */
async function nodeFor(evidenceId: string, { claims }: Person, linked: boolean): Promise<string | undefined> {
  const kinds = claims.clientId
    ? `select id, engagement_id from management_response where state in ('DRAFT', 'RETURNED') and submitted_number is null`
    : `select id, engagement_id from procedure where state = 'IN_PROGRESS'
       union all select w.id, w.engagement_id from walkthrough w join procedure p on p.id = w.procedure_id where p.state = 'IN_PROGRESS'
       union all select id, engagement_id from population where state = 'DRAFT'
       union all select id, engagement_id from exception where state in ('DRAFT', 'CONFIRMED')`
  const node = await found(
    `select n.id from (${kinds}) n join evidence e on e.engagement_id = n.engagement_id where e.id = $1
       and $2 = exists (select 1 from evidence_link l where l.evidence_id = e.id and l.node_id = n.id) order by n.id limit 1`,
    evidenceId,
    linked,
  )
  return node?.id
}

/** A procedure that holds work, of the engagement that an exception belongs to; the exception itself, where there is none. */
const procedureBeside = async (exceptionId: string): Promise<string> => {
  const beside = `select min(p.id::text) as id from exception e join procedure p on p.engagement_id = e.engagement_id
    and p.state <> 'PLANNED' where e.id = $1`
  return (await found(beside, exceptionId))?.id ?? exceptionId
}

const responseVersion = async (exceptionId: string) => {
  const known = await found('select version from management_response where exception_id = $1', exceptionId)
  return { expectedVersion: known?.version ?? null }
}

/** What they name decides alone whether they are possible: each is done where there is such an object. */
const linking = ['Evidence linkEvidence', 'Evidence unlinkEvidence']
const namesAnother = / (extendSample|recordResults?|includeCriterion|drawSample|linkEvidence|unlinkEvidence)$/

/** The field of the input that names the row, where it is not made of the type. */
const idFields: Readonly<Record<string, string>> = {
  ManagementAssertion: 'assertionId',
  ManagementResponse: 'responseId',
  MaterialityDecision: 'decisionId',
  OccurrenceExplanation: 'explanationId',
  NoPopulationMark: 'markId',
}
/** These are told of a row, and name another one. */
const ofAnother = [
  'extendSample',
  'recordResult',
  'includeCriterion',
  'changeFirmDomains',
  'changeRetention',
  'reviseMethodology',
  'addLibraryControl',
  'loadCriteriaSet',
  'inviteMember',
]
/** Whether an act needs the version of its row: those that make something anew, or say their own version, do not. */
function isVersioned(name: string): boolean {
  const input = schema.getType(`${name.charAt(0).toUpperCase()}${name.slice(1)}Input`) as GraphQLInputObjectType
  return isNonNullType(input.getFields().expectedVersion?.type)
}

/** Does an act as far as its commit, which undoes it; answers the code it is refused with, or null where it was done. */
async function tried(type: string, name: string, version: number, { id, firm, person }: Tried): Promise<string | null> {
  const own = ofAnother.includes(name)
    ? {}
    : { [idFields[type] ?? `${type.charAt(0).toLowerCase()}${type.slice(1)}Id`]: id }
  const input = {
    ...own,
    ...(isVersioned(name) ? { expectedVersion: version } : {}),
    ...(await inputs[name]?.({ id, firm, person })),
  }
  const inputType = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`
  const { data, errors } = await person.ask(
    `mutation ($input: ${inputType}!) { ${name}(input: $input) { errors { code message path } } }`,
    { input: { idempotencyKey: `${name} ${Math.random()}`, ...input } },
  )
  return errors ? faultOf(name, errors) : (data[name].errors[0]?.code ?? null)
}

/** An act that is undone at its commit is done. @throws Error for any other fault */
function faultOf(name: string, errors: { extensions: Record<string, unknown>; message: string }[]): null {
  if (errors[0]?.extensions.code === 'INTERNAL' && lines.at(-1)?.includes(undone)) return null
  throw new Error(`${name}: ${JSON.stringify(errors)} ${lines.at(-1)}`)
}

/** Whether the act was foreseen rightly, of an act that the role allows. */
interface Compared {
  act: string
  allowed: boolean
  code: string | null
  refused: string | null
}

const actionsQuery = `query ($id: ID!) { node(id: $id) { version actions { name allowed reason { code message } blockers { code message } } } }`

/** Every act that a person could do to a row, as `actions` says and as it is. */
async function compared(type: string, id: string, firm: TestFirm, person: Person): Promise<Compared[]> {
  const { node } = await person.gql(actionsQuery, { id })
  if (!node) return []
  const all: Compared[] = []
  for (const { name, allowed, reason } of node.actions) {
    expect(allowed, `${type} ${name}`).toBe(reason === null)
    if (reason?.code === 'FORBIDDEN') continue
    const refused = await tried(type, name, node.version, { id, firm, person })
    all.push({ act: `${type} ${name}`, allowed, code: reason?.code ?? null, refused })
  }
  return all
}

const types = [...new Set(Object.values(policy).flatMap(({ on }) => on ?? []))].sort()

/** Of each type the rows of a firm, one for each state that they and their engagements are in, as far as columns tell. */
async function rowsOf(type: string, firmId: string, most: number): Promise<string[]> {
  const table = w.database.table(w.database.rowClass(type) as never).name
  const { rows } = await w.owner.query<{ id: string }>(
    `select min(id::text) as id from (
       select t.id, e.state as stage, to_jsonb(t) ->> 'state' as state, to_jsonb(t) ->> 'explanation_state' as explained,
         to_jsonb(t) ->> 'outcome' as outcome, to_jsonb(t) ->> 'procedure_id' as part, to_jsonb(t) ->> 'exception_id' as matter,
         coalesce(to_jsonb(t) ->> 'engagement_id', t.id::text) as whole, to_jsonb(t) ->> 'role' as role,
         to_jsonb(t) ->> 'shared_at' is null as kept, to_jsonb(t) ->> 'withdrawn_at' is null as stands
       from ${table} t left join engagement e on e.id::text = coalesce(to_jsonb(t) ->> 'engagement_id', t.id::text)
       where t.firm_id = $1 and ($2 or e.client_id is null or e.client_id = $3)) one
     group by stage, state, explained, outcome, role, kept, stands, case when $2 then whole else '' end order by 1 limit $4`,
    [firmId, firmId === c.id, laid.one.id, most],
  )
  return rows.map(({ id }) => id)
}

/** A list that can be relied on, by the engagements under way; brought while what is done lasts. Of others none is asked for. */
const lists = new Map<string, string>()
/** Their test sheets as they are, by procedure. */
const sheets = new Map<string, string>()
for (const { id: firmId, staff } of [laid.a, c]) {
  const { rows } = await w.owner.query<{ id: string }>(
    `select e.id from engagement e join team_member t on t.engagement_id = e.id
     where e.firm_id = $1 and e.state in ('PLANNING', 'FIELDWORK', 'COMPLETION') and t.member_id = $2`,
    [firmId, staff.memberId],
  )
  for (const { id } of rows) {
    const { id: evidenceId } = await staff.brings(id, { name: 'list.csv', content: 'id\nC-1\n' })
    lists.set(id, evidenceId)
    const { rows: sampled } = await w.owner.query<{ id: string }>(
      'select procedure_id as id from sample where engagement_id = $1',
      [id],
    )
    for (const { id: procedureId } of sampled) {
      const asked = 'query ($id: ID!) { node(id: $id) { ... on Procedure { testSheet(format: CSV) { content } } } }'
      const { testSheet } = (await staff.gql(asked, { id: procedureId })).node
      const file = { name: 'sheet.csv', content: Buffer.from(testSheet.content, 'base64') }
      sheets.set(procedureId, (await staff.brings(id, file)).id)
    }
  }
}

await nothingLasts(w)

/** Acts that were done in one of the worlds, each on a type. */
const done = new Set<string>()

describe.each([
  ['laid in many states', laid.a, laid.one],
  ['made through the API', c, client],
] as const)('in a world that was %s', (_how, firm, ofClient) => {
  const people = [
    firm.admin,
    firm.partner,
    firm.reviewer,
    ...(firm === laid.a ? [laid.secondReader] : []),
    firm.manager,
    firm.senior,
    firm.staff,
    ofClient.admin,
    ofClient.respondent,
  ]

  it.each(types)('what `actions` says of a %s is what the act meets', async (type) => {
    const wrong: string[] = []
    let met = 0
    for (const id of await rowsOf(type, firm.id, 40)) {
      for (const person of people) {
        for (const { act, allowed, code, refused } of await compared(type, id, firm, person)) {
          met += 1
          // An input that has no row of the kind it names is refused for that.
          const another = refused === 'NOT_FOUND' && namesAnother.test(act)
          if (refused === null) done.add(act)
          // Nothing of the engagement takes evidence just now, or has this one.
          if (another && allowed && linking.includes(act)) continue
          if (allowed !== (refused === null) || (code !== refused && !another)) {
            wrong.push(`${act} of ${id} by ${person.name}: said ${allowed ? 'allowed' : code}, met ${refused}`)
          }
        }
      }
    }
    expect([...new Set(wrong)]).toEqual([])
    expect(met).toBeGreaterThan(0)
  })
})

test('evidence was linked, and a link taken back, where something takes it', () => {
  expect([...done]).toEqual(expect.arrayContaining(linking))
})

test('the service met no fault of its own', () => {
  expect(faultsOf(lines)).toEqual([])
})

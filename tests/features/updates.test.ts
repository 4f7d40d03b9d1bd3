import { getNamedType, isInputObjectType, isNonNullType } from 'graphql'
import { describe, expect, it, test } from 'vitest'
import { features } from '../../src/features.js'
import { plainSchema } from '../../src/schema.js'
import { chain } from '../support/chain.js'
import { tested } from '../support/exceptions.js'
import { controlOf, fieldwork } from '../support/fieldwork.js'
import { loadsSet, takesIn } from '../support/frameworks.js'
import { assumed, commitment, organization } from '../support/presented.js'
import { entersChange, entersIncident } from '../support/registers.js'
import { assessment } from '../support/risks.js'
import { testedControl } from '../support/tested-control.js'
import { walkthrough } from '../support/tested-items.js'
import { usesWork } from '../support/work-of-others.js'
import { type Person, world } from '../support/world.js'

// In an update a field that is absent leaves what is there, one that is null clears it. Shown for every update of the schema.

const w = await world()
const schema = await plainSchema(features)
const a = await w.firm('Alder')
const client = await a.client('Kestrel Cloud')
const examination = await chain(a, client)
const tests = await tested(w, a)
const planning = await fieldwork(w, a, { state: 'PLANNING' })

const former = await a.senior.does(
  'createControl',
  { ...controlOf(planning.engagementId), ref: 'CM-00', operatedTo: '2025-02-15' },
  'control { id }',
)
const later = { operatedFrom: '2025-03-01', ipe: 'A report of the forge' }
await a.senior.does('updateControl', { controlId: planning.controlId, expectedVersion: 1, ...later })

const raised = await a.senior.does(
  'raiseException',
  {
    ...tests.matter,
    procedureId: null,
    resultIds: [],
    kind: 'DESCRIPTION_MISSTATEMENT',
    criteriaCodes: ['CC8.1', 'DC5'],
    expectedOperation: 'The description names every subservice organization.',
  },
  'exception { id }',
)
const plan = { workpaperRef: 'WP 4.2', assigneeId: a.staff.memberId }
const { id: procedureId } = await tests.procedure(plan)
const { id: populationId } = await tests.draft()
const about = { procedureId: (await tests.procedure({ aspects: ['DESIGN'] })).id, ...walkthrough }
const { risk } = await a.senior.does(
  'recordRisk',
  { engagementId: planning.engagementId, ref: 'R-01', ...assessment },
  'risk { id }',
)
const presented = { engagementId: planning.engagementId, criteriaCodes: ['CC8.1'] }
const { serviceCommitment } = await a.senior.does(
  'recordServiceCommitment',
  { ...presented, ...commitment },
  'serviceCommitment { id }',
)
const host = await organization(a.senior, planning.engagementId)
const { complementaryControl } = await a.senior.does(
  'recordComplementaryControl',
  { ...presented, ...assumed },
  'complementaryControl { id }',
)
const { workpaper: consulted } = await a.senior.does(
  'writeWorkpaper',
  {
    ...{ engagementId: tests.engagementId, kind: 'CONSULTATION', title: 'Late removals', text: 'Invented.' },
    ...{
      consultedName: 'Ines',
      consultedRole: 'Partner',
      consultedOn: '2025-11-03',
      question: 'What?',
      conclusion: 'No.',
    },
    restsOnIds: [tests.procedureId],
  },
  'workpaper { id }',
)
const walked = await a.staff.does('recordWalkthrough', about, 'walkthrough { id }')
const used = await usesWork(a.manager, tests.engagementId, { restsOnIds: [tests.procedureId] })
const communicated = await examination.exception()
const drafted = await client.respondent.does(
  'draftResponse',
  {
    exceptionId: communicated,
    position: 'AGREE',
    acknowledgement: 'Management agrees.',
    rootCauseCategory: 'TOOLING',
    rootCause: 'A system was replaced.',
    remediation: [{ action: 'Export the records.', owner: 'Head of engineering', dueOn: '2026-12-31', done: false }],
    responsible: 'Head of engineering',
    targetOn: '2026-12-31',
    preventionOfRecurrence: 'A monthly list.',
  },
  'response { id }',
)
const compensating = await testedControl(a, examination, { ref: 'CM-02' })
const decisionId = await examination.weighed(await examination.exception(), {
  compensatingControlIds: [compensating],
  rationale: 'Weighed once.',
})

const { id: logId } = await client.respondent.brings(examination.engagementId, { name: 'log.txt', content: 'A log.' })
const incident = await entersIncident(client.respondent, client.id)
const systemChange = await entersChange(client.respondent, client.id)

interface Update {
  by: Person
  /** The input's field for the row, and the row’s id. */
  target: [field: string, id: string]
  table: string
  /** The row that changes, where it is not the one named. */
  rowId?: string
  /** What every input of it needs beside, and what changes with it. */
  always?: Record<string, unknown>
  /** Field -> another value that it can take. */
  values: Record<string, unknown>
  /** Fields that can be empty -> what their column holds then. */
  clearable?: Record<string, unknown>
}

/** Every update, with all that it may change: by hand. */
const updates: Readonly<Record<string, Update>> = {
  updateClient: {
    by: a.manager,
    target: ['clientId', client.id],
    table: 'client',
    values: { name: 'Kestrel Hosting' },
  },
  updateControl: {
    by: a.senior,
    target: ['controlId', planning.controlId],
    table: 'control',
    values: {
      title: 'Another title',
      description: 'Another description.',
      owner: 'Another owner',
      ownerMemberId: planning.client.admin.memberId,
      frequency: 'WEEKLY',
      nature: 'AUTOMATED',
      type: 'DETECTIVE',
      area: 'INCIDENT',
      isKey: false,
      risk: 'HIGH',
      // What rests on another one of them comes first: it is cleared first, too.
      replacesId: former.control.id,
      operatedFrom: '2025-02-20',
      operatedTo: '2025-11-30',
      ipeReliability: 'Its parameters were inspected.',
      ipe: 'Another report of the forge',
    },
    clearable: {
      replacesId: null,
      ownerMemberId: null,
      operatedFrom: null,
      operatedTo: null,
      ipeReliability: null,
      ipe: null,
    },
  },
  updateFramework: {
    by: a.senior,
    target: ['frameworkId', await takesIn(a.senior, planning.engagementId, await loadsSet(a.partner))],
    table: 'framework',
    values: { use: 'MAPPING_ONLY', printsMapping: true },
  },
  updateEngagement: {
    by: a.partner,
    target: ['engagementId', planning.engagementId],
    table: 'engagement',
    values: {
      systemName: 'Another system',
      categories: ['SECURITY', 'AVAILABILITY'],
      periodStart: '2025-02-01',
      periodEnd: '2025-11-30',
    },
  },
  updateException: {
    by: a.senior,
    target: ['exceptionId', raised.exception.id],
    table: 'exception',
    values: {
      category: 'CONTROL_GAP',
      cause: 'TRAINING',
      title: 'Another title',
      condition: 'The changes were merged by their authors',
      criteriaCodes: ['DC5'],
      expectedOperation: 'The description names them.',
      failedFrom: '2025-01-03',
      failedTo: '2025-01-06',
      failurePeriodBasis: 'Another log',
      potentialImpact: 'Another impact',
      causeNote: 'Another note',
      evidenceNote: 'WP 5',
    },
    clearable: { failedFrom: null, failedTo: null, failurePeriodBasis: null, causeNote: null, evidenceNote: null },
  },
  updatePopulation: {
    by: a.staff,
    target: ['populationId', populationId],
    table: 'population',
    values: {
      title: 'Another list',
      sourceSystem: 'Another forge',
      query: 'all changes',
      parameters: 'none',
      extractedAt: '2026-01-06T09:00:00.000Z',
      extractedBy: 'Rita',
      coversFrom: '2025-02-01',
      coversTo: '2025-11-30',
      seedContribution: 'Thrown on a table.',
    },
    clearable: { coversFrom: null, coversTo: null, seedContribution: null },
  },
  updateProcedure: {
    by: a.senior,
    target: ['procedureId', procedureId],
    table: 'procedure',
    values: {
      ref: 'T77',
      methods: ['REPERFORMANCE'],
      aspects: ['DESIGN'],
      objective: 'Another objective.',
      steps: 'Other steps.',
      workpaperRef: 'WP 5',
      assigneeId: a.senior.memberId,
      attributes: [{ letter: 'C', description: 'Another attribute.' }],
    },
    clearable: { workpaperRef: null, assigneeId: null, attributes: [] },
  },
  updateServiceCommitment: {
    by: a.senior,
    target: ['serviceCommitmentId', serviceCommitment.id],
    table: 'service_commitment',
    values: { kind: 'SYSTEM_REQUIREMENT', text: 'Another commitment.', criteriaCodes: ['CC7.1'] },
    clearable: { criteriaCodes: [] },
  },
  updateSubserviceOrganization: {
    by: a.senior,
    target: ['subserviceOrganizationId', host.id],
    table: 'subservice_organization',
    values: { name: 'Another host', service: 'storage', method: 'INCLUSIVE', vendorReason: 'It sees no data.' },
    clearable: { vendorReason: null },
  },
  updateComplementaryControl: {
    by: a.senior,
    target: ['complementaryControlId', complementaryControl.id],
    table: 'complementary_control',
    values: { text: 'Another control of theirs.', criteriaCodes: ['CC6.3'] },
  },
  updateRisk: {
    by: a.senior,
    target: ['riskId', risk.id],
    table: 'risk',
    values: {
      statement: 'Another risk.',
      threatens: 'Another commitment.',
      isFraudRisk: true,
      likelihood: 'HIGH',
      impact: 'LOW',
      rating: 'HIGH',
    },
  },
  updateWorkOfOthers: {
    by: a.manager,
    target: ['workOfOthersId', used.id],
    table: 'work_of_others',
    values: {
      name: 'Another office',
      performed: 'Another part.',
      competenceAndObjectivity: 'Another evaluation.',
      oversight: 'Other supervision.',
      kind: 'OTHER_PRACTITIONER',
      referenceReason: 'The firm takes no responsibility for it.',
      procedureIds: [procedureId],
    },
    clearable: { referenceReason: null, procedureIds: [] },
  },
  updateWorkpaper: {
    by: a.senior,
    target: ['workpaperId', consulted.id],
    table: 'workpaper',
    values: {
      title: 'Another title',
      text: 'Another text.',
      consultedName: 'Another person',
      consultedRole: 'Another role',
      consultedOn: '2025-11-04',
      question: 'Another question.',
      conclusion: 'Another conclusion.',
      restsOnIds: [procedureId],
    },
    clearable: { restsOnIds: [] },
  },
  updateWalkthrough: {
    by: a.staff,
    target: ['walkthroughId', walked.walkthrough.id],
    table: 'walkthrough',
    values: {
      performedOn: '2025-06-03',
      personAsked: 'Ines',
      roleAsked: 'Release manager',
      traced: 'Another change.',
      seen: 'Something else.',
    },
  },
  updateIncident: {
    by: client.respondent,
    target: ['incidentId', incident.id],
    table: 'incident',
    values: {
      title: 'Another title',
      whatHappened: 'Something else.',
      occurredOn: '2025-06-01',
      discoveredOn: '2025-06-02',
      resolvedOn: '2025-06-30',
      cause: 'Another cause.',
      hasControlFailed: true,
      touchedCommitments: ['Data is encrypted.'],
      evidenceIds: [logId],
    },
    clearable: { resolvedOn: null, cause: null, hasControlFailed: null, touchedCommitments: [], evidenceIds: [] },
  },
  updateSystemChange: {
    by: client.respondent,
    target: ['systemChangeId', systemChange.id],
    table: 'system_change',
    values: {
      title: 'Another title',
      kind: 'PEOPLE',
      whatChanged: 'Something else.',
      effectiveOn: '2025-05-01',
      evidenceIds: [logId],
    },
    clearable: { evidenceIds: [] },
  },
  draftResponse: {
    by: client.respondent,
    target: ['exceptionId', communicated],
    table: 'management_response',
    rowId: drafted.response.id,
    values: {
      position: 'PARTLY_AGREE',
      acknowledgement: 'Management partly agrees.',
      rootCauseCategory: 'TRAINING',
      rootCause: 'Another cause.',
      remediation: [{ action: 'Train.', owner: null, dueOn: null, done: true }],
      responsible: 'Head of operations',
      targetOn: '2026-11-30',
      preventionOfRecurrence: 'A weekly list.',
    },
    clearable: {
      position: null,
      acknowledgement: null,
      rootCauseCategory: null,
      rootCause: null,
      remediation: [],
      responsible: null,
      targetOn: null,
      preventionOfRecurrence: null,
    },
  },
  reviseMateriality: {
    by: a.manager,
    target: ['decisionId', decisionId],
    table: 'materiality_decision',
    always: { rationale: 'Weighed anew.' },
    values: {
      material: false,
      pervasive: true,
      factors: [{ factor: 'NATURE_AND_CAUSE', note: 'Another note.' }],
      compensatingControlIds: [],
      restsOnIds: [examination.procedureId],
    },
    clearable: { compensatingControlIds: [], restsOnIds: [] },
  },
}

/**
 * What takes a version and may leave out a field, and is no update: an act of its own, whose fields say what it is about. Those
 * that replace a judgment have their tests below.
 */
const others =
  'mapControl mapControlToFramework retireFramework retractUncoveredCriterion decideFrameworkOpinion retireControl retireServiceCommitment retireSubserviceOrganization stateNoSubserviceOrganizations retireComplementaryControl decideControlNotNeeded evaluateSuspectedNoncompliance recordResult recordResults changeEngagementCalendar recordControlReliance changeControlCycle decideExclusion decideOccurrenceExplanation concludeControl reviseOpinion changeMemberRole decideExplanation explainDeviation extendSample flagInconsistency freezePopulation importPopulation includeCriterion planSampling prepareProcedure recordCorrection resolveDifference retractManagementRefusal signAssertion evaluateSubsequentEvent recountException reviseMethodology reviseLibraryControl withdrawException reviseAggregate reviseCriterionConclusion evaluateIncident evaluateSystemChange'.split(
    ' ',
  )

/** The fields of a mutation’s input that may be absent. */
function optionalFields(mutation: string): string[] {
  const type = getNamedType(schema.getMutationType()?.getFields()[mutation]?.args[0]?.type)
  if (!isInputObjectType(type)) return []
  return Object.values(type.getFields())
    .filter(({ type, defaultValue }) => !isNonNullType(type) || defaultValue !== undefined)
    .map(({ name }) => name)
}

/** Whether a mutation changes something that exists: it names the version that was read. */
const isOfVersion = (mutation: string) => {
  const type = getNamedType(schema.getMutationType()?.getFields()[mutation]?.args[0]?.type)
  return isInputObjectType(type) && 'expectedVersion' in type.getFields()
}

const snake = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** The row as it is, by the names of the fields, with its attributes where it has some. */
async function rowOf({ table, target, rowId = target[1], values }: Update): Promise<Record<string, unknown>> {
  const { rows } = await w.owner.query(`select to_jsonb(t) as row from ${table} t where id = $1`, [rowId])
  const attributes = await w.owner.query(
    'select letter, description from attribute where procedure_id = $1 order by letter',
    [rowId],
  )
  const named = Object.keys(values).map((name) => [name, rows[0].row[snake(name)]])
  return { ...Object.fromEntries(named), ...('attributes' in values && { attributes: attributes.rows }) }
}

const versionOf = async ({ table, target, rowId = target[1] }: Update): Promise<number> =>
  (await w.owner.query(`select version from ${table} where id = $1`, [rowId])).rows[0].version

async function tries(name: string, update: Update, given: Record<string, unknown>) {
  const { by, target, always } = update
  return by.tryTo(name, { [target[0]]: target[1], expectedVersion: await versionOf(update), ...always, ...given })
}

/** Another judgment states again what was weighed; a matter that is not material is not pervasive either. */
const weighed = {
  factors: [{ factor: 'NATURE_AND_CAUSE', note: 'Restated.' }],
  compensatingControlIds: [compensating],
  restsOnIds: [examination.procedureId],
}
const restated: Readonly<Record<string, object>> = { material: weighed, pervasive: { ...weighed, material: true } }

/** Moments are compared as moments. */
const comparable = (value: unknown) =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? new Date(value).toISOString() : value
const values = (row: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, comparable(value)]))

test('every update of the schema is among these, with every field that may be absent', () => {
  const names = Object.keys(schema.getMutationType()?.getFields() ?? {})
  const mayLeaveOut = names.filter(
    (name) => isOfVersion(name) && optionalFields(name).some((f) => f !== 'expectedVersion'),
  )
  const known = [...Object.keys(updates), ...others.filter((name) => name !== 'recordResults')]
  expect(mayLeaveOut.sort()).toEqual(known.sort())
  for (const [name, { values }] of Object.entries(updates)) {
    // The reason and its papers belong to the act; a day as of which there is a Type 1 alone. A population supersedes another with a reason, both
    // at once: population-seed.test.ts. So do the first and the last day of an update procedure: population-gaps.test.ts.
    // Which controls answer a risk are rows of their own: risks.test.ts. Which are performed or complemented: complementary.test.ts.
    // Missing occurrences are those of a periodic control: occurrence.test.ts.
    const beside = [
      'expectedVersion',
      'reason',
      'restsOnIds',
      'controlIds',
      'asOf',
      'supersedesId',
      'supersedesReason',
      'coversFrom',
      'coversTo',
      'occurrenceLabels',
    ]
    expect(
      optionalFields(name)
        .filter((field) => field in values || !beside.includes(field))
        .sort(),
      name,
    ).toEqual(Object.keys(values).sort())
  }
})

describe.each(Object.entries(updates))('%s', (name, update) => {
  it('changes the field that is given, and no other', async () => {
    for (const [field, value] of Object.entries(update.values)) {
      const before = await rowOf(update)
      const version = await versionOf(update)
      // A matter that is not material is not pervasive either.
      const given = name === 'reviseMateriality' ? { ...restated[field], [field]: value } : { [field]: value }
      if (name === 'reviseMateriality' && field === 'compensatingControlIds') continue
      expect((await tries(name, update, given)).errors, field).toEqual([])
      expect(values(await rowOf(update)), field).toEqual(values({ ...before, ...given }))
      expect(await versionOf(update), field).toBe(version + 1)
    }
  })

  it('tells every field that cannot be empty, of several that are null', async () => {
    // Whether these are needed depends on the kind of engagement, or of paper: another rule says so, once no column is at fault.
    const ofConsultation = ['consultedName', 'consultedRole', 'consultedOn', 'question', 'conclusion']
    const byKind = ['periodStart', 'periodEnd', ...ofConsultation]
    const needed = Object.keys(update.values).filter(
      (field) => !(field in (update.clearable ?? {})) && !byKind.includes(field),
    )
    if (needed.length === 0) return expect(Object.keys(update.clearable ?? {})).toEqual(Object.keys(update.values))
    const { errors } = await tries(name, update, Object.fromEntries(needed.map((field) => [field, null])))
    expect(errors.map(({ path }: { path: string[] }) => path.join('.')).sort()).toEqual(needed.sort())
  })

  it('clears what can be empty by null, and refuses null for what cannot, moving nothing', async () => {
    for (const field of Object.keys(update.values)) {
      const before = await rowOf(update)
      const unmoved = await w.digest()
      const { errors } = await tries(name, update, { [field]: null })
      if (update.clearable && field in update.clearable) {
        expect(errors, field).toEqual([])
        expect(values(await rowOf(update)), field).toEqual(values({ ...before, [field]: update.clearable[field] }))
      } else {
        expect(errors, field).toMatchObject([{ code: 'INVALID_INPUT', path: [field] }])
        expect(await w.digest(), field).toBe(unmoved)
      }
    }
  })

  it('leaves everything as it is where nothing is given', async () => {
    const before = await rowOf(update)
    const version = await versionOf(update)
    expect((await tries(name, update, {})).errors).toEqual([])
    expect(await rowOf(update)).toEqual(before)
    if (!update.always && name !== 'draftResponse') expect(await versionOf(update)).toBe(version)
  })
})

describe('a judgment that is made anew', () => {
  it('states its rationale again, or clears it, and its bases: an opinion', async () => {
    const beech = await a.client('Beech Hosting')
    const ready = await chain(a, beech)
    const exceptionId = await ready.exception()
    await ready.answered(exceptionId)
    await ready.startCompletion()
    await ready.concluded(exceptionId)
    const opinionId = await ready.decided({ rationale: 'As weighed.' })
    const { digest } = await ready.proposal()
    const before = await w.digest()
    const silent = { proposalDigest: digest, conclusions: [], bases: [], emphases: [] }
    expect(await ready.refused(a.partner, 'reviseOpinion', 'opinionId', opinionId, silent)).toMatchObject([
      { code: 'INVALID_INPUT', path: ['rationale'] },
    ])
    expect(await w.digest()).toBe(before)
    await ready.change(a.partner, 'reviseOpinion', 'opinionId', opinionId, { ...silent, rationale: null })
  })

  it('states its rationale again, or clears it: the conclusion on a control', async () => {
    const before = await w.digest()
    const silent = { design: 'SUITABLE', operation: 'EFFECTIVE' }
    expect(
      await examination.refused(a.senior, 'concludeControl', 'controlId', examination.controlId, silent),
    ).toMatchObject([{ code: 'INVALID_INPUT', path: ['rationale'] }])
    expect(await w.digest()).toBe(before)
    const spoken = { ...silent, rationale: 'Walked through again.', restsOnIds: [examination.procedureId] }
    await examination.change(a.senior, 'concludeControl', 'controlId', examination.controlId, spoken)
  })

  const resultOf = async (id: string) =>
    (
      await w.owner.query(
        'select outcome, note, explanation_alternative_procedure, version from result where id = $1',
        [id],
      )
    ).rows[0]
  const itemOf = async (id: string) =>
    (await w.owner.query('select sample_item_id as id from result where id = $1', [id])).rows[0].id

  it('keeps the note of a result whose outcome stays, and asks for another where it changes: a correction', async () => {
    const { id } = tests.results['C-2 A'] as { id: string }
    const { note, version } = await resultOf(id)
    const entry = { sampleItemId: await itemOf(id), attribute: 'A', expectedVersion: version }
    await a.staff.does('recordResult', { ...entry, outcome: 'DEVIATION' })
    expect(await resultOf(id)).toMatchObject({ outcome: 'DEVIATION', note, version: version + 1 })
    const before = await w.digest()
    const other = { ...entry, expectedVersion: version + 1, outcome: 'UNABLE_TO_TEST' }
    expect((await a.staff.tryTo('recordResult', other)).errors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['note'] },
    ])
    expect((await a.staff.tryTo('recordResult', { ...other, note: null })).errors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['note'] },
    ])
    expect(await w.digest()).toBe(before)
  })

  it('keeps the alternative procedure of a result that is corrected in its note alone', async () => {
    const { id } = tests.results['C-1 A'] as { id: string }
    const sampleItemId = await itemOf(id)
    const record = async (given: object) =>
      a.staff.does('recordResult', {
        sampleItemId,
        attribute: 'A',
        outcome: 'UNABLE_TO_TEST',
        expectedVersion: (await resultOf(id)).version,
        ...given,
      })
    await record({ note: 'The record was lost.', alternativeProcedure: 'Read the log of the merge.' })
    await record({ note: 'The record was lost in a migration.' })
    expect(await resultOf(id)).toMatchObject({
      note: 'The record was lost in a migration.',
      explanation_alternative_procedure: 'Read the log of the merge.',
    })
  })
})

/** A response that the client submitted; answers its id. */
async function submitted(): Promise<string> {
  const responseId = drafted.response.id
  const written = {
    acknowledgement: 'Management agrees.',
    rootCauseCategory: 'TOOLING',
    rootCause: 'A system was replaced.',
    remediation: [{ action: 'Export the records.', owner: 'Head of engineering', dueOn: '2027-01-31', done: false }],
    responsible: 'Head of engineering',
    targetOn: '2027-01-31',
    preventionOfRecurrence: 'A monthly list.',
  }
  await tries('draftResponse', updates.draftResponse as Update, written)
  const step = async (by: Person, mutation: string) =>
    by.does(mutation, { responseId, expectedVersion: await versionOf(updates.draftResponse as Update) })
  await step(client.respondent, 'requestResponseApproval')
  await step(client.admin, 'submitResponse')
  return responseId
}

test('a first draft says what was given, and nothing else', async () => {
  const given = { exceptionId: await examination.exception(), acknowledgement: 'Noted.' }
  const { response } = await client.respondent.does(
    'draftResponse',
    given,
    'response { draft { acknowledgement rootCause remediation { action } } }',
  )
  expect(response.draft).toEqual({ acknowledgement: 'Noted.', rootCause: null, remediation: [] })
})

test('the flag of an inconsistency goes by null, and by nothing else', async () => {
  const answered = await submitted()
  const flag = async (given: object) => {
    const { response } = await examination.change(
      a.manager,
      'flagInconsistency',
      'responseId',
      answered,
      given,
      'response { inconsistency }',
    )
    return response.inconsistency
  }
  expect(await flag({ note: 'The cause is another.' })).toBe('The cause is another.')
  const before = await w.digest()
  expect(await examination.refused(a.manager, 'flagInconsistency', 'responseId', answered)).toMatchObject([
    { code: 'INVALID_INPUT', path: ['note'] },
  ])
  expect(await w.digest()).toBe(before)
  expect(await flag({ note: null })).toBeNull()
})

import { beforeAll, describe, expect, it } from 'vitest'
import { verifyDatabase } from '../../src/features/trail/database.verification.js'
import type { Column } from '../../src/kernel/store/table.js'
import { allHolds, signsAssertion } from '../support/assertions.js'
import { type Chain, chain, judgmentsOf, today } from '../support/chain.js'
import { type Tested, tested } from '../support/exceptions.js'
import { controlOf, importList } from '../support/fieldwork.js'
import { loadsSet, takesIn } from '../support/frameworks.js'
import { addsToLibrary } from '../support/library.js'
import { present } from '../support/presented.js'
import { preview } from '../support/previews.js'
import { sharesChange, sharesIncident } from '../support/registers.js'
import { assessment, fraudInquiry } from '../support/risks.js'
import { suspicion } from '../support/suspicions.js'
import { tamper } from '../support/tampering.js'
import { walkthrough } from '../support/tested-items.js'
import { answersAll } from '../support/update-matters.js'
import { withoutUniqueness } from '../support/without-uniqueness.js'
import { usesWork } from '../support/work-of-others.js'
import { world } from '../support/world.js'

// What a superuser of the database changes, adds or removes behind the service's back is found and named, row by row.

const w = await world()
const a = await w.firm('Ashdown')
const client = await a.client('Kestrel Cloud')

interface Mismatch {
  nodeType: string
  nodeId: string
  reason: string
  fields: string[]
}

const verify = async (engagementId: string): Promise<{ intact: boolean; mismatches: Mismatch[] }> => {
  // The engagement partner sees all of an engagement.
  const { verifyEngagement } = await a.partner.gql(
    `query ($id: ID!) { verifyEngagement(engagementId: $id) {
       intact trail { intact } mismatchCount mismatches { nodeType nodeId reason fields } } }`,
    { id: engagementId },
  )
  return verifyEngagement
}

/** Every class of rows that the trail holds. */
const classes = w.database.rows.filter(({ inTrail }) => inTrail !== 'NOTHING')
/** Compared by `npm run verify` alone: of no engagement. */
const ofFirm = [
  ...['Firm', 'SamplingTable', 'SamplingTableRow', 'Methodology', 'CriteriaSet', 'FurtherCriterion'],
  ...['LibraryControl', 'LibraryControlVersion', 'LibraryProcedure', 'Incident', 'SystemChange'],
]

let issued: Chain
let fieldwork: Tested
/** By class: one row of it, and the engagement whose verification compares it. */
const rows = new Map<string, { id: string; engagementId: string }>()

/** Two engagements through the API, which between them have a row of every class. */
async function workOn(): Promise<void> {
  issued = await chain(a, client)
  const [incident, change] = [await sharesIncident(client), await sharesChange(client)]
  const passed = { engagementId: issued.engagementId, conclusion: 'NO_EFFECT', reason: 'Nothing came of it, invented.' }
  const ofIncident = { incidentId: incident.id, expectedVersion: incident.version, ...passed }
  await a.manager.does('evaluateIncident', ofIncident)
  const ofChange = { systemChangeId: change.id, expectedVersion: change.version, ...passed }
  await a.manager.does('evaluateSystemChange', ofChange)
  const another = await issued.exception()
  await issued.answered(another)
  await issued.concluded(another)
  await issued.readyToIssue()
  const assertionId = await signsAssertion(client.admin, issued.engagementId, allHolds, today())
  const dealtWith = { reason: 'Management was told in writing, invented.', restsOnIds: [issued.procedureId] }
  await a.partner.does('resolveAssertion', { assertionId, ...dealtWith })
  await issued.acknowledged()
  // The review is cleared on the assertion that is there now.
  await issued.change(a.reviewer, 'clearQualityReview', 'engagementId', issued.engagementId)
  await a.partner.does('shareDraft', { engagementId: issued.engagementId })
  await issued.issue()
  fieldwork = await tested(w, a)
  await a.reviewer.does('raiseQualityReviewPoint', {
    ...{ engagementId: fieldwork.engagementId, objection: 'Invented.', concernsOpinion: true },
  })
  const { engagementId } = fieldwork
  await a.staff.brings(engagementId, { name: 'list.csv', content: 'id\nC-1\n' })
  const resultIds = ['C-2 A', 'C-3 A'].map((place) => fieldwork.results[place]?.id)
  const { exception } = await a.senior.does('raiseException', { ...fieldwork.matter, resultIds }, 'exception { id }')
  await preview(a.manager, engagementId, { exceptions: [{ exceptionId: exception.id, material: true }] })
  const evidence = await a.staff.brings(engagementId, { name: 'changes.csv', content: 'id\nC-1\n' })
  await a.staff.does('linkEvidence', { evidenceId: evidence.id, nodeId: fieldwork.procedureId })
  const { engagement } = await a.partner.gql('query ($id: ID!) { engagement(id: $id) { version } }', {
    id: engagementId,
  })
  await a.partner.does('updateEngagement', {
    engagementId,
    expectedVersion: engagement.version,
    systemName: 'Kestrel',
    periodEnd: '2025-12-30',
    reason: 'The year was cut by a day.',
    restsOnIds: [fieldwork.procedureId],
  })
  const restsOnIds = [fieldwork.procedureId]
  const premises = { engagementId, criterionCode: 'CC6.4', reason: 'It has no premises.', restsOnIds }
  await a.partner.does('excludeCriterion', premises)
  const { node } = await a.partner.gql('query ($id: ID!) { node(id: $id) { version } }', { id: fieldwork.controlId })
  await a.partner.does('updateControl', {
    controlId: fieldwork.controlId,
    expectedVersion: node.version,
    title: 'Changes are approved',
    reason: 'Management calls it so.',
    restsOnIds,
  })
  const yearly = { ...controlOf(engagementId), ref: 'AR-01', frequency: 'QUARTERLY' }
  const { control } = await a.senior.does('createControl', yearly, 'control { id }')
  await a.staff.does('explainOccurrence', {
    controlId: control.id,
    label: '2025-Q2',
    kind: 'NOT_DUE',
    reason: 'The review was suspended, invented.',
    restsOnIds: [evidence.id],
  })
  const general = await a.senior.does(
    'createControl',
    controlOf(engagementId, { ref: 'GV-01', frequency: 'CONTINUOUS' }),
    'control { id }',
  )
  const tone = { controlId: general.control.id, expectedVersion: 1, reason: 'A policy; nothing is listed.' }
  await a.senior.does('markControlWithoutPopulation', tone)
  const reliance = { controlId: fieldwork.controlId, reliesOnIds: [general.control.id] }
  const asked = 'query ($id: ID!) { node(id: $id) { version } }'
  const { version } = (await a.senior.gql(asked, { id: fieldwork.controlId })).node
  const why = { reason: 'As the walkthrough showed.', restsOnIds }
  await a.partner.does('recordControlReliance', { ...reliance, expectedVersion: version, ...why })
  await a.senior.does('recordRisk', {
    engagementId,
    ref: 'R-01',
    ...assessment,
    controlIds: [general.control.id],
  })
  await a.staff.does('recordFraudInquiry', { engagementId, ...fraudInquiry })
  await present(a, engagementId, why)
  const frameworkId = await takesIn(a.partner, engagementId, await loadsSet(a.partner), undefined, why)
  const mapping = { controlId: general.control.id, frameworkId, criteriaCodes: ['LK-1'] }
  const mapped = (await a.senior.gql(asked, { id: general.control.id })).node
  await a.senior.does('mapControlToFramework', { ...mapping, expectedVersion: mapped.version })
  const uncovered = { frameworkId, criteriaCodes: ['LK-2'], ground: 'NO_CONTROL' }
  await a.partner.does('recordUncoveredCriteria', { ...uncovered, ...why })
  await a.staff.does('recordSuspectedNoncompliance', { engagementId, ...suspicion })
  await usesWork(a.manager, engagementId, { restsOnIds })
  const walked = await fieldwork.procedure({ aspects: ['DESIGN'], attributes: [] })
  await a.staff.does('recordWalkthrough', { procedureId: walked.id, ...walkthrough })
  const updating = { attributes: [], coversFrom: '2025-11-01', coversTo: '2025-12-30' }
  await answersAll(a.staff, (await fieldwork.procedure(updating)).id)
  const paper = { kind: 'MEMO', title: 'The forge', text: 'It was replaced, invented.' }
  await a.senior.does('writeWorkpaper', { engagementId, ...paper })
  await a.senior.does('addReviewNote', { engagementId, nodeId: fieldwork.procedureId, text: 'Which log, invented?' })
  const scanned = { ...controlOf(engagementId), ref: 'VM-01', criteriaCodes: ['CC7.1'], operatedFrom: '2025-10-01' }
  const late = (await a.senior.does('createControl', scanned, 'control { id }')).control
  await a.partner.does('decideCoverageGap', {
    engagementId,
    criterionCode: 'CC7.1',
    gapFrom: '2025-01-01',
    gapTo: '2025-09-30',
    reason: 'No system was in use before October, invented.',
    restsOnIds: [fieldwork.procedureId],
  })
  await fieldwork.frozen('id\nX-1\n', {}, { controlId: late.id, extractedAt: '2025-11-01T09:00:00Z' })
  await a.manager.does('acceptPopulationGap', {
    controlId: late.id,
    gapFrom: '2025-10-01',
    gapTo: '2025-12-30',
    reason: 'Its one item was not tested, and the system was switched off in November, invented.',
    restsOnIds: [fieldwork.procedureId],
  })
  const draft = await fieldwork.draft()
  const list = { populationId: draft.id, expectedVersion: draft.version, keyColumn: 'id' }
  const { population } = await importList(a.staff, engagementId, list, 'id,what\nX-1,test\nX-2,live\n')
  await a.staff.does('proposeExclusion', {
    populationId: draft.id,
    expectedVersion: population.version,
    column: 'what',
    operator: 'EQUALS',
    values: ['test'],
    reason: 'The control speaks of the live system.',
  })
  const event = { what: 'A laptop was stolen, invented.', occurredOn: '2026-01-03', knownOn: '2026-01-04' }
  await a.senior.does('recordSubsequentEvent', { engagementId, ...event })
  await a.partner.does('recordManagementRefusal', {
    engagementId,
    statement: 'REPRESENTATION_LETTER',
    refusedBy: 'Carla, for management',
    refusedOn: '2026-01-10',
    reason: 'It did not want to say it in writing, invented.',
  })
  await a.partner.does('placeLegalHold', { engagementId, reason: 'A litigation, invented.' })
  const [{ id: judgmentId, figuresDigest }] = (await judgmentsOf(a.partner, engagementId)).nodes
  await a.partner.does('acknowledgeJudgment', { engagementId, judgmentId, figuresDigest, note: 'Read.' })
}

/** The firm decides anew by which table it samples: the rows of the table and of the methodology are the service's own. */
async function reviseMethodology(): Promise<void> {
  const asked = `{ viewer { firm { version methodology { samplingTable { rows {
    frequency risk size share leastSize mostSize acceptedDeviationCount } } } } } }`
  const { version, methodology } = (await a.admin.gql(asked)).viewer.firm
  const { rows } = methodology.samplingTable
  await a.admin.does('reviseMethodology', { expectedVersion: version, rows, reason: 'Read through, invented.' })
}

/** An engagement in fieldwork takes a control of the library, with its tests. */
async function startFromLibrary(): Promise<void> {
  const { id: libraryControlId } = await addsToLibrary(a.partner, 'LB-01')
  const controls = [{ libraryControlId, owner: 'Head of IT' }]
  await a.senior.does('addControlsFromLibrary', { engagementId: fieldwork.engagementId, controls })
}

async function findRows(): Promise<void> {
  const { rows: ofMethodology } = await w.owner.query<{ id: string }>(
    `select id from methodology where firm_id = $1 union all select id from sampling_table where firm_id = $1
     union all select id from sampling_table_row where firm_id = $1
     union all select id from library_control where firm_id = $1
     union all select id from library_control_version where firm_id = $1
     union all select id from library_procedure where firm_id = $1
     union all select id from criteria_set where firm_id = $1 union all select id from further_criterion where firm_id = $1
     union all select id from incident where firm_id = $1 union all select id from system_change where firm_id = $1`,
    [a.id],
  )
  const ids = [a.id, a.senior.memberId, client.id, ...ofMethodology.map(({ id }) => id)]
  for (const row of classes) {
    const table = w.database.table(row)
    const engagement = row.engagementKey === null ? null : table.columnOf(row.engagementKey)?.column
    const { rows: found } = await w.owner.query(
      `select id, ${engagement ?? `'${issued.engagementId}'`} as "engagementId" from ${table.name}
       where ${engagement ? 'true' : `id = any($1)`} order by id desc limit 1`,
      engagement ? [] : [ids],
    )
    if (found[0]) rows.set(row.typeName, found[0])
  }
}

beforeAll(async () => {
  await workOn()
  await reviseMethodology()
  await startFromLibrary()
  await findRows()
  await withoutUniqueness(w)
  // A superuser is held by no check either.
  const { rows: checks } = await w.owner.query<{ drop: string }>(
    `select format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop from pg_constraint
     where contype = 'c' and connamespace = 'fieldwork'::regnamespace`,
  )
  for (const { drop } of checks) await w.owner.query(drop)
})

it('what was changed through the service alone agrees: both engagements, and all of the database', async () => {
  for (const { engagementId } of [issued, fieldwork]) {
    expect(await verify(engagementId)).toEqual({
      intact: true,
      trail: { intact: true },
      mismatchCount: 0,
      mismatches: [],
    })
  }
  expect(await findings()).toEqual([])
})

it('a row of every class that the trail holds is at hand', () => {
  expect(classes.map(({ typeName }) => typeName).filter((name) => !rows.has(name))).toEqual([])
})

async function findings(): Promise<string[]> {
  const found: string[] = []
  for await (const finding of verifyDatabase(w.database)) found.push(finding)
  return found
}

/** Another value of a column, as SQL. */
function otherValue({ column, type }: Column): string {
  const quoted = `"${column}"`
  if (type === 'uuid') return 'gen_random_uuid()'
  if (type === 'boolean') return `not coalesce(${quoted}, false)`
  if (type === 'jsonb')
    return `case when jsonb_typeof(${quoted}) = 'array' then ${quoted} || '["x"]' else coalesce(${quoted}, '{}') || '{"x": 1}' end`
  if (type === 'date') return `coalesce(${quoted}, '2020-01-01'::date) + 1`
  if (type === 'timestamptz') return `coalesce(${quoted}, now()) + interval '1 day'`
  if (type === 'integer' || type === 'bigint') return `coalesce(${quoted}, 0) + 1`
  return `coalesce(${quoted}, '') || 'x'`
}

describe.each(classes.map(({ typeName }) => typeName))('a row of %s', (name) => {
  const row = classes.find(({ typeName }) => typeName === name) as (typeof classes)[number]
  const table = w.database.table(row)
  const at = () => rows.get(name) as { id: string; engagementId: string }
  const looked = async (): Promise<Mismatch[] | string[]> =>
    ofFirm.includes(name) ? findings() : (await verify(at().engagementId)).mismatches
  /** Does something to the row, looks, and puts it back as it was. */
  const damaged = async (...statements: [string, unknown[]][]) => {
    const { id } = at()
    const { rows: kept } = await w.owner.query(`select to_jsonb(r) as row from ${table.name} r where id = $1`, [id])
    await tamper(w.owner, ...statements)
    try {
      return await looked()
    } finally {
      await tamper(
        w.owner,
        [`delete from ${table.name} where id = $1 or id = $2`, [id, added]],
        [`insert into ${table.name} select (jsonb_populate_record(null::${table.name}, $1)).*`, [kept[0].row]],
      )
    }
  }
  const added = '00000000-0000-7000-8000-000000000001'
  /** What is added to a list of this type; to one of texts an x. */
  const furtherOf: Readonly<Record<string, string>> = { 'uuid[]': added, 'integer[]': '7' }
  const expected = (nodeId: string, reason: string, ...fields: string[]) =>
    ofFirm.includes(name)
      ? expect.stringContaining(`${name} ${nodeId}${fields.length > 0 ? ` (${fields.join(', ')})` : ''}, ${reason}`)
      : { nodeType: name, nodeId, reason, fields }

  it('that was removed is named', async () => {
    const found = await damaged([`delete from ${table.name} where id = $1`, [at().id]])
    expect(found).toContainEqual(expected(at().id, 'REMOVED'))
  })

  it('that was added is named', async () => {
    const { rows: columns } = await w.owner.query<{ list: string }>(
      `select string_agg(quote_ident(column_name), ', ' order by column_name <> 'firm_id') as list from information_schema.columns
       where table_schema = 'fieldwork' and table_name = $1 and column_name <> 'id' and is_generated = 'NEVER'`,
      [table.name],
    )
    const { list } = columns[0] as { list: string }
    const copied = list.replace(/^firm_id/, name === 'Firm' ? '$2' : 'firm_id')
    const copy = `insert into ${table.name} (id, ${list}) select $2, ${copied} from ${table.name} where id = $1`
    if (['Client', 'Member', 'Engagement'].includes(name)) {
      // One that belongs to no engagement: what `npm run verify` compares.
      await tamper(w.owner, [copy, [at().id, added]])
      const found = await findings()
      await tamper(w.owner, [`delete from ${table.name} where id = $1`, [added]])
      expect(found.some((finding) => finding.includes(added))).toBe(true)
      return
    }
    expect(await damaged([copy, [at().id, added]])).toContainEqual(expected(added, 'ADDED'))
  })

  const untouched = ['firmId', 'id', 'version', ...row.derived]
  const columns = table.columns.filter(({ property }) => !untouched.includes(property))
  it.each(columns.map(({ property }) => property))(
    'whose %s was changed is named, with the property',
    async (property) => {
      const column = table.columnOf(property) as Column
      const { rows: types } = await w.owner.query<{ type: string }>(
        `select format_type(atttypid, atttypmod) as type from pg_attribute where attrelid = $1::regclass and attname = $2`,
        [table.name, column.column],
      )
      const type = types[0]?.type as string
      const value = type.endsWith('[]')
        ? `coalesce("${column.column}", '{}') || array['${furtherOf[type] ?? 'x'}']::${type}`
        : otherValue({ ...column, type: type === 'timestamp with time zone' ? 'timestamptz' : type })
      const { id } = at()
      const found = await damaged([`update ${table.name} set "${column.column}" = ${value} where id = $1`, [id]])
      if (property === 'engagementId' || (row.trailOf === 'CLIENT' && property === 'clientId'))
        expect(found).toContainEqual(expected(id, 'REMOVED'))
      else if (row.inTrail === 'DIGEST')
        expect(found).toContainEqual(
          expected(id, 'ALTERED', ...(['createdAt', 'createdBy'].includes(property) ? [property] : [])),
        )
      else expect(found).toContainEqual(expected(id, 'ALTERED', property))
    },
  )
})

it('an item whose outcome does not follow from its results is named', async () => {
  const { rows: found } = await w.owner.query<{ id: string }>(
    `select id from sample_item where engagement_id = $1 and outcome = 'DEVIATION' order by id limit 1`,
    [fieldwork.engagementId],
  )
  const { id } = found[0] as { id: string }
  await tamper(w.owner, [`update sample_item set outcome = 'NO_DEVIATION' where id = $1`, [id]])
  const { mismatches } = await verify(fieldwork.engagementId)
  await tamper(w.owner, [`update sample_item set outcome = 'DEVIATION' where id = $1`, [id]])
  expect(mismatches).toEqual([{ nodeType: 'SampleItem', nodeId: id, reason: 'NOT_DERIVED', fields: ['outcome'] }])
})

describe('what a superuser did before', () => {
  const versionOf = async () =>
    (await a.partner.gql('query ($id: ID!) { engagement(id: $id) { version } }', { id: fieldwork.engagementId }))
      .engagement.version
  const rename = async (systemName: string) =>
    a.partner.does('updateEngagement', {
      engagementId: fieldwork.engagementId,
      expectedVersion: await versionOf(),
      systemName,
      reason: 'It is called so.',
      restsOnIds: [fieldwork.procedureId],
    })

  it('is named also where an act of the service came after it', async () => {
    const { engagementId } = fieldwork
    await tamper(w.owner, [`update engagement set system_name = 'Forged' where id = $1`, [engagementId]])
    await rename('Kestrel Cloud')
    expect((await verify(engagementId)).mismatches).toContainEqual({
      nodeType: 'Engagement',
      nodeId: engagementId,
      reason: 'ALTERED',
      fields: ['systemName'],
    })
  })

  it('moved an engagement to another firm: that its client and its people are not there is named', async () => {
    const b = await w.firm('Birch')
    const { engagementId } = await tested(w, b)
    const other = await w.firm('Cedar')
    const { rows: tables } = await w.owner.query<{ name: string; by: string }>(
      `select table_name as name, column_name as by from information_schema.columns where table_schema = 'fieldwork'
       and (column_name in ('engagement_id', 'chain_id') or table_name = 'engagement' and column_name = 'id')`,
    )
    const moved = tables.map(({ name, by }): [string, unknown[]] => [
      `update ${name} set firm_id = $2 where ${by} = $1`,
      [engagementId, other.id],
    ])
    await tamper(w.owner, ...moved)
    const found = await findings()
    expect(found.filter((finding) => finding.includes(`engagement ${engagementId}`)).join('\n')).toMatch(
      /Client .* REMOVED[\s\S]*Member .* REMOVED/,
    )
  })

  it.each([
    [
      'an entry that holds null',
      `update trail_entry set changes = 'null' where position = 2 and chain_id = $1`,
      /broken at 2, ALTERED/,
    ],
    [
      'an entry whose change holds null',
      `update trail_entry set changes = '[{"type":"Control","id":"1","before":null,"after":5}]' where position = 2 and chain_id = $1`,
      /broken at 2, ALTERED/,
    ],
    [
      'an entry of no time',
      `update trail_entry set at = 'infinity' where position = 2 and chain_id = $1`,
      /broken at 2, ALTERED/,
    ],
    [
      'a row of no time',
      `update control set created_at = 'infinity' where engagement_id = $1`,
      /Control .* \(createdAt\), ALTERED/,
    ],
    [
      'a population said to be endless',
      `update population set item_count = 2000000000 where engagement_id = $1`,
      /Population .* \(itemCount\), ALTERED/,
    ],
  ])('left %s: it is named, and the others are looked at', async (_what, change, named) => {
    const c = await w.firm('Dogwood')
    const { engagementId } = await tested(w, c)
    await tamper(w.owner, [change, [engagementId]])
    const found = (await findings()).filter((finding) => finding.includes(`engagement ${engagementId}`))
    expect(found.join('\n')).toMatch(named)
  })

  it('left a key that is none: it vouches for nothing, and the rest is verified', async () => {
    await tamper(w.owner, [
      `insert into checkpoint_key (id, public_jwk, sealed_private, created_at, retired_at) values ($1, 'null', '\\x00', now(), now())`,
      ['00000000-0000-7000-8000-00000000000a'],
    ])
    expect((await findings()).every((finding) => !finding.includes('cannot be verified'))).toBe(true)
  })
})

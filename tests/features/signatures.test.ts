import { isDeepStrictEqual } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { Control } from '../../src/features/control/control.js'
import { EvidenceLink } from '../../src/features/evidence/evidence-link.js'
import { Attribute } from '../../src/features/procedure/attribute.js'
import { Procedure } from '../../src/features/procedure/procedure.js'
import { Result } from '../../src/features/sample/result.js'
import { Sample } from '../../src/features/sample/sample.js'
import { SampleItem } from '../../src/features/sample/sample-item.js'
import { staleProcedures } from '../../src/features/signing/content.js'
import { Walkthrough } from '../../src/features/walkthrough/walkthrough.js'
import { Loaders } from '../../src/kernel/store/loaders.js'
import { classOf, type Row, type RowClass } from '../../src/kernel/store/row.js'
import { openRead, type WriteTx, write } from '../../src/kernel/store/work.js'
import { changes, type Fieldwork, fieldwork } from '../support/fieldwork.js'
import { fullWorld } from '../support/full-world.js'
import { walkthrough } from '../support/tested-items.js'
import { type Person, world } from '../support/world.js'

// Whether what was signed is still there is told from marks where nothing was written since (features/signing/content.ts). It
// must come to the same as reading all of it again, whatever was written.

const w = await world()
const a = await w.firm('Alder')
let work: Fieldwork
let population: { id: string }

beforeAll(async () => {
  work = await fieldwork(w, a)
  population = await work.frozen(changes(60), { dateColumn: 'merged' })
})

/** The stale procedures by what was written since, which must be those by reading all again. */
async function stale(engagementId = work.engagementId, person = a.manager): Promise<string[]> {
  const { tx, close } = await openRead(w.database, person.claims)
  try {
    const [quick, whole] = [
      await staleProcedures(Loaders.over(tx), engagementId, 'changed'),
      await staleProcedures(Loaders.over(tx), engagementId, 'whole'),
    ]
    expect([...quick].sort()).toEqual([...whole].sort())
    return [...whole]
  } finally {
    await close()
  }
}

/** How the control operated nevertheless, without a file that shows it. */
const operated = {
  kind: 'CONTROL_OPERATED',
  reason: 'It was reviewed by mail.',
  alternativeProcedure: 'Read the mail of that day.',
}

interface Cell {
  sampleItemId: string
  attribute: string
}

const read = `query ($id: ID!) { procedure(id: $id) { id version state control { id version }
  attributes { letter } sample { id version items(first: 100) { nodes { id results { id version outcome attribute { letter } } } } } } }`

/** A procedure with a sample of four, of which one item deviates and was explained, signed by the preparer. */
async function prepared(before: (procedureId: string) => Promise<unknown> = async () => {}): Promise<string> {
  const { id } = await work.procedure({ aspects: ['DESIGN', 'OPERATION'] })
  await a.staff.does('recordWalkthrough', { procedureId: id, ...walkthrough })
  const draw = { basis: 'JUDGMENT', size: 4, sizeReason: 'A rehearsal.', method: 'RANDOM' }
  const drawn = { procedureId: id, populationId: population.id, ...draw }
  const { sample } = await a.staff.does('drawSample', drawn, 'sample { items { nodes { id } } }')
  const cells: Cell[] = sample.items.nodes.flatMap((item: { id: string }) =>
    ['A', 'B'].map((attribute) => ({ sampleItemId: item.id, attribute })),
  )
  const said = cells.map((cell, at) => ({
    ...cell,
    outcome: at === 0 ? 'DEVIATION' : 'NO_DEVIATION',
    note: at === 0 ? 'No person else looked.' : null,
  }))
  const { results } = await a.staff.does('recordResults', { procedureId: id, results: said }, 'results { id }')
  const explained = { resultId: results[0].id, expectedVersion: 1, ...operated }
  await a.staff.does('explainDeviation', explained)
  await before(id)
  const outcome = { outcome: 'NO_EXCEPTIONS', outcomeNote: 'Compared as planned.' }
  const { procedure } = await a.staff.gql('query ($id: ID!) { procedure(id: $id) { version } }', { id })
  await a.staff.does('prepareProcedure', { procedureId: id, expectedVersion: procedure.version, ...outcome })
  return id
}

/** The same, its explanation agreed with, signed by the reviewer. */
async function reviewed(): Promise<string> {
  const id = await prepared()
  await review(id)
  return id
}

/** The explanation is agreed with, and the reviewer signs. */
async function review(id: string): Promise<void> {
  const { rows } = await w.owner.query(
    'select id, version from result where procedure_id = $1 and explanation_state is not null',
    [id],
  )
  await a.partner.does('decideExplanation', { resultId: rows[0].id, expectedVersion: rows[0].version, approve: true })
  const { procedure } = await a.manager.gql('query ($id: ID!) { procedure(id: $id) { version } }', { id })
  await a.manager.does('reviewProcedure', { procedureId: id, expectedVersion: procedure.version })
}

/** What is to be written: of each kind of row that a signature covers, each column in turn. */
const kinds: readonly [kind: RowClass, of: (procedureId: string) => object][] = [
  [Control, () => ({ id: work.controlId })],
  [Procedure, (id: string) => ({ id })],
  [Attribute, (procedureId: string) => ({ procedureId })],
  [Walkthrough, (procedureId: string) => ({ procedureId })],
  [Sample, (procedureId: string) => ({ procedureId })],
  [SampleItem, () => ({})],
  [Result, (procedureId: string) => ({ procedureId })],
] as never

/** Words that stand in columns of the same name in several kinds of row. */
const elsewhere: Record<string, string> = {
  RANDOM: 'SYSTEMATIC',
  SYSTEMATIC: 'RANDOM',
  NO_EXCEPTIONS: 'EXCEPTIONS',
  EXCEPTIONS: 'NO_EXCEPTIONS',
}

/** What another value of a column is that its constraints allow; null where there is none. */
function other(column: string, type: string, value: unknown): unknown {
  const words: Record<string, [unknown, unknown]> = {
    frequency: ['DAILY', 'WEEKLY'],
    nature: ['MANUAL', 'AUTOMATED'],
    type: ['PREVENTIVE', 'DETECTIVE'],
    area: ['CHANGE', 'ACCESS'],
    methods: [['INSPECTION'], ['INSPECTION', 'OBSERVATION']],
    aspects: [['OPERATION'], ['DESIGN', 'OPERATION']],
    outcome: ['NO_DEVIATION', 'DEVIATION'],
    explanationState: ['APPROVED', 'REJECTED'],
    explanationKind: ['CONTROL_OPERATED', 'NOT_APPLICABLE'],
    letter: ['X', 'Y'],
    performedOn: ['2025-06-02', '2025-06-03'],
    drawnAs: ['INITIAL', 'EXTENSION'],
    basis: ['JUDGMENT', 'STATISTICAL'],
    risk: ['LOW', 'HIGH'],
    designConclusion: ['SUITABLE', 'UNSUITABLE'],
    operationConclusion: ['EFFECTIVE', 'NOT_EFFECTIVE'],
    state: ['PREPARED', 'REVIEWED'],
    correctedFrom: ['UNABLE_TO_TEST', 'DEVIATION'],
  }
  const pair = typeof value === 'string' && value in elsewhere ? [value, elsewhere[value]] : words[column]
  if (pair) return isDeepStrictEqual(pair[0], value) ? pair[1] : pair[0]
  if (type === 'text') return `${value ?? ''} otherwise`
  if (type === 'integer') return Number(value ?? 0) + 7
  if (type === 'boolean') return !value
  return null
}

/** As an act would that forgets all that acts must not. */
const writing = (person: Person, change: (tx: WriteTx) => Promise<unknown>) =>
  write(w.database, person.claims, 'Mutation.recordResult', async (tx) => {
    tx.markPermitted(work.engagementId)
    await change(tx)
    tx.deferToCommit(tx.appendTrail('recordResult', null))
  })

describe('of each kind of row that a signature covers', () => {
  // Who owns the database can change a result past these: the signature shows it without their help.
  beforeAll(async () => {
    const { rows } = await w.owner.query<{ name: string }>(
      `select conname as name from pg_constraint where conrelid = 'result'::regclass and contype = 'c'
         and conname ~ '^result_(explain|explanation_decided|never|not_applicable|corrected_away)'`,
    )
    expect(rows).toHaveLength(7)
    for (const { name } of rows) await w.owner.query(`alter table result drop constraint ${name}`)
  })

  it.each(kinds.map(([kind, of]) => [kind.name, kind, of] as const))(
    '%s: no change of a column escapes',
    async (_, kind, of) => {
      const id = await reviewed()
      expect(await stale()).not.toContain(id)
      const found: string[] = []
      for (const { property, column, type } of w.database.table(kind).columns) {
        if (['firmId', 'id', 'version', 'createdBy', 'createdAt', 'engagementId', 'contentMark'].includes(property))
          continue
        let before: unknown
        const one = (tx: WriteTx) =>
          kind === (SampleItem as never)
            ? tx
                .query<{ id: string }>(
                  'select i.id from sample_item i join sample s on s.id = i.sample_id where s.procedure_id = $1 order by i.id limit 1',
                  [id],
                )
                .then(([item]) => tx.one(kind, { id: item?.id } as never))
            : tx.one(kind, of(id) as never, { order: { id: 'asc' } as never })
        const set = async (value: (row: Row) => unknown) =>
          writing(a.manager, async (tx) => {
            const row = (await one(tx)) as Row
            before = row[property as keyof Row]
            const now = value(row)
            if (now === null && before === null) return
            if (classOf(row).inTrail !== 'DIGEST') return void (await tx.update(row, { [property]: now } as never))
            // No act updates one of these but by a statement of its own, which says so to the trail and the marks.
            const table = w.database.table(classOf(row))
            await tx.query(`update ${table.name} set ${column} = $3 where firm_id = $1 and id = $2`, [
              row.firmId,
              row.id,
              now,
            ])
            tx.note(row, {})
          })
        const changed = (row: Row) => other(property, type, row[property as keyof Row])
        const was = await set(changed).then(
          () => before,
          () => undefined,
        )
        if (was === undefined) continue
        if ((await stale()).includes(id)) found.push(column)
        await set(() => was)
        expect(await stale(), column).not.toContain(id)
      }
      expect(found).toEqual(covered[kind.name])
    },
    120_000,
  )

  it('no further row escapes either', async () => {
    const id = await reviewed()
    await writing(a.manager, async (tx) => {
      await tx.insert(Attribute, { engagementId: work.engagementId, procedureId: id, letter: 'Z', description: 'New.' })
    })
    expect(await stale()).toContain(id)
    const second = await reviewed()
    await writing(a.manager, async (tx) => {
      const sample = (await tx.one(Sample, { procedureId: second })) as Sample
      const { engagementId } = work
      const item = { position: 99, ordinal: 99, itemKey: 'new', cells: [], rank: '', drawnAs: 'EXTENSION' as const }
      await tx.insertMany(SampleItem, [{ engagementId, sampleId: sample.id, ...item }])
    })
    expect(await stale()).toContain(second)
    const third = await reviewed()
    await writing(a.manager, async (tx) => {
      const { id: _, ...like } = (await tx.one(Walkthrough, { procedureId: third })) as Walkthrough
      await tx.insert(Walkthrough, like)
    })
    expect(await stale()).toContain(third)
  })
})

describe('of the evidence that is linked to a procedure, and to a result or a walkthrough of it', () => {
  const isStale = async (id: string) => {
    const { procedure } = await a.manager.gql(
      'query ($id: ID!) { procedure(id: $id) { signOffs { nodes { isStale withdrawnAt } } } }',
      { id },
    )
    const inForce = procedure.signOffs.nodes.filter((one: { withdrawnAt: unknown }) => one.withdrawnAt === null)
    return inForce.map((one: { isStale: boolean }) => one.isStale)
  }
  const resultOf = async (procedureId: string) =>
    (await w.owner.query('select id from result where procedure_id = $1 order by id limit 1', [procedureId])).rows[0].id
  const walkthroughOf = async (procedureId: string) =>
    (await w.owner.query('select id from walkthrough where procedure_id = $1', [procedureId])).rows[0].id
  const nodes = [
    ['procedure', async (procedureId: string) => procedureId],
    ['result', resultOf],
    ['walkthrough', walkthroughOf],
  ] as const
  const brought = () => a.staff.brings(work.engagementId, { name: 'seen.csv', content: 'id\nC-1\n' })
  const links = (evidenceId: string, nodeId: string) => a.staff.does('linkEvidence', { evidenceId, nodeId })

  /** A reviewed procedure, of which the evidence is linked to the node. */
  async function reviewedWith(nodeOf: (procedureId: string) => Promise<string>, evidenceId: string) {
    const id = await prepared(async (procedureId) => links(evidenceId, await nodeOf(procedureId)))
    await review(id)
    return { id, nodeId: await nodeOf(id) }
  }

  it.each(nodes)('%s: no act changes it without the signature showing it', async (_, nodeOf) => {
    const { id: evidenceId } = await brought()
    const { id: more } = await brought()
    const { id, nodeId } = await reviewedWith(nodeOf, evidenceId)
    expect(await stale()).not.toContain(id)
    await writing(a.manager, async (tx) => {
      const { id: _id, evidenceId: _evidence, ...like } = (await tx.one(EvidenceLink, { nodeId })) as EvidenceLink
      await tx.insert(EvidenceLink, { ...like, evidenceId: more })
    })
    expect(await stale()).toContain(id)
    await writing(a.manager, async (tx) =>
      tx.remove((await tx.one(EvidenceLink, { nodeId, evidenceId: more })) as never),
    )
    expect(await stale()).not.toContain(id)
    await writing(a.manager, async (tx) => tx.remove((await tx.one(EvidenceLink, { nodeId, evidenceId })) as never))
    expect(await stale()).toContain(id)
    expect(await isStale(id)).toEqual([true, true])
  })

  it.each(nodes)('%s: what was changed behind the service’s back shows, and is named', async (_, nodeOf) => {
    const own = await fieldwork(w, a)
    work = own
    population = await own.frozen(changes(60), { dateColumn: 'merged' })
    const [first, second] = [await brought(), await brought()]
    const { id, nodeId } = await reviewedWith(nodeOf, first.id)
    expect(await isStale(id)).toEqual([false, false])
    const { rows } = await w.owner.query('select id from evidence_link where node_id = $1', [nodeId])
    const linkId = rows[0].id
    const verified = async () =>
      (
        await a.manager.gql(
          'query ($id: ID!) { verifyEngagement(engagementId: $id) { intact mismatches { nodeType nodeId reason fields } } }',
          { id: own.engagementId },
        )
      ).verifyEngagement
    const becomes = (evidenceId: string) =>
      w.owner.query('update evidence_link set evidence_id = $2 where id = $1', [linkId, evidenceId])
    await becomes(second.id)
    expect(await isStale(id)).toEqual([true, true])
    const named = { nodeType: 'EvidenceLink', nodeId: linkId }
    const altered = { ...named, reason: 'ALTERED', fields: ['evidenceId'] }
    expect(await verified()).toEqual({ intact: false, mismatches: [altered] })
    await becomes(first.id)
    expect(await isStale(id)).toEqual([false, false])
    expect(await verified()).toEqual({ intact: true, mismatches: [] })
    await w.owner.query('delete from evidence_link where id = $1', [linkId])
    expect(await isStale(id)).toEqual([true, true])
    expect(await verified()).toEqual({ intact: false, mismatches: [{ ...named, reason: 'REMOVED', fields: [] }] })
  })

  it('is what its preparer has seen: a signature on the procedure as it was read before is refused', async () => {
    const { id, version } = await work.procedure({ attributes: [] })
    const { id: evidenceId } = await brought()
    await links(evidenceId, id)
    const before = await w.digest()
    const outcome = { outcome: 'NO_EXCEPTIONS', outcomeNote: 'Compared as planned.' }
    const { errors } = await a.staff.tryTo('prepareProcedure', {
      procedureId: id,
      expectedVersion: version,
      ...outcome,
    })
    expect(errors).toMatchObject([{ code: 'VERSION_CONFLICT', currentVersion: version + 1 }])
    expect(await w.digest()).toBe(before)
  })
})

/** The columns that a signature covers, by hand: those by whose change it no longer holds. */
const covered: Readonly<Record<string, readonly string[]>> = {
  Control: ['title', 'description', 'frequency', 'nature', 'type'],
  Procedure: [
    'ref',
    'methods',
    'aspects',
    'objective',
    'steps',
    'workpaper_ref',
    'outcome',
    'outcome_note',
    'persons_asked',
  ],
  Attribute: ['letter', 'description'],
  Walkthrough: ['performed_on', 'person_asked', 'role_asked', 'traced', 'seen'],
  Sample: [
    'basis',
    'method',
    'risk',
    'confidence_bp',
    'tolerable_rate_bp',
    'expected_rate_bp',
    'recommended_size',
    'accepted_deviation_count',
    'size',
    'size_reason',
    'algorithm',
    'algorithm_version',
    'seed',
    'parameters',
    'population_digest',
    'population_size',
  ],
  SampleItem: ['position', 'ordinal', 'item_key', 'drawn_as'],
  Result: [
    'outcome',
    'note',
    'corrected_from',
    'explanation_state',
    'explanation_kind',
    'explanation_reason',
    'explanation_alternative_procedure',
    'explained_by',
    'explanation_decided_by',
    'explanation_decision_note',
  ],
}

describe('whatever is done in an engagement', () => {
  /** The same numbers each time. */
  let state = 7
  const random = (below: number) => {
    state = (state * 48_271) % 2_147_483_647
    return state % below
  }
  const pick = <T>(some: readonly T[]): T => some[random(some.length)] as T

  it('comes to the same, act by act', async () => {
    // Signatures that no longer hold, of the tests before, would hide others.
    work = await fieldwork(w, a)
    population = await work.frozen(changes(60), { dateColumn: 'merged' })
    const ids = [await reviewed(), await reviewed(), await prepared(), await prepared()]
    const done = new Map<string, number>()
    let timesStale = 0
    for (let nth = 0; nth < 160; nth += 1) {
      const { procedure } = await a.manager.gql(read, { id: pick(ids) })
      const [person, mutation, input] = pick(acts(procedure, pick, `${nth}`))
      const { errors, data } = await person.ask(
        `mutation ($input: ${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!) { ${mutation}(input: $input) { errors { code } } }`,
        { input: { idempotencyKey: `${nth} ${mutation}`, ...input } },
      )
      if (!errors && data[mutation].errors.length === 0) done.set(mutation, (done.get(mutation) ?? 0) + 1)
      if ((await stale()).length > 0) timesStale += 1
    }
    expect([...done.keys()].sort()).toEqual(
      expect.arrayContaining([
        'prepareProcedure',
        'recordResult',
        'reviewProcedure',
        'sendBackProcedure',
        'updateControl',
      ]),
    )
    expect(timesStale).toBeGreaterThan(10)
    expect(timesStale).toBeLessThan(150)
  }, 180_000)
})

function acts(procedure: any, pick: <T>(some: readonly T[]) => T, word: string): [Person, string, object][] {
  const at = { procedureId: procedure.id, expectedVersion: procedure.version }
  // The testing of the control has begun: the partner alone rewords it, with a reason.
  const because = { reason: `Management words it so ${word}.`, restsOnIds: [procedure.id] }
  const results = procedure.sample.items.nodes.flatMap((item: any) =>
    item.results.map((one: any) => ({ ...one, item: item.id })),
  )
  const result = pick(results) as any
  const named = { resultId: result.id, expectedVersion: result.version }
  const control = { controlId: procedure.control.id, expectedVersion: procedure.control.version }
  const cell = { sampleItemId: result.item, attribute: result.attribute.letter, expectedVersion: result.version }
  // All that is missing, deviates or was corrected.
  const passing = procedure.sample.items.nodes.flatMap((item: any) =>
    ['A', 'B'].flatMap((attribute) => {
      const before = item.results.find((one: any) => one.attribute.letter === attribute)
      const version = before ? { expectedVersion: before.version } : {}
      const entry = {
        sampleItemId: item.id,
        attribute,
        outcome: 'NO_DEVIATION',
        note: `Looked again ${word}.`,
        ...version,
      }
      return before?.outcome === 'NO_DEVIATION' ? [] : [entry]
    }),
  )
  const signing: [Person, string, object][] = [
    [a.staff, 'prepareProcedure', { ...at, outcome: 'NO_EXCEPTIONS', outcomeNote: `Compared ${word}.` }],
    [a.manager, 'reviewProcedure', at],
    [a.staff, 'recordResults', { procedureId: procedure.id, results: passing.slice(0, 100) }],
  ]
  return [
    ...signing,
    ...signing,
    ...signing,
    [a.manager, 'updateControl', { ...control, owner: `Head ${word}` }],
    [a.partner, 'updateControl', { ...control, ...because, title: pick(['Changes are reviewed', `Changes ${word}`]) }],
    [a.partner, 'updateControl', { ...control, ...because, title: 'Changes are reviewed' }],
    [a.staff, 'recordResult', { ...cell, outcome: 'DEVIATION', note: `Seen anew ${word}.` }],
    [a.staff, 'recordResult', { ...cell, outcome: 'NO_DEVIATION', note: `Seen ${word}.` }],
    [a.staff, 'recordResult', { ...cell, outcome: 'NO_DEVIATION' }],
    [a.staff, 'explainDeviation', { ...named, ...operated, reason: `Reviewed ${word}.` }],
    [a.partner, 'decideExplanation', { ...named, approve: true }],
    [a.partner, 'decideExplanation', { ...named, approve: false, note: `No ${word}.` }],
    [
      a.staff,
      'prepareProcedure',
      { ...at, outcome: pick(['NO_EXCEPTIONS', 'EXCEPTIONS']), outcomeNote: `Compared ${word}.` },
    ],
    [a.staff, 'prepareProcedure', { ...at, outcome: 'NO_EXCEPTIONS', outcomeNote: `Compared ${word}.` }],
    [a.manager, 'reviewProcedure', at],
    [a.manager, 'reviewProcedure', at],
    [a.manager, 'sendBackProcedure', { ...at, reason: `Again ${word}.` }],
    [
      a.partner,
      'extendSample',
      {
        sampleId: procedure.sample.id,
        expectedVersion: procedure.sample.version,
        additionalCount: 1,
        reason: 'One more.',
        restsOnIds: [at.procedureId],
      },
    ],
  ]
}

it('a world of signatures that were made before marks were kept comes to the same', async () => {
  const full = await fullWorld(w)
  for (const id of full.held.Engagement ?? []) expect((await stale(id, full.crew.manager)).length).toBeGreaterThan(0)
})

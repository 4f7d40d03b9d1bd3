import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { ActRefused, type Person, type Selected } from '../../seeds/api.js'
import type { AuditFirm } from './audit-firm.js'
import { fromTheSource } from './large-import.js'

/** One act of a stream: it can be sent again, to the letter. */
export interface Act {
  mutation: string
  input: { idempotencyKey: string } & Record<string, unknown>
  selection: string
  /** Where what it makes can be found, and the trail’s entry of it. */
  made: 'client' | 'population' | 'result' | 'import' | 'link'
  /** What names the thing in the database: a name, a title, an item and a letter, a population, evidence. */
  mark: string
  /** The payload, once it came; nothing is known before. */
  answer: Selected | null
}

/** Who does the acts of a stream. */
export type Doers = Record<'manager' | 'staff', Person>

const csv = (rows: number) =>
  Buffer.from(`id,when\n${Array.from({ length: rows }, (_, n) => `C-${n},2025-03-01`).join('\n')}\n`)
const imported = csv(3_000)

/**
 * Acts as an audit has them: a client is taken on (the firm's trail), a population described and a list brought for it and imported (a
 * long transaction), a result recorded (counters beside it), evidence brought and linked to a result. No two of them stand in each other's way.
 */
export class StreamOfActs {
  readonly acts: Act[] = []
  readonly #drafts: string[] = []
  readonly #results: string[] = []

  constructor(readonly firm: AuditFirm) {}

  /** Sends acts, one after the other, until `until` says so; what is not answered stays without an answer. */
  async send(doers: Doers, until: () => boolean): Promise<void> {
    while (!until()) {
      const act = await this.#next(doers).catch((error: unknown) => {
        // A list that could not be brought: there is no act yet.
        if (!until()) throw error
      })
      if (!act) return
      this.acts.push(act)
      await answered(doers, act).catch((error: unknown) => {
        if (error instanceof ActRefused || !until()) throw error
      })
      if (act.made === 'population' && act.answer) this.#drafts.push(act.answer.population.id)
      if (act.made === 'result' && act.answer) this.#results.push(act.answer.result.id)
    }
  }

  async #next({ staff }: Doers): Promise<Act> {
    const mark: string = randomUUID()
    const act = (made: Act['made'], mutation: string, input: object, selection: string, name = mark): Act => ({
      ...{ made, mutation, selection, mark: name, answer: null },
      input: { idempotencyKey: randomUUID(), ...input },
    })
    const { engagementId, controlId } = this.firm
    const turn = this.acts.length % 5
    const draft = turn === 3 ? this.#drafts.shift() : undefined
    if (draft) {
      const evidenceId = await staff.brings(engagementId, { name: 'changes.csv', content: imported }, fromTheSource)
      const input = { populationId: draft, expectedVersion: 1, evidenceId, keyColumn: 'id', dateColumn: 'when' }
      return act('import', 'importPopulation', input, 'population { id version itemCount }', draft)
    }
    const nodeId = turn === 4 ? this.#results.shift() : undefined
    if (nodeId) {
      const note = { name: 'note.txt', content: Buffer.from(`What was seen of ${mark}.`) }
      const evidenceId = await staff.brings(engagementId, note, fromTheSource)
      return act('link', 'linkEvidence', { evidenceId, nodeId }, 'evidenceLink { id version createdAt }', evidenceId)
    }
    const cell = turn === 1 ? this.firm.cells.pop() : undefined
    if (cell) {
      const input = { ...cell, outcome: 'NO_DEVIATION' }
      return act(
        ...(['result', 'recordResult', input, 'result { id version recordedAt }'] as const),
        `${cell.sampleItemId} ${cell.attribute}`,
      )
    }
    if (turn === 2) {
      const origin = { sourceSystem: 'Repository', query: 'All changes', parameters: 'None', extractedBy: 'The client' }
      const input = { controlId, title: mark, ...origin, extractedAt: '2025-12-31T00:00:00Z' }
      return act('population', 'createPopulation', input, 'population { id version createdAt }')
    }
    return act('client', 'createClient', { name: mark }, 'client { id name version createdAt }')
  }
}

/** Sends an act, for the first time or again, and keeps its first answer. */
export async function answered(doers: Doers, act: Act): Promise<Selected> {
  const { mutation, input, selection } = act
  const answer = await doers[act.made === 'client' ? 'manager' : 'staff'].does(mutation, input, selection)
  act.answer ??= answer
  return answer
}

const traces: Record<Act['made'], string> = {
  client: 'select name as mark, id from client',
  population: 'select title as mark, id from population',
  result: `select r.sample_item_id || ' ' || a.letter as mark, r.id from result r join attribute a on a.id = r.attribute_id`,
  link: 'select evidence_id::text as mark, node_id as id from evidence_link',
  import: 'select id::text as mark, id from population where item_count is not null',
}

/**
 * How often each act of a stream happened, by what it made and by the trail: the number of rows and of entries, for each
 * act in its order.
 */
export async function happened(owner: pg.Pool, acts: readonly Act[]): Promise<{ rows: number; entries: number }[]> {
  const found = new Map<string, { rows: number; entries: number }>()
  for (const [made, rows] of Object.entries(traces)) {
    const mutation = acts.find((act) => act.made === made)?.mutation ?? ''
    const { rows: counted } = await owner.query(
      `select mark, count(*)::int as rows, (select count(*)::int from trail_entry e where e.action = $1 and e.node_id = any(array_agg(made.id))) as entries
       from (${rows}) made where mark = any($2) group by mark`,
      [mutation, acts.filter((act) => act.made === made).map(({ mark }) => mark)],
    )
    for (const { mark, ...counts } of counted) found.set(`${made} ${mark}`, counts)
  }
  return acts.map(({ made, mark }) => found.get(`${made} ${mark}`) ?? { rows: 0, entries: 0 })
}

/** Whatever does not add up between what is counted and what is there: nothing, in a database that is whole. */
export async function discrepancies(owner: pg.Pool): Promise<unknown[]> {
  const { rows } = await owner.query(`
    select 'trail head' as what, chain_id::text as which from trail_head h
    where position <> (select count(*) from trail_entry e where e.firm_id = h.firm_id and e.chain_id = h.chain_id)
    union all select 'population', id::text from population p where item_count is distinct from
      (select count(*) from population_item i where i.import_id = p.import_id) and import_id is not null
    union all select 'items of no import', import_id::text from population_item i
      where not exists (select from population p where p.import_id = i.import_id)
        -- What an attempt at an import staged that was broken off waits for the sweep.
        and not exists (select from population_import m
          where m.population_id = i.population_id and m.attempt_id is not null and m.items_id is distinct from i.import_id)
    union all select 'sample', id::text from sample s where array[item_count, tested_count, deviation_count, no_deviation_count] is distinct from
      (select array[count(*), count(*) filter (where outcome in ('NO_DEVIATION', 'DEVIATION', 'UNABLE_TO_TEST')),
        count(*) filter (where outcome in ('DEVIATION', 'UNABLE_TO_TEST')), count(*) filter (where outcome = 'NO_DEVIATION')]::int[]
       from sample_item i where i.sample_id = s.id)
    union all select 'act remembered without its answer', key from idempotency where sealed_payload is null`)
  return rows
}

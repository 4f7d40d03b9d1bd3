import { describe, expect, it } from 'vitest'
import { contentsOf } from '../../src/features/signing/content.js'
import { write } from '../../src/kernel/store/work.js'
import { tested } from '../support/exceptions.js'
import { type Sent, sentDuring } from '../support/statements.js'
import { world } from '../support/world.js'

// What a screen of an engagement asks every few seconds, over 300 controls with 30,000 results: progress, and what waits for a reviewer.

const w = await world()
const a = await w.firm('Alder')
const work = await tested(w, a)
await a.senior.does('raiseException', work.matter)
const prepared = { outcome: 'EXCEPTIONS', outcomeNote: 'Three deviate (invented).' }
const { version } = (await a.staff.gql('query ($id: ID!) { node(id: $id) { version } }', { id: work.procedureId })).node
await a.staff.does('prepareProcedure', { procedureId: work.procedureId, expectedVersion: version, ...prepared })

const CONTROLS = 300
const ITEMS = 50

/** Which columns of a table are ids that each copy has its own of. */
const ownIds: Readonly<Record<string, readonly string[]>> = {
  control: ['id'],
  procedure: ['id', 'control_id'],
  attribute: ['id', 'procedure_id'],
  sign_off: ['id', 'procedure_id'],
  sample: ['id', 'procedure_id'],
  sample_item: ['id', 'sample_id'],
  result: ['id', 'procedure_id', 'sample_id', 'sample_item_id', 'attribute_id'],
}

// What is copied keeps what its constraints ask for: to check it row by row takes a minute.
const owner = await w.owner.connect()
await owner.query('set session_replication_role = replica')

/** Copies rows of the engagement by a number of copies, each with ids of its own in these columns. */
async function copy(
  table: string,
  copies: number,
  round: string,
  ids: readonly string[],
  others: Record<string, string> = {},
) {
  const { rows } = await w.owner.query<{ column: string }>(
    `select column_name as "column" from information_schema.columns
     where table_schema = 'fieldwork' and table_name = $1 and is_generated = 'NEVER'`,
    [table],
  )
  const value = (column: string) =>
    others[column] ?? (ids.includes(column) ? `md5(t."${column}"::text || '${round}' || n)::uuid` : `t."${column}"`)
  const columns = rows.map(({ column }) => column)
  await owner.query(
    `insert into ${table} (${columns.map((one) => `"${one}"`).join()})
     select ${columns.map(value).join()} from ${table} t, generate_series(1, ${copies}) n where t.engagement_id = '${work.engagementId}'`,
  )
}

await copy('sample_item', ITEMS / 5 - 1, 'items', ['id'], {
  position: 't.position + n * 100',
  item_key: `t.item_key || '-' || n`,
})
await copy('result', ITEMS / 5 - 1, 'items', ['id', 'sample_item_id'])
await w.owner.query(`update sample set item_count = $1, tested_count = $1`, [ITEMS])
for (const [table, ids] of Object.entries(ownIds)) {
  const hasRef = table === 'control' || table === 'procedure'
  await copy(table, CONTROLS - 1, 'controls', ids, hasRef ? { ref: `t.ref || '-' || n` } : {})
}
owner.release(true)
await w.owner.query('analyze')
const { rows: all } = await w.owner.query<{ id: string }>('select id from procedure')
// Each signature is on what there is now, as it would be.
await write(w.database, null, 'laying', async (tx) => {
  await tx.enter(a.id)
  for (const [id, { digests, frameDigest, contentMark }] of await contentsOf(
    tx,
    all.map(({ id }) => id),
  )) {
    await w.owner.query(
      'update sign_off set content_digest = $2, frame_digest = $3, content_mark = $4 where procedure_id = $1',
      [...[id, digests.PREPARER, frameDigest, contentMark]],
    )
  }
})

const progress = 'progress { preparedCount blockedCount staleCount itemCount testedItemCount people { preparedCount } }'
const queue = 'reviewQueue(first: 100) { totalCount nodes { kind waitingSinceAt } }'
const asked = `query ($id: ID!) { engagement(id: $id) { ${progress} ${queue} } }`
/** What is sent beside the begin and end of a transaction and the sign-in that every operation checks. */
const statementsOf = (sent: readonly Sent[]) =>
  sent.filter(({ sql }) => !/^(begin|commit|set local|rollback|select m\.client_id, now\(\))/i.test(sql))
const ask = () => sentDuring(() => a.manager.gql(asked, { id: work.engagementId }))

describe('an engagement of 300 controls with 30,000 results', () => {
  it('tells its progress and a reviewer’s queue in ten statements at most, and soon', async () => {
    const { rows } = await w.owner.query<{ n: number }>('select count(*)::int as n from result')
    expect(rows[0]?.n).toBe(30_000)
    await ask()
    const { answer, sent } = await ask()
    expect(answer.engagement.progress).toEqual({
      ...{ preparedCount: 300, blockedCount: 0, staleCount: 0, itemCount: 15_000, testedItemCount: 15_000 },
      people: [{ preparedCount: 300 }],
    })
    expect(answer.engagement.reviewQueue.totalCount).toBe(300)
    const statements = statementsOf(sent)
    expect(statements.length, statements.map(({ sql }) => sql.slice(0, 90)).join('\n')).toBeLessThanOrEqual(10)
    const times: number[] = []
    for (let again = 0; again < 5; again += 1) {
      const begun = performance.now()
      await ask()
      times.push(performance.now() - begun)
    }
    const median = times.sort((one, other) => one - other)[2] as number
    expect(median).toBeLessThan(1_000)
  })

  it('tells what is held up and stale in as many', async () => {
    const some = all.slice(0, 20).map(({ id }) => id)
    await w.owner.query(
      `update result set outcome = 'AWAITING_EVIDENCE' where id in (select min(id::text)::uuid from result where procedure_id = any($1) group by procedure_id)`,
      [some],
    )
    await w.owner.query(`update procedure set objective = objective || ' anew' where id = any($1)`, [some])
    const { answer, sent } = await ask()
    expect(answer.engagement.progress).toMatchObject({ blockedCount: 20, staleCount: 20 })
    // What changed is compared as a whole: its items are read, in one statement more.
    expect(statementsOf(sent).length).toBeLessThanOrEqual(17)
  })
})

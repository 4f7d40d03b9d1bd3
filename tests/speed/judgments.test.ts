import { expect, it } from 'vitest'
import { figuresAgainst } from '../support/figures-against.js'
import { sentDuring } from '../support/statements.js'
import { world } from '../support/world.js'

// The list of judgments against the figures is computed whenever it is looked at, and before each issue: from what is read as
// sets, whatever the number of controls.

const w = await world()
const a = await w.firm('Alder')
const client = await a.client('Kestrel Cloud')
const work = await figuresAgainst(a, client, { of: 5, deviating: 4 })
const { engagementId } = work
const exceptionId = await work.reported()
await work.signed('EXCEPTIONS')
await work.concludedAs('EFFECTIVE')
await work.concluded(exceptionId, { material: false, restsOnIds: [work.testId] })
const rated = { isKey: false, reason: 'Management calls it so.', restsOnIds: [work.testId] }
await work.change(a.partner, 'updateControl', 'controlId', work.controlId, rated)
await work.acknowledged()

/** What hangs on a control, with what has to differ from copy to copy. */
const tables: Readonly<Record<string, string>> = {
  control: 'ref',
  procedure: 'ref',
  attribute: '',
  population: '',
  sample: '',
  sample_item: '',
  result: '',
  exception: 'number',
  materiality_decision: '',
  control_change: '',
}
const ofTheCopy = /^(control|procedure|attribute|population|sample|sample_item|exception)_id$/

/** So many further controls like the one that was tested, with all that hangs on it: past the rules between rows. */
async function copies(from: number, to: number): Promise<void> {
  const owner = await w.owner.connect()
  try {
    await owner.query('set session_replication_role = replica')
    for (const [table, unique] of Object.entries(tables)) {
      const { rows } = await owner.query<{ column: string }>(
        `select column_name as "column" from information_schema.columns
         where table_schema = 'fieldwork' and table_name = $1 and is_generated = 'NEVER'`,
        [table],
      )
      const copied = rows.map(({ column }) => {
        if (column === 'id' || ofTheCopy.test(column)) return `md5(${column}::text || n)::uuid`
        if (column !== unique) return `"${column}"`
        return unique === 'number' ? 'number + n' : `${column} || '-' || n`
      })
      const own = table === 'control' ? 'id = $2' : `engagement_id = $1 and ${await hangsOn(table)}`
      await owner.query(
        `insert into ${table} (${rows.map(({ column }) => `"${column}"`).join()})
         select ${copied.join()} from ${table}, generate_series(${from}, ${to}) n where engagement_id = $1 and ${own}`,
        [engagementId, work.controlId],
      )
    }
  } finally {
    owner.release(true)
  }
}

/** By which column the rows of a table hang on the control, directly or through its procedure. */
async function hangsOn(table: string): Promise<string> {
  const { rows } = await w.owner.query<{ column: string }>(
    'select column_name as "column" from information_schema.columns where table_schema = \'fieldwork\' and table_name = $1',
    [table],
  )
  const has = (column: string) => rows.some((row) => row.column === column)
  const procedures = '(select id from procedure where control_id = $2)'
  if (has('control_id')) return 'control_id = $2'
  if (has('procedure_id')) return `procedure_id in ${procedures}`
  if (has('sample_id')) return `sample_id in (select id from sample where procedure_id in ${procedures})`
  return 'exception_id in (select id from exception where control_id = $2)'
}

const query = `query ($id: ID!) { engagement(id: $id) { judgmentsAgainstFigures(first: 100) {
  totalCount nodes { id kind statement figuresDigest awaited isAcknowledged figures { name value } } } } }`

async function asked(): Promise<{ statements: number; entries: number }> {
  await w.owner.query('vacuum (analyze)')
  const ask = () => a.partner.gql(query, { id: engagementId })
  for (let time = 0; time < 6; time += 1) await ask()
  const { answer, sent } = await sentDuring(ask)
  return { statements: sent.length, entries: answer.engagement.judgmentsAgainstFigures.totalCount }
}

it('is read in as many statements for sixty controls as for three, and in few', async () => {
  await copies(1, 1)
  const few = await asked()
  await copies(2, 58)
  const many = await asked()
  expect(few.entries).toBeGreaterThanOrEqual(6)
  expect(many.entries).toBeGreaterThan(few.entries)
  expect(many.statements).toBe(few.statements)
  expect(few.statements).toBeLessThanOrEqual(40)
}, 120_000)

import { expect, it } from 'vitest'
import { features } from '../../src/features.js'
import type { RowClass } from '../../src/kernel/store/row.js'
import { plainSchema } from '../../src/schema.js'
import { typeAt } from '../support/attack.js'
import { fullWorld } from '../support/full-world.js'
import { argumentsFor, operationFor } from '../support/generate.js'
import { sentDuring } from '../support/statements.js'
import { withoutUniqueness } from '../support/without-uniqueness.js'
import { type Person, world } from '../support/world.js'

// Whatever is asked, more rows do not mean more statements: what many objects of an answer need is read as a set. Every
// question of the schema is asked in a full world, and again after each row in it got further ones like it.
const w = await world()
const full = await fullWorld(w)
const schema = await plainSchema(features)
/** Fields of which all that can be asked is more than one operation may ask: they are asked in two. */
const inTwoParts = ['engagement', 'node']
const questions = Object.keys(schema.getQueryType()?.getFields() ?? {}).flatMap((field) =>
  inTwoParts.includes(field) ? [`${field}, 1 of 2`, `${field}, 2 of 2`] : field,
)

const rows = features.flatMap((feature) => feature.rows).filter(({ name }) => name !== 'Firm')

/** Gives each row another like it, beside it: of the same engagement, parent and values, with an id of its own. */
async function double(round: number): Promise<void> {
  const owner = await w.owner.connect()
  try {
    await owner.query('set session_replication_role = replica')
    for (const row of rows) await owner.query(await doubling(row, round))
  } finally {
    owner.release(true)
  }
}

async function doubling(row: RowClass, round: number): Promise<string> {
  const { name } = w.database.table(row)
  // All columns, those that no property shows among them.
  const { rows: columns } = await w.owner.query<{ column: string }>(
    `select column_name as "column" from information_schema.columns
     where table_schema = 'fieldwork' and table_name = $1 and is_generated = 'NEVER'`,
    [name],
  )
  const other = (column: string) => {
    // A second engagement has the same people on its team.
    const own = column === 'id' || (row.typeName === 'TeamMember' && column === 'engagement_id')
    return own ? `md5("${column}"::text || '${round}')::uuid` : `"${column}"`
  }
  const listed = columns.map(({ column }) => `"${column}"`).join()
  return `insert into ${name} (${listed}) select ${columns.map(({ column }) => other(column)).join()} from ${name}`
}

/** A question about the first engagement and what is in it. A directive makes that no plan has to be learned for it. */
function questionOf(question: string) {
  const [field = '', part] = question.split(', ')
  // Of what `node` may answer, all at once, two levels cost too much; `engagement` asks for the same object.
  const query = operationFor(
    schema,
    field,
    field === 'node' ? 1 : 2,
    part ? { nth: Number(part[0]) - 1, of: 2 } : undefined,
  ).query.replace('{', '{ executed: __typename @include(if: true)')
  const id = (path: string) => full.held[typeAt(schema, { field, path })]?.[0] ?? full.held.Engagement?.[0]
  const variables = argumentsFor(schema, field, { id })
  return {
    query,
    variables: 'first' in variables ? { ...variables, first: field === 'engagements' ? 4 : 25 } : variables,
  }
}

/** How many statements a question comes to, how many objects answer it, and of a list how many stand in it. */
interface Asked {
  statements: number
  /** Of each kind of statement, how often it was sent. */
  kinds: ReadonlyMap<string, number>
  objects: number
  listed: number
}

/**
 * A statement of one kind more: a set goes in two when its parents come at different times, and which rows stand on a page, so which
 * kinds of statements there are, differs from world to world. What is read row by row comes to three more at least, for each row has
 * three others like it then.
 */
const inTwo = 1

/** One kind of statement, whether it asks for one id or several. */
const kindOf = (sql: string): string => sql.replace(/= any\((\$\d+)\)/g, '= $1').replace(/\$\d+/g, '$')

/** Who asks, where the partner of one team may not ask all of it. Who was invited to any client is shown to the firm’s admin. */
const asker: Record<string, Person> = { verifyFirmTrail: full.a.admin, clients: full.a.admin }

async function askedAll() {
  const all = new Map<string, Asked>()
  for (const field of questions) {
    const { query, variables } = questionOf(field)
    const person = asker[field] ?? full.crew.partner
    const { answer, sent } = await sentDuring(() => person.ask(query, variables))
    expect(answer.errors, field).toBeUndefined()
    let least = sent
    // What is read as one set goes in two when a part of it is known only after an answer that came late: the least counts.
    for (let again = 0; again < 12; again += 1) {
      const { sent } = await sentDuring(() => person.ask(query, variables))
      if (sent.length < least.length) least = sent
    }
    const objects = JSON.stringify(answer.data).split('"__typename"').length - 1
    const listed = field === 'verifyEngagement' ? await frozenPopulations() : (answer.data[field]?.nodes?.length ?? 0)
    const kinds = new Map<string, number>()
    for (const { sql } of least) kinds.set(kindOf(sql), (kinds.get(kindOf(sql)) ?? 0) + 1)
    all.set(field, { statements: least.length, kinds, objects, listed })
  }
  return all
}

/** Whose items `verifyEngagement` reads, one population after the other, so that no two are in memory together. */
async function frozenPopulations(): Promise<number> {
  const frozen = "select count(*)::int as n from population where engagement_id = $1 and state = 'FROZEN'"
  return (await w.owner.query(frozen, [full.held.Engagement?.[0]])).rows[0].n
}

/** Statements that verification comes to for each further population at most: its items are read, and the keys of its samples. */
const ofPopulation = 2

/** What more rows do not show in: the catalogue, figures that are reckoned, one redrawn sample, one file or one trail. */
const fixed = [
  'criteria',
  'viewer',
  'sampleSize',
  'upperDeviationLimit',
  'verifySample',
  'previewImport',
  'verifyTrail',
  // It names a hundred rows at most, and in this world, which was laid without a trail, there are more.
  'verifyEngagement',
  'verifyFirmTrail',
]

await withoutUniqueness(w)
await double(1)
const few = await askedAll()
await double(2)
const many = await askedAll()

it.each(questions.filter((field) => !fixed.includes(field)))(
  '%s is answered with more where there are more rows',
  (field) => {
    expect(many.get(field)?.objects).toBeGreaterThan(few.get(field)?.objects as number)
  },
)

it.each(questions)('%s sends no statement once for each row where there are more rows', (field) => {
  const [before, after] = [few.get(field), many.get(field)] as [Asked, Asked]
  const more = after.statements - before.statements
  if (field === 'verifyEngagement') expect(more / (after.listed - before.listed)).toBeLessThanOrEqual(ofPopulation)
  else {
    // An engagement’s report is composed for one at a time: of each further one, as often as of those before.
    const further = field === 'engagements' ? after.listed / before.listed : 1
    const most = (were: number) => Math.ceil(were * further) + inTwo
    const oftener = [...after.kinds].filter(([kind, count]) => count > most(before.kinds.get(kind) ?? 1))
    expect(oftener).toEqual([])
  }
})

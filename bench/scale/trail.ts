import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import { asOwner, root } from '../place.js'
import {
  asService,
  assertEqual,
  type Desk,
  figure,
  quantile,
  type Stage,
  seniorAt,
  type Table,
  timed,
} from './stage.js'

export interface TrailPlan {
  /** How many entries the trail has in all, one after the other. */
  totals: readonly number[]
  /** How many engagements' trails come to be at each total among all the others, and are measured. */
  desks: number
  /** How many an ordinary engagement has. */
  ordinary: number
  /** How many one long engagement has; it comes to be at the second total. */
  long: number
  /** How many times each is measured. */
  times: number
}

/** What a trail costs that grew to so many entries: appending, reading a page, recomputing. */
interface Cost {
  total: number
  bytes: number
  /** Milliseconds. */
  append: number
  page: number
  verify: number
  verifyLong: number | null
}

export async function measureTrail(stage: Stage, plan: TrailPlan): Promise<Table> {
  const costs: Cost[] = []
  // From the end: those at the front are worked on elsewhere, and these must have no trail yet.
  const free = [...stage.desks].reverse()
  let long: Desk | null = null
  let present = await entriesOf(stage)
  for (const [at, total] of plan.totals.entries()) {
    if (at === 1) {
      long = free.shift() as Desk
      await grow(stage, [long], plan.long)
      present += plan.long
    }
    const desks = free.splice(0, plan.desks)
    const others = Math.max(0, Math.ceil((total - present) / plan.ordinary) - desks.length)
    const { firmId } = desks[0] as Desk
    const made = Array.from({ length: others }, () => ({ firmId, engagementId: randomUUID() }))
    present += await grow(stage, [...desks, ...made], plan.ordinary)
    assertEqual(present, await entriesOf(stage), 'entries in the trail')
    costs.push({ total: present, ...(await costAt(stage, plan, desks, long)) })
    present = await entriesOf(stage)
  }
  return tableOf(costs, plan)
}

type Chain = Pick<Desk, 'firmId' | 'engagementId'>

/** Gives these chains their entries. @returns how many in all */
function grow({ place }: Stage, chains: readonly Chain[], entries: number): Promise<number> {
  return asOwner(place.ownerUrl, async (owner) => {
    await owner.query(`set synchronous_commit = off; set session_replication_role = replica;
      create type pg_temp.chain as (firm_id uuid, chain_id uuid)`)
    await owner.query(await readFile(join(root, 'bench/scale/trail-growth.sql'), 'utf8'))
    const { rows } = await owner.query<{ made: string }>(
      `select pg_temp.grow_trails(array(select row(f, c)::pg_temp.chain from unnest($1::uuid[], $2::uuid[]) as p (f, c)), $3) as made`,
      [chains.map(({ firmId }) => firmId), chains.map(({ engagementId }) => engagementId), entries],
    )
    await owner.query('vacuum (analyze) fieldwork.trail_entry')
    await owner.query('checkpoint')
    return Number(rows[0]?.made)
  })
}

const entriesOf = async ({ place }: Stage): Promise<number> => {
  const { rows } = await asOwner(place.ownerUrl, (owner) =>
    owner.query<{ entries: string }>('select sum(position) as entries from fieldwork.trail_head'),
  )
  return Number(rows[0]?.entries ?? 0)
}

async function costAt(
  stage: Stage,
  { times, ordinary, long: longEntries }: TrailPlan,
  desks: Desk[],
  long: Desk | null,
) {
  const { rows } = await asOwner(stage.place.ownerUrl, (owner) =>
    owner.query<{ bytes: string }>(`select pg_total_relation_size('fieldwork.trail_entry') as bytes`),
  )
  const verify = await repeated(times, (n) => verified(stage, desks[n % desks.length] as Desk, ordinary))
  const page = await repeated(times * 10, (n) => readPage(stage, desks[n % desks.length] as Desk))
  const verifyLong = long && (await repeated(3, () => verified(stage, long, longEntries)))
  const append = await appendTo(stage, desks[0] as Desk, times * 10)
  return { bytes: Number(rows[0]?.bytes), append, page, verify, verifyLong }
}

/** Milliseconds, the median; a few before count for nothing, as what is read first comes from the disk. */
async function repeated(times: number, work: (n: number) => Promise<unknown>): Promise<number> {
  const took: number[] = []
  for (let n = 0; n < times / 3; n += 1) await work(n)
  for (let n = 0; n < times; n += 1) took.push((await timed(() => work(n))).seconds * 1000)
  return quantile(took, 0.5)
}

async function verified(stage: Stage, desk: Desk, entries: number): Promise<void> {
  const { verifyTrail } = await seniorAt(stage, desk).ask(
    // What was laid by SQL stands in no trail; whether the trail itself is whole is asked.
    'query ($id: ID!) { verifyTrail(engagementId: $id) { entryCount firstBroken { position } } }',
    { id: desk.engagementId },
  )
  assertEqual(null, verifyTrail.firstBroken, 'the first broken entry')
  assertEqual(entries, verifyTrail.entryCount, 'entries read')
}

const pageSize = 50

async function readPage(stage: Stage, desk: Desk): Promise<void> {
  const { engagement } = await seniorAt(stage, desk).ask(
    `query ($id: ID!, $first: Int) { engagement(id: $id) { trail(first: $first, newestFirst: true) {
       nodes { position recordedAt actorName action hash changes(first: 10) { nodes { nodeType fields { name after } } } } } } }`,
    { id: desk.engagementId, first: pageSize },
  )
  assertEqual(pageSize, engagement.trail.nodes.length, 'entries on the page')
}

/** Milliseconds of the function that every act ends with, as the service calls it, each in a transaction of its own. */
async function appendTo(stage: Stage, { firmId, engagementId, claims }: Desk, times: number): Promise<number> {
  const append = async (client: pg.Client) => {
    await client.query(`begin; set local app.firm_id = '${firmId}'`)
    const { seconds } = await timed(() =>
      client.query({
        name: 'append',
        text: 'select trail_append($1, $2, $3, $4, $5, $6, $7, $8)',
        values: [firmId, engagementId, claims.memberId, 'Ada Archer', 'updateControl', 'Control', engagementId, '[]'],
      }),
    )
    await client.query('rollback')
    return seconds * 1000
  }
  return asService(stage, async (client) => {
    const took: number[] = []
    for (let n = 0; n < times; n += 1) took.push(await append(client))
    return quantile(took, 0.5)
  })
}

function tableOf(costs: readonly Cost[], { ordinary, long }: TrailPlan): Table {
  const [first] = costs as readonly [Cost, ...Cost[]]
  const last = costs.at(-1) as Cost
  const before = costs.at(-2) ?? first
  const cells = (cost: Cost) => [
    (cost.bytes / 1024 ** 2).toFixed(0),
    figure(cost.bytes / cost.total),
    figure(cost.append),
    figure(cost.page),
    figure(cost.verify),
    cost.verifyLong === null ? '' : figure(cost.verifyLong),
  ]
  const ratio = (one: Cost, other: Cost, what: 'append' | 'page' | 'verify') => figure(one[what] / other[what])
  const ratios = (other: Cost) => [
    '',
    '',
    ratio(last, other, 'append'),
    ratio(last, other, 'page'),
    ratio(last, other, 'verify'),
    last.verifyLong !== null && other.verifyLong !== null ? figure(last.verifyLong / other.verifyLong) : '',
  ]
  const named = (entries: number) => entries.toLocaleString('en-US')
  return {
    title: 'Growth of the trail',
    columns: [
      'entries in all',
      'MB on disk',
      'bytes an entry',
      'append, ms',
      `page of ${pageSize}, ms`,
      `verifyTrail of ${named(ordinary)}, ms`,
      `of ${named(long)}, ms`,
    ],
    rows: [
      ...costs.map((cost) => [named(cost.total), ...cells(cost)]),
      ...[...new Set([before, first])].map((other) => [
        `${named(last.total)} to ${named(other.total)}`,
        ...ratios(other),
      ]),
    ],
  }
}

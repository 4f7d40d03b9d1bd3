import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { overHttp, Person } from '../../seeds/api.js'
import { Tokens } from '../../src/features/identity/tokens.js'
import type { Claims } from '../../src/kernel/access/actor.js'
import { Database } from '../../src/kernel/store/database.js'
import { asOwner, issuer, type Place, type Server, startFieldwork } from '../place.js'
import { memoryOf } from '../usage.js'

/** Where things are measured: a database filled with engagements, and the service on it as a process of its own. */
export interface Stage {
  place: Place
  service: Server
  desks: readonly Desk[]
  sign(claims: Claims): string
}

/** An engagement, and the senior who works on it. */
export interface Desk {
  firmId: string
  engagementId: string
  controlIds: readonly string[]
  claims: Claims
}

/** Starts the service on a database that was filled. */
export async function openStage(place: Place): Promise<Stage & { close(): Promise<void> }> {
  const database = await new Database({ url: place.serviceUrl, poolSize: 1, secret: place.secret, rows: [] }).open()
  try {
    const tokens = await Tokens.open(database, { issuer })
    const service = await startFieldwork(place, { poolSize: 10 })
    return {
      place,
      service,
      desks: await findDesks(place),
      sign: (claims) => tokens.sign(claims).token,
      close: () => service.stop(),
    }
  } finally {
    await database.close()
  }
}

/** Every engagement of the database. */
async function findDesks({ ownerUrl }: Place): Promise<Desk[]> {
  const { rows } = await asOwner(ownerUrl, (owner) =>
    owner.query<Record<'firm_id' | 'engagement_id' | 'user_id' | 'member_id', string> & { control_ids: string[] }>(
      `select e.firm_id, e.id as engagement_id, m.user_id, m.id as member_id,
         array(select c.id::text from fieldwork.control c where c.firm_id = e.firm_id and c.engagement_id = e.id order by c.ref) as control_ids
       from fieldwork.engagement e
       join fieldwork.team_member t on t.firm_id = e.firm_id and t.engagement_id = e.id and t.role = 'SENIOR'
       join fieldwork.member m on m.firm_id = t.firm_id and m.id = t.member_id order by e.id`,
    ),
  )
  return rows.map((row) => ({
    firmId: row.firm_id,
    engagementId: row.engagement_id,
    controlIds: row.control_ids,
    claims: {
      userId: row.user_id,
      memberId: row.member_id,
      firmId: row.firm_id,
      clientId: null,
      sessionId: randomUUID(),
    },
  }))
}

/** The senior of a desk at the API, with a token that is new: one lasts ten minutes. */
export const seniorAt = ({ service, sign }: Stage, { claims }: Desk): Person =>
  new Person(overHttp(service.url), 'The senior', '', 'SENIOR').bear(sign(claims))

/** Works as the service's own role: held by the same policies, with nothing between it and the database. */
export async function asService<T>({ place }: Stage, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: place.serviceUrl })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** One transaction of a firm. */
export const inFirm = <T>(stage: Stage, firmId: string, work: (client: pg.Client) => Promise<T>): Promise<T> =>
  asService(stage, async (client) => {
    await client.query(`begin; set local app.firm_id = '${firmId}'`)
    const done = await work(client)
    await client.query('commit')
    return done
  })

/** How long something took, in seconds. */
export async function timed<T>(work: () => Promise<T>): Promise<{ done: T; seconds: number }> {
  const started = performance.now()
  const done = await work()
  return { done, seconds: (performance.now() - started) / 1000 }
}

const lookEveryMs = 50

/** As `timed`, with the most memory the service held meanwhile, in megabytes; null where the system does not tell. */
export async function watched<T>({ service }: Stage, work: () => Promise<T>) {
  const seen: (number | null)[] = [await memoryOf(service.pid)]
  const watch = setInterval(() => {
    memoryOf(service.pid).then(
      (held) => seen.push(held),
      () => undefined,
    )
  }, lookEveryMs)
  try {
    const { done, seconds } = await timed(work)
    const told = seen.filter((held) => held !== null)
    return { done, seconds, memory: told.length > 0 ? Math.max(...told) : null }
  } finally {
    clearInterval(watch)
  }
}

/** The value that so large a share of them does not exceed; 0.5 is the median. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]
  if (value === undefined) throw new Error('Nothing was measured.')
  return value
}

/** Says what was to be true and is not: a figure is worth nothing when the work it stands for was not done. */
export function assertEqual(expected: unknown, found: unknown, what: string): void {
  if (expected !== found) throw new Error(`${what}: expected ${String(expected)}, found ${String(found)}.`)
}

/** What one measurement came to, as a table in markdown. */
export interface Table {
  title: string
  columns: readonly string[]
  rows: readonly (readonly string[])[]
}

export function inMarkdown({ title, columns, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rule = line(columns.map((_, at) => (at === 0 ? '---' : '---:')))
  return [`**${title}**`, '', line(columns), rule, ...rows.map(line)].join('\n')
}

/** Three digits that count; whole numbers from a hundred up. */
export const figure = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(value < 10 ? 2 : 3)

export const orNotTold = (value: number | null): string => (value === null ? 'not told' : figure(value))

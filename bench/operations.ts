import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import jwt from 'jsonwebtoken'
import type pg from 'pg'
import type { Claims } from '../src/kernel/access/actor.js'
import { root } from './place.js'
import { password } from './recipe.js'

/** One request: who asks, from where, and for what. */
export interface Ask {
  /** Null for a caller who is not signed in yet. */
  claims: Claims | null
  /** The address it comes from, as a proxy says it; the load's own when absent. */
  address?: string
  variables: Record<string, unknown>
}

/** What the contestants are measured with. */
export interface Operation {
  name: string
  /** The document that stands in `operations/`. */
  document: string
  /** Whether it changes something: each ask can be made once, and what it changed is put back after a run. */
  once: boolean
  /** Whether what it asks for is hidden from who is not of the firm, or not on the team. */
  hidden: boolean
  /** Asks spread over the whole database; the same at each run, but for what must be new each time. */
  asks(owner: pg.Client, most: number): Promise<Ask[]>
  /** The answer, without what is another each time. */
  settled(answer: unknown): unknown
}

/** Who asks, in each of the statements below. */
interface Asker {
  user_id: string
  member_id: string
  firm_id: string
  client_id: string | null
}

const claimsOf = ({ user_id, member_id, firm_id, client_id }: Asker): Claims => ({
  userId: user_id,
  memberId: member_id,
  firmId: firm_id,
  clientId: client_id,
  sessionId: randomUUID(),
})

const asker = 'm.firm_id, m.user_id, m.id as member_id, m.client_id'
/** The members of an engagement's team in one role, as a part of the statements below. */
const onTeam = (role: string) =>
  `join fieldwork.team_member t on t.firm_id = e.firm_id and t.engagement_id = e.id and t.role = '${role}'
   join fieldwork.member m on m.firm_id = t.firm_id and m.id = t.member_id`

const documentOf = (name: string) => readFileSync(join(root, 'bench/operations', `${name}.graphql`), 'utf8')

/** A query: a statement tells who asks and the variables. */
const query = (name: string, hidden: boolean, statement: string): Operation => ({
  name,
  hidden,
  document: documentOf(name),
  once: false,
  asks: async (owner, most) => {
    const { rows } = await owner.query<Asker & { variables: Record<string, unknown> }>(statement, [most])
    return rows.map((row) => ({ claims: claimsOf(row), variables: row.variables }))
  },
  settled: (answer) => answer,
})

const board = query(
  'board',
  true,
  `select ${asker}, json_build_object('engagementId', e.id) as variables
   from fieldwork.engagement e ${onTeam('MANAGER')} order by md5(e.id::text) limit $1`,
)

const sheet = query(
  'sheet',
  true,
  `select ${asker}, json_build_object('procedureId', s.procedure_id) as variables
   from (select * from fieldwork.sample order by md5(id::text) limit $1) s
   join fieldwork.engagement e on e.firm_id = s.firm_id and e.id = s.engagement_id ${onTeam('MANAGER')}
   order by md5(s.id::text)`,
)

const exceptions = query(
  'exceptions',
  true,
  `select ${asker}, json_build_object('clientId', e.client_id, 'state', wanted) as variables
   from fieldwork.engagement e ${onTeam('MANAGER')},
     unnest(array['DRAFT', 'CONFIRMED', 'COMMUNICATED', 'CONCLUDED']) wanted
   where e.id = (select min(o.id::text)::uuid from fieldwork.engagement o where o.firm_id = e.firm_id and o.client_id = e.client_id)
   order by md5(e.id::text || wanted) limit $1`,
)

const portal = query(
  'portal',
  // It names no member: callers get their own.
  false,
  `select ${asker}, '{}'::json as variables from fieldwork.member m where m.client_id is not null
   order by md5(m.id::text) limit $1`,
)

interface Recorded {
  data: { recordResults: { results: { id: string }[] } }
}

/** 25 results for the items of a sample that have none yet; in each tenth request one of them deviates. */
const record: Operation = {
  name: 'record',
  document: documentOf('record'),
  once: true,
  hidden: false,
  asks: async (owner, most) => {
    const { rows } = await owner.query<Asker & { procedure_id: string; items: string[] }>(
      `select ${asker}, s.procedure_id, array(select i.id from fieldwork.sample_item i
         where i.firm_id = s.firm_id and i.sample_id = s.id and i.outcome is null order by i.position) as items
       from (select * from fieldwork.sample where tested_count < item_count order by md5(id::text) limit $1) s
       join fieldwork.engagement e on e.firm_id = s.firm_id and e.id = s.engagement_id ${onTeam('SENIOR')}
       order by md5(s.id::text)`,
      [most],
    )
    return rows.map((row, at) => ({
      claims: claimsOf(row),
      variables: {
        input: {
          idempotencyKey: randomUUID(),
          procedureId: row.procedure_id,
          results: row.items.map((sampleItemId, place) => ({
            sampleItemId,
            attribute: 'A',
            ...(at % 10 === 0 && place === 0
              ? { outcome: 'DEVIATION', note: 'No decision is on record before the change took effect.' }
              : { outcome: 'NO_DEVIATION' }),
          })),
        },
      },
    }))
  },
  settled: (answer) => {
    const { recordResults } = (answer as Recorded).data
    return { ...recordResults, results: recordResults.results.map((result) => ({ ...result, id: 'new' })) }
  },
}

interface SignedIn {
  data: { signIn: { errors: unknown[]; session: { accessToken: string; refreshToken: string } | null } }
}

/** People all over the world sign in, each from an address of their own. */
const signIn: Operation = {
  name: 'signIn',
  document: documentOf('signIn'),
  once: true,
  hidden: false,
  asks: async (owner, most) => {
    const { rows } = await owner.query<{ email: string }>(
      'select email from fieldwork.user_account order by md5(email) limit $1',
      [most],
    )
    return Array.from({ length: most }, (_, at) => ({
      claims: null,
      address: `10.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}`,
      variables: { input: { email: rows[at % rows.length]?.email, password } },
    }))
  },
  settled: (answer) => {
    const { errors, session } = (answer as SignedIn).data.signIn
    if (!session) return { errors }
    const { sub, mid, fid, cid } = jwt.decode(session.accessToken) as jwt.JwtPayload
    return { errors, sub, mid, fid, cid, firm: session.refreshToken.split('.')[0] }
  },
}

export const operations: readonly Operation[] = [board, sheet, exceptions, record, portal, signIn]

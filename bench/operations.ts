import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import type { Claims } from '../src/access/actor.js'
import { root } from './place.js'

/** One request: who asks, and for what. */
export interface Ask {
  /** Null for somebody who is not signed in yet. */
  claims: Claims | null
  variables: Record<string, unknown>
}

/** What the contestants are measured with. */
export interface Operation {
  name: string
  /** The document that stands in `operations/`. */
  document: string
  /** Asks spread over the whole database, the same at each run. */
  asks: (owner: pg.Client, most: number) => Promise<Ask[]>
}

/** Who asks, in each of the statements below. */
interface Asker {
  user_id: string
  member_id: string
  firm_id: string
  client_id?: string
}

const claimsOf = ({ user_id, member_id, firm_id, client_id }: Asker): Claims => ({
  userId: user_id,
  memberId: member_id,
  firmId: firm_id,
  clientId: client_id ?? null,
  sessionId: randomUUID(),
})

/** The members of an engagement's team in one role, as a part of the statements below. */
const onTeam = (role: string) =>
  `join fieldwork.team_member t on t.firm_id = e.firm_id and t.engagement_id = e.id and t.role = '${role}'
   join fieldwork.member m on m.firm_id = t.firm_id and m.id = t.member_id`
const asker = 'm.firm_id, m.user_id, m.id as member_id'

const spread = {
  board: `select ${asker}, json_build_object('engagementId', e.id) as variables
    from fieldwork.engagement e ${onTeam('MANAGER')} order by md5(e.id::text) limit $1`,
  sheet: `select ${asker}, json_build_object('procedureId', s.procedure_id) as variables
    from (select * from fieldwork.sample order by md5(id::text) limit $1) s
    join fieldwork.engagement e on e.firm_id = s.firm_id and e.id = s.engagement_id ${onTeam('MANAGER')} order by md5(s.id::text)`,
  exceptions: `select ${asker}, json_build_object('clientId', e.client_id, 'state', wanted) as variables
    from fieldwork.engagement e ${onTeam('MANAGER')},
      unnest(array['DRAFT', 'CONFIRMED', 'COMMUNICATED', 'CONCLUDED']) wanted
    where e.id = (select min(o.id::text)::uuid from fieldwork.engagement o where o.firm_id = e.firm_id and o.client_id = e.client_id)
    order by md5(e.id::text || wanted) limit $1`,
} as const

export const operations: readonly Operation[] = Object.entries(spread).map(([name, statement]) => ({
  name,
  document: readFileSync(join(root, 'bench/operations', `${name}.graphql`), 'utf8'),
  asks: async (owner, most) => {
    const { rows } = await owner.query<Asker & { variables: Record<string, unknown> }>(statement, [most])
    return rows.map(({ variables, ...who }) => ({ claims: claimsOf(who), variables }))
  },
}))

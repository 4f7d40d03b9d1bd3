import { statesUnderWay } from '../../rules/lifecycles.js'
import type { ClientFacts } from '../access/permission.js'
import { listed } from './listed.js'

/** What is needed of the transaction in which it is asked. */
interface Asking {
  readonly actor: { memberId: string }
  readonly firmId: string
  prepared<T>(sql: string, parameters: readonly unknown[]): Promise<T[]>
}

interface Known extends ClientFacts {
  clientId: string
}

/**
 * What the policy asks about clients, for the actor: their e-mail domains and the firm's, and whether the actor is on the
 * team of an engagement of theirs that is not over: once it is, the team administers no people of the client any more. (People of a client see no team: they are on none.)
 */
export async function clientFacts(tx: Asking, clientIds: readonly string[]): Promise<(ClientFacts | null)[]> {
  const known = await tx.prepared<Known>(
    `select c.id as "clientId", c.email_domains as "clientDomains", f.email_domains as "firmDomains",
       exists (select 1 from team_member t join engagement e on e.firm_id = $1 and e.id = t.engagement_id
         where t.firm_id = $1 and t.member_id = $2 and t.independence_confirmed_at is not null and t.removed_at is null
           and e.client_id = c.id and e.state in (${listed(statesUnderWay)})) as "onTeam"
     from client c join firm f on f.firm_id = $1 where c.firm_id = $1 and c.id = any($3)`,
    [tx.firmId, tx.actor.memberId, clientIds],
  )
  const byId = new Map(known.map(({ clientId, ...facts }) => [clientId, facts]))
  return clientIds.map((id) => byId.get(id) ?? null)
}

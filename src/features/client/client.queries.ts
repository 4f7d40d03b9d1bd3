import type { FirmScope } from '../../kernel/store/scope.js'

/** The e-mail domains of all clients of the firm. */
export async function domainsOfClients({ tx, firmId }: FirmScope): Promise<string[]> {
  const [ofClients] = await tx.query<{ domains: string[] }>(
    `select coalesce(array_agg(distinct domain), '{}') as domains from client c, unnest(c.email_domains) as domain
     where c.firm_id = $1`,
    [firmId],
  )
  return ofClients?.domains ?? []
}

import { firmScope } from '../../kernel/store/scope.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { checkDomains } from '../../rules/email-domains.js'
import { Firm } from '../firm/firm.js'
import { oneAtATime } from '../firm/one-at-a-time.js'
import { Client } from './client.js'
import { domainsOfClients } from './client.queries.js'
import type { ChangeClientDomainsInput, ChangeFirmDomainsInput } from './domains.inputs.js'

/** Changes the firm's e-mail domains. Refused: what is no domain, and a domain of a client. */
export async function changeFirmDomains(tx: WriteTx, input: ChangeFirmDomainsInput) {
  await oneAtATime(tx)
  const firm = await tx.load(Firm, tx.firmId, input.expectedVersion)
  await tx.permit(firm)
  const emailDomains = checkDomains(input.emailDomains, await domainsOfClients(firmScope(tx)))
  return { firm: await tx.update(firm, { emailDomains }) }
}

/**
 * Changes a client's e-mail domains. Refused: what is no domain, a domain of the firm; and the firm's side, once the client
 * has had an administrator of its own.
 */
export async function changeClientDomains(tx: WriteTx, input: ChangeClientDomainsInput) {
  await oneAtATime(tx)
  const client = await tx.load(Client, input.clientId, input.expectedVersion)
  await tx.permit(client)
  return { client: await tx.update(client, { emailDomains: await checkClientDomains(tx, input.emailDomains) }) }
}

/** The domains given for a client, none of them the firm's. @throws Refusal INVALID_INPUT */
export async function checkClientDomains(tx: WriteTx, given: readonly string[]): Promise<string[]> {
  return checkDomains(given, (await tx.load(Firm, tx.firmId)).emailDomains)
}

/** With the first administrator of the client's own, its e-mail domains become the client's affair, for good. */
export async function giveDomainsToClient(tx: WriteTx, clientId: string): Promise<void> {
  const client = await tx.load(Client, clientId, undefined, 'update')
  if (client.administratorAcceptedAt === null) await tx.update(client, { administratorAcceptedAt: tx.now })
}

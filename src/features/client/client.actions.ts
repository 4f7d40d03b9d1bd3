import { updatedColumns } from '../../kernel/store/updates.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { Refusal } from '../../rules/refusal.js'
import { oneAtATime } from '../firm/one-at-a-time.js'
import type { CreateClientInput, UpdateClientInput } from './client.inputs.js'
import { Client } from './client.js'
import { ordinaryCalendar } from './client-calendar.js'
import { checkClientDomains } from './domains.actions.js'

/**
 * Takes on a client of the firm. Refused: a second client of the same name; an e-mail domain of the firm; domains given by
 * another than a FIRM_ADMIN, who could seat a mailbox of their own as the client's first administrator.
 */
export async function createClient(tx: WriteTx, { name, emailDomains }: CreateClientInput) {
  const calendar = ordinaryCalendar
  if (!emailDomains || emailDomains.length === 0) {
    return { client: await tx.insert(Client, { name, emailDomains: [], calendar }) }
  }
  if (tx.actor.firmRole !== 'FIRM_ADMIN') {
    throw new Refusal('ROLE_INSUFFICIENT', 'The e-mail domains of a client are set by a FIRM_ADMIN.', ['emailDomains'])
  }
  await oneAtATime(tx)
  const domains = await checkClientDomains(tx, emailDomains)
  return { client: await tx.insert(Client, { name, emailDomains: domains, calendar }) }
}

/** Changes a client's name. Issued reports keep the name they were issued with. */
export async function updateClient(tx: WriteTx, input: UpdateClientInput) {
  const client = await tx.load(Client, input.clientId, input.expectedVersion)
  await tx.permit(client)
  return { client: await tx.update(client, updatedColumns(tx, Client, input, ['name'])) }
}

import type { WriteTx } from '../../data/work.js'
import type { CreateClientInput, UpdateClientInput } from './client.inputs.js'
import { Client } from './client.js'

/** Takes on a client of the firm. Refused: a second client of the same name. */
export async function createClient(tx: WriteTx, input: CreateClientInput) {
  return { client: await tx.insert(Client, { name: input.name }) }
}

/** Changes a client's name. Issued reports keep the name they were issued with. */
export async function updateClient(tx: WriteTx, input: UpdateClientInput) {
  const client = await tx.load(Client, input.clientId, input.expectedVersion)
  await tx.permit(client)
  return { client: await tx.update(client, { name: input.name }) }
}

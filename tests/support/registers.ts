import type { Person, TestClient } from './world.js'

/** An incident in which no control failed and no commitment was touched, as the client tells it. */
export const incidentSaid = {
  title: 'A laptop was lost',
  whatHappened: 'It was left on a train, and wiped an hour later.',
  occurredOn: '2025-06-02',
  discoveredOn: '2025-06-03',
  resolvedOn: '2025-06-03',
  cause: 'It was forgotten.',
  hasControlFailed: false,
  touchedCommitments: [] as string[],
}

/** A change within the year. */
export const changeSaid = {
  title: 'Another forge',
  kind: 'SYSTEM',
  whatChanged: 'Code is reviewed in another forge than before.',
  effectiveOn: '2025-04-01',
}

/** An entry of a register, as it was made or changed last. */
export interface Entered {
  id: string
  version: number
}

export async function entersIncident(person: Person, clientId: string, said: object = {}): Promise<Entered> {
  const input = { clientId, ...incidentSaid, ...said }
  return (await person.does('recordIncident', input, 'incident { id version }')).incident
}

export async function entersChange(person: Person, clientId: string, said: object = {}): Promise<Entered> {
  const input = { clientId, ...changeSaid, ...said }
  return (await person.does('recordSystemChange', input, 'systemChange { id version }')).systemChange
}

/** The respondent enters it, and the administrator shares it. */
export async function sharesIncident(client: TestClient, said: object = {}): Promise<Entered> {
  const { id, version } = await entersIncident(client.respondent, client.id, said)
  const input = { incidentId: id, expectedVersion: version }
  return (await client.admin.does('shareIncident', input, 'incident { id version }')).incident
}

export async function sharesChange(client: TestClient, said: object = {}): Promise<Entered> {
  const { id, version } = await entersChange(client.respondent, client.id, said)
  const input = { systemChangeId: id, expectedVersion: version }
  return (await client.admin.does('shareSystemChange', input, 'systemChange { id version }')).systemChange
}

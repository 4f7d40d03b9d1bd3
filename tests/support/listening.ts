import { randomUUID } from 'node:crypto'
import type { Answer, Person, World } from './world.js'

/** What came back over the wire. */
export interface HttpAnswer {
  status: number
  headers: Headers
  /** Null when it was no JSON. */
  body: Answer | null
  ms: number
}

/** A world's service with its door open: requests come through sockets. */
export interface Listening {
  address: string
  port: number
  /** Sends an operation. @throws when no answer came */
  post(person: Person | null, query: string, variables?: Record<string, unknown>): Promise<HttpAnswer>
  /** Does a mutation; under the key given, else a fresh one. */
  act(person: Person, mutation: string, input: Record<string, unknown>, selection?: string): Promise<HttpAnswer>
  /** What a request of this person carries. */
  headers(person: Person | null): Record<string, string>
}

export async function listening(w: World): Promise<Listening> {
  const address = await w.app.listen({ host: '127.0.0.1', port: 0 })
  const headers: Listening['headers'] = (person) => ({
    'content-type': 'application/json',
    ...(person ? { authorization: `Bearer ${w.tokenFor(person.claims)}` } : {}),
  })
  const post: Listening['post'] = async (person, query, variables = {}) => {
    const begun = performance.now()
    const response = await fetch(`${address}/graphql`, {
      method: 'POST',
      headers: headers(person),
      body: JSON.stringify({ query, variables }),
    })
    const body = (await response.json().catch(() => null)) as Answer | null
    return { status: response.status, headers: response.headers, body, ms: performance.now() - begun }
  }
  return {
    address,
    port: Number(new URL(address).port),
    headers,
    post,
    act: (person, mutation, input, selection = '__typename') =>
      post(
        person,
        `mutation ($input: ${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!) {
          ${mutation}(input: $input) { ${selection} errors { code message } } }`,
        { input: { idempotencyKey: randomUUID(), ...input } },
      ),
  }
}

/**
 * Whatever requests left behind on the connections of the service's pool: a setting of a tenant, a transaction or statement
 * that goes on. Nothing, as it should be.
 * @param poolSize how many connections the pool holds: all are taken in hand at once
 */
export async function leftBehind(w: World, poolSize = 10): Promise<unknown[]> {
  const held = await Promise.all(Array.from({ length: poolSize }, () => w.database.connect()))
  const kept = await Promise.all(
    held.map((connection) =>
      connection.query(
        `select name, current_setting(name, true) as value
         from unnest(array['app.firm_id', 'app.client_id', 'app.user_id', 'app.realm']) as name
         where current_setting(name, true) <> ''
         union all select 'rows seen', count(*)::text from member having count(*) > 0`,
      ),
    ),
  )
  for (const connection of held) connection.release()
  const { rows: busy } = await w.owner.query(
    `select state, query from pg_stat_activity
     where datname = current_database() and application_name = 'fieldwork' and state <> 'idle'`,
  )
  return [...kept.flat(), ...busy]
}

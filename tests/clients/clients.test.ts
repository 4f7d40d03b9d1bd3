import { randomUUID } from 'node:crypto'
import { ApolloClient, gql as apolloGql, HttpLink, InMemoryCache } from '@apollo/client'
import { CombinedGraphQLErrors } from '@apollo/client/errors'
import { Client, cacheExchange, fetchExchange, gql } from '@urql/core'
import { describe, expect, it } from 'vitest'
import { browserFetch } from '../support/browser-fetch.js'
import { world } from '../support/world.js'

// The clients that most front ends use, as a page of another origin runs them.

const origin = 'https://portal.example.test'
const w = await world(undefined, {
  allowedOrigins: [origin],
  budgets: { caller: 3_000_000, firm: 12_000_000 },
})
const { manager, staff } = await w.firm('Ashdown')
const address = await w.app.listen({ host: '127.0.0.1', port: 0 })
const url = `${address}/graphql`
const tokenOfManager = `Bearer ${w.tokenFor(manager.claims)}`

const clients = `query Clients($first: Int!) { clients(first: $first) { totalCount nodes { id name } } }`
const createClient = `mutation CreateClient($input: CreateClientInput!) {
  createClient(input: $input) { client { id name } errors { code path } } }`
const inputOf = (name: string) => ({ input: { idempotencyKey: randomUUID(), name } })

/** What the caller may still ask for is told in headers that the page can read. */
const readableBudget = (response: Response | undefined) => [
  response?.headers.get('ratelimit'),
  response?.headers.get('x-request-id'),
]
const budget = [expect.stringContaining('"caller";r='), expect.stringMatching(/^[0-9a-f-]{36}$/)]

describe('urql', () => {
  const opened = (authorization: string) => {
    const { fetch, sent } = browserFetch(origin)
    const answers: Response[] = []
    const noted: typeof fetch = async (...asked) => {
      const answer = await fetch(...asked)
      answers.push(answer)
      return answer
    }
    const client = new Client({
      url,
      exchanges: [cacheExchange, fetchExchange],
      fetch: noted,
      fetchOptions: { headers: { authorization } },
    })
    return { client, sent, answers }
  }
  const methods = (sent: { method: string }[]) => sent.map(({ method }) => method)

  it('asks by GET, is answered from its cache the second time, acts by POST, and asks anew after that', async () => {
    const { client, sent, answers } = opened(tokenOfManager)
    const first = await client.query(gql(clients), { first: 5 }).toPromise()
    expect([first.error, first.data.clients]).toEqual([
      undefined,
      { __typename: 'ClientConnection', totalCount: 0, nodes: [] },
    ])
    expect(methods(sent)).toEqual(['OPTIONS', 'GET'])
    expect(readableBudget(answers[0])).toEqual(budget)
    const again = await client.query(gql(clients), { first: 5 }).toPromise()
    expect([again.data, sent.length]).toEqual([first.data, 2])

    const acted = await client.mutation(gql(createClient), inputOf('Kestrel Cloud')).toPromise()
    expect(acted.data.createClient).toMatchObject({ client: { name: 'Kestrel Cloud' }, errors: [] })
    expect(methods(sent).slice(2)).toEqual(['OPTIONS', 'POST'])
    const after = await client.query(gql(clients), { first: 5 }, { requestPolicy: 'network-only' }).toPromise()
    expect(after.data.clients.nodes.map(({ name }: { name: string }) => name)).toEqual(['Kestrel Cloud'])
    expect(methods(sent).slice(4)).toEqual(['OPTIONS', 'GET'])
  })

  it('is told of a refusal as data, and of a fault as an error with its code', async () => {
    const { client } = opened(tokenOfManager)
    const refused = await client.mutation(gql(createClient), inputOf(' ')).toPromise()
    expect(refused.data.createClient.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['name'] }])
    const fault = await opened('Bearer one.that.expired').client.query(gql(clients), { first: 5 }).toPromise()
    expect(fault.error?.graphQLErrors.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED'])
  })
})

describe('Apollo Client', () => {
  const opened = (authorization: string, useGETForQueries = false) => {
    const { fetch, sent } = browserFetch(origin)
    const link = new HttpLink({ uri: url, fetch, headers: { authorization }, useGETForQueries })
    const clientAwareness = { name: 'portal', version: '1.0' }
    return { client: new ApolloClient({ link, cache: new InMemoryCache(), clientAwareness }), sent }
  }

  it.each([false, true])('asks, is answered from its cache, acts, and asks anew (by GET: %s)', async (byGet) => {
    const { client, sent } = opened(tokenOfManager, byGet)
    const query = apolloGql(clients)
    const variables = { first: 50 }
    const first = await client.query<any>({ query, variables })
    const before = first.data.clients.totalCount
    expect(sent.map(({ method }) => method)).toEqual(['OPTIONS', byGet ? 'GET' : 'POST'])
    await client.query({ query, variables })
    expect(sent).toHaveLength(2)
    const name = `Heron Pay ${byGet}`
    const acted = await client.mutate<any>({ mutation: apolloGql(createClient), variables: inputOf(name) })
    expect(acted.data.createClient).toMatchObject({ client: { name }, errors: [] })
    const after = await client.query<any>({ query, variables, fetchPolicy: 'network-only' })
    expect(after.data.clients.totalCount).toBe(before + 1)
    expect(sent.slice(2).map(({ method }) => method)).toEqual(['OPTIONS', 'POST', 'OPTIONS', byGet ? 'GET' : 'POST'])
  })

  it('is told of a fault as an error with its code', async () => {
    const { client } = opened(`Bearer ${w.tokenFor(staff.claims)}`)
    const asked = client.query({ query: apolloGql('{ verifyFirmTrail { intact } }') })
    const error = await asked.then(
      () => null,
      (one: unknown) => one,
    )
    expect(CombinedGraphQLErrors.is(error)).toBe(true)
    expect((error as CombinedGraphQLErrors).errors.map(({ extensions }) => extensions?.code)).toEqual(['FORBIDDEN'])
  })
})

it('a page of an origin that is not allowed is answered nothing', async () => {
  const { fetch } = browserFetch('https://elsewhere.example.test')
  const client = new Client({
    url,
    exchanges: [fetchExchange],
    fetch,
    fetchOptions: { headers: { authorization: tokenOfManager } },
  })
  const { data, error } = await client.query(gql(clients), { first: 5 }).toPromise()
  expect([data, error?.networkError?.message]).toEqual([undefined, 'Failed to fetch: the origin'])
})

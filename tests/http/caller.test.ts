import { randomUUID } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { expect, it } from 'vitest'
import { callerOf } from '../../src/http/caller.js'

// Refreshing a session is charged apart from all else that a network without tokens sends: only what does nothing else.

const refreshToken = `${randomUUID()}.${randomUUID()}.${'x'.repeat(43)}`
const variables = { i: { refreshToken } }
const refresh = 'mutation ($i: RefreshSessionInput!) { refreshSession(input: $i) { session { accessToken } } }'
const caller = (body: unknown) => callerOf({ ip: '2001:db8:1:2::9', body } as FastifyRequest, null)

it.each<[string, object]>([
  ['by a variable', { query: refresh, variables }],
  [
    'by a variable within the input',
    {
      query: 'mutation M($t: String!) { again: refreshSession(input: { refreshToken: $t }) { errors { code } } }',
      variables: { t: refreshToken },
    },
  ],
  [
    'written out',
    { query: `mutation { refreshSession(input: { refreshToken: "${refreshToken}" }) { errors { code } } }` },
  ],
])('a request that only refreshes is known as such: %s', (_, body) => {
  expect(caller(body)).toEqual({ network: '2001:db8:1:2', isRefreshing: true })
})

it.each<[string, unknown]>([
  ['no body', undefined],
  ['a list', [{ query: refresh, variables }]],
  ['no variables', { query: refresh }],
  ['what is no token', { query: refresh, variables: { i: { refreshToken: 'no token' } } }],
  ['a token that is no text', { query: refresh, variables: { i: { refreshToken: [refreshToken] } } }],
  ['variables that are no object', { query: refresh, variables: refreshToken }],
  ['another field before', { query: refresh.replace('{ refreshSession', '{ __typename refreshSession'), variables }],
  ['another field behind', { query: refresh.replace(/}$/, '__typename }'), variables }],
  [
    'the field twice',
    { query: refresh.replace(/}$/, 'again: refreshSession(input: $i) { errors { code } } }'), variables },
  ],
  [
    'a fragment',
    {
      query: `mutation ($i: RefreshSessionInput!) { ...F } fragment F on Mutation { refreshSession(input: $i) { errors { code } } }`,
      variables,
    },
  ],
  ['another operation', { query: `${refresh} query Q { __typename }`, variables }],
  ['a query of that name', { query: refresh.replace('mutation', 'query'), variables }],
  ['another act', { query: refresh.replace('refreshSession(', 'signOut('), variables }],
  ['a long document', { query: `${refresh} ${'# '.repeat(1_000)}`, variables }],
  ['many tokens', { query: refresh.replace('accessToken', 'a '.repeat(300)), variables }],
  ['no GraphQL', { query: `${refresh} }`, variables }],
])('one that does not is as any other: %s', (_, body) => {
  expect(caller(body)).toEqual({ network: '2001:db8:1:2', isRefreshing: false })
})

it('a caller who is signed in is known by their token, whatever they send', () => {
  const claims = { userId: 'u', memberId: 'm', firmId: 'f', clientId: null, sessionId: 's' }
  expect(callerOf({ ip: '192.0.2.1', body: { query: refresh, variables } } as FastifyRequest, claims)).toBe(claims)
})

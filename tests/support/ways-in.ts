import type { Worded } from './wording.js'

/** The ways in. */
export type Way = 'POST' | 'GET' | 'another route'

/** A request as it goes over HTTP. */
export interface Sent {
  method: 'GET' | 'POST' | 'PUT'
  url: string
  headers: Record<string, string>
  payload?: string
}

/** Ids in their canonical form. */
export const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

/**
 * A request by one of the ways in.
 * @param nth which of several such
 */
export function sentBy(way: Way, nth: number, { query, variables, operationName }: Worded): Sent {
  const asked = { query, variables, ...(operationName ? { operationName } : {}) }
  if (way === 'another route') return elsewhere(asked, nth)
  // An act is not done by GET; that it is refused need not be seen often.
  if (way === 'GET' && (query.startsWith('query') || nth % 4 === 0)) {
    const search = new URLSearchParams({
      query,
      variables: JSON.stringify(variables),
      ...(operationName ? { operationName } : {}),
    })
    return { method: 'GET', url: `/graphql?${search}`, headers: { 'apollo-require-preflight': 'true' } }
  }
  return {
    method: 'POST',
    url: '/graphql',
    headers: { 'content-type': 'application/json' },
    payload: JSON.stringify(asked),
  }
}

/** Everything else that answers: each with the operation along, and with what it speaks of in the address. */
function elsewhere(asked: object, nth: number): Sent {
  const text = JSON.stringify(asked).slice(0, 2_000)
  const search = new URLSearchParams({ query: text })
  const id = text.match(uuid)?.[0] ?? 'x'
  const paths = [
    '/',
    '/healthz',
    '/readyz',
    '/.well-known/jwks.json',
    `/graphql/${id}`,
    `/${id}`,
    '/metrics',
    '/graphql',
    'a form',
    `/files/${id}`,
    `/uploads/${id}`,
  ]
  const path = paths[nth % paths.length] as string
  if (path === 'a form') {
    const payload = `--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n${JSON.stringify(asked)}\r\n--x--\r\n`
    const headers = { 'content-type': 'multipart/form-data; boundary=x', 'apollo-require-preflight': 'true' }
    return { method: 'POST', url: '/graphql', headers, payload }
  }
  if (path === '/graphql') {
    return {
      method: 'POST',
      url: path,
      headers: { 'content-type': 'application/json' },
      payload: JSON.stringify([asked, asked]),
    }
  }
  // What is sent for an upload is looked at when the ticket is known, and there is none.
  if (path.startsWith('/uploads/')) return { method: 'PUT', url: path, headers: {}, payload: text }
  return { method: 'GET', url: `${path}?${search}`, headers: {} }
}

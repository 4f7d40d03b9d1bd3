import type { Worded } from './wording.js'

/** The ways in. */
export type Way = 'POST' | 'GET' | 'multipart' | 'another route'

/** A request as it goes over HTTP. */
export interface Sent {
  method: 'GET' | 'POST' | 'PUT'
  url: string
  headers: Record<string, string>
  payload?: string
}

/** Ids in their canonical form. */
export const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
const files = [
  'id,merged\nC-1,2025-06-30\nC-2,2025-07-01\n',
  'id,merged\nC-1,2025-06-30\nC-1,2031-01-01\n,\n',
  'id,merged\nC-1,yesterday\n',
  'nothing of the kind',
  '\u0000\u0001\u00ff',
]

/**
 * A request by one of the ways in.
 * @param file which file, and into which of the variables
 */
export function sentBy(way: Way, file: number, { query, variables, operationName, files: places }: Worded): Sent {
  const asked = { query, variables, ...(operationName ? { operationName } : {}) }
  if (way === 'another route') return elsewhere(asked, file)
  if (way === 'multipart' || (places.length > 0 && file % 4 > 0)) return multipart(asked, places, file)
  // An act is not done by GET; that it is refused need not be seen often.
  if (way === 'GET' && (query.startsWith('query') || file % 4 === 0)) {
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
  ]
  const path = paths[nth % paths.length] as string
  if (path === '/graphql') {
    return {
      method: 'POST',
      url: path,
      headers: { 'content-type': 'application/json' },
      payload: JSON.stringify([asked, asked]),
    }
  }
  return { method: 'GET', url: `${path}?${search}`, headers: {} }
}

/** As a form with a file: where the operation takes one, there; else at any of its variables. */
function multipart(asked: { variables: Record<string, unknown> }, places: string[], nth: number): Sent {
  const boundary = 'a-boundary-of-the-test'
  const anywhere = placesIn(asked.variables, 'variables')
  const place = places[0] ?? (nth % 2 === 0 ? anywhere[nth % anywhere.length] : undefined) ?? 'variables.nothing'
  const part = (head: string, text: string) =>
    `--${boundary}\r\ncontent-disposition: form-data; ${head}\r\n\r\n${text}\r\n`
  const payload =
    part('name="operations"', JSON.stringify(asked)) +
    part('name="map"', JSON.stringify({ 0: [place] })) +
    part('name="0"; filename="changes.csv"\r\ncontent-type: text/csv', files[nth % files.length] as string) +
    `--${boundary}--\r\n`
  const headers = { 'content-type': `multipart/form-data; boundary=${boundary}`, 'apollo-require-preflight': 'true' }
  return { method: 'POST', url: '/graphql', headers, payload }
}

/** Every place in variables, as a path. */
function placesIn(value: unknown, path: string): string[] {
  if (value === null || typeof value !== 'object') return [path]
  return Object.entries(value).flatMap(([key, inner]) => placesIn(inner, `${path}.${key}`))
}

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Ask, Operation } from './operations.js'
import { issuer, type Place, root, type Server, startFieldwork, startServer } from './place.js'
import { readings } from './postgraphile/readings.js'
import { node22 } from './rivals.js'

/** A server that answers the operations from the same database, as the same role. */
export interface Contestant {
  name: string
  /** Operations it has nothing comparable for. */
  sitsOut: readonly string[]
  start(place: Place, settings: ContestSettings): Promise<Server>
  /** What is sent to ask for an operation. */
  sent(operation: Operation, ask: Ask): { path: string; body: string }
  /** What it answered, in the shape of the service's answer. */
  read(operation: Operation, answer: unknown): unknown
}

export interface ContestSettings {
  poolSize: number
  /** The public keys of the tokens. */
  jwks: object
}

const fieldwork: Contestant = {
  name: 'fieldwork',
  sitsOut: [],
  start: (place, { poolSize }) => startFieldwork(place, { node: node22, poolSize }),
  sent: ({ document }, { variables }) => ({ path: '/graphql', body: JSON.stringify({ query: document, variables }) }),
  read: (_operation, answer) => answer,
}

const raw: Contestant = {
  name: 'raw',
  sitsOut: [],
  start: (place, settings) =>
    startServer(place, {
      name: 'raw',
      node: node22,
      script: join(root, 'dist/bench/raw/server.js'),
      settings: { ...settings, issuer, databaseUrl: place.serviceUrl },
      environment: { NODE_ENV: 'production' },
      readyPath: '/ready',
    }),
  sent: ({ name }, { variables }) => ({ path: `/${name}`, body: JSON.stringify(variables) }),
  read: (_operation, answer) => answer,
}

const documents = join(root, 'bench/postgraphile')

const postgraphile: Contestant = {
  name: 'postgraphile',
  sitsOut: ['signIn'],
  start: (place, settings) =>
    startServer(place, {
      name: 'postgraphile',
      node: node22,
      script: join(documents, 'server.js'),
      settings: { ...settings, issuer, databaseUrl: place.serviceUrl },
      environment: { NODE_ENV: 'production', GRAPHILE_ENV: 'production' },
      // It takes operations by POST only, and says so.
      readyPath: '/graphql',
      readyStatus: 405,
    }),
  sent: ({ name }, { claims, variables }) => {
    const query = readFileSync(join(documents, `${name}.graphql`), 'utf8')
    return { path: '/graphql', body: JSON.stringify({ query, variables: { firmId: claims?.firmId, ...variables } }) }
  },
  read: ({ name }, answer) => {
    const { data, errors } = answer as { data: unknown; errors?: unknown }
    return errors ? answer : { data: readings[name]?.(data) }
  },
}

export const contestants: readonly Contestant[] = [fieldwork, raw, postgraphile]

import { join } from 'node:path'
import type { Operation } from './operations.js'
import { issuer, type Place, root, type Server, startFieldwork, startServer } from './place.js'

/** Somebody who answers the operations from the same database, as the same role. */
export interface Contestant {
  name: string
  /** Whether it keeps an engagement from people of the firm who are not on its team; row-level security does not. */
  knowsTeams: boolean
  start(place: Place, settings: ContestSettings): Promise<Server>
  /** What is sent to ask for an operation. */
  sent(operation: Operation, variables: Record<string, unknown>): { path: string; body: string }
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
  knowsTeams: true,
  start: (place, { poolSize }) => startFieldwork(place, { poolSize }),
  sent: ({ document }, variables) => ({ path: '/graphql', body: JSON.stringify({ query: document, variables }) }),
  read: (_operation, answer) => answer,
}

const raw: Contestant = {
  name: 'raw',
  knowsTeams: true,
  start: (place, settings) =>
    startServer(place, {
      name: 'raw',
      script: join(root, 'dist/bench/raw/server.js'),
      settings: { ...settings, issuer, databaseUrl: place.serviceUrl },
      environment: { NODE_ENV: 'production' },
      readyPath: '/ready',
    }),
  sent: ({ name }, variables) => ({ path: `/${name}`, body: JSON.stringify(variables) }),
  read: (_operation, answer) => answer,
}

export const contestants: readonly Contestant[] = [fieldwork, raw]

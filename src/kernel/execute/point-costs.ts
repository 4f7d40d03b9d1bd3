import type { GraphQLField } from 'graphql'

/**
 * What costs the same wherever it stands, in points. A point stands for about four microseconds of the service's processor
 * (docs/limits.md). An object costs one, the reading of its row and its plain fields included; a field that costs more says so
 * beside it (`complexity`): a number to which its own fields are added, or a function that states the cost of all of it.
 */
export const costs = {
  /** Taking a request in: reading it, verifying its token, answering. */
  request: 25,
  /** Of a document, so many characters come to a point: parsing and checking them, also where it is refused. */
  charactersPerPoint: 20,
  /** Of a body beyond 16,384 bytes, so many come to a point: reading and parsing them. */
  bytesPerPoint: 200,
  /** A document that is found not to be valid: finding all that is wrong with it. */
  invalidDocument: 1_000,
  /** A mutation: a transaction of its own, an idempotency key, an entry in the trail. */
  mutation: 500,
  /** Hashing a password. */
  password: 5_000,
  /** Reading a stored item, or an entry of a trail, to compute its digest anew: charged when it was done. */
  verified: 1,
} as const

/** What a field costs beside what it answers, each time it is resolved: its `complexity`, when that is a number. */
export function pointsOf({ extensions }: Pick<GraphQLField<unknown, unknown>, 'extensions'>): number {
  const own: unknown = extensions.complexity
  return typeof own === 'number' ? own : 0
}

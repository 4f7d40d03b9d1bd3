export type FaultCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'BAD_USER_INPUT'
  | 'RATE_LIMITED'
  | 'UNAVAILABLE'
  | 'TIMED_OUT'

/** A request that cannot be answered, as a top-level error. A rule's refusal is not a fault: see rules/refusal.ts. */
export class Fault extends Error {
  constructor(
    readonly code: FaultCode,
    message: string,
    /** Further facts for the caller's program, beside the code. */
    readonly facts: Readonly<Record<string, unknown>> = {},
  ) {
    super(message)
  }
}

export const unauthenticated = () => new Fault('UNAUTHENTICATED', 'Sign in first: send a valid access token.')

/** Whether the error says that the database is away or took too long, and nothing about the request. */
export const isOutage = (error: unknown): boolean =>
  error instanceof Fault && (error.code === 'UNAVAILABLE' || error.code === 'TIMED_OUT')

export const forbidden = () => new Fault('FORBIDDEN', 'Your role does not allow this.')

/** The same words for what never existed and for what somebody may not see. */
export const notFound = () => new Fault('NOT_FOUND', 'There is no such thing.')

/** @param retryAfterSeconds when the same request can be answered; told in the fault and as the header Retry-After */
export const rateLimited = (message: string, retryAfterSeconds: number) =>
  new Fault('RATE_LIMITED', message, { retryAfterSeconds })

/** Nothing is wrong with the request: the database is away, or too many want it at once. */
export const unavailable = () =>
  new Fault(
    'UNAVAILABLE',
    'The service cannot answer just now. Try again in a few seconds: an act with the same idempotency key happens once.',
  )

/** The request asks for more than can be had in the time it is given. */
export const timedOut = () =>
  new Fault('TIMED_OUT', 'This took longer than the service allows, and was broken off. Ask for less at a time.')
